"""What was read of times: whole windows, single moments, durations; and what came of them for one notice."""

from datetime import date, datetime
from itertools import pairwise

import msgspec

from app.core.words import Phrase
from broadcasts.dispatch import hours
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.shapes import Doubt, Window
from broadcasts.dispatch.tokens import Clock, Token


class Said(msgspec.Struct):
    """One window as it was read, or the doubt that kept it from being read."""

    start: datetime | None
    end: datetime | None
    lo: int
    hi: int
    doubt: Phrase | None = None
    either: tuple[str, ...] = ()


def between(first: tuple[date, Clock | None], last: tuple[date | None, Clock | None], span: Span, doubt: Phrase | None) -> Said:
    (day, start), (until, end) = first, last
    if doubt and (start is None) != (end is None):
        # One figure is lost; the other one stands.
        known = hours.at(day, start) if start else hours.at(until or day, end) if end else None
        return Said(known if start else None, None if start else known, *span, doubt)
    if doubt or start is None or end is None:
        return Said(None, None, *span, doubt)
    found = hours.between(day, start, until, end)
    return Said(found.start, found.end, *span, found.doubt, found.either)


class Point(msgspec.Struct):
    """One clock time by itself. `day` is None where none was named."""

    day: date | None
    clock: Clock
    lo: int
    hi: int
    named_day: bool = False
    doubt: Phrase | None = None


class Times(msgspec.Struct):
    windows: list[Said] = []
    points: list[Point] = []
    durations: list[Token] = []
    bare_days: list[Said] = []
    """Days without any hours beside them."""


class When:
    """What was read of one notice's times."""

    def __init__(self) -> None:
        self.windows: list[Window] = []
        self.spans: list[Span] = []
        self.doubts: list[Doubt] = []

    def doubt(self, question: Phrase, span: Span | None = None, choices: tuple[str, ...] = ()) -> None:
        if all(str(question) != str(known.question) for known in self.doubts):
            self.doubts.append(Doubt("windows", question, span, choices))


def distinct(windows: list[Said]) -> list[Said]:
    """Each window once, in the order in which they begin."""
    kept: dict[tuple[datetime | None, datetime | None], Said] = {}
    for one in windows:
        kept.setdefault((one.start, one.end), one)
    return sorted(kept.values(), key=lambda one: (one.start or one.end or datetime.max, one.lo))


def overlap(windows: list[Said]) -> bool:
    ends = [one for one in windows if one.start and one.end]
    return any(first.end and second.start and second.start < first.end for first, second in pairwise(ends))
