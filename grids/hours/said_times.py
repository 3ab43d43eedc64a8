"""From when to when, as it was said: the hour of a clock with twelve or with twenty-four, with or without the part of the day.

Only what was said to reach into the next day does so, or what begins at noon or later. What may mean two things is None: ask again.
"""

import re

import msgspec

DAY, NOON, EVENING = 1440, 720, 1080

PARTS: dict[str, dict[int, int]] = {
    "A": {hour: hour for hour in range(4, 13)},
    "D": {hour: hour for hour in range(7)},
    "N": {11: 11, 12: 12, 1: 13, 2: 14, 13: 13, 14: 14},
    "P": {12: 12} | {hour: hour + 12 for hour in range(1, 9)} | {hour: hour for hour in range(13, 21)},
    "E": {hour: hour + 12 for hour in range(5, 13)} | {hour: hour for hour in range(17, 25)},
    "": {hour: hour for hour in range(25)},
}
"""Which hour is meant in which part of the day."""

TIME = r"X?[ADNPE]?\s*\d{1,2}(?:[:h]\d\d)?(?![\d:h])"
_TIME = re.compile(r"(?P<next>X?)(?P<part>[ADNPE]?)\s*(?P<hour>\d{1,2})(?:(?P<mark>[:h])(?P<minute>\d\d))?")


class Span(msgspec.Struct, frozen=True):
    """In minutes from midnight; an end on the next day is beyond 1440. `doubtful`: from eight to ten may be two hours or fourteen."""

    start: int
    end: int
    doubtful: bool = False

    def __str__(self) -> str:
        end = self.end if self.end <= DAY else self.end - DAY
        return f"{self.start // 60:02}:{self.start % 60:02}-{end // 60:02}:{end % 60:02}"


class Time(msgspec.Struct, frozen=True):
    next: bool
    part: str
    hour: int
    minute: int
    mark: str
    padded: bool

    @property
    def at(self) -> int | None:
        hour = PARTS[self.part].get(self.hour)
        found = None if hour is None or self.minute > 59 else hour * 60 + self.minute
        return found if found is None or found <= DAY else None

    @property
    def half(self) -> bool:
        """Of a clock with twelve hours, perhaps: nothing says which half of the day."""
        return not self.part and not self.padded and 1 <= self.hour <= 12


def time(said: str) -> Time:
    found = _TIME.fullmatch(said)
    if found is None:
        raise ValueError(said)
    hour = found["hour"]
    return Time(bool(found["next"]), found["part"], int(hour), int(found["minute"] or 0), found["mark"] or "", hour.startswith("0"))


def span(first: str, last: str, after: int | None = None) -> Span | None:
    """`after` is the end of the span before it on the same day: from two to five after a morning is the afternoon."""
    begins, ends = time(first), time(last)
    start = begins.at
    if start is None or start == DAY or begins.next or not (begins.mark or ends.mark or begins.part):
        return None
    afternoon = begins.half and begins.hour < 8 and after is not None and start < after <= start + NOON
    if afternoon:
        start += NOON
    elif begins.half and begins.hour < 5:
        return None
    end = _end(begins, ends, start, afternoon=afternoon)
    if end is None or not start < end <= start + DAY:
        return None
    return Span(start, end, doubtful=end < NOON and begins.half and ends.half and "h" in (begins.mark, ends.mark))


def _end(begins: Time, ends: Time, start: int, *, afternoon: bool) -> int | None:
    at = ends.at
    if at is None:
        return None
    if ends.next:
        return at + DAY if at < start else None
    if ends.half:
        return _half(begins, ends.hour, at, start, afternoon=afternoon)
    at = at or DAY
    if at > start:
        return at
    if ends.part:
        return at + DAY if ends.part == "D" or (ends.part == "A" and start >= EVENING - 120) else None
    return at + DAY if start >= NOON and at < start else None


def _half(begins: Time, hour: int, at: int, start: int, *, afternoon: bool) -> int | None:
    """An end that says no part of the day: the first of its two moments after the start, if there is no doubt which."""
    later = at + NOON
    if at > start:
        return at
    if begins.part or begins.half or afternoon:
        if later > start and (hour < 12 or (begins.part in ("P", "E") and later == DAY)):
            return later
    else:
        return at + DAY if start >= NOON and later <= start else None
    return at + DAY if start >= EVENING and later < start else None
