"""An outage that is named for a day to come is not one that holds now: read from dangers.toml."""

import re
from functools import cache

import msgspec

from app.core import clock
from tickets.triage.tree import stops

BEHIND = 6
"""A month that is so many months before this one is one of next year."""


class Coming(msgspec.Struct, frozen=True):
    any: tuple[re.Pattern[str], ...]
    now: re.Pattern[str]


def without(words: str) -> str:
    """The words with such outages blotted out, all else in its place; untouched where they say that it is out now."""
    if _read().now.search(words):
        return words
    for one in _read().any:
        words = one.sub(_blot, words)
    return words


def named(words: str) -> bool:
    return without(words) != words


@cache
def _read() -> Coming:
    said = stops()["coming"]
    return Coming(tuple(re.compile(one, re.I) for one in said["any"]), re.compile(said["now"], re.I))


def _blot(found: re.Match[str]) -> str:
    return "□" * len(found[0]) if _lies_ahead(found.groupdict()) else found[0]


def _lies_ahead(said: dict[str, str | None]) -> bool:
    """Today and what is behind us may be out at this moment; a day of no month is one of this month."""
    if not said.get("day"):
        return True
    today, day = clock.today(), int(said["day"] or 0)
    month = int(said["month"] or today.month)
    return (month, day) > (today.month, today.day) or today.month - month >= BEHIND
