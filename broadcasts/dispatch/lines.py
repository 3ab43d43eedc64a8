"""Lines, transformers and their areas as dispatch names them: 10kV宋北线937, 110kV荔林变电站主变, 城东1号台区."""

import re
from itertools import pairwise

from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section, of
from broadcasts.dispatch.vocabulary import pattern, words

ORDER = ("main_transformer", "line", "plain_line", "gear_name", "whole_station")


def find(text: str, lo: int, hi: int) -> list[Span]:
    """Where equipment is named, in order."""
    found: list[Span] = []
    for name in ORDER:
        for match in pattern(name).finditer(text, lo, hi):
            span = _trimmed(text, *match.span())
            if span and not any(a < span[1] and span[0] < b for a, b in found) and _is_one(text, span, name):
                found.append((span[0], _more(text, span[1], hi)))
    return sorted(found)


def _more(text: str, at: int, hi: int) -> int:
    """Where 10kV松山线、机床线 ends: the second one is of the same voltage."""
    at = more.end() if (more := pattern("number_more").match(text, at, hi)) else at
    while (more := pattern("line_more").match(text, at, hi)) and not pattern("(?:<no_line>)$").search(more["more"]):
        at = more.end()
    return at


def _trimmed(text: str, lo: int, hi: int) -> Span | None:
    """Without the words before a name that do not belong to it: 因迎胜站10kV化机线."""
    while lo < hi:
        said = text[lo:hi]
        cut = next((word for word in words("before_name") if said.startswith(word) and not _belongs(said, word)), "")
        if cut:
            lo += len(cut)
        elif said[0] in " \t\n,、":
            lo += 1
        else:
            break
    if station := pattern("own_station").match(text, lo, hi):
        lo = station.end()
    while hi > lo and text[hi - 1] in " \t(":
        hi -= 1
    return (lo, hi) if hi - lo >= 3 else None


def _belongs(said: str, word: str) -> bool:
    """A figure of time or number is cut only with its word; 在, 现 and the like may begin a name of two letters."""
    return len(said) - len(word) < 3


def _is_one(text: str, span: Span, name: str) -> bool:
    said = re.sub(r"\s", "", text[slice(*span)])
    if name != "line" and pattern("not_in_line").search(said):
        return False
    if name in ("line", "main_transformer", "whole_station"):
        return len(said) > 4 and pattern("nameless").match(said) is None and pattern("<kv>(?:<no_line>)").fullmatch(said) is None
    if name == "plain_line":
        return pattern("(?:<no_line>)$").search(re.sub(r"\d+$", "", said)) is None and len(said) >= 3
    if pattern("<replaced>(?![\u3400-\u9fff]{3})").match(text, span[1]) or _is_replaced(text, span):
        return False
    return pattern("generic_gear").fullmatch(said) is None and pattern("no_gear").search(said) is None


def _is_replaced(text: str, span: Span) -> bool:
    """更换1#变压器, and not a part of it."""
    alone = pattern("<s>(?:[,。;、)\\n停]|$)").match(text, span[1])
    return alone is not None and pattern("to_replace").search(text, max(0, span[0] - 6), span[0]) is not None


def read(text: str, sections: list[Section]) -> tuple[str | None, list[Span]]:
    """The names as written, several with 、 between them."""
    for section in of(sections, "line"):
        lo, hi = section.lo, section.hi
        spans = find(text, lo, hi)
        hi = aside.start() if (aside := pattern("line_aside").search(text, lo, hi)) else hi
        whole = text[lo:hi].strip(" \n\t,;。、|")
        if whole and not _covers(text, spans, lo, hi):
            at = text.index(whole, lo)
            return _said(text[at : at + len(whole)]), [(at, at + len(whole))]
        if spans:
            return _joined(text, spans := _run(text, spans)), spans
    spans = _found(text, sections, "prose", "row", "heading", "shared", "area", "cause") or _found(text, sections, "title")
    strong = (_like(text, spans, name) for name in ("(?:<line>|<plain_line>|<name_char>{1,6}<roman>线$)", "main_transformer"))
    spans = _run(text, _distinct(text, next(filter(None, strong), spans)))
    return (_joined(text, spans), spans) if spans else (None, [])


def _found(text: str, sections: list[Section], *kinds: str) -> list[Span]:
    return [span for section in of(sections, *kinds) for span in find(text, section.lo, section.hi)]


def _like(text: str, spans: list[Span], name: str) -> list[Span]:
    return [span for span in spans if pattern(name).search(text, *span)]


def _covers(text: str, spans: list[Span], lo: int, hi: int) -> bool:
    """Whether a label's value is these names and nothing of weight besides."""
    rest = "".join(text[a:b] for a, b in zip([lo, *(b for _, b in spans)], [*(a for a, _ in spans), hi], strict=True))
    return bool(spans) and len(re.sub(r"[\s,;、。()]", "", pattern("line_rest").sub("", rest))) == 0


def _distinct(text: str, spans: list[Span]) -> list[Span]:
    """A line named twice counts once, by its fuller name."""
    kept: list[Span] = []
    for span in spans:
        said = _bare(text[slice(*span)])
        same = next((one for one in kept if said in _bare(text[slice(*one)]) or _bare(text[slice(*one)]) in said), None)
        if same is None:
            kept.append(span)
        elif len(said) > len(_bare(text[slice(*same)])):
            kept[kept.index(same)] = span
    return kept


def _bare(said: str) -> str:
    return re.sub(r"\s", "", pattern("^<kv>").sub("", said)).casefold()


def _run(text: str, spans: list[Span]) -> list[Span]:
    """Names with only a mark between them are one as written."""
    if len(spans) > 1 and all(pattern("one_mark").fullmatch(text, a, b) for (_, a), (b, _) in pairwise(spans)):
        return [(spans[0][0], spans[-1][1])]
    return spans


def _joined(text: str, spans: list[Span]) -> str:
    return "\u3001".join(dict.fromkeys(_said(text[slice(*span)]) for span in spans))


def _said(raw: str) -> str:
    return re.sub(r"\s+", "", raw).strip('\u3001,;\u3002:"{}/')
