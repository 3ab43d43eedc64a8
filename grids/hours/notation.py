"""OSM's notation of opening hours, written anew for one week with China's holidays.

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
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from grids.calendar.calendar import Calendar
from grids.calendar.tables import DayKind

if TYPE_CHECKING:
    from opening_hours import OpeningHours  # Loaded by who first reads hours: a worker that sends does not carry it.

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
WORKED_LIKE = {"Sa": "Fr", "Su": "Mo"}
LONGEST = 255
"""OSM's own limit for a value."""
_DAY = "(?:" + "|".join(DAYS) + ")"
_ITEM = rf"(?:PH|SH|{_DAY}(?:-{_DAY})?)(?:\[[^\]]*\])?(?: [+-]?\d+ days?)?"
_SELECTOR = re.compile(rf"(?<![\w+-]){_ITEM}(?:,{_ITEM})*(?!\w)")
_COMMENT = re.compile(r'("[^"]*")')


def for_week(text: str, first: date, calendar: Calendar) -> str:
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


def names_holidays(text: str) -> bool:
    return any(re.search(r"\bPH\b", part) for part in _COMMENT.split(text)[::2])


@lru_cache(maxsize=4096)
def plain(written: str) -> str | None:
    """The expression as the library writes it, or None where it cannot be read."""
    text = written.strip()
    if not text or len(text) > LONGEST:
        return None
    if not _reads(text):
        return None
    # The library writes some expressions (PH +1 day) in a way that it cannot read itself.
    tidy = str(reader(text))
    return tidy if _reads(tidy) else text


def _reads(text: str) -> bool:
    from opening_hours import ParserError  # type: ignore[attr-defined]

    try:
        reader(text)
    except (ParserError, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def reader(text: str) -> "OpeningHours":
    from opening_hours import OpeningHours

    return OpeningHours(text, auto_country=False, auto_timezone=False)
