"""The likely ways in which prose names places: before 停电, greeted, in a list by itself. Each gives the stretches to read."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from broadcasts.dispatch import lines, places, silent, tokens
from broadcasts.dispatch.names import Named, is_word
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.vocabulary import pattern, words

LONGEST = 300
Way = Callable[[str, int, int], list[Span]]


def looks_like_place(one: Named, known: tuple[str, ...], *, least: int = 3) -> bool:
    if one.name in known or one.blocks:
        return len(one.name) >= 2 and not is_word(one.name)
    if pattern("street_address").search(one.name):
        return True
    return len(one.name) >= least and pattern("(?:<place_end>)$").search(one.name) is not None and not is_word(one.name)


def spared(text: str, lo: int, hi: int) -> list[Span]:
    """Where an outage is called off: 凤岭名园、翡翠园小区正常供电."""
    return [match.span("where") for match in pattern("spared").finditer(text, lo, hi)]


def dark_ones(text: str, lo: int, hi: int) -> list[Span]:
    """昨日停电的湖畔人家、柳浪新苑已恢复."""
    return [(match.end(), hi) for match in pattern("dark_ones").finditer(text, lo, hi)]


def given_back(text: str, lo: int, hi: int) -> list[Span]:
    """15:48已给石湾村、前坑村送电."""
    return [match.span("where") for match in pattern("given_back").finditer(text, lo, hi)]


def worked_at(text: str, lo: int, hi: int) -> list[Span]:
    """柳岸小区低压柜检修,分批停电."""
    return [match.span("where") for match in pattern("worked_at").finditer(text, lo, hi)]


def room_of(text: str, lo: int, hi: int) -> list[Span]:
    """丽景嘉园配电室高压进线跳了,全小区没电."""
    return [match.span("where") for match in pattern("room_of").finditer(text, lo, hi)]


def headed(text: str, lo: int, hi: int) -> list[Span]:
    """华清嘉园抢修进展:…"""
    return [match.span("where") for match in pattern("headed").finditer(text, lo, hi)]


def signed(text: str, lo: int, hi: int) -> list[Span]:
    """The office under the text, 阳光锦城物业服务中心; or whose owners are spoken to."""
    found = (match.span("where") for name in ("signed", "owners") for match in pattern(name).finditer(text, lo, hi))
    return [span for span in found if pattern("no_subject").search(text, *span) is None]


def plainly(text: str, lo: int, hi: int) -> list[Span]:
    return [match.span("where") for match in pattern("plain_subject").finditer(text, lo, hi)]


def bare(text: str, lo: int, hi: int) -> list[Span]:
    """A list between commas, where a time or a line stands beside it."""
    if not lines.find(text, lo, hi) and not any(token.kind in ("clock", "four") for token in tokens.lex(text, lo, hi)):
        return []
    ends = [lo, *(lo + match.end() for match in re.finditer("[\n\u3002;]", text[lo:hi])), hi]
    return [piece for a, b in pairwise(ends) for piece in _apart(text, (a, b)) if _surely(text, piece)]


def _surely(text: str, piece: Span) -> bool:
    """At least one name of the list is a place beyond doubt."""
    named = places.read(text, *piece).named
    return any(looks_like_place(one, ()) and _strong(one) for one in named)


def _strong(one: Named) -> bool:
    longer = any(one.name.endswith(word) for word in words("place_end") if len(word) > 1)
    return bool(one.blocks) or longer or pattern("weak_end").search(one.name) is None


def subjects(text: str, lo: int, hi: int) -> list[Span]:
    """Before 停电 or 恢复供电, between the times, lines and causes that stand there too."""
    found = [*_before_dark(text, lo, hi), *(match.span("where") for match in pattern("restored").finditer(text, lo, hi))]
    return [piece for span in found for piece in _apart(text, span)]


def _before_dark(text: str, lo: int, hi: int) -> Iterator[Span]:
    """From the sentence's beginning, or the last 停电, to the next one."""
    start = lo
    for match in pattern("dark").finditer(text, lo, hi):
        start = max(start, silent.around(text, match.start(), start, hi, "\u3002;\n!?")[0], match.start() - LONGEST)
        tail = pattern("before_dark").search(text, max(start, match.start() - 12), match.start())
        end = tail.start() if tail else match.start()
        if end > start:
            yield start, end
        start = match.end()


def greeted(text: str, lo: int, hi: int) -> list[Span]:
    return [piece for match in pattern("greeted").finditer(text, lo, hi) for piece in _apart(text, match.span("where"))]


def _apart(text: str, span: Span) -> list[Span]:
    """Without what is a time, a line, a cause, a greeting; longest stretches first cut at commas that begin a clause."""
    lo, hi = span
    cuts = [(token.lo, token.hi) for token in tokens.lex(text, lo, hi) if token.kind not in ("four", "month", "bare", "duration", "day")]
    cuts += [one for token in tokens.lex(text, lo, hi) if token.kind == "day" for one in [(token.lo, token.hi)]]
    cuts += lines.find(text, lo, hi)
    cuts += [match.span() for match in pattern("subject_cut").finditer(text, lo, hi) if not _bracketed(text, lo, match)]
    pieces, at = [], lo
    for a, b in sorted(cuts):
        if a > at:
            pieces.append((at, a))
        at = max(at, b)
    pieces.append((at, hi))
    return [_inner(text, piece) for piece in pieces if re.sub(r"\W", "", text[slice(*piece)])]


def _bracketed(text: str, lo: int, match: re.Match[str]) -> bool:
    """A comma or a dash between brackets parts no clauses."""
    return match[0] in (",", "-") and text.rfind("(", lo, match.start()) > text.rfind(")", lo, match.start())


def _inner(text: str, piece: Span) -> Span:
    lo, hi = piece
    if begun := pattern("begun").match(text, lo, hi):
        lo = begun.end()
    while lo < hi and text[lo] in " \t\n,;:、】])!·-":
        lo += 1
    return lo, hi


# Of these only what looks like a place is taken.
LIKELY: tuple[Way, ...] = (given_back, subjects, dark_ones, greeted, bare, headed, worked_at, room_of)
