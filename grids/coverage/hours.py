"""A week of opening hours as 672 quarters of an hour: open, or not known."""

from collections.abc import Collection, Iterable
from datetime import datetime

import numpy as np
import sqlalchemy as sa
from opening_hours import State
from sqlalchemy.orm import Session

from app.core import clock
from grids import calendar, hours
from grids.coverage.questions import QUARTER, QUARTERS
from grids.reaching.tables import OpeningSpan, Timetable

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
    """Each of these hours in the week that begins then: from the spans worked out, else from the text itself."""
    wanted = {text for text in texts if text}
    kept = _kept(session, wanted, monday)
    days = calendar.around(session, monday)
    found = {text: Week(monday, kept[text] if text in kept else _spells(text, monday, days)) for text in wanted}
    return found | {"": Week.unknown()}


def _kept(session: Session, texts: set[str], monday: datetime) -> dict[str, list[Spell]]:
    if not texts:
        return {}
    whole = (Timetable.opening_hours.in_(texts), Timetable.since_at <= monday, Timetable.until_at >= monday + WEEK)
    here = sa.and_(OpeningSpan.timetable_id == Timetable.id, OpeningSpan.closes_at > monday, OpeningSpan.opens_at < monday + WEEK)
    rows = sa.select(Timetable.opening_hours, OpeningSpan.opens_at, OpeningSpan.closes_at, OpeningSpan.known)
    found: dict[str, list[Spell]] = {}
    for text, opens, closes, known in session.execute(rows.outerjoin(OpeningSpan, here).where(*whole)):
        spells = found.setdefault(text, [])
        if opens is not None:
            spells.append((opens, closes, known))
    return found


def _spells(text: str, monday: datetime, days: calendar.Calendar) -> Iterable[Spell]:
    begins = clock.local(monday).replace(tzinfo=None)
    start, last = monday, State.CLOSED
    for moment, state in hours.spells(text, begins, days):
        at = clock.as_utc(moment)
        if last is not State.CLOSED:
            yield start, at, last is State.OPEN
        start, last = at, state
        if at >= monday + WEEK:
            return
    if last is not State.CLOSED:
        yield start, monday + WEEK, last is State.OPEN
