"""Buildings of one place: as dispatch wrote them, or the estate's own; a number that is not there is asked about."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from rapidfuzz import fuzz, process

from app.core.words import phrase as _
from broadcasts.dispatch import renumbered
from broadcasts.dispatch.blocks import Block, plain
from broadcasts.dispatch.names import Named
from broadcasts.dispatch.numerals import span_of
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.renumbered import Guess, Wanted
from broadcasts.dispatch.shapes import Doubt, Place
from broadcasts.dispatch.vocabulary import pattern

NEAR_LEAST = 50.0


def key(building: str) -> str:
    """What tells a building from its neighbours, whatever its unit: 3号楼, 3栋 and 3# are 3; 314号楼A座 is 314/a."""
    said = unicodedata.normalize("NFKC", re.sub(r"\s", "", building))
    parts = [plain(match["no"]) for match in pattern("building_key").finditer(said)]
    return "/".join(parts).casefold() or said.casefold()


def place_of(one: Named) -> Span:
    return one.spans[0] if one.spans else (one.lo, one.hi)


def as_said(one: Named, name: str) -> tuple[list[str], list[Doubt]]:
    """Without a grid: as dispatch wrote them, ranges spelled out."""
    excepted = {key(building) for block in one.but for building in block.names()}
    doubts = [_unread(block, name, one) for block in one.blocks if not block.names()]
    if one.but and not one.blocks:
        doubts.append(Doubt("buildings", _("Which buildings of %(estate)s are meant?", estate=name), place_of(one), of=name))
    listed = [building for block in one.blocks for building in block.names() if key(building) not in excepted]
    return listed, doubts


def _unread(block: Block, name: str, one: Named) -> Doubt:
    said = f"{block.first}-{block.last}{block.unit}"
    question = _("%(said)s of %(estate)s cannot be read. Which buildings are meant?", said=said, estate=name)
    return Doubt("buildings", question, place_of(one), of=name)


def own(one: Named, name: str, place: Place) -> tuple[list[str], list[Doubt]]:
    """The estate's own buildings, and a question for what it does not have under these numbers."""
    known = {key(building): building for building in place.buildings}
    excepted = {key(building) for block in one.but for building in block.names()}
    listed: list[str] = [] if one.blocks else list(place.buildings)
    doubts: list[Doubt] = []
    strange = [block for block in one.blocks if not _is_own(block, known)]
    for block in one.blocks:
        listed += [] if block in strange else _of_block(block, name, known, one, doubts)
    asked = renumbered.wanted(strange, {it: key(it) for block in strange for it in block.names()}, excepted)
    doubts += [_unread(block, name, one) for block in strange if not block.names()]
    doubts += _strange(asked, name, known, one)
    beside = excepted - known.keys() - {key(it) for block in strange for it in block.names()}
    doubts += [_missing(missed, missed, name, known, one) for missed in sorted(beside)]
    return [building for building in listed if key(building) not in excepted], doubts


def _is_own(block: Block, known: dict[str, str]) -> bool:
    """One building of this name, or a range of which both ends are real."""
    ends = {key(f"{end}{block.unit}") for end in (block.first, block.last)}
    there = all(end in known or any(it.startswith(f"{end}/") for it in known) for end in ends)
    return there or _whole(block) in known


def _whole(block: Block) -> str:
    """The key of 1-2号楼 where that is one building's name."""
    return key(f"{block.first}-{block.last}{block.unit}" if block.first != block.last else f"{block.first}{block.unit}")


def _of_block(block: Block, name: str, known: dict[str, str], one: Named, doubts: list[Doubt]) -> list[str]:
    """A range holds those between its ends that there are."""
    if block.first != block.last and _whole(block) in known:
        return [known[_whole(block)]]
    wanted = [key(f"{no}{block.unit}") for no in span_of(block.first, block.last)]
    if not wanted:
        doubts.append(_unread(block, name, one))
    return [building for no in wanted for it, building in known.items() if it == no or it.startswith(f"{no}/")]


def _strange(asked: list[Wanted], name: str, known: dict[str, str], one: Named) -> list[Doubt]:
    """One question for all of it where it is there under other numbers, and one for all those that are like nothing there."""
    blocks = [list(some) for _at, some in groupby(asked, key=lambda it: it.block)]
    ranged = any(len(some) > 1 for some in blocks)
    # Single numbers are another numbering only all together; of a range some may be missing.
    found = renumbered.guesses(asked, known, (len(asked) + 1) // 2 if ranged else len(asked)) if len(asked) > 1 else []
    if found:
        return [*_renumbered(asked, found, name, one)]
    lost = [some[0] for some in blocks if len(some) == 1 and not _near(some[0].key, known)]
    asks = [
        _missing(some[0].key, renumbered.told(some), name, known, one) if len(some) == 1 else _nowhere(some, name, one)
        for some in blocks
        if some[0] not in lost
    ]
    return [*asks, _nowhere(lost, name, one)] if lost else asks


def _renumbered(asked: list[Wanted], found: list[Guess], name: str, one: Named) -> Iterator[Doubt]:
    best = found[0]
    question = _("%(estate)s has no %(said)s. Is it %(near)s?", estate=name, said=renumbered.told(asked), near=best.said)
    choices = tuple(renumbered.AND.join(guess.buildings) for guess in found)
    yield Doubt("buildings", question, _list_span(one), choices, name, len(asked) - best.left_n)
    if best.left:
        question = _("%(estate)s has no %(said)s. Which building is it?", estate=name, said=best.left)
        yield Doubt("buildings", question, _list_span(one), (), name, best.left_n)


def _nowhere(some: list[Wanted], name: str, one: Named) -> Doubt:
    question = _("%(estate)s has no %(said)s. Which building is it?", estate=name, said=renumbered.told(some))
    return Doubt("buildings", question, _list_span(one), (), name, len(some))


def _list_span(one: Named) -> Span:
    return one.spans[-1] if one.spans else (one.lo, one.hi)


def _missing(number_: str, said: str, name: str, known: dict[str, str], one: Named) -> Doubt:
    near = _near(number_, known)
    if near:
        question = _("%(estate)s has no %(said)s. Is it %(near)s?", estate=name, said=said, near=near[0])
    else:
        question = _("%(estate)s has no %(said)s. Which building is it?", estate=name, said=said)
    return Doubt("buildings", question, _list_span(one), near, name, 1)


def _near(number_: str, known: dict[str, str]) -> tuple[str, ...]:
    like = process.extract(number_, known.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=NEAR_LEAST)
    return tuple(known[it] for it, _score, _at in like)
