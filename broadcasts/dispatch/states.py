"""A fault of which some have light again and others have not: a notice of each, under what was told of both before."""

import msgspec

from broadcasts.dispatch.pieces import Piece
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section, divide
from broadcasts.dispatch.telling import Telling
from broadcasts.dispatch.vocabulary import pattern


def parts(telling: Telling, lo: int, hi: int) -> list[Piece]:
    """None unless one sentence says who has light again and the next who has not, each with places of its own."""
    units = telling.between(lo, hi, "state_cut")
    states = [_state(telling, unit) for unit in units]
    told = [at for at, state in enumerate(states) if state]
    both = [states[at] for at in told] in (["back", "dark"], ["dark", "back"])
    if not both or told[0] == 0 or told[1] - told[0] != 1:
        return []
    before = [_shared(one) for one in divide(telling.text, lo, units[told[0]][0])]
    behind = [_shared(one) for unit in units[told[1] + 1 :] for one in divide(telling.text, *unit)]
    return [Piece([*before, *divide(telling.text, *units[at]), *behind], *units[at]) for at in told]


def are_apart(sections: list[Section]) -> bool:
    return any(one.kind == "shared" for one in sections)


def _state(telling: Telling, unit: Span) -> str:
    dark = pattern("still_out").search(telling.text, *unit)
    back = pattern("is_back").search(telling.text, *unit)
    if bool(dark) == bool(back) or "A" not in telling.says(*unit):
        return ""
    return "dark" if dark else "back"


def _shared(one: Section) -> Section:
    """Its time, line and cause are of both, its places are sorted by what follows."""
    return msgspec.structs.replace(one, kind="shared") if one.kind in ("prose", "area") else one
