"""An outage that is named for a day to come is not one that holds now: read from dangers.toml."""

import re
from datetime import date, datetime, time, timedelta
from functools import cache

import msgspec

from app.core import clock
from tickets.triage.tree import stops

BEHIND = 6
"""A month that is so many months before this one is one of next year."""


class Coming(msgspec.Struct, frozen=True):
    any: tuple[re.Pattern[str], ...]
    now: re.Pattern[str]
    care: re.Pattern[str]
    days: dict[str, int]


def without(words: str) -> str:
    """The words with such outages blotted out, all else in its place; untouched where they say that it is out now."""
    if _read().now.search(words):
        return words
    for one in _read().any:
        words = one.sub(_blot, words)
    return words


def named(words: str) -> bool:
    return without(words) != words


def day(words: str) -> date | None:
    """The first day to come that is named so that it can be told."""
    found = (_day(match) for one in _read().any for match in one.finditer(words) if _lies_ahead(match.groupdict()))
    return min((one for one in found if one is not None), default=None)


def begins(words: str) -> datetime | None:
    """When that day's outage begins at the earliest, as far as nobody tells the hour."""
    on = day(words)
    return datetime.combine(on, time(stops()["coming"]["from_hour"]), clock.SHANGHAI) if on else None


def needs_care(words: str) -> bool:
    """Whether they tell of somebody who lies ill at home: no danger in the first minutes, yet to be called before the light goes out."""
    return _read().care.search(words) is not None


def _day(match: re.Match[str]) -> date | None:
    said, today = match.groupdict(), clock.today()
    if not said.get("day"):
        away = next((days for word, days in _read().days.items() if word in match[0].casefold()), None)
        return today + timedelta(days=away) if away else None
    month = int(said["month"] or today.month)
    try:
        return date(today.year + (month < today.month), month, int(said["day"] or 0))
    except ValueError:  # There is no such day.
        return None


@cache
def _read() -> Coming:
    said = stops()["coming"]
    return Coming(
        tuple(re.compile(one, re.I) for one in said["any"]), re.compile(said["now"], re.I), re.compile(said["care"]), said["days"]
    )


def _blot(found: re.Match[str]) -> str:
    return "□" * len(found[0]) if _lies_ahead(found.groupdict()) else found[0]


def _lies_ahead(said: dict[str, str | None]) -> bool:
    """Today and what is behind us may be out at this moment; a day of no month is one of this month."""
    if not said.get("day"):
        return True
    today, day = clock.today(), int(said["day"] or 0)
    month = int(said["month"] or today.month)
    return (month, day) > (today.month, today.day) or today.month - month >= BEHIND
