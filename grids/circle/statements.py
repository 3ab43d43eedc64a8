"""What is asked of the table of reach: what is asked most is put together once, for that costs more than to answer it."""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.database import Moment
from grids.calendar.tables import CalendarDay
from grids.hours import timetables
from grids.reaching.tables import EstateGate, GateReach, Home, OpeningSpan, Reach, Timetable
from grids.tables import PaymentPoint

SHOWN = (PaymentPoint.hidden_at.is_(None), PaymentPoint.same_as_id.is_(None))


@lru_cache(maxsize=8)
def nearest(most: int) -> "sa.Select[*tuple[Any, ...]]":
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


def asked(session: Session, home: Home, at: datetime, open_only: bool, within: float | None) -> "sa.Select[*tuple[Any, ...]]":
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
    walk = walks(session, home, at).subquery()
    wanted, state = _with_state(session, _of(walk), at)
    return _ordered(wanted, walk, state, open_only, within)


def _of(walk: Any) -> Any:
    columns = (PaymentPoint, walk.c.seconds, walk.c.least, walk.c.most, walk.c.method)
    return sa.select(*columns).join(walk, PaymentPoint.id == walk.c.point_id)


def _ordered(wanted: Any, walk: Any, state: Any, open_only: bool, within: Any) -> "sa.Select[*tuple[Any, ...]]":
    first = [] if within is None else [sa.case((state == 0, 0), (walk.c.least > within, 2), else_=1)]
    some = [state == 0] if open_only else []
    ordered: sa.Select[*tuple[Any, ...]] = wanted.where(*SHOWN, *some).order_by(*first, state, walk.c.seconds, PaymentPoint.id)
    return ordered


def walks(session: Session, home: Home, at: datetime, ids: Collection[int] | None = None) -> Any:
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
