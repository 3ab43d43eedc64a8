"""Where the places of a notice stand: behind a label, behind 影响 and the like, before 停电."""

import re
from collections.abc import Iterator
from itertools import pairwise

from broadcasts.dispatch import lines, places, silent, tokens
from broadcasts.dispatch.blocks import Listed
from broadcasts.dispatch.names import Named, shared
from broadcasts.dispatch.places import Places
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section, of
from broadcasts.dispatch.vocabulary import pattern, words

Known = tuple[str, ...]
LONGEST = 300


def read(text: str, sections: list[Section], known: Known = ()) -> Places:
    """The places of a notice. A label's list stands; otherwise the surest way in which prose names them."""
    labelled = _all(text, [(one.lo, one.hi) for one in of(sections, "area")], known)
    if labelled.named or labelled.homeless:
        return _with_buildings(text, sections, labelled)
    if (by_building := _with_buildings(text, sections, Places())).named:
        return by_building
    prose = [(one.lo, one.hi) for one in of(sections, "prose", "row", "heading")]
    homeless: list[Listed] = []
    called_off = [_spared] if any(pattern("cancelled").search(text, one.lo, one.hi) for one in sections) else []
    for way in (_behind_leads, _forced, _treated, _behind_lines, _behind_dark, *called_off, _subjects, _greeted, _bare):
        found = _all(
            text, [span for lo, hi in prose for span in way(text, lo, hi)], known, trusted=way not in (_subjects, _greeted, _bare, _spared)
        )
        homeless += [one for one in found.homeless if one.lo not in {known_.lo for known_ in homeless}]
        if found.named:
            found.homeless = homeless
            return _housed(_with_buildings(text, sections, found))
    return Places(homeless=homeless)


def _likely(named: list[Named], known: Known) -> list[Named]:
    """What looks like a place; beside one that does, a shorter name too."""
    if not any(looks_like_place(one, known) for one in named):
        return []
    kept = [one for one in named if not pattern("no_subject").search(one.name) and not pattern("(?:<cause_strong>)$").search(one.name)]
    lost = [one for one in named if one not in kept and not pattern("cause_head").search(one.name)]
    for one in kept[:1]:
        one.vague |= bool(lost)
    for one in kept:
        one.vague |= not looks_like_place(one, known, least=2)
    return kept


def _housed(found: Places) -> Places:
    """Buildings that stand apart from the one estate that is named are of that estate."""
    if len(found.named) == 1 and not found.named[0].blocks:
        for listed in found.homeless:
            found.named[0].blocks += listed.blocks
            found.named[0].spans.append((listed.lo, listed.hi))
        found.homeless = []
    return found


def _with_buildings(text: str, sections: list[Section], found: Places) -> Places:
    """A label of its own for buildings: they are of the one estate."""
    for one in of(sections, "building"):
        more = places.read(text, one.lo, one.hi)
        if len(found.named) == 1 and more.homeless:
            for listed in more.homeless:
                found.named[0].blocks += listed.blocks
                found.named[0].spans.append((listed.lo, listed.hi))
        else:
            found.homeless += more.homeless
            found.named += [named for named in more.named if named.blocks]
    return found


def _all(text: str, spans: list[Span], known: Known, *, trusted: bool = True) -> Places:
    found, until = Places(), -1
    for lo, hi in sorted(spans):
        if lo < until:
            continue
        read_ = places.read(text, lo, hi, known)
        until = max(until, read_.end)
        found.named += read_.named if trusted else _likely(read_.named, known)
        found.homeless += read_.homeless
    found.named = _once(shared(found.named) if not trusted else found.named)
    return found


def _once(named: list[Named]) -> list[Named]:
    """A place named twice is one, with the buildings of both."""
    kept: dict[str, Named] = {}
    for one in named:
        same = kept.setdefault(one.name, one)
        if same is not one:
            same.blocks += [block for block in one.blocks if block not in same.blocks]
            same.part |= one.part
    return list(kept.values())


def looks_like_place(one: Named, known: Known, *, least: int = 3) -> bool:
    if one.name in known or one.blocks:
        return len(one.name) >= 2 and not pattern("no_subject").search(one.name)
    if pattern("street_address").search(one.name):
        return True
    return (
        len(one.name) >= least and pattern("(?:<place_end>)$").search(one.name) is not None and not pattern("no_subject").search(one.name)
    )


def _behind_leads(text: str, lo: int, hi: int) -> list[Span]:
    return [(match.end(), hi) for match in pattern("lead").finditer(text, lo, hi)]


def _forced(text: str, lo: int, hi: int) -> list[Span]:
    spans = [match.span("where") for match in pattern("forced").finditer(text, lo, hi)]
    return [span for span in spans if not lines.find(text, *span) and pattern("no_subject").match(text, *span) is None]


def _treated(text: str, lo: int, hi: int) -> list[Span]:
    spans = [match.span("where") for match in pattern("treated").finditer(text, lo, hi)]
    return [span for span in spans if not lines.find(text, *span)]


def _behind_lines(text: str, lo: int, hi: int) -> list[Span]:
    """10kV科技线:科技小区、牛奶厂."""
    return [(match.end(), hi) for _, end in lines.find(text, lo, hi) if (match := pattern("behind_line").match(text, end, hi))]


def _spared(text: str, lo: int, hi: int) -> list[Span]:
    """Where an outage is called off: 凤岭名园、翡翠园小区正常供电."""
    return [match.span("where") for match in pattern("spared").finditer(text, lo, hi)]


def _behind_dark(text: str, lo: int, hi: int) -> list[Span]:
    """原定明天的停电(锦华苑1-12栋)改到…"""
    return [(match.end(), hi) for match in pattern("<dark><s>\\(").finditer(text, lo, hi)]


def _bare(text: str, lo: int, hi: int) -> list[Span]:
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


def _subjects(text: str, lo: int, hi: int) -> list[Span]:
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


def _greeted(text: str, lo: int, hi: int) -> list[Span]:
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
    """A comma between brackets parts no clauses."""
    return match[0] == "," and text.rfind("(", lo, match.start()) > text.rfind(")", lo, match.start())


def _inner(text: str, piece: Span) -> Span:
    lo, hi = piece
    if begun := pattern("begun").match(text, lo, hi):
        lo = begun.end()
    while lo < hi and text[lo] in " \t\n,;:、】])!·-":
        lo += 1
    return lo, hi
