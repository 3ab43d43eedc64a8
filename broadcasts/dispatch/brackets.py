"""What a bracket behind a name says of it: its buildings, all but some, only a part, of which town the places are."""

from collections.abc import Callable
from typing import Literal

import msgspec

from broadcasts.dispatch import blocks
from broadcasts.dispatch.blocks import Listed
from broadcasts.dispatch.names import Named
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.vocabulary import pattern


def close(text: str, lo: int, hi: int) -> int | None:
    return min((at for end in ")]" if (at := text.find(end, lo, hi)) >= 0), default=None)


def what(before: str, inner: str) -> Literal["part", "name", "said"]:
    """A part of the name, (一期); the name itself, 我小区(御景湾); or something said of the name before it."""
    own = pattern("own_estate").search(before) is not None
    if before and not own and pattern("named_part").fullmatch(inner):
        return "part"
    return "name" if own and not pattern("bracket_tail").fullmatch(inner) else "said"


def told(text: str, named: list[Named], span: Span, read: Callable[[], list[Named]]) -> None:
    """Of the last name before the bracket; `read` reads the inside as a list of places."""
    owner, inner = named[-1], text[slice(*span)].strip()
    listed = list(blocks.find(text, *span))
    if pattern("households").fullmatch(inner):
        return
    if pattern("spared_in_brackets").search(inner) and not listed:
        named.pop()
    elif pattern("exception").search(inner):
        outside = text.find("\u5916", *span)
        for one in listed:
            (owner.blocks if 0 <= outside < one.lo else owner.but).extend(one.blocks)
        owner.vague |= not (listed or pattern("whose_wire").search(inner) or (owner.blocks and _numbers(inner)))
    elif pattern("bare_numbers").fullmatch(inner):
        owner.loose = inner
    elif listed and pattern("bounded").search(inner):
        owner.part = True
    elif listed:
        _drop_count(owner, listed)
        for one in listed:
            owner.give(one)
    elif pattern("stretch").fullmatch(inner):
        return
    elif _town_of(owner, inner):
        named.pop()
        named += [msgspec.structs.replace(one, vague=True) for one in read()]
    elif pattern("[、,].*(?:<place_end>)").search(inner):
        owner.vague = True
    elif pattern("(?:<part>)").search(inner) or pattern("units").search(inner):
        owner.part = True


def _numbers(inner: str) -> bool:
    """6号除外, 除6号: of the buildings in front."""
    return any(pattern(name).match(inner) for name in ("spared_numbers", "but_numbers"))


def _drop_count(owner: Named, listed: list[Listed]) -> None:
    """东边3栋(1、2、3号楼): the first figure only says how many they are."""
    many = str(sum(len(block.names()) for one in listed for block in one.blocks))
    if owner.blocks and owner.blocks[-1].first == owner.blocks[-1].last == many:
        owner.blocks.pop()


def _town_of(owner: Named, inner: str) -> bool:
    """Whether the bracket says which places of a town are meant."""
    return pattern("(?:<admin>)$").search(owner.name) is not None and pattern("(?:<place_end>)$").search(inner) is not None
