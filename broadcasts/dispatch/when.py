"""The windows of one notice, out of whole windows, single moments and durations."""

from datetime import date, timedelta
from functools import partial

import msgspec

from app.core.words import phrase as _
from broadcasts.dispatch import hours, leftdays, moments, put_off, silent, tokens, written
from broadcasts.dispatch.days import Calendar
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.said import Said, Times, When, distinct, overlap
from broadcasts.dispatch.sections import Section
from broadcasts.dispatch.shapes import Window, interval
from broadcasts.dispatch.vocabulary import pattern
from broadcasts.dispatch.windows import Reader

PAST, AHEAD = timedelta(days=-90), timedelta(days=300)


def read(text: str, sections: list[Section], today: date, *, sudden: bool, far_from: date | None = None) -> When:
    """`sudden`: a fault, of which an hour without a day is one of today."""
    calendar, when = Calendar(today), When()
    times = _times(text, sections, calendar)
    if leftdays.is_told(text, sections):
        every = distinct(_times(text, sections, calendar, former=True).windows)
        times.windows = leftdays.windows(text, sections, calendar, every) or times.windows
    before = partial(_times_before, text, sections, calendar)
    if not times.windows and (moved := put_off.same_hours(text, calendar, times.bare_days, before)):
        times.windows = [moved]
    if times.windows:
        _move_end(text, times)
        _whole(text, times, when)
    elif times.points:
        moments.single(text, sections, times, when, today if sudden else None)
    elif times.bare_days and is_outage_day(text, sections, times.bare_days[0]):
        bare = times.bare_days[0]
        when.doubt(bare.doubt or _("No hours are said. From when until when?"), (bare.lo, bare.hi))
    for window in when.windows:
        if (moment := window.start or window.end) and not PAST <= moment.date() - (far_from or today) <= AHEAD:
            when.doubt(_("The day %(said)s is far from today. Is it meant?", said=moment.date().isoformat()))
    if when.windows and not when.doubts and (again := _put_otherwise(text, sections, when)):
        when.doubt(_("Further down the time seems to be changed once more. Which holds?"), again)
    if when.windows and (by := put_off.by_hours(text, sections, max(hi for _lo, hi in when.spans))):
        when.windows.clear()
        when.doubt(_("The times were put off by so much. From when until when is it now?"), by)
    if not when.windows and not when.doubts and (said := _cancelled(text, sections)):
        when.doubt(_("This says that an outage is cancelled or moved. Which times hold now?"), said)
    return when


def _put_otherwise(text: str, sections: list[Section], when: When) -> Span | None:
    """这个往后挪一天,改21号了: somebody's word behind what is passed on."""
    behind = pattern("put_otherwise").search(text, max((hi for _lo, hi in when.spans), default=len(text)), sections[-1].hi)
    return behind.span() if behind else None


def _times_before(text: str, sections: list[Section], calendar: Calendar) -> list[Said]:
    return _times(text, sections, calendar, former=True).windows


def _times(text: str, sections: list[Section], calendar: Calendar, *, former: bool = False) -> Times:
    """`former`: also those that no longer hold."""
    found: list[tokens.Token] = []
    quiet: list[Span] = []
    for section in sections:
        if section.kind in ("time", "start", "end", "span", "prose", "heading", "shared"):
            found += tokens.lex(text, section.lo, section.hi)
            quiet += silent.stretches(text, section.lo, section.hi)
            if section.kind in ("prose", "heading"):
                quiet += written.signed_off(text, section.lo, section.hi)
    labelled = [one for one in sections if one.kind == "time"]
    if labelled and not any(one.kind in ("start", "end") for one in sections):
        inside = [token for token in found if any(one.lo <= token.lo < one.hi for one in labelled) or token.kind in ("month", *tokens.DAYS)]
        if any(token.kind in tokens.CLOCKS | {"bad"} for token in inside):
            found = [token for token in inside if token.lo < labelled[-1].hi]
    return Reader(text, found, calendar, [] if former else quiet).read()


def _move_end(text: str, times: Times) -> None:
    """原定8:00-17:00的停电,送电时间延迟至20:30: the start stands."""
    moved = [one for one in times.points if pattern("(?:<end_moved>)$").search(text[max(0, one.lo - 24) : one.lo])]
    windows = distinct(times.windows)
    if len(moved) == 1 and len(windows) == 1 and (start := windows[0].start):
        end = hours.at(moved[0].day or start.date(), moved[0].clock)
        times.windows = [msgspec.structs.replace(windows[0], end=end if end and end > start else None, doubt=None)]


def _only(text: str, windows: list[Said]) -> list[Said]:
    said = next((at for at, one in enumerate(windows) if pattern("only").search(text[max(0, one.lo - 4) : one.lo])), 0)
    return windows[said:]


def _till_sent(text: str, windows: list[Said]) -> list[Said]:
    """8:00-17:00停电检修,17:00-18:00恢复送电操作: the hours of sending are none of the outage's."""
    ends = {one.end for one in windows if one.end}
    return [one for one in windows if not (one.start in ends and pattern("sending").match(text, one.hi))]


def _whole(text: str, times: Times, when: When) -> None:
    windows = _till_sent(text, distinct(_only(text, times.windows)))
    for one in windows:
        if one.doubt:
            when.doubt(one.doubt, (one.lo, one.hi), one.either)
        if one.start or one.end:
            when.windows.append(Window(one.start, one.end))
            when.spans.append((one.lo, one.hi))
    if overlap(windows):
        when.windows.clear()
        either = tuple(interval(one.start, one.end) for one in windows if one.start and one.end)
        when.doubt(_("Two of the times overlap. Which ones hold?"), (windows[0].lo, windows[-1].hi), either)
    if when.windows and any(window.start and window.start == window.end for window in when.windows):
        when.windows.clear()


def is_outage_day(text: str, sections: list[Section], bare: Said) -> bool:
    """Whether a day without hours is the day of the outage, and not one that is only mentioned."""
    place = bare.lo
    if any(one.kind in ("time", "start", "end") and one.lo <= place < one.hi for one in sections):
        return True
    return any(
        one.lo <= place < one.hi and pattern("(?:<outage>|<planned_work>)").search(text, place, min(one.hi, place + 40)) for one in sections
    )


def _cancelled(text: str, sections: list[Section]) -> Span | None:
    prose = [one for one in sections if one.kind in ("prose", "heading", "time")]
    found = (
        match for one in prose for name in ("cancelled", "formerly", "put_off_to") for match in pattern(name).finditer(text, one.lo, one.hi)
    )
    return next((match.span() for match in found), None)
