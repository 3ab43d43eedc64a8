"""Rotas: groups of estates, or of one estate's buildings, each with hours of its own; what stands before them holds for all."""

from itertools import pairwise

from broadcasts.dispatch import areas, blocks, places, tokens, ways
from broadcasts.dispatch.pieces import Piece, headings
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section, divide
from broadcasts.dispatch.telling import Telling
from broadcasts.dispatch.tokens import CLOCKS, DAYS, Token
from broadcasts.dispatch.vocabulary import pattern

SENTENCE, CLAUSE = "[\u3002;\\n]", "[,\u3002;\\n]"


def of_estates(telling: Telling, lo: int, hi: int) -> list[Piece]:
    """A组(…)06:00-09:00;B组(…)09:00-12:00."""
    starts = [match.start() for match in pattern("grouped").finditer(telling.text, lo, hi)]
    spans = list(pairwise([*starts, hi]))
    timed = len(spans) > 1 and all("T" in telling.says(*span) for span in spans)
    return _under(headings(telling.text, lo, starts[0]), telling.text, spans) if timed else []


def of_buildings(telling: Telling, lo: int, hi: int) -> list[Piece]:
    """1、3号楼8:00-10:00;2、4号楼10:30-12:30, of the one estate that is named before."""
    found = ([span for unit in telling.between(lo, hi, mark) if (span := _rota(telling.text, *unit))] for mark in (SENTENCE, CLAUSE))
    spans = next((some for some in found if len(some) > 1), [])
    if not spans:
        return []
    heading = headings(telling.text, lo, spans[0][0])
    named = areas.read(telling.text, heading).named
    return _under(heading, telling.text, spans) if len(named) == 1 and not named[0].blocks else []


def of_places(telling: Telling, lo: int, hi: int) -> list[Piece]:
    """金域蓝湾8:00-10:00,金色家园10:30-12:30停电, of the one day that is named before."""
    text = telling.text
    found = [match for match in pattern("own_hours").finditer(text, lo, hi) if _is_list(text, *match.span("where"))]
    if len(found) < 2 or any(a.end() != b.start() for a, b in pairwise(found)):
        return []
    spans = list(pairwise([*(match.start() for match in found), hi]))
    return _under(headings(text, lo, spans[0][0]), text, spans)


def _is_list(text: str, lo: int, hi: int) -> bool:
    named = places.read(text, lo, hi).named
    return bool(named) and all(ways.looks_like_place(one, ()) for one in named)


def _under(heading: list[Section], text: str, spans: list[Span]) -> list[Piece]:
    return [Piece([*heading, *divide(text, *span)], *span) for span in spans]


def _rota(text: str, lo: int, hi: int) -> Span | None:
    """Buildings without a name, and the hours that are theirs."""
    listed = list(blocks.find(text, lo, hi))
    times = [token for token in tokens.lex(text, lo, hi) if token.kind in DAYS | CLOCKS]
    if len(listed) != 1 or sum(token.kind in CLOCKS for token in times) != 2:
        return None
    begun = _with_day(text, times, min(listed[0].lo, next(one.lo for one in times if one.kind in CLOCKS)))
    named = areas.read(text, [Section("prose", begun, hi)]).named
    return None if named else (begun, max(listed[0].hi, times[-1].hi))


def _with_day(text: str, times: list[Token], begun: int) -> int:
    """From the day that stands right before."""
    for one in reversed([one for one in times if one.hi <= begun]):
        begun = one.lo if not text[one.hi : begun].strip(" (),") else begun
    return begun
