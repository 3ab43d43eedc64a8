"""Walks as they stand in the table of reach, read for a moment: from a home ranked by what is open, from elsewhere by the nearest home."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from geopy.distance import geodesic
from sqlalchemy.orm import Session

from app.core import clock
from grids.circle import statements
from grids.circle.detour import DETOUR, MOST_DETOUR, ROUND_A_WALL
from grids.circle.paces import PACE
from grids.circle.ways import TEN_MINUTES, Walk, Way, on_the_line
from grids.hours import timetables
from grids.points import trade
from grids.points.points import Near
from grids.reaching import homes
from grids.reaching.tables import Home, How, Outline, ReckonedPoint
from grids.tables import PaymentPoint

# Whoever stands so near to a home's place on the map may be taken to stand at its door.
AT_THE_DOOR = 30.0
BEYOND = 901
"""Seconds of a walk that is in no row though both its ends are reckoned."""


def ranked(
    session: Session, home: Home, *, at: datetime, pace: float, need: Collection[str] = (), open_only: bool = False, most: int
) -> list[Way]:
    """What is open first, then within ten minutes what is not known and what is shut, then further away; of those the nearest."""
    return _ways(session, home, statements.asked(session, home, at, open_only, TEN_MINUTES * pace / PACE), at, pace, need, most)


def nearest(session: Session, home: Home, *, at: datetime, pace: float = PACE, need: Collection[str] = (), most: int = 2) -> list[Way]:
    """The nearest that are surely open: the first and the second choice."""
    if not home.gated and timetables.speak_of(at):
        return _open_now(session, home, at, pace, need, most)
    return _ways(session, home, statements.asked(session, home, at, True, None), at, pace, need, most)


def outline(session: Session, home: Home, *, slower: bool) -> list[list[float]]:
    """How far one comes from a home in ten minutes, for the drawing; empty where no paths are known."""
    found = session.get(Outline, home.id)
    return (found.slower if slower else found.ring) if found else []


def from_place(session: Session, lat: float, lon: float, near: Sequence[Near], *, at: datetime) -> dict[int, Walk]:
    """The walks of the nearest home to these points, with the way to that home as a doubt. None where no home is near."""
    home = homes.near(session, lat, lon)
    if home is None or not near:
        return {}
    away = geodesic((home.lat, home.lon), (lat, lon)).m
    slack = (away if away <= AT_THE_DOOR else away * MOST_DETOUR + ROUND_A_WALL) * 60 / PACE
    ids = [one.point.id for one in near]
    table: dict[int, Walk] = {}
    for point_id, seconds, least, most, method in session.execute(statements.walks(session, home, at, ids)):
        if point_id not in table or seconds < table[point_id].seconds:
            table[point_id] = Walk(seconds, least, most, How(method))
    reckoned = set(session.scalars(sa.select(ReckonedPoint.point_id).where(ReckonedPoint.point_id.in_(ids))))
    return {
        one.point.id: _from_beside(one, home, table.get(one.point.id), slack)
        for one in near
        if one.point.id in table or one.point.id in reckoned
    }


def _from_beside(near: Near, home: Home, walk: Walk | None, slack: float) -> Walk:
    line = on_the_line(near.distance_m)
    if walk is None:
        return Walk(max(line.seconds, BEYOND), max(BEYOND - slack, 0), max(line.most, BEYOND), How.line)
    from_home = geodesic((home.lat, home.lon), (near.point.lat, near.point.lon)).m
    seconds = walk.seconds + (near.distance_m - from_home) * DETOUR * 60 / PACE
    least, most = max(walk.least - slack, 0), walk.most + slack
    return Walk(min(max(seconds, least), most), least, most, How(walk.method))


def _open_now(session: Session, home: Home, at: datetime, pace: float, need: Collection[str], most: int) -> list[Way]:
    """Asked more than anything else: walks, places, hours and whether it is a holiday, in one statement that is put together once."""
    day = clock.local(at).date()
    rows = session.execute(statements.nearest(-1 if need else most), {"home": home.id, "at": at, "day": day})
    found = []
    for point, seconds, least, longest, method, closes_at, until_at, kind in rows:
        if trade.offers(point, need):
            state = timetables.open_until(point.opening_hours, at, closes_at, until_at, {day: kind})
            found.append(Way(point, (home.lat, home.lon), Walk(seconds, least, longest, How(method)), state, pace))
        if len(found) == most:
            break
    return found


def _ways(
    session: Session, home: Home, asked: "sa.Select[*tuple[Any, ...]]", at: datetime, pace: float, need: Collection[str], most: int
) -> list[Way]:  # fmt: skip
    """The first of them that offer what is needed."""
    found: dict[int, tuple[PaymentPoint, Walk]] = {}
    # Each gate that is open now may give a place another walk; the shortest comes first.
    for point, seconds, least, longest, method in session.execute(asked if need or home.gated else asked.limit(most)):
        if trade.offers(point, need):
            found.setdefault(point.id, (point, Walk(seconds, least, longest, How(method))))
        if len(found) == most:
            break
    states = timetables.states(session, {point.opening_hours for point, _walk in found.values()}, at)
    return [Way(point, (home.lat, home.lon), walk, states[point.opening_hours], pace) for point, walk in found.values()]
