"""Which day is meant: years left out, days left out of their month, tomorrow, next Monday."""

from datetime import date, timedelta

import msgspec

from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.dispatch.numerals import number
from broadcasts.dispatch.tokens import Token, real
from broadcasts.dispatch.vocabulary import words

# An outage is told of at most so many days after it and before it.
PAST, AHEAD = 60, 100
# A day without its month is the next such day, unless the last one is as near.
SOON, JUST_GONE = 21, 5
FROM_TODAY = {"\u4eca": 0, "\u672c": 0, "\u5373": 0, "\u660e": 1, "\u542c": 1, "\u540e": 2, "\u6628": -1, "\u524d": -2, "\u5927": 3}
WEEK = {"": 0, "\u672c": 0, "\u8fd9": 0, "\u4e0b": 1, "\u4e0b\u4e0b": 2, "\u4e0a": -1, "\u4e0a\u4e0a": -2}
SUNDAY = "\u65e5\u5929"


class Day(msgspec.Struct, frozen=True):
    """A day, or why it is none."""

    on: date | None
    doubt: Phrase | None = None
    either: tuple[date, ...] = ()
    """Where it is none: the days that may be meant."""


class Calendar:
    """Days are counted from the day the text was written, which is today unless the text says another."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.month: tuple[int, int] | None = None

    def note_month(self, token: Token) -> None:
        said = token.number("om")
        if said is None:
            self.month = (self.today.year, self.today.month)
        elif 1 <= said <= 12:
            near = min((self.today.year + step for step in (-1, 0, 1)), key=lambda year: abs((date(year, said, 15) - self.today).days))
            self.month = (near, said)

    def day(self, token: Token, text: str, before: date | None = None, *, follows: bool = False) -> Day:
        """`before` is the day named last; `follows` where this one ends a range or continues a list with it."""
        found = getattr(self, f"_{token.kind}")(token, before, follows)
        return found if found.on or found.doubt else Day(None, _("There is no day %(said)s. Which day is it?", said=text.strip()))

    def _full(self, token: Token, before: date | None, follows: bool) -> Day:  # noqa: ARG002
        return Day(real(token.number("fy") or 0, token.number("fm") or 0, token.number("fd") or 0))

    def _short(self, token: Token, before: date | None, follows: bool) -> Day:  # noqa: ARG002
        return Day(real(2000 + int(token.found["hy"]), token.number("hm") or 0, token.number("hd") or 0))

    def _packed(self, token: Token, before: date | None, follows: bool) -> Day:  # noqa: ARG002
        return Day(real(int(token.found["py"]), int(token.found["pm"]), int(token.found["pd"])))

    def _monthday(self, token: Token, before: date | None, follows: bool) -> Day:
        return self._near(token.number("mm") or 0, token.number("md") or 0, before if follows else None)

    def _slashed(self, token: Token, before: date | None, follows: bool) -> Day:
        return self._near(token.number("sm") or 0, token.number("sd") or 0, before if follows else None)

    def _labelday(self, token: Token, before: date | None, follows: bool) -> Day:
        return self._near(token.number("am") or 0, token.number("ad") or 0, before if follows else None)

    def _nextmonth(self, token: Token, before: date | None, follows: bool) -> Day:  # noqa: ARG002
        first = (self.today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return Day(real(first.year, first.month, token.number("nd") or 0))

    def _near(self, month: int, day: int, after: date | None) -> Day:
        """The year in which that day is near; told by the range's first day where there is one."""
        base = after or self.today
        past, ahead = (0, AHEAD) if after else (PAST, AHEAD)
        real_ones = [found for step in (-1, 0, 1) if (found := real(base.year + step, month, day))]
        near = [found for found in real_ones if -past <= (found - base).days <= ahead]
        if near or not real_ones:
            return Day(near[0] if near else None)
        said = real_ones[0]
        return Day(None, _("Of which year is %(month)s/%(day)s? It is near in none.", month=said.month, day=said.day))

    def _day(self, token: Token, before: date | None, follows: bool) -> Day:
        day = token.number("dd") or 0
        if follows and before:
            return Day(next((found for found in self._months(before, (0, 1), day) if found >= before), None))
        if self.month:
            return Day(real(*self.month, day))
        found = self._months(self.today, (-1, 0, 1), day)
        ahead = next((one for one in found if one >= self.today), None)
        gone = next((one for one in reversed(found) if one < self.today), None)
        if gone and (self.today - gone).days <= JUST_GONE and not (ahead and (ahead - self.today).days <= SOON):
            return Day(None, _("Of which month is day %(day)s?", day=day), tuple(one for one in (gone, ahead) if one))
        return Day(ahead)

    def _months(self, base: date, steps: tuple[int, ...], day: int) -> list[date]:
        months = [divmod(base.year * 12 + base.month - 1 + step, 12) for step in steps]
        return [found for year, month in months if (found := real(year, month + 1, day))]

    def _relative(self, token: Token, before: date | None, follows: bool) -> Day:  # noqa: ARG002
        said = token.found["relative"]
        if said in words("next_day"):
            return Day(before + timedelta(days=1) if before else None)
        if said in words("same_day"):
            return Day(before or self.today)
        return Day(self.today + timedelta(days=FROM_TODAY[said[0]]))

    def _week(self, token: Token, before: date | None, follows: bool) -> Day:
        weekday, which = weekday_of(token), token.found.get("wp", "")
        if follows and before and not which:
            return Day(before + timedelta(days=(weekday - before.weekday()) % 7))
        found = self.today + timedelta(days=weekday - self.today.weekday(), weeks=WEEK[which])
        if not which and found <= self.today:
            either = (found, found + timedelta(weeks=1)) if found == self.today else (found + timedelta(weeks=1),)
            return Day(None, _("Of which week is the weekday: this one or the next?"), either)
        return Day(found)

    _weekmore = _week


def weekday_of(token: Token) -> int:
    said = token.found.get("wd") or token.found.get("wm") or token.found.get("bd", "")
    return 6 if said in SUNDAY else (number(said) or 1) - 1
