"""The places that were read as a notice says them: the grid's own names and buildings, and what is asked about them."""

import re

import msgspec

from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.dispatch import buildings
from broadcasts.dispatch.buildings import place_of
from broadcasts.dispatch.grid import Grid
from broadcasts.dispatch.names import Named, doubtful
from broadcasts.dispatch.shapes import Doubt, Place
from broadcasts.dispatch.vocabulary import pattern


class Matched(msgspec.Struct):
    estates: list[str] = []
    buildings: dict[str, list[str]] = {}
    doubts: list[Doubt] = []


def match(named: list[Named], grid: Grid | None) -> Matched:
    found = Matched([], {}, [])
    for one in named:
        estate = grid.find(one.name) if grid else None
        if grid and estate is None:
            near = grid.near(one.name)
            found.doubts.append(Doubt("estates", _unknown(one.name, near), place_of(one), tuple(near), one.name))
        name = estate or one.name
        mixed = estate is None and doubtful(one.name)
        if one.vague or mixed:
            found.doubts.append(
                Doubt("estates", _("%(said)s: please look whether the place is meant like this.", said=one.name), place_of(one))
            )
        half = estate is None and pattern("half_name").fullmatch(one.name)
        if half:
            found.doubts.append(Doubt("estates", _("Of which estate are these buildings?"), place_of(one)))
        if half or mixed:
            continue
        if name not in found.estates:
            found.estates.append(name)
        _buildings(one, name, grid.places[estate] if grid and estate else None, found)
    return found


def _unknown(said: str, near: list[str]) -> Phrase:
    if near:
        return _("%(said)s is not in this grid under this name. Is it %(near)s?", said=said, near=near[0])
    return _("%(said)s is not in this grid. Is it meant?", said=said)


def _buildings(one: Named, name: str, place: Place | None, found: Matched) -> None:
    if one.loose:
        _loose(one, name, place, found)
    if one.part and not one.blocks:
        found.doubts.append(
            Doubt("buildings", _("Only a part of %(estate)s is meant. Which buildings?", estate=name), place_of(one), of=name)
        )
    listed, doubts = (buildings.own(one, name, place) if place else buildings.as_said(one, name)) if one.blocks or one.but else ([], [])
    found.doubts += doubts
    if (one.unclear or (one.but and not listed)) and not doubts:
        found.doubts.append(Doubt("buildings", _("Which buildings of %(estate)s are meant?", estate=name), place_of(one), of=name))
    if listed:
        kept = found.buildings.setdefault(name, [])
        kept += [building for building in dict.fromkeys(listed) if building not in kept]


def _loose(one: Named, name: str, place: Place | None, found: Matched) -> None:
    """(101、102) are buildings where the estate has them all; otherwise it is asked."""
    known = {buildings.key(building): building for building in place.buildings} if place else {}
    said = re.findall(r"\d+", one.loose)
    if all(no in known for no in said) and not re.search("[-~]", one.loose):
        found.buildings.setdefault(name, []).extend(known[no] for no in said)
    else:
        found.doubts.append(Doubt("buildings", _("Which buildings of %(estate)s are meant?", estate=name), place_of(one), of=name))
