"""Time has one source, so that a test can move it and the demo town can have a past."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    return _told.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """What is done inside happens at this moment."""
    token = _told.set(as_utc(moment))
    try:
        yield
    finally:
        _told.reset(token)


def today() -> date:
    """The day on the wall calendar of the people we serve."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


def as_utc(moment: datetime) -> datetime:
    """A moment as stored: a naive one is read as Shanghai time."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def read(said: str) -> datetime | None:
    """A day and time as ISO 8601 writes it, between 2000 and 2100; None where it cannot be read. An unencoded + arrives as a blank."""
    try:
        moment = as_utc(datetime.fromisoformat(said.replace(" ", "+") if "T" in said else said))
    except (ValueError, OverflowError):
        return None
    return moment if 2000 <= moment.year <= 2100 else None
