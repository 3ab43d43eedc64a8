"""Opening hours in OSM's notation, answered for a moment in Shanghai time, with China's holidays.

The library reads and evaluates the notation, but knows no calendar of ours: given no country, its token PH never matches.
So an expression is rewritten for the week in question before the library sees it. Within seven days each weekday comes once, hence:

* PH becomes the weekdays of that week that are holidays, and a rule with PH overrides the rules before it on those days,
  as the notation has it. In a week without holidays PH stays, and never matches.
* A Saturday worked in exchange is put wherever Friday is named and taken away elsewhere; a Sunday follows Monday.
* Where the expression says nothing of PH, a holiday is answered as written, with a doubt.

The library's own reading of small hours stays: a rule that shuts a day (We off, PH off) begins and ends at that day's midnights,
also where the evening before reaches over.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from app.core import clock, words
from app.core.errors import Mistaken
from app.core.words import phrase as _
from grids.calendar.calendar import Calendar
from grids.calendar.tables import DayKind

if TYPE_CHECKING:
    from opening_hours import OpeningHours  # Loaded by who first reads hours: a worker that sends does not carry it.

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
WORKED_LIKE = {"Sa": "Fr", "Su": "Mo"}
# OSM's own limit for a value.
LONGEST = 255
# How far ahead a change is looked for: longer than the longest holiday.
WEEKS = 5
DAYS_AHEAD = 6 * WEEKS
"""Each week is looked at from its first day's midnight on, with the day before it: six days of it are told."""

_DAY = "(?:" + "|".join(DAYS) + ")"
_ITEM = rf"(?:PH|SH|{_DAY}(?:-{_DAY})?)(?:\[[^\]]*\])?(?: [+-]?\d+ days?)?"
_SELECTOR = re.compile(rf"(?<![\w+-]){_ITEM}(?:,{_ITEM})*(?!\w)")
_COMMENT = re.compile(r'("[^"]*")')


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
    text = _plain(opening_hours)
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
    return on_holiday and not _names_holidays(opening_hours)


def always(opening_hours: str) -> bool:
    """Open day and night, whatever the day."""
    return _plain(opening_hours) in ("24/7", "Mo-Su 00:00-24:00", "00:00-24:00")


def when(at: datetime) -> str:
    """A change of state as people say it: 18:00, tomorrow 09:00, or the day and the hour."""
    tomorrow = clock.today() + timedelta(days=1)
    return str(_("tomorrow %(time)s", time=words.hour(at))) if clock.local(at).date() == tomorrow else words.moment(at)


def check(opening_hours: str) -> str:
    """Hours as a colleague wrote them. Raises Mistaken where they cannot be read; empty is "not known"."""
    text = opening_hours.strip()
    if text and _plain(text) is None:
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

    text = _plain(opening_hours)
    if text is None:
        yield start, None
        return
    for _week in range(weeks):
        first = start.date() - timedelta(days=1)
        end = datetime.combine(first + timedelta(days=7), datetime.min.time())
        for begins, _ends, what, _comment in _reader(_for_week(text, first, calendar)).intervals(start, end):
            yield begins, None if what is State.UNKNOWN else what is State.OPEN
        start = end


def _for_week(text: str, first: date, calendar: Calendar) -> str:
    """The expression as it holds in the seven days from `first`."""
    week = [first + timedelta(days=n) for n in range(7)]
    named = {DAYS[day.weekday()]: calendar.get(day) for day in week}
    holidays = {name for name, kind in named.items() if kind is DayKind.holiday}
    worked = {name for name, kind in named.items() if kind is DayKind.workday and name in WORKED_LIKE}
    if not holidays and not worked:
        return text
    parts = _COMMENT.split(text)
    parts[::2] = [_SELECTOR.sub(lambda found: _selector(found[0], holidays, worked), part) for part in parts[::2]]
    rewritten = "".join(parts)
    return rewritten if _reads(rewritten) else text


def _selector(written: str, holidays: set[str], worked: set[str]) -> str:
    """One selector such as Mo-Fr,PH as it holds in this week. PH alone is the selector that matches nothing."""
    items = written.split(",")
    kept = [item for item in items if item != "PH" and not re.fullmatch(rf"{_DAY}(?:-{_DAY})?", item)]
    plain = {day for item in items if item not in kept and item != "PH" for day in weekdays(item)}
    days = (plain - worked) | {day for day in worked if WORKED_LIKE[day] in plain}
    if "PH" in items:
        days |= holidays
    return ",".join([*kept, *(day for day in DAYS if day in days)]) or "PH"


def weekdays(item: str) -> set[str]:
    """Mo-Fr, and Su-Th over the week's end."""
    first, _dash, last = item.partition("-")
    start = DAYS.index(first)
    length = (DAYS.index(last or first) - start) % 7
    return {DAYS[(start + n) % 7] for n in range(length + 1)}


def _names_holidays(text: str) -> bool:
    return any(re.search(r"\bPH\b", part) for part in _COMMENT.split(text)[::2])


@lru_cache(maxsize=4096)
def _plain(written: str) -> str | None:
    """The expression as the library writes it, or None where it cannot be read."""
    text = written.strip()
    if not text or len(text) > LONGEST:
        return None
    if not _reads(text):
        return None
    # The library writes some expressions (PH +1 day) in a way that it cannot read itself.
    tidy = str(_reader(text))
    return tidy if _reads(tidy) else text


def _reads(text: str) -> bool:
    from opening_hours import ParserError  # type: ignore[attr-defined]

    try:
        _reader(text)
    except (ParserError, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _reader(text: str) -> "OpeningHours":
    from opening_hours import OpeningHours

    return OpeningHours(text, auto_country=False, auto_timezone=False)
