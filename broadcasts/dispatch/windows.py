"""When: windows from one clock to another, on one day, several days, into the next; and single moments with their part."""

from datetime import date, timedelta

from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.dispatch import hours
from broadcasts.dispatch.daylist import TIMES, DayList, another_weekday
from broadcasts.dispatch.days import Calendar, weekday_of
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.said import Point, Said, Times, between
from broadcasts.dispatch.shapes import interval
from broadcasts.dispatch.tape import Tape
from broadcasts.dispatch.tokens import DAYS, Clock, Token, clock
from broadcasts.dispatch.vocabulary import pattern, words


class Reader:
    """Walks over the tape once."""

    def __init__(self, text: str, tokens: list[Token], calendar: Calendar, silent: list[Span]) -> None:
        self.tape, self.calendar = Tape(text, tokens, silent), calendar
        self.on = DayList(self.tape, calendar)
        self.times = Times()

    def read(self) -> Times:
        at = 0
        while at < len(self.tape.tokens):
            token = self.tape.tokens[at]
            if token.kind in DAYS:
                at = self._days(at)
            elif token.kind in TIMES:
                at = self._hours(at)
            else:
                self._aside(token)
                at += 1
        self._close()
        return self.times

    def _aside(self, token: Token) -> None:
        if token.kind == "month":
            self.calendar.note_month(token)
        elif token.kind == "every":
            self.on.daily = True
        elif token.kind == "duration":
            self.times.durations.append(token)

    def _days(self, at: int) -> int:
        self._close()
        return self.on.read(at)

    def _close(self) -> None:
        """Days whose hours never came."""
        if not self.on.used:
            self.times.bare_days.append(Said(None, None, *self.on.named, self.on.doubt))

    def _hours(self, at: int) -> int:
        kind = self.tape.kind
        if kind(at) == "four" and not self._beside_a_day(at):
            return self._point(at) if pattern("hour_said").match(self.tape.text, self.tape.tokens[at].hi) else at + 1
        if (self.tape.fits("range", at) or self._early_to_late(at)) and kind(at + 1) in TIMES:
            return self._window(at, at + 1, [])
        if kind(at + 1) in DAYS and (self.tape.fits("range", at) or self._next_cell(at)):
            return self._into_other_day(at)
        return self._point(at)

    def _early_to_late(self, at: int) -> bool:
        """早八晚五."""
        return self.tape.kind(at) == self.tape.kind(at + 1) == "bare" and self.tape.gap(at) in ("", "\u3001", ",")

    def _beside_a_day(self, at: int) -> bool:
        beside = self.tape.kind(at - 1) in DAYS | {"every", "four"} if at > 0 else self.tape.kind(at + 2) in DAYS
        return beside and self.tape.fits("range", at) and self.tape.kind(at + 1) == "four"

    def _next_cell(self, at: int) -> bool:
        """A table without a head: the start in one cell, the end in the next."""
        gap = self.tape.gap(at)
        return "\t" in gap and not gap.strip() and self.tape.kind(at + 2) == "clock" and self.tape.kind(at + 1) == "full"

    def _into_other_day(self, at: int) -> int:
        after = at + 1
        found = self.calendar.day(self.tape.tokens[after], self.tape.said(after), self.on.last, follows=True)
        next_day, wrong = self.tape.kind(after) == "relative", None
        if self.tape.kind(after + 1) in ("week", "bracketday") and self.tape.beside(after):
            after += 1
            if found.on and weekday_of(self.tape.tokens[after]) != found.on.weekday():
                wrong = another_weekday(self.tape.said(after - 1))
        if self.tape.kind(after + 1) not in TIMES or not self.tape.fits("filler", after):
            return self._point(at)
        return self._window(at, after + 1, [found.on], wrong or found.doubt, next_day=next_day)

    def _window(self, first: int, last: int, other: list[date | None], doubt: Phrase | None = None, *, next_day: bool = False) -> int:
        start, end = clock(self.tape.tokens[first]), clock(self.tape.tokens[last])
        after = last + 1
        if not self.on.days and self.tape.kind(after) in DAYS and self.tape.gap(last).strip() in ("", "(", ","):
            after = self._days(after)
        lo, hi = self._from(first), self.tape.tokens[last].hi
        doubt = self.on.doubt or doubt or self._unclear(first, last, start, end)
        if other and other[0] is None:
            doubt = doubt or _("Until which day? Please look at the end.")
        if not self.on.days:
            either = self._on_either(start, end, other)
            self.times.windows.append(Said(None, None, lo, hi, doubt or _("No day is said for these hours. Which day is it?"), either))
            return after
        if self.on.is_range and not self.on.daily:
            doubt = doubt or _("Every day at these hours, or through the nights? Please enter the times.")
        for day in self.on.days if not other or next_day else self.on.days[-1:]:
            until = day + timedelta(days=1) if next_day and self._is_next(last) else other[0] if other else None
            self.times.windows.append(between((day, start), (until, end), (lo, hi), doubt))
        self.on.used = True
        return after

    def _on_either(self, start: Clock | None, end: Clock | None, other: list[date | None]) -> tuple[str, ...]:
        """The same hours on each of the days that may be meant; today or tomorrow where none was said."""
        today = self.calendar.today
        days = self.on.either or (() if self.on.doubt or other else (today, today + timedelta(days=1)))
        found = (hours.between(day, start, other[0] if other else None, end) for day in days) if start and end else ()
        return tuple(interval(one.start, one.end) for one in found if one.doubt is None)

    def _is_next(self, last: int) -> bool:
        return self.tape.tokens[last - 1].found.get("relative", "") in words("next_day")

    def _from(self, first: int) -> int:
        lo = self.tape.tokens[first].lo
        return self.on.named[0] if not self.on.used and self.on.named[0] < lo else lo

    def _unclear(self, first: int, last: int, start: Clock | None, end: Clock | None) -> Phrase | None:
        if start and end and not start.misread and not end.misread:
            return None
        return _("The times %(said)s cannot be read. Please enter them.", said=self.tape.said(first, last).strip())

    def _point(self, at: int) -> int:
        token, read = self.tape.tokens[at], clock(self.tape.tokens[at])
        beside = at > 0 and self.tape.kind(at - 1) in DAYS | {"bracketday"} and self.tape.fits("filler", at - 1)
        if read is not None:
            day = self.on.last if beside or not self.on.used else None
            doubt = self.on.doubt if beside else None
            self.times.points.append(Point(day, read, self._from(at) if beside else token.lo, token.hi, beside, doubt))
        if beside:
            self.on.used = True
        return at + 1
