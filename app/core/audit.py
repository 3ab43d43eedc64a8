"""What was done, by whom, when: rows that are only ever added, each chained to the one before by its hash."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.database import Table

LOCK = 7_260_714


class AuditEntry(Table):
    """One act by one person, kept for good."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None]
    act: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str]
    digest: Mapped[str]


def record(session: Session, act: str, subject: str, *, by: int | None, **facts: Any) -> AuditEntry:
    """Add to the chain, in the transaction of the act itself. `by` is the person's id; None is a resident or the clock."""
    if session.get_bind().dialect.name == "postgresql":
        # The chain has one end: whoever adds to it waits for the other.
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    session.flush()
    last = session.scalar(sa.select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)) or ""
    entry = AuditEntry(at=clock.now(), person_id=by, act=act, subject=subject, facts=facts, previous=last, digest="")
    entry.digest = _digest(entry)
    session.add(entry)
    session.flush()
    return entry


def who(session: Session, subject: str, *, since: datetime) -> set[int | None]:
    """Who did something to it since then."""
    return set(session.scalars(sa.select(AuditEntry.person_id).where(AuditEntry.at >= since, AuditEntry.subject == subject)))


def verify(session: Session) -> tuple[int, int | None]:
    """How many rows hold, and the id of the first that was altered, if any."""
    previous, count = "", 0
    for entry in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).yield_per(1000):
        if entry.previous != previous or entry.digest != _digest(entry):
            return count, entry.id
        previous, count = entry.digest, count + 1
    return count, None


def _digest(entry: AuditEntry) -> str:
    said = [entry.previous, entry.at.isoformat(), entry.person_id, entry.act, entry.subject, entry.facts]
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()
