"""A range or list under numbers that are not the estate's own: 1-6号楼 where it has 101号楼 to 106号楼."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import msgspec

from broadcasts.dispatch.blocks import Block
from broadcasts.dispatch.numerals import span_of

AND = "\u3001"
MOST = 3
WIDEST = 3

Buildings = dict[str, list[str]]


class Wanted(msgspec.Struct, frozen=True):
    """One number of the text: in which of its blocks it stands, and what tells it from its neighbours."""

    block: int
    no: str
    unit: str
    key: str


class Shift(msgspec.Struct, frozen=True):
    """How the estate may number the same buildings: 1 is 101 with "1" before two figures."""

    before: str
    width: int

    def of(self, no: str) -> str:
        return f"{self.before}{no.zfill(self.width)}"


class Guess(msgspec.Struct, frozen=True):
    """`said`: as dispatch would have written it. `left`: what of the text has no building under this guess."""

    buildings: tuple[str, ...]
    said: str
    left: str
    left_n: int


def wanted(blocks: Sequence[Block], key: Mapping[str, str], excepted: Iterable[str]) -> list[Wanted]:
    """Every number of the blocks but those that are excepted; `key` by the name as dispatch writes it."""
    every = (Wanted(at, no, one.unit, key[f"{no}{one.unit}"]) for at, one in enumerate(blocks) for no in span_of(one.first, one.last))
    return [one for one in every if one.key not in set(excepted)]


def guesses(asked: Sequence[Wanted], known: Mapping[str, str], least: int) -> list[Guess]:
    """The numberings under which most of it is there, and at least so many."""
    own = _by_number(known)
    shifts = {Shift("", 0)} | {Shift(no[:-width], width) for no in own for width in range(1, WIDEST + 1) if no[width:] and _ends(no, width)}
    there = {shift: sum(shift.of(one.key) in own for one in asked) for shift in shifts}
    best = max(there.values())
    if best < least:
        return []
    found: dict[tuple[str, ...], Guess] = {}
    for shift in sorted((one for one in shifts if there[one] == best), key=lambda one: (len(one.before), one.before)):
        guess = _guess(asked, own, shift)
        found.setdefault(guess.buildings, guess)
    return list(found.values())[:MOST]


def told(asked: Iterable[Wanted]) -> str:
    """1-6号楼、9号楼."""
    return AND.join(_told([one.no for one in run], run[0].unit) for _at, run in _runs(asked, set()))


def _guess(asked: Sequence[Wanted], own: Buildings, shift: Shift) -> Guess:
    there = {one.key for one in asked if shift.of(one.key) in own}
    runs = list(_runs(asked, there))
    said = [_told([shift.of(one.no).upper() for one in run], run[0].unit) for is_there, run in runs if is_there]
    left = [_told([one.no for one in run], run[0].unit) for is_there, run in runs if not is_there]
    buildings = [building for one in asked for building in own.get(shift.of(one.key), [])]
    return Guess(tuple(dict.fromkeys(buildings)), AND.join(said), AND.join(left), sum(one.key not in there for one in asked))


def _runs(asked: Iterable[Wanted], there: set[str]) -> Iterable[tuple[bool, list[Wanted]]]:
    for (_block, is_there), run in groupby(asked, key=lambda one: (one.block, one.key in there)):
        yield is_there, list(run)


def _told(nos: list[str], unit: str) -> str:
    return f"{nos[0]}-{nos[-1]}{unit}" if len(nos) > 1 else f"{nos[0]}{unit}"


def _by_number(known: Mapping[str, str]) -> Buildings:
    """Its buildings by number; those of 314/a and 314/b stand under 314 too."""
    found: Buildings = {}
    for key, building in known.items():
        parts = key.split("/")
        for n in range(1, len(parts) + 1):
            found.setdefault("/".join(parts[:n]), []).append(building)
    return found


def _ends(no: str, width: int) -> bool:
    return no[-width:].isdecimal()
