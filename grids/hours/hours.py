"""Opening hours, answered for a moment in Shanghai time, with China's holidays (notation.py has them written for a week)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from app.core import clock, words
from app.core.errors import Mistaken
from app.core.words import phrase as _
from grids.calendar.calendar import Calendar
from grids.calendar.tables import DayKind
from grids.hours import notation

# How far ahead a change is looked for: longer than the longest holiday.
WEEKS = 5
DAYS_AHEAD = 6 * WEEKS
"""Each week is looked at from its first day's midnight on, with the day before it: six days of it are told."""

Spell = tuple[datetime, bool | None]
"""When it begins, and whether it is open then; None where that is not known."""


class Hours(msgspec.Struct, frozen=True):
    """Open, shut or, with `open` None, not known; how long; and whether a holiday makes it doubtful."""

    open: bool | None = None
    until: datetime | None = None
    opens_at: datetime | None = None
    doubt: bool = False


UNKNOWN = Hours()


def state(opening_hours: str, at: datetime, calendar: Calendar) -> Hours:
    """Whether a place is open at a moment, and when that changes. What cannot be read is unknown, never an error."""
    text = notation.plain(opening_hours)
    if text is None:
        return UNKNOWN
    here = clock.local(at).replace(tzinfo=None)
    coming = spells(text, here, calendar)
    is_open = next(coming, (here, None))[1]
    if is_open is None:
        return UNKNOWN
    change = next((start for start, what in coming if bool(what) is not is_open), None)
    changes_at = clock.as_utc(change) if change else None
    # Only the holidays on which the answer rests: today, and the day on which it opens again.
    doubt = doubtful(text, [at, *([changes_at] if changes_at and not is_open else [])], calendar)
    return Hours(is_open, until=changes_at if is_open else None, opens_at=None if is_open else changes_at, doubt=doubt)


def doubtful(opening_hours: str, moments: Iterable[datetime], calendar: Calendar) -> bool:
    """Whether one of these moments is on a holiday of which the hours say nothing."""
    on_holiday = any(calendar.get(clock.local(at).date()) is DayKind.holiday for at in moments)
    return on_holiday and not notation.names_holidays(opening_hours)


def always(opening_hours: str) -> bool:
    """Open day and night, whatever the day."""
    return notation.plain(opening_hours) in ("24/7", "Mo-Su 00:00-24:00", "00:00-24:00")


def when(at: datetime) -> str:
    """A change of state as people say it: 18:00, tomorrow 09:00, or the day and the hour."""
    tomorrow = clock.today() + timedelta(days=1)
    return str(_("tomorrow %(time)s", time=words.hour(at))) if clock.local(at).date() == tomorrow else words.moment(at)


def check(opening_hours: str) -> str:
    """Hours as a colleague wrote them. Raises Mistaken where they cannot be read; empty is "not known"."""
    text = opening_hours.strip()
    if text and notation.plain(text) is None:
        why = _("These hours cannot be read. Write them like Mo-Fr 09:00-17:00; PH off, or 24/7.")
        raise Mistaken(_("Please look again at the marked fields."), {"opening_hours": why})
    return text


def open_spans(opening_hours: str, since: datetime, calendar: Calendar, *, weeks: int = WEEKS) -> Iterator[tuple[datetime, datetime]]:
    """When it is open from a moment on: each span with its beginning and its end, one after the other."""
    here = clock.local(since).replace(tzinfo=None)
    for (start, what), (end, _next) in pairwise(spells(opening_hours, here, calendar, weeks=weeks)):
        if what and start < end:
            yield clock.as_utc(start), clock.as_utc(end)


def spells(opening_hours: str, start: datetime, calendar: Calendar, *, weeks: int = WEEKS) -> Iterator[Spell]:
    """Open, shut or not known from a moment of Shanghai's clock on, week by week as each week's holidays have it."""
    from opening_hours import State

    text = notation.plain(opening_hours)
    if text is None:
        yield start, None
        return
    for _week in range(weeks):
        first = start.date() - timedelta(days=1)
        end = datetime.combine(first + timedelta(days=7), datetime.min.time())
        for begins, _ends, what, _comment in notation.reader(notation.for_week(text, first, calendar)).intervals(start, end):
            yield begins, None if what is State.UNKNOWN else what is State.OPEN
        start = end
