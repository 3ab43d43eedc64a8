"""The days, clock times and durations that stand in a text, in their order."""

import re
from datetime import date as date
from datetime import timedelta

import msgspec

from broadcasts.dispatch import blocks
from broadcasts.dispatch.numerals import number
from broadcasts.dispatch.vocabulary import pattern

DAYS = {"full", "short", "packed", "monthday", "slashed", "nextmonth", "labelday", "day", "relative", "week", "weekmore"}
CLOCKS = {"clock", "four", "bare"}
LETTERS = re.compile("[OolI]")


class Token(msgspec.Struct, frozen=True):
    kind: str
    lo: int
    hi: int
    found: dict[str, str]

    def number(self, name: str) -> int | None:
        return number(self.found[name]) if self.found.get(name) else None


class Clock(msgspec.Struct, frozen=True):
    hour: int
    minute: int
    period: str = ""
    loose: bool = False
    """Written with 点, as people speak: 5 may be the fifth hour or the seventeenth."""
    misread: bool = False


def lex(text: str, lo: int, hi: int) -> list[Token]:
    found = (_token(match) for match in pattern("tokens").finditer(text, lo, hi))
    listed = [(one.lo, one.hi) for one in blocks.find(text, lo, hi)]
    papers = [match.span() for match in pattern("paper_number").finditer(text, lo, hi)]
    return [token for token in found if token and not _in_buildings(token, listed) and not any(a <= token.lo < b for a, b in papers)]


def _in_buildings(token: Token, listed: list[tuple[int, int]]) -> bool:
    """5号、6号、8号楼 are no days."""
    return token.kind in ("day", "slashed", "bare", "four") and any(a <= token.lo < b for a, b in listed)


def _token(match: re.Match[str]) -> Token | None:
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    kind = next(name for name in groups if name in DAYS | CLOCKS | {"month", "bracketday", "every", "bad", "duration"})
    return Token(kind, match.start(), match.end(), groups)


def clock(token: Token) -> Clock | None:
    """The clock as it is written; None for what no clock shows."""
    said = token.found
    if token.kind == "bad":
        return None
    if token.kind == "four":
        hour, minute = token.number("xh"), token.number("xm")
        return _clock(hour, minute)
    if token.kind == "bare":
        return _clock(token.number("bh"), 0, said.get("bp", ""), loose=True)
    period = said.get("cp", "")
    if "ch" in said:
        misread = LETTERS.search(said["ch"] + said["cm"]) is not None
        return _clock(token.number("ch"), token.number("cm"), period, misread=misread)
    minute = 30 if "half" in said else (token.number("pmin") or 0)
    if "quarter" in said:
        minute = 15 * (token.number("quarter") or 0)
    return _clock(token.number("ph"), minute, period, loose=said["pu"] != "\u65f6")


def _clock(hour: int | None, minute: int | None, period: str = "", *, loose: bool = False, misread: bool = False) -> Clock | None:
    if hour is None or minute is None or not 0 <= hour <= 24 or not 0 <= minute < 60 or (hour == 24 and minute):
        return None
    return Clock(hour, minute, period, loose, misread)


def duration(token: Token) -> timedelta | None:
    """How long: 3小时, 两个半小时, 90分钟, 半天 is no duration that could be counted."""
    said, unit = token.found["dn"], token.found["du"]
    half = "\u534a"
    value = 0.5 if said == half else float(said) if said.isascii() else float(number(said.replace("\u4e24", "\u4e8c")) or 0)
    value += 0.5 * ("dh" in token.found or "dx" in token.found)
    if unit.startswith("\u5929"):
        return timedelta(days=value) if value == int(value) else None
    return timedelta(minutes=value) if unit.startswith("\u5206") else timedelta(hours=value)


def real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
