"""What the parts of a text are for, by the labels before them: 停电时间, 停电范围, 停电原因 …; the rest is prose."""

import re
from collections.abc import Iterator

import msgspec

from broadcasts.dispatch import tokens
from broadcasts.dispatch.labels import Label, labels
from broadcasts.dispatch.vocabulary import pattern


class Section(msgspec.Struct, frozen=True):
    kind: str
    lo: int
    hi: int


def divide(text: str, lo: int, hi: int) -> list[Section]:
    """All of lo to hi, in order."""
    found, at = [], lo
    marks = labels(text, lo, hi)
    for place, label in enumerate(marks):
        if label.lo < at:
            continue
        found += _prose(text, at, label.lo)
        limit = marks[place + 1].lo if place + 1 < len(marks) else hi
        limit = _before_the_next(text, label, limit)
        end = ends(text, label, limit)
        found.append(Section(label.kind, label.hi, end))
        at = end
    return _told_as_tip(text, [*found, *_prose(text, at, hi)])


def _before_the_next(text: str, label: Label, limit: int) -> int:
    """Without a courtesy, an unknown key, or the bullet of the next label."""
    ends_ = ["courtesy", "some_key"] if label.kind in ("cause", "kind", "line") else ["courtesy"]
    found = (over.start() for name in ends_ if (over := pattern(name).search(text, label.hi, limit)))
    limit = min([limit, *found])
    tail = pattern("bullet").search(text, max(label.hi, limit - 8), limit) if label.kind not in ("area", "building") else None
    return tail.start() if tail else limit


def _told_as_tip(text: str, found: list[Section]) -> list[Section]:
    """温馨提示 may open a notice that is nothing else: then it is no aside."""
    if any(one.kind in ("time", "start", "end", "span") for one in found):
        return found
    first = next((one for one in found if one.kind == "other"), None)
    before = found[: found.index(first)] if first else []
    if first is None or any(token.kind == "clock" for one in before for token in tokens.lex(text, one.lo, one.hi)):
        return found
    return [msgspec.structs.replace(one, kind="prose") if one is first else one for one in found]


def _prose(text: str, lo: int, hi: int) -> list[Section]:
    return [Section("prose", lo, hi)] if text[lo:hi].strip(" \n\t,;。、") else []


def ends(text: str, label: Label, limit: int) -> int:
    """Where a label's value ends, at the latest at the next label."""
    lo = label.hi
    while lo < limit and text[lo] in " \n\t":
        lo += 1
    if label.kind in ("other",):
        return _before_blank(text, lo, limit) if text[lo:limit].count("\n") else limit
    if label.kind == "area":
        return _area_end(text, lo, limit)
    if label.kind in ("time", "start", "end", "span", "published"):
        return _time_end(text, lo, limit)
    stop = _first(text, lo, limit, "\n。" if label.kind in ("line", "building") else "\n。;")
    return _clauses(text, label.kind, lo, stop)


def _first(text: str, lo: int, limit: int, ends_: str) -> int:
    return min((at for end in ends_ if (at := text.find(end, lo, limit)) >= 0), default=limit)


def _before_blank(text: str, lo: int, limit: int) -> int:
    found = re.compile(r"\n[ \t]*\n").search(text, lo, limit)
    return found.start() if found else limit


def _area_end(text: str, lo: int, limit: int) -> int:
    """Up to a blank line or the sentence's end; a list goes on over lines."""
    blank = _before_blank(text, lo, limit)
    stop = min(_first(text, lo, blank, "。"), _closed(text, lo, blank))
    for match in re.compile(r"\n").finditer(text, lo, stop):
        rest = text[match.end() : stop].lstrip()
        if pattern("(?:<stops>|<work_body><s>(?:\\n|$))").match(rest) or tokens.lex(text, match.end(), min(stop, match.end() + 12)):
            return match.start()
    return stop


def _closed(text: str, lo: int, limit: int) -> int:
    """Where the bracket ends in which the label stands: (地址:1号院)."""
    depth = 0
    for at in range(lo, limit):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth < 0:
            return at
    return limit


def _time_end(text: str, lo: int, limit: int) -> int:
    """Clause by clause, as long as each one holds a time."""
    at = lo
    while at < limit:
        stop = _first(text, at, limit, "\n。;,")
        if not _has_time(text, at, stop):
            return at if at > lo else stop
        at = min(stop + 1, limit)
        while at < limit and text[at] in " \n\t":
            at += 1
    return at


def _has_time(text: str, lo: int, hi: int) -> bool:
    start = next((token.lo for token in tokens.lex(text, lo, hi)), -1)
    return start >= 0 and start - lo <= 14 and not pattern("(?:<leads>|<because>)").search(text, lo, start)


def _clauses(text: str, kind: str, lo: int, stop: int) -> int:
    """A comma ends a cause before another thing is said, a line before what is no line, a kind always."""
    at = lo
    while (comma := text.find(",", at, stop)) >= 0:
        rest = text[comma + 1 : stop].lstrip()
        if kind == "kind":
            return comma
        if kind == "cause" and (
            pattern("(?:<cause_stop>|<stops>|<leads>)").match(rest) or _has_time(text, comma + 1, min(stop, comma + 30))
        ):
            return comma
        if kind == "line" and not pattern("(?:<line>|<main_transformer>|<plain_line>|<gear_name>)").match(rest):
            return comma
        at = comma + 1
    return stop


def of(sections: list[Section], *kinds: str) -> Iterator[Section]:
    return (one for one in sections if one.kind in kinds)
