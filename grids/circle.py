"""The ten-minute circle: which places to pay can be walked to, at a stated time and pace.

Without a network of paths (`method` "line") the walk is the straight line times a detour. The figures come from 544 pairs of estate
and place in Wangjing, Beijing, walked by Valhalla on OSM's paths: walked over straight metres has the median 1.33 (a tenth is under
1.13, a tenth over 1.58; round walled estates it goes up to 3.1). A clear yes or no is only given outside what a walk could be: at least
1.05 times the line, at most 1.6 times and 120 m round a wall. On those pairs, at 80 m/min: 79 yes and 334 no, none wrong, 131 about;
at 48 m/min: 19 yes of which one is wrong, 453 no, none wrong, 72 about.
"""

import math
from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy.orm import Session

from grids import calendar, hours, points
from grids.calendar import Calendar
from grids.detour import DETOUR, LEAST_DETOUR, MOST_DETOUR, ROUND_A_WALL
from grids.points import Near
from grids.tables import Estate, PaymentPoint

MINUTES = 10
PACE, SLOWER_PACE = 80.0, 48.0
# Where nothing is near, the nearest is still named: how far out it is looked for.
RADII = (2_000.0, 10_000.0, 50_000.0)


class Answer(StrEnum):
    """Within ten minutes? `about` where the line alone cannot tell."""

    yes = "yes"
    about = "about"
    no = "no"


class Way(msgspec.Struct, frozen=True):
    """A place to pay and the walk to it."""

    point: PaymentPoint
    distance_m: float
    walk_minutes: float
    answer: Answer
    hours: hours.Hours
    method: str = "line"

    @property
    def open(self) -> bool | None:
        return self.hours.open

    @property
    def until(self) -> datetime | None:
        return self.hours.until


def around(
    session: Session, lat: float, lon: float, *, at: datetime, pace: float = PACE, within: float = RADII[0], need: Collection[str] = ()
) -> list[Way]:
    """The ways to all points within so many metres of straight line that offer what is needed, nearest first."""
    days = calendar.around(session, at)
    return [_way(one, at, pace, days) for one in points.near(session, lat, lon, within) if points.offers(one.point, need)]


def anywhere(session: Session, lat: float, lon: float, *, at: datetime, pace: float = PACE, need: Collection[str] = ()) -> list[Way]:
    """The same, looked for further and further out until there is one."""
    found: list[Way] = []
    for within in RADII:
        found = found or around(session, lat, lon, at=at, pace=pace, within=within, need=need)
    return found


def choices(ways: Iterable[Way], most: int = 6) -> list[Way]:
    """What to say first: the nearest that is open, then within ten minutes open, not known and shut, then further away."""
    ranked = sorted(ways, key=lambda way: (way.answer is Answer.no, _openness(way), way.distance_m))
    first = nearest_open(ranked)
    if first is not None:
        ranked.remove(first)
        ranked.insert(0, first)
    return ranked[:most]


def nearest_open(ways: Iterable[Way]) -> Way | None:
    return min((way for way in ways if way.open), key=lambda way: way.distance_m, default=None)


class Reach(msgspec.Struct, frozen=True):
    """What an estate's households can walk to: the nearest that is open, for older people too."""

    estate: Estate
    nearest: Way | None
    slower: Answer = Answer.no
    slower_minutes: float = 0.0


def reaches(session: Session, estates: Iterable[Estate], *, at: datetime) -> list[Reach]:
    """For each estate that has a place on the map, those with nothing near first."""
    found = []
    for estate in estates:
        if estate.lat is None or estate.lon is None:
            continue
        way = nearest_open(around(session, estate.lat, estate.lon, at=at))
        metres = way.distance_m if way else math.inf
        found.append(Reach(estate, way, answer(metres, SLOWER_PACE), metres * DETOUR / SLOWER_PACE))
    return sorted(found, key=lambda one: -one.slower_minutes)


def reach(pace: float) -> float:
    """The radius of the ring: as far as the line may be for ten minutes of an ordinary walk."""
    return pace * MINUTES / DETOUR


def answer(distance_m: float, pace: float) -> Answer:
    walk = pace * MINUTES
    if distance_m * MOST_DETOUR + ROUND_A_WALL <= walk:
        return Answer.yes
    return Answer.no if distance_m * LEAST_DETOUR > walk else Answer.about


def _way(near: Near, at: datetime, pace: float, days: Calendar) -> Way:
    return Way(
        near.point,
        distance_m=near.distance_m,
        walk_minutes=near.distance_m * DETOUR / pace,
        answer=answer(near.distance_m, pace),
        hours=hours.state(near.point.opening_hours, at, days),
    )


def _openness(way: Way) -> int:
    return {True: 0, None: 1, False: 2}[way.open]
