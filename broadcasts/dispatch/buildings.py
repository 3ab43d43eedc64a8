"""Buildings of one place: as dispatch wrote them, or the estate's own; a number that is not there is asked about."""

import re
import unicodedata

from rapidfuzz import fuzz, process

from app.core.words import phrase as _
from broadcasts.dispatch.blocks import Block, plain, span_of
from broadcasts.dispatch.names import Named
from broadcasts.dispatch.plain import Span
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
    """The estate's own buildings, and a question for each that it does not have."""
    known = {key(building): building for building in place.buildings}
    excepted = {key(building) for block in one.but for building in block.names()}
    doubts: list[Doubt] = []
    listed: list[str] = [] if one.blocks else list(place.buildings)
    for block in one.blocks:
        listed += _of_block(block, name, known, one, doubts)
    doubts += [_missing(missed, missed, name, known, one) for missed in excepted if missed not in known]
    return [building for building in listed if key(building) not in excepted], doubts


def _of_block(block: Block, name: str, known: dict[str, str], one: Named, doubts: list[Doubt]) -> list[str]:
    """A range holds those between its ends that there are; both ends must be real."""
    whole = key(f"{block.first}-{block.last}{block.unit}")
    if block.first != block.last and whole in known:
        return [known[whole]]
    ends = [key(f"{end}{block.unit}") for end in dict.fromkeys((block.first, block.last))]
    missing = [end for end in ends if end not in known and not any(it.startswith(f"{end}/") for it in known)]
    if missing:
        said = {key(f"{end}{block.unit}"): f"{end}{block.unit}" for end in (block.first, block.last)}
        doubts += [_missing(end, said[end], name, known, one) for end in missing]
        return []
    wanted = [key(f"{no}{block.unit}") for no in span_of(block.first, block.last)]
    if not wanted:
        doubts.append(_unread(block, name, one))
    return [building for no in wanted for it, building in known.items() if it == no or it.startswith(f"{no}/")]


def _missing(number_: str, said: str, name: str, known: dict[str, str], one: Named) -> Doubt:
    like = process.extract(number_, known.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=NEAR_LEAST)
    near = tuple(known[it] for it, _score, _at in like)
    if near:
        question = _("%(estate)s has no %(said)s. Is it %(near)s?", estate=name, said=said, near=near[0])
    else:
        question = _("%(estate)s has no %(said)s. Which building is it?", estate=name, said=said)
    return Doubt("buildings", question, one.spans[-1] if one.spans else (one.lo, one.hi), near, name)
