"""The windows of one notice, out of whole windows, single moments and durations."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.dispatch import hours, silent, tokens
from broadcasts.dispatch.days import Calendar
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section
from broadcasts.dispatch.shapes import Doubt, Window, interval
from broadcasts.dispatch.vocabulary import pattern
from broadcasts.dispatch.windows import Point, Reader, Said, Times, distinct, overlap

NEAR = timedelta(minutes=30)
PAST, AHEAD = timedelta(days=-90), timedelta(days=300)
FORENOON = 12


class When:
    """What was read of one notice's times."""

    def __init__(self) -> None:
        self.windows: list[Window] = []
        self.spans: list[Span] = []
        self.doubts: list[Doubt] = []

    def doubt(self, question: Phrase, span: Span | None = None, choices: tuple[str, ...] = ()) -> None:
        if all(str(question) != str(known.question) for known in self.doubts):
            self.doubts.append(Doubt("windows", question, span, choices))


def read(text: str, sections: list[Section], today: date, *, sudden: bool, far_from: date | None = None) -> When:
    """`sudden`: a fault, of which an hour without a day is one of today."""
    calendar, when = Calendar(today), When()
    times = _times(text, sections, calendar)
    if times.windows:
        _whole(times, when)
    elif times.points:
        _single(text, sections, times, when, today if sudden else None)
    elif times.bare_days and is_outage_day(text, sections, times.bare_days[0]):
        bare = times.bare_days[0]
        when.doubt(bare.doubt or _("No hours are said. From when until when?"), (bare.lo, bare.hi))
    for window in when.windows:
        if (moment := window.start or window.end) and not PAST <= moment.date() - (far_from or today) <= AHEAD:
            when.doubt(_("The day %(said)s is far from today. Is it meant?", said=moment.date().isoformat()))
    if not when.windows and not when.doubts and (said := _cancelled(text, sections)):
        when.doubt(_("This says that an outage is cancelled or moved. Which times hold now?"), said)
    return when


def _times(text: str, sections: list[Section], calendar: Calendar) -> Times:
    found: list[tokens.Token] = []
    quiet: list[Span] = []
    for section in sections:
        if section.kind in ("time", "start", "end", "span", "prose", "heading"):
            found += tokens.lex(text, section.lo, section.hi)
            quiet += silent.stretches(text, section.lo, section.hi)
            if section.kind in ("prose", "heading"):
                quiet += signed_off(text, section.lo, section.hi)
    labelled = [one for one in sections if one.kind == "time"]
    if labelled and not any(one.kind in ("start", "end") for one in sections):
        inside = [token for token in found if any(one.lo <= token.lo < one.hi for one in labelled) or token.kind in ("month", *tokens.DAYS)]
        if any(token.kind in tokens.CLOCKS | {"bad"} for token in inside):
            found = [token for token in inside if token.lo < labelled[-1].hi]
    return Reader(text, found, calendar, quiet).read()


def signed_off(text: str, lo: int, hi: int) -> list[Span]:
    """Dates alone on their line, or with the name of an office: when it was written."""
    return [match.span() for match in pattern("signed_off").finditer(text, lo, hi)]


def written(text: str, sections: list[Section], today: date) -> date:
    """The day the text says it was written on; otherwise today."""
    calendar = Calendar(today)
    for section in sections:
        spans = [(section.lo, section.hi)] if section.kind == "published" else [
            *silent.published(text, section.lo, section.hi), *signed_off(text, section.lo, section.hi)
        ]  # fmt: skip
        for lo, hi in spans if section.kind in ("published", "prose", "heading") else []:
            for token in tokens.lex(text, lo, hi):
                if token.kind in ("full", "short", "packed", "monthday") and (day := calendar.day(token, "").on):
                    return day
    return today


def _whole(times: Times, when: When) -> None:
    windows = distinct(times.windows)
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
    found = (match for one in prose for name in ("cancelled", "formerly") for match in pattern(name).finditer(text, one.lo, one.hi))
    return next((match.span() for match in found), None)


# --- single moments ---


def _single(text: str, sections: list[Section], times: Times, when: When, sudden: date | None) -> None:
    starts = [point for point in times.points if role(text, sections, point) == "start"]
    ends = [point for point in times.points if role(text, sections, point) == "end"]
    if not starts and not ends:
        return
    if _several(starts) or _several(ends):
        when.doubt(_("Several times are said. From when until when?"), (times.points[0].lo, times.points[-1].hi))
        return
    start = _moment(starts, sudden, when)
    end = _end(ends, start, starts, sudden, when)
    lasting = _lasting(text, sections, times)
    if lasting and start:
        end = _agreed(start, end, lasting, bool(ends), when)
        if when.doubts and end is None and ends:
            return
    if start or end:
        when.windows.append(Window(start, end))
        when.spans += [(point.lo, point.hi) for point in (*starts[:1], *ends[:1])]


