"""How often something may be asked for, by purpose and subject: a number, an address, a grid. Never by IP address."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, tokens
from app.core.errors import TooMany
from app.core.words import Phrase
from broadcasts.subscribers.tables import Attempt

KEPT = timedelta(days=2)


def allow(session: Session, purpose: str, subject: str, *, most: int, within: timedelta, why: Phrase) -> None:
    """Count this once more. Raises TooMany, with the time to wait, where there were enough. What is kept of the subject is its hash."""
    must_be_left(session, purpose, subject, most=most, within=within, why=why)
    note(session, purpose, subject)


def must_be_left(session: Session, purpose: str, subject: str, *, most: int, within: timedelta, why: Phrase) -> None:
    """The same without counting it."""
    if (oldest := _full_since(session, purpose, subject, most, within)) is not None:
        raise TooMany(why, retry_after=int((oldest + within - clock.now()).total_seconds()) + 1)


def left(session: Session, purpose: str, subject: str, *, most: int, within: timedelta) -> bool:
    return _full_since(session, purpose, subject, most, within) is None


def note(session: Session, purpose: str, subject: str) -> None:
    session.add(Attempt(purpose=purpose, subject=tokens.digest(subject), at=clock.now()))
    session.flush()


def _full_since(session: Session, purpose: str, subject: str, most: int, within: timedelta) -> datetime | None:
    """The most-th newest moment, if it is recent. What lies ahead was noted while the machine's clock was wrong."""
    now = clock.now()
    here = (Attempt.purpose == purpose, Attempt.subject == tokens.digest(subject), Attempt.at > now - within, Attempt.at <= now)
    return session.scalar(sa.select(Attempt.at).where(*here).order_by(Attempt.at.desc()).offset(most - 1).limit(1))


def forget_old(session: Session) -> None:
    session.execute(sa.delete(Attempt).where(Attempt.at < clock.now() - KEPT))
