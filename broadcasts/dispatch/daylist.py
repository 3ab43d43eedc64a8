"""Which days the hours that follow belong to: one, several, all from one to another, without those left out."""

from datetime import date, timedelta

from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.dispatch import hours
from broadcasts.dispatch.days import Calendar, Day, weekday_of
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.tape import Tape
from broadcasts.dispatch.tokens import CLOCKS, DAYS, Token
from broadcasts.dispatch.vocabulary import pattern

MOST_DAYS = 31
TIMES = {"bad", *CLOCKS}


class DayList:
    """Read anew at each day of the tape that begins one. `used`: hours were found for it."""

    def __init__(self, tape: Tape, calendar: Calendar) -> None:
        self.tape, self.calendar = tape, calendar
        self.days: list[date] = []
        self.named: Span = (0, 0)
        self.used = True
        self.daily = False
        self.is_range = False
        self.doubt: Phrase | None = None
        self.either: tuple[date, ...] = ()

    @property
    def last(self) -> date | None:
        return self.days[-1] if self.days else None

    def read(self, at: int) -> int:
        """From the token at `at` on; the place of the first token behind."""
        first, before = self.tape.tokens[at], self.last
        self.days, self.daily, self.is_range, self.doubt, self.used, self.either = [], False, False, None, False, ()
        at = self._one(at, before, follows=False)
        while self.tape.kind(at) in DAYS and (joined := self._joins(at - 1)) and self.days:
            if joined == "range" and self.tape.kind(at) == "relative" and self._clock_follows(at):
                break
            known = len(self.days)
            at = self._one(at, self.last, follows=True)
            if joined == "range" and len(self.days) > known:
                self._fill(known)
        at = self._left_out(at)
        self.named = (first.lo, self.tape.tokens[at - 1].hi)
        return at

    def _joins(self, at: int) -> str:
        gap = self.tape.gap(at).strip("()[] ")
        if pattern("range").fullmatch(gap):
            return "range"
        if "\n" in gap and not gap.strip():
            return ""
        return "list" if gap and pattern("list").fullmatch(gap) else ""

    def _clock_follows(self, at: int) -> bool:
        return self.tape.kind(at + 1) in TIMES and self.tape.fits("filler", at)

    def _one(self, at: int, before: date | None, *, follows: bool) -> int:
        token = self.tape.tokens[at]
        found = self.calendar.day(token, self.tape.said(at), before, follows=follows)
        if self.tape.kind(at + 1) in DAYS | {"bracketday"} and self.tape.beside(at) and not self._is_left_out(at + 1):
            at += 1
            found = self._same(token, found, at)
        if found.on is None:
            self.doubt, self.either = self.doubt or found.doubt, self.either or found.either
        else:
            self.days.append(found.on)
        return at + 1

    def _same(self, token: Token, found: Day, at: int) -> Day:
        """5月8日(周五), 本周五(5月8日), 明天(5月2日): both must say the same."""
        beside = self.tape.tokens[at]
        contradicts = another_weekday(self.tape.said(at - 1))
        if beside.kind in ("week", "bracketday") and token.kind != "week":
            if found.on is None or weekday_of(beside) == found.on.weekday():
                return found
            return Day(None, contradicts, (found.on, _in_that_week(found.on, weekday_of(beside))))
        other = self.calendar.day(beside, self.tape.said(at), found.on, follows=False)
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

    def _is_left_out(self, at: int) -> bool:
        return self.tape.kind(at) in DAYS and pattern("day_except").match(self.tape.text, self.tape.tokens[at].hi) is not None

    def _left_out(self, at: int) -> int:
        """11月2日至11月5日(11月4日除外)."""
        while self.is_range and self._is_left_out(at):
            found = self.calendar.day(self.tape.tokens[at], self.tape.said(at), self.days[0], follows=True)
            self.days = [day for day in self.days if day != found.on]
            at += 1
        return at


def another_weekday(said: str) -> Phrase:
    return _("%(said)s is another weekday. Which day is meant?", said=said.strip())


def _in_that_week(day: date, weekday: int) -> date:
    return day + timedelta(days=weekday - day.weekday())