def _several(points: list[Point]) -> bool:
    return len({(point.day, point.clock.hour, point.clock.minute) for point in points}) > 1


def _moment(points: list[Point], sudden: date | None, when: When) -> datetime | None:
    if not points:
        return None
    point = points[0]
    day, span = point.day or sudden, (point.lo, point.hi)
    open_ = (
        point.clock.loose
        and not point.clock.period
        and (point.clock.hour <= hours.SMALL or (point.clock.hour <= FORENOON and not point.day))
    )
    if point.doubt or day is None:
        when.doubt(point.doubt or _("No day is said for these hours. Which day is it?"), span)
        return None
    found = None if open_ or point.clock.misread else hours.at(day, point.clock)
    if found is None:
        when.doubt(hours.open_clock(point.clock), span)
    return found


def _end(ends: list[Point], start: datetime | None, starts: list[Point], sudden: date | None, when: When) -> datetime | None:
    if not ends:
        return None
    point = ends[0]
    if point.day is None and start is None and starts:
        return None
    day = point.day or (start.date() if start else None)
    placed = [Point(day, point.clock, point.lo, point.hi, doubt=point.doubt)] if day else ends
    found = _moment(placed, sudden, when)
    if found is None or start is None or found > start:
        return found
    night = point.day is None and start.hour >= hours.NIGHT and found.hour <= hours.MORNING_TO and not point.clock.period
    if night:
        return found + timedelta(days=1)
    when.doubt(hours.open_clock(point.clock), (point.lo, point.hi))
    return None


def _lasting(text: str, sections: list[Section], times: Times) -> timedelta | None:
    """How long it is said to last; None where that is not said or said twice."""
    labelled = [one for one in sections if one.kind == "span"]
    found = {
        tokens.duration(token)
        for token in times.durations
        if any(one.lo <= token.lo < one.hi for one in labelled)
        or (pattern("lasting_before").search(text[max(0, token.lo - 14) : token.lo]) and not pattern("lasting_not").match(text, token.hi))
    }
    return found.pop() if len(found) == 1 else None


def _agreed(start: datetime, end: datetime | None, lasting: timedelta, ends_said: bool, when: When) -> datetime | None:
    counted = start + lasting
    if not ends_said:
        return counted
    if end and abs(end - counted) > NEAR:
        either = (interval(start, end), interval(start, counted))
        when.doubt(_("The end and the duration that are said do not agree. When does it end?"), None, either)
        return None
    return end


def role(text: str, sections: list[Section], point: Point) -> str:
    """Whether the light goes at this moment, comes back, or neither."""
    section = next((one for one in sections if one.lo <= point.lo < one.hi), None)
    if section is None:
        return ""
    if section.kind in ("start", "end"):
        return section.kind
    before = text[max(section.lo, point.lo - 24) : point.lo]
    after = text[point.hi : min(silent.until(text, point.hi, section.hi, silent.SENTENCE), point.hi + 40)]
    if pattern("not_before").match(after) or pattern("part_back").search(after):
        return ""
    if pattern("stops_here").match(after) or pattern("sends_here").match(after):
        return "start" if pattern("stops_here").match(after) else "end"
    if pattern("end_before").search(before) or pattern("until_before").search(before):
        return "end"
    if pattern("from_before").search(before) and pattern("starting").search(after):
        return "start"
    verbs = _first(after)
    if verbs == "end" or (verbs == "" and section.kind != "time" and pattern("expected").search(before)):
        return "end"
    if verbs == "start" or pattern("starting").search(after) or pattern("start_before").search(before):
        return "start" if not pattern("before_only").search(after) else ""
    return "start" if section.kind == "time" and verbs == "" else ""


def _first(after: str) -> str:
    """Which kind of verb comes first behind the moment."""
    found = {name: match.start() for name in ("start", "end", "other") if (match := pattern(f"{name}_verbs").search(after))}
    return min(found, key=lambda name: found[name], default="")


def spans(found: Iterable[Said]) -> list[Span]:
    return [(one.lo, one.hi) for one in found]
