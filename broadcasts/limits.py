"""How often something may be asked for, by purpose and subject: a number, an address, a grid. Never by IP address."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, tokens
from app.core.errors import TooMany
from app.core.words import Phrase
from broadcasts.subscribers.tables import Attempt

KEPT = timedelta(days=2)


def allow(session: Session, purpose: str, subject: str, *, most: int, within: timedelta, why: Phrase) -> None:
    """Count this once more. Raises TooMany, with the time to wait, where there were enough. What is kept of the subject is its hash."""
    subject, now = tokens.digest(subject), clock.now()
    here = sa.select(Attempt.at).where(Attempt.purpose == purpose, Attempt.subject == subject, Attempt.at > now - within)
    oldest = session.scalar(here.order_by(Attempt.at.desc()).offset(most - 1).limit(1))
    if oldest is not None:
        raise TooMany(why, retry_after=int((oldest + within - now).total_seconds()) + 1)
    session.add(Attempt(purpose=purpose, subject=subject, at=now))
    session.flush()


def forget_old(session: Session) -> None:
    session.execute(sa.delete(Attempt).where(Attempt.at < clock.now() - KEPT))
