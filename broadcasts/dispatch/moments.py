"""Single moments with their part: when the light goes, when it is back, how long it lasts."""

import re
from datetime import date, datetime, timedelta

from app.core.words import phrase as _
from broadcasts.dispatch import hours, silent, tokens, turns
from broadcasts.dispatch.said import Point, Times, When
from broadcasts.dispatch.sections import Section
from broadcasts.dispatch.shapes import Window, interval
from broadcasts.dispatch.vocabulary import pattern

HAN, CLAUSE = re.compile(r"[\u3400-\u9fff]"), 4
NEAR = timedelta(minutes=30)
FORENOON = 12


def single(text: str, sections: list[Section], times: Times, when: When, sudden: date | None) -> None:
    starts = [point for point in times.points if role(text, sections, point) == "start"]
    ends = [point for point in times.points if role(text, sections, point) == "end"]
    if not starts and ends and sudden is None:
        starts, ends = _unsaid(text, sections, times.points, ends)
    if not starts and not ends:
        return
    if windows := turns.windows(times.points, starts, ends):
        when.windows += windows
        when.spans.append((times.points[0].lo, times.points[-1].hi))
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


def _unsaid(text: str, sections: list[Section], points: list[Point], ends: list[Point]) -> tuple[list[Point], list[Point]]:
    """12月2日早8点,…线,停…小区,下午4点前完: the moment that has a day, and a clause of its own, is the start."""
    first, last = points[0], ends[-1]
    apart = len(HAN.findall(text[first.hi : last.lo])) >= CLAUSE
    if not first.named_day or first is last or not apart or role(text, sections, first) == "other":
        return [], ends
    return [first], [one for one in ends if one is not first]


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
    """Whether the light goes at this moment, comes back, or something else is said of it; "" where nothing is."""
    section = next((one for one in sections if one.lo <= point.lo < one.hi), None)
    if section is None:
        return ""
    if section.kind in ("start", "end"):
        return section.kind
    before = text[max(section.lo, point.lo - 24) : point.lo]
    after = text[point.hi : min(silent.until(text, point.hi, section.hi, silent.SENTENCE), point.hi + 40)]
    if pattern("not_before").match(after) or pattern("part_back").search(after):
        return "other"
    if pattern("stops_here").match(after) or pattern("sends_here").match(after):
        return "start" if pattern("stops_here").match(after) else "end"
    verbs = _first(after)
    headed = verbs == "start" and pattern("back_heading").search(before)
    if (pattern("end_before").search(before) and not headed) or pattern("until_before").search(before):
        return "end"
    if pattern("from_before").search(before) and pattern("starting").search(after):
        return "start"
    if verbs == "end" or (verbs == "" and section.kind != "time" and pattern("expected").search(before)):
        return "end"
    if verbs == "start" or pattern("starting").search(after) or pattern("start_before").search(before):
        return "start" if not pattern("before_only").search(after) else "other"
    return verbs or ("start" if section.kind == "time" else "")


def _first(after: str) -> str:
    """Which kind of verb comes first behind the moment."""
    found = {name: match.start() for name in ("start", "end", "other") if (match := pattern(f"{name}_verbs").search(after))}
    return min(found, key=lambda name: found[name], default="")
