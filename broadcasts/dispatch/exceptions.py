"""Buildings that are said to keep their light: 6号除外, 不含6号楼, 其中6号楼不停; behind the list, in front of it, in brackets."""

import re
from collections.abc import Iterator
from itertools import islice

import msgspec

from broadcasts.dispatch import blocks
from broadcasts.dispatch.blocks import Block
from broadcasts.dispatch.buildings import key
from broadcasts.dispatch.names import Named
from broadcasts.dispatch.places import Places
from broadcasts.dispatch.sections import Section
from broadcasts.dispatch.vocabulary import pattern

EXCEPTED = ("spared_numbers", "but_numbers", "but_some", "spared_some")
# A notice tells of so many exceptions at most.
MOST = 50
KINDS = ("prose", "row", "heading", "area", "building", "other")


class Lit(msgspec.Struct):
    """Buildings with light. `sure`: they are whole buildings and no days of a month."""

    lo: int
    hi: int
    blocks: list[Block]
    sure: bool


def applied(text: str, sections: list[Section], found: Places) -> Places:
    """Taken from the one estate that has them; where it cannot be told whose they are, its buildings are asked."""
    for lit in islice(_all(text, sections), MOST) if found.named else ():
        _take(lit, found.named)
        found.homeless = [one for one in found.homeless if not lit.lo <= one.lo < lit.hi]
    return found


def _all(text: str, sections: list[Section]) -> Iterator[Lit]:
    for one in sections:
        if one.kind in KINDS:
            matches = (match for name in EXCEPTED for match in pattern(name).finditer(text, one.lo, one.hi))
            yield from (_lit(text, match) for match in matches)


def _lit(text: str, match: re.Match[str]) -> Lit:
    lo, hi = match.span("list")
    listed = [block for one in blocks.find(text, lo, hi) for block in one.blocks]
    bare = [] if listed else blocks.bare(match["list"])
    days = pattern("days_by_number").search(text) is not None
    return Lit(match.start(), match.end(), listed or bare, not match["units"] and (bool(listed) or not days))


def _take(lit: Lit, named: list[Named]) -> None:
    wanted = _keys(lit.blocks)
    bearers = _bearers(lit, wanted, named)
    for one in bearers:
        if len(bearers) == 1 and wanted and lit.sure and (wanted <= _keys(one.blocks) or not one.blocks):
            one.but += [block for block in lit.blocks if block not in one.but]
        else:
            one.unclear = True


def _bearers(lit: Lit, wanted: set[str], named: list[Named]) -> list[Named]:
    """Whose these buildings may be: of whom it was said already, who has them, or who is named as a whole."""
    told = [one for one in named if wanted and wanted <= _keys(one.but)]
    listed = [one for one in named if one.blocks and (wanted & _keys(one.blocks) or not wanted)]
    found = told or listed or [one for one in named if not one.blocks]
    # Right behind its list, with no other place between them.
    near = [one for one in found if one.spans and 0 <= lit.lo - one.spans[-1][1] <= 1]
    return near[-1:] or found


def _keys(listed: list[Block]) -> set[str]:
    return {key(name) for block in listed for name in block.names()}
