"""Opening hours as people write them in Chinese, put into OSM's notation. What may mean two things is not read: ask again."""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import cn2an
import msgspec

from app.core.errors import Mistaken
from grids import hours
from grids.said_times import DAY, NOON, TIME, Span, span, time

_ITEM = r"(?:PH|(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?)"
_SPAN = rf"(?P<first>{TIME})(?:\s*-\s*(?P<last>{TIME})|\s*(?P<other>(?=[XADNPE]){TIME}))"
_PIECE = re.compile(
    rf"(?P<days>{_ITEM}(?:[\s,]*{_ITEM})*)|(?P<always>@)|(?P<off>off)|(?P<lunch>B)|(?P<night>O)|(?P<span>{_SPAN})|(?P<gap>[\s,;]+)|(?P<else>.)",
    re.DOTALL,
)
_WRITTEN = re.compile(r"(?:(?<=-)(\d{1,2}:\d\d)\s*,\s*)?(?<!\d)(\d{1,2}:\d\d)\s*-\s*(?=(\d{1,2}:\d\d))")
ALL_DAY = Span(0, DAY)
NIGHT = 5 * 60


class Unclear(Exception):
    """May mean two things, or nothing."""


class Rule(msgspec.Struct):
    """The hours of some days."""

    days: list[str] = []
    spans: list[Span] = []
    off: bool = False
    overnight: bool = False

    def __str__(self) -> str:
        return " ".join(filter(None, (",".join(self.days), "off" if self.off else ",".join(map(str, self.spans)))))

    @property
    def weekdays(self) -> set[str]:
        return set().union(*(hours.weekdays(day) for day in self.days if day != "PH"), {"PH"} & set(self.days)) or set(hours.DAYS)

    def pause(self, away: Span) -> None:
        """A break within one of the spans."""
        around = next((one for one in self.spans if one.start < away.start and away.end < one.end), None)
        if around is None:
            raise Unclear
        at = self.spans.index(around)
        self.spans[at : at + 1] = [Span(around.start, away.start), Span(away.end, around.end)]

    def must_be_clear(self) -> None:
        beyond = any(one.end > DAY for one in self.spans)
        alone = len(self.spans) == 1 and self.spans[0].doubtful
        in_turn = all(one.end < other.start for one, other in zip(self.spans, self.spans[1:], strict=False))
        if bool(self.spans) is self.off or alone or not in_turn or (self.overnight and not beyond):
            raise Unclear


@lru_cache(4096)
def read(text: str, *, of_file: bool = False) -> str | None:
    """In OSM's notation, or None where it cannot be read without doubt. OSM's own too; in a map's file places shut at one."""
    said = " ".join(text.split())
    if _sure(said, NIGHT if of_file else 0):
        try:
            return hours.check(said)
        except Mistaken:
            pass
    try:
        return hours.check(_written(_rules(_tokens(said))))
    except (Unclear, Mistaken):
        return None


def _sure(said: str, night: int) -> bool:
    """Whether OSM's notation can only mean what OSM means: in 24 hours, and beyond midnight from noon on or until `night`."""
    for before, first, last in _WRITTEN.findall(said):
        begins, ends = time(first), time(last)
        if before and (begins.at or 0) < (time(before).at or 0):
            return False
        late = ends.padded and ((begins.at or 0) >= NOON or (ends.at or 0) < night)
        if (begins.half and begins.hour < 5) or not (late or last == "00:00" or (ends.at or DAY + 1) > (begins.at or 0)):
            return False
    return True


def _tokens(text: str) -> str:
    known, said = _words(), unicodedata.normalize("NFKC", text)
    for pattern, put in known["replace"]:
        said = re.sub(pattern, put, said)
    said = re.sub(known["numeral"], lambda found: str(cn2an.cn2an(found[0].lstrip("零〇") or "零", "normal")), said)
    for pattern, put in known["clock"]:
        said = re.sub(pattern, put, said)
    return said


def _rules(said: str) -> list[Rule]:
    found, last, lunch = [Rule()], "", False
    for piece in _PIECE.finditer(said):
        kind, rule = piece.lastgroup or "", found[-1]
        kind = "span" if piece["span"] else kind
        if kind == "days":
            rule = Rule(re.findall(_ITEM, piece[0]))
            found.append(rule)
        elif kind == "span":
            _take(rule, piece, lunch=lunch)
        elif kind == "off" and last == "span" and len(rule.spans) > 1:
            rule.pause(rule.spans.pop())
        elif kind == "off" and last == "days":
            rule.off = True
        elif kind == "always":
            rule.spans.append(ALL_DAY)
        elif kind == "night":
            rule.overnight = True
        elif kind not in ("gap", "lunch"):
            raise Unclear
        lunch = kind == "lunch" or (lunch and kind == "gap")
        last = last if kind == "gap" and (last == "days" or not piece[0].strip()) else kind
    return found if found[0].spans or found[0].overnight else found[1:]


def _take(rule: Rule, piece: re.Match[str], *, lunch: bool) -> None:
    found = span(piece["first"], piece["last"] or piece["other"], rule.spans[-1].end if rule.spans else None)
    if found is None:
        raise Unclear
    if lunch:
        rule.pause(found)
    else:
        rule.spans.append(found)


def _written(rules: list[Rule]) -> str:
    for number, rule in enumerate(rules):
        rule.must_be_clear()
        if any(_adds(rule, other) for other in rules[:number]):
            raise Unclear
    if len(rules) == 1 and rules[0].spans == [ALL_DAY] and rules[0].weekdays >= set(hours.DAYS):
        return "24/7"
    return "; ".join(map(str, rules))


def _adds(rule: Rule, before: Rule) -> bool:
    """Other hours of the same days: in OSM's notation they would take the place of those before, and nobody said so."""
    if rule.off or before.off or not rule.weekdays & before.weekdays:
        return False
    return not any(one.start < other.end and other.start < one.end for one in rule.spans for other in before.spans)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("chinese_hours.toml").read_text("utf-8"))
