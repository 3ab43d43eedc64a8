"""From door to door: the buildings that a notice is for, floor by floor, with a box for each household to tick."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.words import language, say
from broadcasts.print.press import clean
from broadcasts.tables import Notice
from grids.tables import Building

BOXES = 40
"""More households on a floor than a line has room for get no box each."""
FLOORS = 80
BUILDINGS = 400
DIGITS = re.compile(r"(\d+)")


class House(msgspec.Struct, frozen=True):
    """A building. `boxes` are the doors of one floor; 0 where nobody told us how many."""

    estate_id: int
    building_id: int
    estate: str
    name: str
    households: int
    floors: list[int]
    boxes: int


class Doors(msgspec.Struct, frozen=True):
    houses: list[House]
    households: int
    without: list[str]
    """Estates of which no building is known."""
    left_off: int


def of_notice(session: Session, notice: Notice) -> Doors:
    """Estates by name, their buildings by number, floors from the top: so one walks."""
    whole = {place.estate_id: place.estate for place in notice.places if place.building is None}
    found = list(session.scalars(sa.select(Building).where(Building.estate_id.in_(whole))))
    names = {place.estate_id: place.estate.name for place in notice.places}
    found += [place.building for place in notice.places if place.building is not None and place.estate_id not in whole]
    ordered = sorted(found, key=lambda one: (names[one.estate_id], _walk(one.name)))
    known = {one.estate_id for one in found}
    return Doors(
        [_house(one, names[one.estate_id]) for one in ordered[:BUILDINGS]], sum(one.households for one in ordered),
        sorted(estate.name for key, estate in whole.items() if key not in known), max(0, len(ordered) - BUILDINGS),
    )  # fmt: skip


def data(doors: Doors, notice: Notice) -> dict[str, Any]:
    """As doors.typ reads it."""
    return {
        "lang": language.get()[:2], "title": say("Door list"), "notice": clean(notice.title, 120), "number": notice.number,
        "grid": clean(notice.grid.name, 60), "key": say("Tick: told. Circle: nobody at home. Star: needs help."),
        "by": say("Who went"), "when": say("When"), "floor": [say("Floor %(n)s", n=n) for n in range(FLOORS + 1)],
        "unknown": say("Floors and households are not known here: note the doors yourself."),
        "houses": [
            {"name": clean(f"{one.estate} {one.name}", 60), "count": _about(one.households), "floors": one.floors, "boxes": one.boxes}
            for one in doors.houses
        ],
        "gaps": gaps(doors),
    }  # fmt: skip


def _about(count: int) -> str:
    return say("about %(n)s households", n=count) if count else say("households not known")


def gaps(doors: Doors) -> list[str]:
    """What this list does not have, in words."""
    said = [say("No building is known of: %(names)s", names=clean(say(", ").join(doors.without), 200))] if doors.without else []
    return said + ([say("%(n)s more buildings are not on this list.", n=doors.left_off)] if doors.left_off else [])


def _house(building: Building, estate: str) -> House:
    floors = min(building.floors, FLOORS)
    boxes = -(-building.households // floors) if floors > 0 else 0
    return House(
        building.estate_id,
        building.id,
        estate,
        building.name,
        building.households,
        list(range(floors, 0, -1)),
        boxes if boxes <= BOXES else 0,
    )


def _walk(name: str) -> tuple[tuple[int, int, str], ...]:
    """2号楼 before 10号楼."""
    parts: Iterable[str] = DIGITS.split(name)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)
