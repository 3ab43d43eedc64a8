"""How fast a provider or a robot may be written to, and whether it is left alone: rows that hold across all workers.

A clock that was ahead and is put right makes nobody wait longer than the longest wait there is.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.core import clock, twins
from broadcasts.subscribers.tables import Valve

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)


def draw(session: Session, key: str, many: int = 1, *, at_once: float, a_minute: float) -> float:
    """Take so many messages from the bucket: 0, or how many seconds to wait because there are fewer in it."""
    valve, now = _locked(session, key, level=at_once), clock.now()
    level = min(at_once, valve.level + max(0.0, (now - valve.at).total_seconds()) * a_minute / 60)
    valve.at = now
    valve.level = level - many if level >= many else level
    return 0 if level >= many else (many - level) * 60 / a_minute


def shut_for(session: Session, key: str) -> timedelta:
    """How long this provider is still left alone."""
    valve = session.get(Valve, key)
    return min(LONGEST_PAUSE, max(timedelta(), valve.shut_until - clock.now())) if valve and valve.shut_until else timedelta()


def failed(session: Session, key: str) -> None:
    """It took nothing: it is left alone for a while, each time for longer."""
    valve = _locked(session, key)
    valve.failures += 1
    valve.shut_until = clock.now() + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(valve.failures - 1, 10))


def worked(session: Session, key: str) -> None:
    valve = session.get(Valve, key)
    if valve and (valve.failures or valve.shut_until):
        valve.failures, valve.shut_until = 0, None


def _locked(session: Session, key: str, level: float = 0) -> Valve:
    """Nobody else draws meanwhile. Two that make it at the same moment: the second finds what the first has kept."""
    if found := session.get(Valve, key, with_for_update=True, populate_existing=True):
        return found
    session.execute(twins.insert(session, Valve).values(key=key, level=level, at=clock.now(), failures=0).on_conflict_do_nothing())
    return session.get_one(Valve, key, with_for_update=True)
