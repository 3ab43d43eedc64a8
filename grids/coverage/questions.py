"""What may be asked of coverage: at which hour, at which pace, with which needs."""

import tomllib
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

import msgspec

from app.core import clock
from grids.circle import paces

QUARTER = timedelta(minutes=15)
QUARTERS = 7 * 24 * 4


class Question(msgspec.Struct, frozen=True):
    """One of questions.toml."""

    label: str
    weekday: int
    hour: int
    slow: bool = False
    need: tuple[str, ...] = ()

    @property
    def asked(self) -> "Asked":
        return Asked(coming(self.weekday, self.hour), slow=self.slow, need=self.need)


class Asked(msgspec.Struct, frozen=True):
    at: datetime
    slow: bool = False
    need: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """Ten minutes of this walker, in the seconds of the kept walks (at 80 metres a minute)."""
        return 60 * paces.MINUTES * (paces.SLOWER_PACE if self.slow else paces.PACE) / paces.PACE

    @property
    def quarter(self) -> int:
        """The quarter of an hour of the week, from Monday's midnight in Shanghai, that the moment lies in."""
        return int((clock.local(self.at) - clock.local(monday(self.at))) / QUARTER)


class Candidates(msgspec.Struct, frozen=True):
    kinds: tuple[str, ...]


class Book(msgspec.Struct, frozen=True):
    questions: dict[str, Question]
    candidates: Candidates


@cache
def book() -> Book:
    """What stands in questions.toml."""
    return msgspec.convert(tomllib.loads(Path(__file__).with_name("questions.toml").read_text("utf-8")), Book)


def coming(weekday: int, hour: int) -> datetime:
    """The next such hour; today's while it lasts."""
    now = clock.local(clock.now())
    day = now.date() + timedelta(days=(weekday - now.weekday()) % 7)
    at = clock.as_utc(datetime.combine(day, time(hour)))
    return at if at + timedelta(hours=1) > clock.now() else at + timedelta(days=7)


def monday(at: datetime) -> datetime:
    """The midnight in Shanghai with which the week of a moment begins."""
    day = clock.local(at).date()
    return clock.as_utc(datetime.combine(day - timedelta(days=day.weekday()), time()))
