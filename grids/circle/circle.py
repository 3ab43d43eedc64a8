"""The ten-minute circle: which places to pay can be walked to, at a stated time and pace.

From a home the walks stand in the table of reach. From anywhere else the nearest home's walks are taken, with what lies between as a
doubt; and where there is no home, the straight line times a detour. The figures of the line come from 544 pairs of estate and place in
Wangjing, Beijing, walked by Valhalla on OSM's paths: walked over straight metres has the median 1.33 (a tenth is under 1.13, a tenth
over 1.58; round walled estates it goes up to 3.1). A clear yes or no is only given outside what a walk could be: at least 1.05 times
the line, at most 1.6 times and 120 m round a wall. On those pairs, at 80 m/min: 79 yes and 334 no, none wrong, 131 about; at 48 m/min:
19 yes of which one is wrong, 453 no, none wrong, 72 about.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from grids.circle import walked
from grids.circle.detour import DETOUR
from grids.circle.paces import MINUTES, PACE, SLOWER_PACE
from grids.circle.ways import Answer, Way, on_the_line
from grids.hours import timetables
from grids.points import points, trade
from grids.reaching import homes
from grids.reaching.tables import Home
from grids.tables import Estate

# Where nothing is near, the nearest is still named: how far out it is looked for.
RADII = (2_000.0, 10_000.0, 50_000.0)
__all__ = ["MINUTES", "PACE", "SLOWER_PACE", "Answer", "Way"]


def around(
    session: Session, lat: float, lon: float, *, at: datetime, pace: float = PACE, within: float = RADII[0], need: Collection[str] = ()
) -> list[Way]:
    """The ways to all points within so many metres of straight line that offer what is needed, nearest in line first."""
    near = [one for one in points.near(session, lat, lon, within) if trade.offers(one.point, need)]
    states = timetables.states(session, {one.point.opening_hours for one in near}, at)
    known = walked.from_place(session, lat, lon, near, at=at)
    return [
        Way(one.point, (lat, lon), known.get(one.point.id) or on_the_line(one.distance_m), states[one.point.opening_hours], pace)
        for one in near
    ]


def anywhere(
    session: Session, lat: float, lon: float, *, at: datetime, pace: float = PACE, need: Collection[str] = (), open_only: bool = False
) -> list[Way]:
    """The same, looked for further and further out until there is one."""
    for within in RADII:
        found = around(session, lat, lon, at=at, pace=pace, within=within, need=need)
        if kept := [way for way in found if way.open or not open_only]:
            return kept
    return []


def from_home(
    session: Session, home: Home, *, at: datetime, pace: float = PACE, need: Collection[str] = (), open_only: bool = False, most: int = 6
) -> list[Way]:
    """What to say first to those who live here, by the table of reach; what is open further away by the line."""
    ways = walked.ranked(session, home, at=at, pace=pace, need=need, open_only=open_only, most=most)
    if not ways:
        return choices(anywhere(session, home.lat, home.lon, at=at, pace=pace, need=need, open_only=open_only), most)
    if not ways[0].open:
        nearest = walked.nearest(session, home, at=at, pace=pace, need=need, most=1) or _further(session, home, at, pace, need)
        ways = [*nearest, *(way for way in ways if way.point not in [one.point for one in nearest])][:most]
    return ways


def _further(session: Session, home: Home, at: datetime, pace: float, need: Collection[str]) -> list[Way]:
    found = nearest_open(anywhere(session, home.lat, home.lon, at=at, pace=pace, need=need, open_only=True))
    return [found] if found else []


def choices(ways: Iterable[Way], most: int = 6) -> list[Way]:
    """What to say first: the nearest that is open and all that are open near, then within ten minutes not known and shut, then further."""
    ranked = sorted(ways, key=lambda way: (_place(way), _openness(way), way.walk.seconds))
    first = nearest_open(ranked)
    if first is not None:
        ranked.remove(first)
        ranked.insert(0, first)
    return ranked[:most]


def nearest_open(ways: Iterable[Way]) -> Way | None:
    return min((way for way in ways if way.open), key=lambda way: way.walk.seconds, default=None)


class Reach(msgspec.Struct, frozen=True):
    """What an estate's households can walk to: the nearest that is open, for older people too."""

    estate: Estate
    nearest: Way | None

    @property
    def slower(self) -> Way | None:
        return self.nearest.at_pace(SLOWER_PACE) if self.nearest else None

    @property
    def slower_minutes(self) -> float:
        return self.slower.walk_minutes if self.slower else float("inf")


def reaches(session: Session, estates: Iterable[Estate], *, at: datetime) -> list[Reach]:
    """For each estate that has a place on the map, those with nothing near first."""
    found = []
    for estate in estates:
        home = homes.middle(homes.of_estate(session, estate.id))
        if home is not None and home.network:
            nearest = walked.nearest(session, home, at=at, most=1)
            found.append(Reach(estate, nearest[0] if nearest else None))
        elif estate.lat is not None and estate.lon is not None:
            found.append(Reach(estate, nearest_open(around(session, estate.lat, estate.lon, at=at))))
    return sorted(found, key=lambda one: -one.slower_minutes)


def reach(pace: float) -> float:
    """The radius of the ring where no paths are known: as far as the line may be for ten minutes of an ordinary walk."""
    return pace * MINUTES / DETOUR


def answer(distance_m: float, pace: float) -> Answer:
    return on_the_line(distance_m).answer(pace)


def _place(way: Way) -> int:
    """As the table of reach has it, which knows what is near."""
    if way.open and way.walk.seconds < walked.BEYOND:
        return 0
    return 2 if way.answer is Answer.no else 1


def _openness(way: Way) -> int:
    return {True: 0, None: 1, False: 2}[way.open]
