"""One notice's part of a paste: its own sections, and what stands above it and holds for its neighbours too."""

from collections.abc import Callable

import msgspec

from broadcasts.dispatch.sections import Section, divide
from broadcasts.dispatch.telling import Telling


class Piece(msgspec.Struct):
    """The sections of one notice. `heading` sections are shared with its neighbours."""

    sections: list[Section]
    lo: int
    hi: int


Deeper = Callable[[int, int], list[Piece]]
"""Cuts a stretch further."""


def headings(text: str, lo: int, hi: int) -> list[Section]:
    return [msgspec.structs.replace(one, kind="heading") if one.kind == "prose" else one for one in divide(text, lo, hi)]


def under(heading: list[Section], piece: Piece, telling: Telling) -> Piece:
    """With the heading's times where it has none of its own."""
    own = {one.kind for one in piece.sections}
    timed = {"T", "D"} <= set(telling.says(piece.lo, piece.hi))
    shared = [one for one in heading if one.kind not in own and not (timed and one.kind in ("time", "start", "end"))]
    kept = [Section("title", one.lo, one.hi) if timed and one.kind == "heading" else one for one in shared]
    return Piece([*kept, *piece.sections], piece.lo, piece.hi)
