"""Which days, hours and parts of a day a sentence names, and whether all of them are those that hold."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

import msgspec

from app.core import clock
from broadcasts.dispatch import hours
from broadcasts.dispatch.days import Calendar, weekday_of
from broadcasts.dispatch.tokens import CLOCKS, DAYS, Token, lex
from broadcasts.dispatch.tokens import clock as clock_of
from broadcasts.dispatch.vocabulary import words as vocabulary

PARTS = {"dawn": (0, 6), "morning": (5, 12), "noon": (11, 14), "afternoon": (12, 19), "evening": (17, 24)}
"""The hours that people mean by a part of the day."""


MONTH = 31


class Held(msgspec.Struct, frozen=True):
    """The days, hours and parts of a day that may be named."""

    days: frozenset[date] = frozenset()
    clocks: frozenset[tuple[int, int]] = frozenset()
    parts: frozenset[str] = frozenset()


@lru_cache(64)
def held(start: datetime | None, end: datetime | None) -> Held:
    ends = [clock.local(one) for one in (start, end) if one]
    if not ends:
        return Held()
    days = (ends[0].date() + timedelta(days=n) for n in range(min(MONTH, (ends[-1].date() - ends[0].date()).days + 1)))
    return Held(frozenset(days), frozenset((one.hour, one.minute) for one in ends), frozenset(_parts(ends[0], ends[-1])))


def _parts(first: datetime, last: datetime) -> Iterator[str]:
    begin, end = first.hour + first.minute / 60, last.hour + last.minute / 60
    for name, (lo, hi) in PARTS.items():
        if first.date() != last.date() or first == last or (begin < hi and end > lo):
            yield name


def holds(sentence: str, start: datetime | None, end: datetime | None, day: date) -> bool:
    """Whether all that it names is within this window; it was written on `day`."""
    allowed = held(start, end)
    plain = unicodedata.normalize("NFKC", sentence)
    calendar = Calendar(day)
    tokens = lex(plain, 0, len(plain))
    named = all(_is_held(one, plain, allowed, calendar) for one in tokens if one.kind in DAYS | CLOCKS)
    return named and all(part in allowed.parts for part in _parts_named(plain))


def _parts_named(plain: str) -> set[str]:
    """A single sign says a part of the day too seldom: 早日, 晚点."""
    return {part for part in PARTS for word in vocabulary(part) if len(word) > 1 and word in plain}


def _is_held(token: Token, plain: str, allowed: Held, calendar: Calendar) -> bool:
    if token.kind in CLOCKS:
        return _clock_held(token, allowed)
    if token.kind in ("week", "weekmore"):
        return weekday_of(token) in {one.weekday() for one in allowed.days}
    if token.found.get("relative") in (*vocabulary("same_day"), *vocabulary("next_day")):
        return bool(allowed.days)
    found = calendar.day(token, plain[token.lo : token.hi])
    return any(one in allowed.days for one in (found.on, *found.either) if one)


def _clock_held(token: Token, allowed: Held) -> bool:
    said = clock_of(token)
    hour = hours.hour(said) if said else None
    if said is None or hour is None:
        return False
    spoken: Sequence[int] = (hour, hour + 12) if said.loose and not said.period else (hour,)
    return any((one % 24, said.minute) in allowed.clocks for one in spoken)
