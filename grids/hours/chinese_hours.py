"""Opening hours as people write them in Chinese, put into OSM's notation. What may mean two things is not read: ask again."""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import cn2an

from app.core.errors import Mistaken
from grids.hours import hours
from grids.hours.said_rules import ALL_DAY, Rule, Unclear, written
from grids.hours.said_times import DAY, NOON, TIME, span, time

_ITEM = r"(?:PH|(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?)"
_SPAN = rf"(?P<first>{TIME})(?:\s*-\s*(?P<last>{TIME})|\s*(?P<other>(?=[XADNPE]){TIME}))"
_PIECE = re.compile(
    rf"(?P<days>{_ITEM}(?:[\s,]*{_ITEM})*)|(?P<always>@)|(?P<off>off)|(?P<lunch>B)|(?P<night>O)|(?P<span>{_SPAN})|(?P<gap>[\s,;]+)|(?P<else>.)",
    re.DOTALL,
)
_WRITTEN = re.compile(r"(?:(?<=-)(\d{1,2}:\d\d)\s*,\s*)?(?<!\d)(\d{1,2}:\d\d)\s*-\s*(?=(\d{1,2}:\d\d))")
NIGHT = 5 * 60


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
        return hours.check(written(_rules(_tokens(said))))
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
        kind = "span" if piece["span"] else piece.lastgroup or ""
        if kind == "days":
            found.append(Rule(re.findall(_ITEM, piece[0])))
        elif kind != "gap":
            _hear(found[-1], kind, last, piece, lunch=lunch)
        lunch = kind == "lunch" or (lunch and kind == "gap")
        last = last if kind == "gap" and (last == "days" or not piece[0].strip()) else kind
    return found if found[0].spans or found[0].overnight else found[1:]


def _hear(rule: Rule, kind: str, last: str, piece: re.Match[str], *, lunch: bool) -> None:
    match kind:
        case "span":
            _take(rule, piece, lunch=lunch)
        case "off" | "lunch" if last == "span" and len(rule.spans) > 1:
            rule.pause(rule.spans.pop())
        case "off" if last == "days":
            rule.off = True
        case "always":
            rule.spans.append(ALL_DAY)
        case "night":
            rule.overnight = True
        case "lunch":
            pass
        case _:
            raise Unclear


def _take(rule: Rule, piece: re.Match[str], *, lunch: bool) -> None:
    found = span(piece["first"], piece["last"] or piece["other"], rule.spans[-1].end if rule.spans else None)
    if found is None:
        raise Unclear
    if lunch:
        rule.pause(found)
    else:
        rule.spans.append(found)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("chinese_hours.toml").read_text("utf-8"))
