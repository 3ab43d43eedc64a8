"""Walks as they stand in the table of reach, read for a moment: from a home ranked by what is open, from elsewhere by the nearest home."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from geopy.distance import geodesic
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Moment
from grids.calendar.tables import CalendarDay
from grids.circle.detour import DETOUR, LEAST_DETOUR, MOST_DETOUR, ROUND_A_WALL
from grids.circle.paces import PACE
from grids.hours import timetables
from grids.hours.hours import Hours
from grids.points import points
from grids.points.points import Near
from grids.reaching import homes
from grids.reaching.tables import EstateGate, GateReach, Home, How, OpeningSpan, Outline, Reach, ReckonedPoint, Timetable
from grids.tables import PaymentPoint

TEN_MINUTES = 600
# Whoever stands so near to a home's place on the map may be taken to stand at its door.
AT_THE_DOOR = 30.0
BEYOND = 901
"""Seconds of a walk that is in no row though both its ends are reckoned."""


class Answer(StrEnum):
    """Within ten minutes? `about` where what is known cannot tell."""

    yes = "yes"
    about = "about"
    no = "no"


class Walk(msgspec.Struct, frozen=True):
    """Seconds at 80 metres a minute, between what they lie, and how that is known."""

    seconds: float
    least: float
    most: float
    method: How

    def answer(self, pace: float) -> Answer:
        """A slower walker has a smaller threshold."""
        far = TEN_MINUTES * pace / PACE
        if self.most <= far:
            return Answer.yes
        return Answer.no if self.least > far else Answer.about


class Way(msgspec.Struct, frozen=True):
    """A place to pay and the walk to it from where one starts (latitude and longitude), at a pace and a moment."""

    point: PaymentPoint
    start: tuple[float, float]
    walk: Walk
    hours: Hours
    pace: float = PACE

    @property
    def distance_m(self) -> float:
        return points.metres(*self.start, self.point.lat, self.point.lon)

    @property
    def walk_minutes(self) -> float:
        return self.walk.seconds / 60 * PACE / self.pace

    @property
    def answer(self) -> Answer:
        return self.walk.answer(self.pace)

    @property
    def method(self) -> How:
        return self.walk.method

    @property
    def open(self) -> bool | None:
        return self.hours.open

    @property
    def until(self) -> datetime | None:
        return self.hours.until

    def at_pace(self, pace: float) -> "Way":
        return msgspec.structs.replace(self, pace=pace)


SHOWN = (PaymentPoint.hidden_at.is_(None), PaymentPoint.same_as_id.is_(None))


def on_the_line(metres: float) -> Walk:
    """Where nothing but the straight line is known."""
    second = 60 / PACE
    return Walk(metres * DETOUR * second, metres * LEAST_DETOUR * second, (metres * MOST_DETOUR + ROUND_A_WALL) * second, How.line)


def ranked(
    session: Session, home: Home, *, at: datetime, pace: float, need: Collection[str] = (), open_only: bool = False, most: int
) -> list[Way]:
    """Within ten minutes first, then what is open, not known, shut; of those the nearest."""
    return _ways(session, home, _asked(session, home, at, open_only, TEN_MINUTES * pace / PACE), at, pace, need, most)


def nearest(session: Session, home: Home, *, at: datetime, pace: float = PACE, need: Collection[str] = (), most: int = 2) -> list[Way]:
    """The nearest that are surely open: the first and the second choice."""
    if not home.gated and timetables.speak_of(at):
        return _open_now(session, home, at, pace, need, most)
    return _ways(session, home, _asked(session, home, at, True, None), at, pace, need, most)


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
    for point_id, seconds, least, most, method in session.execute(_walks(session, home, at, ids)):
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
    rows = session.execute(_nearest(-1 if need else most), {"home": home.id, "at": at, "day": day})
    found = []
    for point, seconds, least, longest, method, closes_at, until_at, kind in rows:
        if points.offers(point, need):
            state = timetables.open_until(point.opening_hours, at, closes_at, until_at, {day: kind})
            found.append(Way(point, (home.lat, home.lon), Walk(seconds, least, longest, How(method)), state, pace))
        if len(found) == most:
            break
    return found


@lru_cache(maxsize=8)
def _nearest(most: int) -> "sa.Select[*tuple[Any, ...]]":
    at = sa.bindparam("at", type_=Moment())
    columns = (
        PaymentPoint,
        Reach.seconds,
        Reach.least,
        Reach.most,
        Reach.method,
        OpeningSpan.closes_at,
        Timetable.until_at,
        CalendarDay.kind,
    )
    now = sa.and_(
        OpeningSpan.timetable_id == Timetable.id, OpeningSpan.opens_at <= at, OpeningSpan.closes_at > at, OpeningSpan.known.is_(True)
    )
    wanted = sa.select(*columns).select_from(Reach).join(PaymentPoint, PaymentPoint.id == Reach.point_id)
    wanted = wanted.join(Timetable, Timetable.opening_hours == PaymentPoint.opening_hours).join(OpeningSpan, now)
    wanted = wanted.outerjoin(CalendarDay, CalendarDay.day == sa.bindparam("day", type_=sa.Date()))
    wanted = wanted.where(Reach.home_id == sa.bindparam("home"), *SHOWN).order_by(Reach.seconds, Reach.point_id)
    return wanted if most < 0 else wanted.limit(most)


def _ways(
    session: Session, home: Home, asked: "sa.Select[*tuple[Any, ...]]", at: datetime, pace: float, need: Collection[str], most: int
) -> list[Way]:  # fmt: skip
    """The first of them that offer what is needed."""
    found: dict[int, tuple[PaymentPoint, Walk]] = {}
    # Each gate that is open now may give a place another walk; the shortest comes first.
    for point, seconds, least, longest, method in session.execute(asked if need or home.gated else asked.limit(most)):
        if points.offers(point, need):
            found.setdefault(point.id, (point, Walk(seconds, least, longest, How(method))))
        if len(found) == most:
            break
    states = timetables.states(session, {point.opening_hours for point, _walk in found.values()}, at)
    return [Way(point, (home.lat, home.lon), walk, states[point.opening_hours], pace) for point, walk in found.values()]


def _asked(session: Session, home: Home, at: datetime, open_only: bool, within: float | None) -> "sa.Select[*tuple[Any, ...]]":
    """The statement that is asked most is put together once: that costs more than to answer it."""
    if home.gated or not timetables.speak_of(at):
        return _put_together(session, home, at, open_only, within)
    return _usual(open_only, within is not None).params(home=home.id, at=at, within=within)


@lru_cache(maxsize=4)
def _usual(open_only: bool, near_first: bool) -> "sa.Select[*tuple[Any, ...]]":
    walk = (
        sa.select(Reach.point_id, Reach.seconds, Reach.least, Reach.most, Reach.method)
        .where(Reach.home_id == sa.bindparam("home"))
        .subquery()
    )
    wanted, state = _with_spans(_of(walk), sa.bindparam("at", type_=Moment()))
    return _ordered(wanted, walk, state, open_only, sa.bindparam("within", type_=sa.Float()) if near_first else None)


def _put_together(session: Session, home: Home, at: datetime, open_only: bool, within: float | None) -> "sa.Select[*tuple[Any, ...]]":
    walk = _walks(session, home, at).subquery()
    wanted, state = _with_state(session, _of(walk), at)
    return _ordered(wanted, walk, state, open_only, within)


def _of(walk: Any) -> Any:
    columns = (PaymentPoint, walk.c.seconds, walk.c.least, walk.c.most, walk.c.method)
    return sa.select(*columns).join(walk, PaymentPoint.id == walk.c.point_id)


def _ordered(wanted: Any, walk: Any, state: Any, open_only: bool, within: Any) -> "sa.Select[*tuple[Any, ...]]":
    first = [] if within is None else [sa.case((walk.c.least > within, 1), else_=0)]
    some = [state == 0] if open_only else []
    ordered: sa.Select[*tuple[Any, ...]] = wanted.where(*SHOWN, *some).order_by(*first, state, walk.c.seconds, PaymentPoint.id)
    return ordered


def _walks(session: Session, home: Home, at: datetime, ids: Collection[int] | None = None) -> Any:
    """The rows of a home; where its estate has gates with hours, those through the gates that are open too."""
    tables: list[tuple[Any, list[Any]]] = [(Reach, [])]
    if home.gated and (gates := _open_gates(session, home, at)):
        tables.append((GateReach, [GateReach.gate_id.in_(gates)]))
    parts = []
    for table, more in tables:
        some = [] if ids is None else [table.point_id.in_(ids)]
        columns = (table.point_id, table.seconds, table.least, table.most, table.method)
        parts.append(sa.select(*columns).where(table.home_id == home.id, *some, *more))
    return parts[0] if len(parts) == 1 else sa.union_all(*parts)


def _open_gates(session: Session, home: Home, at: datetime) -> list[int]:
    gates = session.execute(sa.select(EstateGate.id, EstateGate.opening_hours).where(
        EstateGate.estate_id == home.estate_id, EstateGate.removed_at.is_(None), EstateGate.opening_hours != ""
    )).all()  # fmt: skip
    states = timetables.states(session, {gate.opening_hours for gate in gates}, at)
    return [gate.id for gate in gates if states[gate.opening_hours].open]


def _with_spans(wanted: Any, at: Any) -> tuple[Any, Any]:
    now = sa.and_(OpeningSpan.timetable_id == Timetable.id, OpeningSpan.opens_at <= at, OpeningSpan.closes_at > at)
    state = sa.case((OpeningSpan.known, 0), (sa.or_(Timetable.id.is_(None), OpeningSpan.known.is_not(None)), 1), else_=2)
    return wanted.outerjoin(Timetable, Timetable.opening_hours == PaymentPoint.opening_hours).outerjoin(OpeningSpan, now), state


def _with_state(session: Session, wanted: Any, at: datetime) -> tuple[Any, Any]:
    """0 open, 1 not known, 2 shut: by the spans, or far from today by the hours themselves."""
    if timetables.speak_of(at):
        return _with_spans(wanted, at)
    texts = session.scalars(wanted.with_only_columns(PaymentPoint.opening_hours).distinct()).all()
    states = timetables.states(session, texts, at)
    by_state = {kind: [text for text in texts if states[text].open is kind] for kind in (True, None)}
    return wanted, sa.case(
        (PaymentPoint.opening_hours.in_(by_state[True]), 0), (PaymentPoint.opening_hours.in_(by_state[None]), 1), else_=2
    )  # fmt: skip
