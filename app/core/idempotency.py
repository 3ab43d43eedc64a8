"""The same POST sent twice is done once: `Idempotency-Key`, kept in the transaction of the act."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.database import Table
from app.core.errors import Mistaken, Refused
from app.core.words import phrase as _


class KeptAnswer(Table):
    """What was answered to a key, so that the same can be answered again."""

    __tablename__ = "kept_answers"

    person_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[str]
    status: Mapped[int]
    body: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(index=True)


def recall(session: Session, person_id: int, key: str, asked: bytes) -> KeptAnswer | None:
    """The answer kept under this key. Raises Mistaken where the key was used for something else."""
    if not 1 <= len(key) <= 255:
        raise Mistaken(_("Idempotency-Key needs 1 to 255 characters."))
    kept = session.get(KeptAnswer, (person_id, key))
    if kept is not None and kept.asked != _digest(asked):
        raise Mistaken(_("This Idempotency-Key was used for another request."))
    return kept


def keep(session: Session, person_id: int, key: str, asked: bytes, *, status: int, body: bytes) -> None:
    """Raises Refused where the same request is being done at this very moment."""
    session.add(KeptAnswer(person_id=person_id, key=key, asked=_digest(asked), status=status, body=body, at=clock.now()))
    try:
        session.flush()
    except sa.exc.IntegrityError as error:
        raise Refused(_("The same request is being done right now. Ask again in a moment.")) from error


def _digest(asked: bytes) -> str:
    return hashlib.sha256(asked).hexdigest()
