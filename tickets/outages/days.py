"""The days that somebody's words name, counted from today."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from app.core import clock
from broadcasts.tables import Notice

if TYPE_CHECKING:
    from broadcasts.dispatch.tokens import Token

FILE = Path(__file__).with_name("attaching.toml")
CLAUSE = re.compile(r"[^\uff0c,\u3002\uff01!\uff1f?\uff1b;\n]+")
Span = tuple[date, date]


class Week(msgspec.Struct, frozen=True):
    """A weekend, the next week: from a day to a day of it."""

    said: re.Pattern[str]
    weeks: int
    days: tuple[int, int]

    def span(self, today: date) -> Span:
        monday = today + timedelta(weeks=self.weeks, days=-today.weekday())
        return monday + timedelta(days=self.days[0]), monday + timedelta(days=self.days[1])


def said(words: str) -> list[Span]:
    """Each day or week that is named."""
    found = []
    for week in _weeks():
        words, n = week.said.subn("\u25a1", words)
        found += [week.span(clock.today())] * bool(n)
    return [*found, *((day, day) for day in _days(words))]


def ahead_in(words: str) -> Iterator[str]:
    """The clauses that name days which are all to come. A day that stands alone before a comma belongs to what follows."""
    for token in reversed(_tokens(words)):
        words = words[: token.hi] + re.sub(r"^[\uff0c,]", "", words[token.hi :])
    for clause in CLAUSE.findall(words):
        spans = said(clause)
        if spans and all(first > clock.today() for first, _last in spans):
            yield clause


def agree(notice: Notice, words: str) -> bool:
    """Whether this outage is on a day that is named, or none is."""
    spans = said(words)
    if not spans or notice.starts_at is None:
        return not spans
    first = clock.local(notice.starts_at).date()
    last = clock.local(notice.ends_at).date() if notice.ends_at else first
    return any(first <= until and since <= last for since, until in spans)


def _days(words: str) -> Iterator[date]:
    from broadcasts.dispatch.days import Calendar

    calendar = Calendar(clock.today())
    for token in _tokens(words):
        day = calendar.day(token, words[token.lo : token.hi])
        on = day.on or next((one for one in day.either if one >= calendar.today), None)
        if on is not None:
            yield on


def _tokens(words: str) -> "list[Token]":
    """3-5 is where somebody lives. The reader of numerals is loaded by who reads words, not by every worker."""
    from broadcasts.dispatch import tokens

    found = tokens.lex(words, 0, len(words))
    return [one for one in found if one.kind in tokens.DAYS and not (one.kind == "slashed" and "-" in words[one.lo : one.hi])]


@cache
def _weeks() -> tuple[Week, ...]:
    filed = tomllib.loads(FILE.read_text(encoding="utf-8"))["week"]
    return tuple(Week(re.compile(one["said"]), one["weeks"], tuple(one["days"])) for one in filed)
