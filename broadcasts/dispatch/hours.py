"""Which minute of the day a clock means, alone and as the two ends of a window."""

from datetime import date, datetime, time, timedelta

import msgspec

from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.dispatch.shapes import interval
from broadcasts.dispatch.tokens import Clock
from broadcasts.dispatch.vocabulary import words

NOON, NIGHT, SMALL, EVENING_FROM, MORNING_TO = 12, 18, 6, 5, 10
LONGEST = timedelta(days=7)


class Span(msgspec.Struct, frozen=True):
    start: datetime | None
    end: datetime | None
    doubt: Phrase | None = None
    either: tuple[str, ...] = ()
    """Where the clocks leave it open: the windows that may be meant."""


def part_of_day(period: str) -> str:
    return next((name for name in ("dawn", "morning", "noon", "afternoon", "evening") if period in words(name)), "")


def hour(clock: Clock) -> int | None:
    """On the 24-hour clock; None where the words contradict or leave it open."""
    said, part = clock.hour, part_of_day(clock.period)
    if part == "dawn":
        return said if said <= 7 else None
    if part == "morning":
        return said if said <= NOON or clock.period == "" else None
    if part == "noon":
        return said if said in (11, 12, 13, 14) else said + NOON if said in (1, 2) else None
    if part == "afternoon":
        return said + NOON if 1 <= said < NOON else said if said >= NOON and said < 24 else None
    if part == "evening":
        if said == NOON:
            return 24
        return said + NOON if EVENING_FROM <= said < NOON else said if said >= 17 else None
    return said


def at(day: date, clock: Clock) -> datetime | None:
    found = hour(clock)
    return None if found is None else moment(day, found, clock.minute)


def moment(day: date, hours: int, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(hours=hours, minutes=minutes)


def open_clock(clock: Clock) -> Phrase:
    said = f"{clock.period}{clock.hour}:{clock.minute:02}"
    return _("%(said)s can be read in two ways. Please enter the time.", said=said)


def between(day: date, first: Clock, other: date | None, last: Clock) -> Span:
    """From the one clock of `day` to the other, of the same day unless another was named."""
    start = at(day, first)
    if start is None:
        return Span(None, None, open_clock(first))
    if other is not None:
        end = at(other, last)
        return _checked(start, end, open_clock(last)) if end is None or end > start else Span(None, None, backwards())
    return _same_day(day, start, first, last)


def backwards() -> Phrase:
    return _("The end lies before the start. Please look at the times.")


def _same_day(day: date, start: datetime, first: Clock, last: Clock) -> Span:
    end = at(day, last)
    if end is None:
        return Span(start, None, open_clock(last))
    if _both_ways(first, last):
        return Span(None, None, open_clock(first), tuple(_shifted(day, first, last, by) for by in (0, NOON)))
    if last.period or end > start:
        return _checked(start, end if end > start else None, open_clock(last))
    return _later(day, start, first, last)


def _both_ways(first: Clock, last: Clock) -> bool:
    """2点到5点 without a word whether of the night or the afternoon."""
    small = first.hour <= SMALL and last.hour <= SMALL and first.hour > 0
    return small and (first.loose or last.loose) and not first.period and not last.period


def _later(day: date, start: datetime, first: Clock, last: Clock) -> Span:
    """The end's figure is the smaller one: 下午2点至5点, 晚上10点至6点, 22:00-6:00; anything else is left open."""
    spoken = first.hour <= NOON and part_of_day(first.period) in ("noon", "afternoon", "evening")
    evening = moment(day, last.hour + NOON, last.minute) if spoken and last.hour < NOON else None
    if evening and evening > start:
        return _checked(start, evening, None)
    if start.hour >= NIGHT and last.hour <= MORNING_TO:
        return _checked(start, moment(day + timedelta(days=1), last.hour, last.minute), None)
    evening = moment(day, last.hour + NOON, last.minute) if last.hour < NOON else None
    ends = [one for one in (evening, moment(day + timedelta(days=1), last.hour, last.minute)) if one and one > start]
    return Span(start, None, open_clock(last), tuple(interval(start, end) for end in ends))


def _shifted(day: date, first: Clock, last: Clock, by: int) -> str:
    return interval(*(moment(day, one.hour + by, one.minute) for one in (first, last)))


def _checked(start: datetime, end: datetime | None, doubt: Phrase | None) -> Span:
    if end is None:
        return Span(start, None, doubt)
    if end - start > LONGEST:
        return Span(None, None, _("That would be more than a week without electricity. Please look at the days."))
    return Span(start, end)
