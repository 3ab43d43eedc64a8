"""What would help most at an hour: existing places that keep longer hours or take what is needed, then a new place anywhere."""

from enum import StrEnum

import msgspec
import numpy as np
from sqlalchemy.orm import Session

from app.core.settings import Settings
from grids.coverage import sites
from grids.coverage.counting import Covered
from grids.coverage.questions import Asked, book
from grids.coverage.report import Left
from grids.coverage.town import Town
from grids.reaching import networks, told
from grids.reaching.tables import Home
from grids.tables import PaymentPoint
from grids.walking import reach as reaching
from grids.walking.metres import Floats
from grids.walking.walks import ORDINARY_PACE, Places

RASTER = 800
"""Candidates for a new place stand at doors, one a square of 1/800 degree, about 100 by 140 metres."""
MOST = 400


class Wanting(StrEnum):
    """What an existing place would have to change."""

    hours = "hours"
    told = "told"
    methods = "methods"


class Existing(msgspec.Struct, frozen=True):
    point: PaymentPoint
    wanting: Wanting
    adds: int


class New(msgspec.Struct, frozen=True):
    """A new place beside this building."""

    beside: Left
    adds: int


def existing(town: Town, seen: Covered, asked: Asked, most: int = 5) -> list[Existing]:
    """Places within a walk that are shut then, whose hours nobody knows, or that lack what is needed."""
    pairs, offers = town.pairs, town.offering(asked.need)
    may = np.array([point.kind in book().candidates.kinds for point in town.points], dtype=bool)
    if not len(pairs):
        return []
    usable = may[pairs.point] & (pairs.most <= asked.seconds)
    found = sites.best(pairs.point[usable], pairs.home[usable], town.households, ~seen.surely, most)
    return [
        Existing(point, _wanting(point, bool(offers[one.candidate])), one.adds) for one in found for point in [town.points[one.candidate]]
    ]


def anywhere(session: Session, settings: Settings, left: list[Left], asked: Asked, most: int = 3) -> list[New]:
    """Doors beside which a new place that is open then would bring most households into the circle, walked like any other walk."""
    beside = _thinned(left)
    if not beside:
        return []
    homes = [one.home for one in left]
    gates = told.gates(session, {home.estate_id for home in homes})
    here = Places([str(home.estate_id) for home in homes], *_where(homes), [str(home.estate_id) for home in homes])
    there = Places([str(n) for n in range(len(beside))], *_where([one.home for one in beside]))
    ways = networks.methods(settings, [one.gate for one in gates])
    walks = reaching.reach(there, here, ways, seconds=asked.seconds).walks
    seconds = walks.most * 60 / ORDINARY_PACE
    near = seconds <= asked.seconds
    households = np.array([home.households for home in homes], dtype=np.int64)
    found = sites.best(walks.point[near], walks.home[near], households, np.ones(len(homes), dtype=bool), most)
    return [New(beside[one.candidate], one.adds) for one in found]


def _wanting(point: PaymentPoint, offers: bool) -> Wanting:
    if not offers:
        return Wanting.methods
    return Wanting.hours if point.opening_hours else Wanting.told


def _thinned(left: list[Left]) -> list[Left]:
    """One door a square, the fullest."""
    squares: dict[tuple[int, int], Left] = {}
    for one in sorted(left, key=lambda one: -one.home.households):
        squares.setdefault((int(one.home.lat * RASTER), int(one.home.lon * RASTER)), one)
    return list(squares.values())[:MOST]


def _where(homes: list[Home]) -> tuple[Floats, Floats]:
    return np.array([home.lon for home in homes]), np.array([home.lat for home in homes])
