"""Reckoning walks: whatever was written since, and only what that touches, in portions that may be cut off at any moment.

The rows say what is to be done: a home without `reckoned_at` or reckoned on another map; a place to pay that does not stand where it
was reckoned. So a job is only a hint, two at once do no harm, and the sweep goes on where a killed one stopped.
A worker has it done apart (app/core/apart.py), where there is something to do; the libraries for it are loaded only there.
"""

import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from app.core import clock, twins
from app.core.errors import Refused
from app.core.jobs import Work, later
from grids.hours import timetables
from grids.reaching import homes, networks
from grids.reaching.tables import GateReach, Home, Reach, ReckonedPoint
from grids.tables import PaymentPoint

if TYPE_CHECKING:
    from grids.reaching.ways import Ways

HOMES, POINTS, ALL_NEW = 1_000, 300, 20_000
"""So many at once: a portion is a second or two of work, and what a kill costs."""
AT_ONCE = 500
# Further than anything within reach lies, in degrees: the box, not the answer.
HIGH, LEAST_COSINE = 1_400 / 110_500, 0.2
log = structlog.get_logger("reaching")


def ask(session: Session) -> None:
    """Something was written that walks or hours depend on: reckon soon."""
    if "jobs" in session.info:
        later(session, reckon)


def waits(work: Work) -> bool:
    """Whether anything is to be reckoned."""
    with work.database.reading() as session:
        settled = timetables.settled(session) and homes.settled(session)
        return not settled or is_due(session, networks.stamp(work.settings))


def reckon(work: Work) -> None:
    """All that is due, places to pay first: homes are then reckoned with all of them."""
    timetables.sweep(work)
    _settle_homes(work)
    try:
        for portion in (_points, _homes):
            while not work.stopping.is_set() and portion(work):
                pass
    except Refused as error:
        log.warning("the walking network cannot be used", why=str(error.reason))


def _settle_homes(work: Work) -> None:
    """Written only where something changed: a sweep each minute must not take the lock for nothing."""
    with work.database.reading() as session:
        settled = homes.settled(session)
    if not settled:
        with work.database.writing() as session:
            homes.settle(session)


def is_due(session: Session, stamp: str) -> bool:
    """Whether a home or a place to pay is still to be reckoned."""
    return any(session.execute(one.limit(1)).first() for one in (_due_homes(stamp), _due_points()))


def _due_homes(stamp: str) -> "sa.Select[*tuple[Any, ...]]":
    return sa.select(Home.id, Home.estate_id, Home.building_id, Home.lat, Home.lon).where(
        sa.or_(Home.reckoned_at.is_(None), Home.network != stamp)
    )


def _due_points() -> "sa.Select[*tuple[Any, ...]]":
    done = sa.and_(ReckonedPoint.lat == PaymentPoint.lat, ReckonedPoint.lon == PaymentPoint.lon)
    kept = sa.exists().where(ReckonedPoint.point_id == PaymentPoint.id, done)
    return sa.select(PaymentPoint.id, PaymentPoint.lat, PaymentPoint.lon).where(PaymentPoint.same_as_id.is_(None), ~kept)


def _homes(work: Work) -> bool:
    """One portion of the homes that are due, with every place to pay in their neighbourhood."""
    from grids.reaching import areas
    from grids.reaching.ways import Ways

    stamp = networks.stamp(work.settings)
    with work.database.reading() as session:
        # By strips of two kilometres, so that a portion lies together.
        together = (sa.cast(Home.lat * 50, sa.Integer), Home.lon, Home.id)
        rows = session.execute(_due_homes(stamp).order_by(*together).limit(HOMES)).all()
        if not rows:
            return False
        there = sa.select(PaymentPoint.id, PaymentPoint.lat, PaymentPoint.lon).where(*_box(PaymentPoint, rows))
        points = session.execute(there.where(PaymentPoint.same_as_id.is_(None))).all()
        ways = Ways(session, work.settings, rows)
    found = ways.reckon(points)
    rings = areas.outlines(networks.network(work.settings), ways)
    with work.database.writing() as session:
        still = _still(session, ways)
        _forget(session, Reach.home_id, GateReach.home_id, ids=still)
        _keep(session, still, *found)
        areas.keep(session, {home: ring for home, ring in rings.items() if home in still})
        gated = Home.id.in_({row["home_id"] for row in found[1]})
        done = sa.update(Home).where(Home.id.in_(still)).values(network=stamp, reckoned_at=clock.now(), gated=gated)
        session.execute(done, execution_options={"synchronize_session": False})
    return True


