"""A week of opening hours as 672 quarters of an hour: open, or not known."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache

import numpy as np
from sqlalchemy.orm import Session

from app.core import clock
from grids.calendar import calendar
from grids.calendar.tables import DayKind
from grids.coverage.questions import QUARTER, QUARTERS
from grids.hours import hours

WEEK = QUARTER * QUARTERS
Spell = tuple[datetime, datetime, bool]


class Week:
    """At each quarter's beginning: surely open, and perhaps open (open, or nobody knows)."""

    def __init__(self, monday: datetime, spells: Iterable[Spell]) -> None:
        self.open = np.zeros(QUARTERS, dtype=bool)
        self.perhaps = np.zeros(QUARTERS, dtype=bool)
        for opens, closes, known in spells:
            quarters = slice(*(min(max(-((monday - at) // QUARTER), 0), QUARTERS) for at in (opens, closes)))
            self.perhaps[quarters] = True
            self.open[quarters] |= known

    @classmethod
    def unknown(cls) -> "Week":
        """Nobody has told us the hours."""
        week = cls(datetime.min, ())
        week.perhaps[:] = True
        return week

    def both(self, other: "Week") -> "Week":
        """While the one and the other are open: a place behind a gate."""
        week = Week(datetime.min, ())
        week.open, week.perhaps = self.open & other.open, self.perhaps & other.perhaps
        return week

    @property
    def key(self) -> bytes:
        return bytes(np.packbits(self.open).tobytes() + np.packbits(self.perhaps).tobytes())


def weeks(session: Session, texts: Collection[str], monday: datetime) -> dict[str, Week]:
    """Each of these hours in the week that begins then."""
    days = tuple(sorted(calendar.around(session, monday).items()))
    return {text: _week(text, monday, days) for text in texts if text} | {"": Week.unknown()}


@lru_cache(maxsize=2_048)
def _week(text: str, monday: datetime, days: tuple[tuple[date, DayKind], ...]) -> Week:
    """The same hours are asked for grid by grid. The days are part of the question, so the answer is never out of date."""
    week = Week(monday, _spells(text, monday, dict(days)))
    week.open.flags.writeable = week.perhaps.flags.writeable = False
    return week


def _spells(text: str, monday: datetime, days: calendar.Calendar) -> Iterable[Spell]:
    begins = clock.local(monday).replace(tzinfo=None)
    start = monday
    last: bool | None = False
    for moment, state in hours.spells(text, begins, days):
        at = clock.as_utc(moment)
        if last is not False:
            yield start, at, bool(last)
        start, last = at, state
        if at >= monday + WEEK:
            return
    if last is not False:
        yield start, monday + WEEK, bool(last)
