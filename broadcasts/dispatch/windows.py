"""When: windows from one clock to another, on one day, several days, into the next; and single moments with their part."""

from datetime import date, timedelta

from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.dispatch import hours
from broadcasts.dispatch.days import Calendar, Day, weekday_of
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.said import Point, Said, Times
from broadcasts.dispatch.shapes import interval
from broadcasts.dispatch.silent import inside
from broadcasts.dispatch.tokens import CLOCKS, DAYS, Clock, Token, clock
from broadcasts.dispatch.vocabulary import pattern, words

MOST_DAYS = 31
TIMES = {"bad", *CLOCKS}


class Reader:
    """Walks over the tokens once. `days` are the days that the next hours belong to."""

    def __init__(self, text: str, tokens: list[Token], calendar: Calendar, silent: list[Span]) -> None:
        self.text, self.calendar, self.silent = text, calendar, silent
        self.tokens = [token for token in tokens if not inside(token.lo, silent)]
        self.days: list[date] = []
        self.named: Span = (0, 0)
        self.used = True
        self.daily = False
        self.is_range = False
        self.doubt: Phrase | None = None
        self.either: tuple[date, ...] = ()
        self.times = Times()

    def read(self) -> Times:
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
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
            self.daily = True
        elif token.kind == "duration":
            self.times.durations.append(token)

    def _close(self) -> None:
        """Days whose hours never came."""
        if not self.used:
            lo, hi = self.named
            self.times.bare_days.append(Said(None, None, lo, hi, self.doubt))

    def gap(self, at: int) -> str:
        """What stands between a token and the next one."""
        return self.text[self.tokens[at].hi : self.tokens[at + 1].lo] if at + 1 < len(self.tokens) else "\n\n"

    def fits(self, name: str, at: int) -> bool:
        return at + 1 < len(self.tokens) and pattern(name).fullmatch(self.gap(at)) is not None

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if at < len(self.tokens) else ""

    # --- days ---

    def _days(self, at: int) -> int:
        self._close()
        first = self.tokens[at]
        before = self.days[-1] if self.days else None
        self.days, self.daily, self.is_range, self.doubt, self.used, self.either = [], False, False, None, False, ()
        at = self._one_day(at, before, follows=False)
        while self.kind(at) in DAYS and (joined := self._joins(at - 1)) and self.days:
            if joined == "range" and self.tokens[at].kind == "relative" and self._clock_follows(at):
                break
            known = len(self.days)
            at = self._one_day(at, self.days[-1], follows=True)
            if joined == "range" and len(self.days) > known:
                self._fill(known)
        at = self._without(at)
        self.named = (first.lo, self.tokens[at - 1].hi)
        return at

    def _without(self, at: int) -> int:
        """11月2日至11月5日(11月4日除外)."""
        while self.is_range and self._is_except(at):
            token = self.tokens[at]
            found = self.calendar.day(token, self.text[token.lo : token.hi], self.days[0], follows=True)
            self.days = [day for day in self.days if day != found.on]
            at += 1
        return at

    def _is_except(self, at: int) -> bool:
        return self.kind(at) in DAYS and pattern("day_except").match(self.text, self.tokens[at].hi) is not None

    def _joins(self, at: int) -> str:
        gap = self.gap(at).strip("()[] ")
        if pattern("range").fullmatch(gap):
            return "range"
        if "\n" in gap and not gap.strip():
            return ""
        return "list" if gap and pattern("list").fullmatch(gap) else ""

    def _clock_follows(self, at: int) -> bool:
        return self.kind(at + 1) in TIMES and self.fits("filler", at)

    def _one_day(self, at: int, before: date | None, *, follows: bool) -> int:
        token = self.tokens[at]
        found = self.calendar.day(token, self.text[token.lo : token.hi], before, follows=follows)
        if self.kind(at + 1) in DAYS | {"bracketday"} and self.gap(at).strip(" (,[") == "" and not self._is_except(at + 1):
            at += 1
            found = self._same_day(token, found, self.tokens[at])
        if found.on is None:
            self.doubt, self.either = self.doubt or found.doubt, self.either or found.either
        else:
            self.days.append(found.on)
        return at + 1

    def _same_day(self, token: Token, found: Day, beside: Token) -> Day:
        """5月8日(周五), 本周五(5月8日), 明天(5月2日): both must say the same."""
        contradicts = _("%(said)s is another weekday. Which day is meant?", said=self.text[token.lo : token.hi].strip())
        if beside.kind in ("week", "bracketday") and token.kind != "week":
            if found.on is None or weekday_of(beside) == found.on.weekday():
                return found
            return Day(None, contradicts, (found.on, _in_that_week(found.on, weekday_of(beside))))
        other = self.calendar.day(beside, self.text[beside.lo : beside.hi], found.on, follows=False)
        if token.kind == "week" and not token.found.get("wp"):
            return other if other.on is None or other.on.weekday() == weekday_of(token) else Day(None, contradicts)
        return other if other.on is None or other.on == found.on else Day(None, contradicts)

    def _fill(self, known: int) -> None:
        """From the range's first day to its last."""
        self.is_range = True
        first, last = self.days[known - 1], self.days[known]
        between = (last - first).days
        if not 0 < between <= MOST_DAYS:
            self.doubt = self.doubt or hours.backwards()
            return
        self.days[known - 1 :] = [first + timedelta(days=step) for step in range(between + 1)]

    # --- hours ---

    def _hours(self, at: int) -> int:
        token = self.tokens[at]
        if token.kind == "four" and not self._beside_a_day(at):
            return at + 1
        if (self.fits("range", at) or self._early_to_late(at)) and self.kind(at + 1) in TIMES:
            return self._window(at, at + 1, [])
        if self.kind(at + 1) in DAYS and (self.fits("range", at) or self._next_cell(at)):
            return self._into_other_day(at)
        return self._point(at)

    def _early_to_late(self, at: int) -> bool:
        """早八晚五."""
        return token_is_bare(self.tokens[at : at + 2]) and self.gap(at) in ("", "\u3001", ",")

    def _beside_a_day(self, at: int) -> bool:
        beside = self.kind(at - 1) in DAYS | {"every", "four"} if at > 0 else self.kind(at + 2) in DAYS
        return beside and self.fits("range", at) and self.kind(at + 1) == "four"

    def _next_cell(self, at: int) -> bool:
        """A table without a head: the start in one cell, the end in the next."""
        return "\t" in self.gap(at) and not self.gap(at).strip() and self.kind(at + 2) == "clock" and self.kind(at + 1) == "full"

    def _into_other_day(self, at: int) -> int:
        after = at + 1
        other = self.tokens[after]
        last = self.days[-1] if self.days else None
        found = self.calendar.day(other, self.text[other.lo : other.hi], last, follows=True)
        wrong = None
        if self.kind(after + 1) in ("week", "bracketday") and self.gap(after).strip(" (,[") == "":
            after += 1
            if found.on and weekday_of(self.tokens[after]) != found.on.weekday():
                wrong = _("%(said)s is another weekday. Which day is meant?", said=self.text[other.lo : other.hi].strip())
        if self.kind(after + 1) not in TIMES or not self.fits("filler", after):
            return self._point(at)
        return self._window(at, after + 1, [found.on], wrong or found.doubt, next_day=other.kind == "relative")

    def _window(self, first: int, last: int, other: list[date | None], doubt: Phrase | None = None, *, next_day: bool = False) -> int:
        start, end = clock(self.tokens[first]), clock(self.tokens[last])
        after = last + 1
        if not self.days and self.kind(after) in DAYS and self.gap(last).strip() in ("", "(", ","):
            after = self._days(after)
        lo, hi = self._from(first), self.tokens[last].hi
        doubt = self.doubt or doubt or self._unclear(first, last, start, end)
        if other and other[0] is None:
            doubt = doubt or _("Until which day? Please look at the end.")
        if not self.days:
            either = self._on_either(start, end, other)
            self.times.windows.append(Said(None, None, lo, hi, doubt or _("No day is said for these hours. Which day is it?"), either))
            return after
        if self.is_range and not self.daily:
            doubt = doubt or _("Every day at these hours, or through the nights? Please enter the times.")
        for day in self.days if not other or next_day else self.days[-1:]:
            until = day + timedelta(days=1) if next_day and self._is_next(last) else other[0] if other else None
            self._add(day, start, until, end, lo, hi, doubt)
        self.used = True
        return after

    def _on_either(self, start: Clock | None, end: Clock | None, other: list[date | None]) -> tuple[str, ...]:
        """The same hours on each of the days that may be meant; today or tomorrow where none was said."""
        days = self.either or (() if self.doubt or other else (self.calendar.today, self.calendar.today + timedelta(days=1)))
        found = (hours.between(day, start, other[0] if other else None, end) for day in days) if start and end else ()
        return tuple(interval(one.start, one.end) for one in found if one.doubt is None)

    def _is_next(self, last: int) -> bool:
        return self.tokens[last - 1].found.get("relative", "") in words("next_day")

    def _from(self, first: int) -> int:
        beside = not self.used and self.named[0] < self.tokens[first].lo
        return self.named[0] if beside else self.tokens[first].lo

    def _add(self, day: date, start: Clock | None, until: date | None, end: Clock | None, lo: int, hi: int, doubt: Phrase | None) -> None:
        if doubt and (start is None) != (end is None):
            # One figure is lost; the other one stands.
            known = hours.at(day, start) if start else hours.at(until or day, end) if end else None
            self.times.windows.append(Said(known if start else None, None if start else known, lo, hi, doubt))
        elif doubt or start is None or end is None:
            self.times.windows.append(Said(None, None, lo, hi, doubt))
        else:
            found = hours.between(day, start, until, end)
            self.times.windows.append(Said(found.start, found.end, lo, hi, found.doubt, found.either))

    def _unclear(self, first: int, last: int, start: Clock | None, end: Clock | None) -> Phrase | None:
        if start is None or end is None:
            said = self.text[self.tokens[first].lo : self.tokens[last].hi].strip()
            return _("The times %(said)s cannot be read. Please enter them.", said=said)
        if start.misread or end.misread:
            said = self.text[self.tokens[first].lo : self.tokens[last].hi].strip()
            return _("The times %(said)s cannot be read. Please enter them.", said=said)
        return None

    def _point(self, at: int) -> int:
        token, read = self.tokens[at], clock(self.tokens[at])
        beside = at > 0 and self.kind(at - 1) in DAYS | {"week", "bracketday"} and self.fits("filler", at - 1)
        if read is not None:
            day = self.days[-1] if self.days and (beside or not self.used) else None
            doubt = self.doubt if beside else None
            self.times.points.append(Point(day, read, self._from(at) if beside else token.lo, token.hi, beside, doubt))
        if beside:
            self.used = True
        return at + 1


def token_is_bare(two: list[Token]) -> bool:
    return [one.kind for one in two] == ["bare", "bare"]


def _in_that_week(day: date, weekday: int) -> date:
    return day + timedelta(days=weekday - day.weekday())
