"""An outage that is put off: to another day at the hours of before, or by some hours, which leaves open when it is now."""

from collections.abc import Callable, Sequence
from datetime import date

from broadcasts.dispatch import silent, tokens
from broadcasts.dispatch.days import Calendar
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.said import Said, distinct
from broadcasts.dispatch.sections import Section
from broadcasts.dispatch.vocabulary import pattern


def same_hours(text: str, calendar: Calendar, days: Sequence[Said], before: Callable[[], list[Said]]) -> Said | None:
    """原3月26日08:00-17:00的停电调整至4月2日同一时段, 顺延至4月2日: the hours of before on the new day."""
    if len(days) != 1 or days[0].doubt or not (pattern("same_hours").match(text, days[0].hi) or _to_a_day(text, days[0])):
        return None
    former, new = distinct(before()), _day_of(text, days[0], calendar)
    if len(former) != 1 or new is None or not (start := former[0].start) or not (end := former[0].end):
        return None
    by = new - start.date()
    return Said(start + by, end + by, days[0].lo, days[0].hi)


def by_hours(text: str, sections: Sequence[Section], after: int) -> Span | None:
    """停电时间顺延一小时, behind the times (which end at `after`) of which it is said: they hold no more. Not where it rains."""
    for section in (one for one in sections if one.hi > after):
        for match in pattern("put_off_by").finditer(text, max(after, section.lo), section.hi):
            start, end = silent.around(text, match.start(), section.lo, section.hi)
            if not pattern("(?:<held_off>|<if_so>)").search(text, start, end):
                return match.span()
    return None


def _to_a_day(text: str, day: Said) -> bool:
    """And nothing of its hours behind it."""
    end = silent.until(text, day.hi, len(text), silent.SENTENCE)
    told = pattern("(?:<put_off_to_a>)$").search(text[max(0, day.lo - 12) : day.lo]) is not None
    return told and not pattern("to_be_told").search(text, day.hi, end)


def _day_of(text: str, said: Said, calendar: Calendar) -> date | None:
    first = next((one for one in tokens.lex(text, said.lo, said.hi) if one.kind in tokens.DAYS), None)
    return calendar.day(first, text[first.lo : first.hi]).on if first else None