def _points(work: Work) -> bool:
    """One portion of the places to pay that are due, with the homes that are reckoned already."""
    from grids.reaching.ways import Ways

    stamp = networks.stamp(work.settings)
    with work.database.reading() as session:
        # Where no home is reckoned yet, there is nothing to walk: the homes will walk to all of them.
        walked = session.scalar(sa.select(Home.id).where(Home.reckoned_at.is_not(None), Home.network == stamp).limit(1))
        most = POINTS if walked else ALL_NEW
        points = session.execute(_due_points().order_by(PaymentPoint.lat, PaymentPoint.id).limit(most)).all()
        if not points:
            return False
        near = sa.select(Home.id, Home.estate_id, Home.building_id, Home.lat, Home.lon).where(*_box(Home, points))
        ways = Ways(session, work.settings, session.execute(near.where(Home.reckoned_at.is_not(None), Home.network == stamp)).all())
    found = ways.reckon(points)
    with work.database.writing() as session:
        ids = [row.id for row in points]
        _forget(session, Reach.point_id, GateReach.point_id, ReckonedPoint.point_id, ids=ids)
        _keep(session, _still(session, ways), *found)
        session.execute(sa.update(Home).where(Home.id.in_({row["home_id"] for row in found[1]})).values(gated=True))
        now = clock.now()
        done = [{"point_id": row.id, "lat": row.lat, "lon": row.lon, "reckoned_at": now} for row in points]
        session.execute(_put(session, ReckonedPoint, ("lat", "lon", "reckoned_at")), done)
    return True


def _still(session: Session, ways: "Ways") -> set[int]:
    """The homes that stand where they stood, with the gates and timed walks that they had, when the reckoning began."""
    if not ways.rows or not ways.hold(session):
        return set()
    were = {row.id: (row.lat, row.lon) for row in ways.rows}
    found = session.execute(sa.select(Home.id, Home.lat, Home.lon).where(Home.id.in_(were)))
    return {row.id for row in found if were[row.id] == (row.lat, row.lon)}


def _forget(session: Session, *columns: Any, ids: Collection[int]) -> None:
    every = sorted(ids)
    for column in columns:
        for start in range(0, len(every), AT_ONCE):
            some = every[start : start + AT_ONCE]
            session.execute(sa.delete(column.class_).where(column.in_(some)), execution_options={"synchronize_session": False})


def _keep(session: Session, homes_: set[int], main: list[dict[str, Any]], by_gate: list[dict[str, Any]]) -> None:
    for table, rows in ((Reach, main), (GateReach, by_gate)):
        if kept := [row for row in rows if row["home_id"] in homes_]:
            session.execute(_put(session, table, ("seconds", "least", "most", "method")), kept)


def _put(session: Session, table: Any, changed: Sequence[str]) -> Any:
    """Two workers at once write the same rows: the later stays."""
    put = twins.insert(session, table)
    keys = [column.name for column in table.__table__.primary_key]
    return put.on_conflict_do_update(index_elements=keys, set_={name: put.excluded[name] for name in changed})


def _box(table: Any, rows: Sequence[Any]) -> list[sa.ColumnElement[bool]]:
    """The neighbourhood of some places, as wide as any walk within reach."""
    lats, lons = [row.lat for row in rows], [row.lon for row in rows]
    wide = HIGH / max(math.cos(math.radians(max(abs(min(lats)), abs(max(lats))))), LEAST_COSINE)
    return [table.lat.between(min(lats) - HIGH, max(lats) + HIGH), table.lon.between(min(lons) - wide, max(lons) + wide)]
