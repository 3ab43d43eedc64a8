"""Does it affect my building? Yes, no, it depends on the building, perhaps (nobody knows yet which are meant), or there is none such."""

from enum import StrEnum

import msgspec

from app.core.words import say
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice
from grids import addresses, dwellings
from grids.tables import Estate


class Touch(StrEnum):
    yes = "yes"
    no = "no"
    part = "part"
    perhaps = "perhaps"
    unknown = "unknown"


class Answer(msgspec.Struct, frozen=True):
    touch: Touch
    place: str
    """The home as it was asked for: 莲花园 2号楼."""
    only: str = ""
    """Where only some buildings of the estate are meant: which. Where there is none such: which there are."""


def ask(notice: Notice, estate: Estate, building: str) -> Answer:
    """What the notice says of this building; without one, of the estate. The estate comes with its buildings."""
    here = [place for place in notice.places if place.estate_id == estate.id]
    names = [one.name for one in estate.buildings]
    building = addresses.building(building, names, estate.name)
    place = f"{estate.name} {_named(building)}" if building else estate.name
    if building and names and not dwellings.like(building, names, estate.name):
        return Answer(Touch.unknown, place, say(", ").join(audiences.runs(names)))
    if not here:
        return Answer(Touch.no, place)
    if any(one.building is None for one in here):
        return Answer(Touch.perhaps if any(one.partly for one in here) else Touch.yes, place)
    only = say(", ").join(audiences.runs([one.building.name for one in here if one.building]))
    meant = audiences.touches(here, building, names, estate.name) if building else None
    if meant is None:
        return Answer(Touch.part, estate.name, only)
    return Answer(Touch.yes if meant else Touch.no, place, only)


def _named(building: str) -> str:
    """Where its number alone was written, in figures or spelled out, as a building's."""
    n, bare = dwellings.building(building), building.isdigit() or not any(letter.isdigit() for letter in building)
    return say("building %(n)s", n=n) if n.isdigit() and bare else building
