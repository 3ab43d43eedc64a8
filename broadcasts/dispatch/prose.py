"""Prose: a new notice begins with a new time that has places of its own."""

from broadcasts.dispatch import tokens
from broadcasts.dispatch.pieces import Piece, headings
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section, divide
from broadcasts.dispatch.telling import Telling

SENTENCE = "[\u3002;\\n]"


def sentences(telling: Telling, lo: int, hi: int) -> list[Piece]:
    units = telling.between(lo, hi, SENTENCE)
    starts = [lo, *_begun(telling, units)]
    spans = list(zip(starts, [*starts[1:], hi], strict=True))
    head = headings(telling.text, lo, units[0][0]) if units else []
    return [Piece([*head, *_day_before(telling.text, spans[:at]), *divide(telling.text, *span)], *span) for at, span in enumerate(spans)]


def _begun(telling: Telling, units: list[Span]) -> list[int]:
    starts, said = [], ""
    for at, unit in enumerate(units):
        here = telling.says(*unit)
        if "T" in here and {"T", "A"} <= set(said) and "A" in _coming(telling, units[at:]):
            starts.append(unit[0])
            said = ""
        said += here
    return starts


def _coming(telling: Telling, units: list[Span]) -> str:
    """What the first sentence says, and those after it up to the next time."""
    said = telling.says(*units[0])
    for unit in units[1:]:
        here = telling.says(*unit)
        if "T" in here:
            break
        said += here
    return said


def _day_before(text: str, spans: list[Span]) -> list[Section]:
    """The one day of what was told before; hours that follow without a day are of it."""
    days = [token for span in spans for token in tokens.lex(text, *span) if token.kind in tokens.DAYS - {"week"}]
    return [Section("heading", days[0].lo, days[0].hi)] if len({text[one.lo : one.hi] for one in days}) == 1 else []
