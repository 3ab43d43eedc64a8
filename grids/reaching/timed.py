"""Walks that a colleague has walked from a home to a place to pay. Nothing is better known, so they go before every map."""

from collections.abc import Sequence

import sqlalchemy as sa
from geopy.distance import geodesic
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock, tokens, twins
from app.core.errors import Mistaken
from app.core.words import phrase as _
from grids.points.points import must_keep
from grids.reaching import reckoning
from grids.reaching.tables import Home, TimedWalk
from grids.staff.staff import Me
from grids.tables import Estate, PaymentPoint

SHORTEST, LONGEST = 10, 3_600
"""Seconds that can be a walk to a place to pay."""
NEAR_M = 200.0
"""So far from a door a phone may be wrong, or the door from its place on the map."""
Place = tuple[float, float]
FASTEST = 200.0
"""Metres a minute, in line: nobody walks so. That was the scooter."""


def time(
    session: Session,
    home: Home,
    point: PaymentPoint,
    *,
    by: Me,
    seconds: int,
    nonce: str,
    metres: float | None = None,
    start: Place | None = None,
    end: Place | None = None,
) -> TimedWalk:
    """The walk took so long. The same form sent twice is one walk; of several walks the last counts.

    Where the phone says where it began and ended, that only shows that it was this walk; it is not kept.
    """
    must_keep(by, session.get_one(Estate, home.estate_id).grid_id)
    nonce = tokens.once(nonce, home.id, point.id, seconds)
    same = sa.select(TimedWalk).where(TimedWalk.nonce == nonce)
    if known := session.scalar(same):
        return known
    _must_be_a_walk(home, point, seconds)
    _must_have_been("home", start, home)
    _must_have_been("point", end, point)
    walk = TimedWalk(
        estate_id=home.estate_id, building_id=home.building_id, point_id=point.id, seconds=seconds, metres=metres, at=clock.now(),
        by_id=by.id, nonce=nonce,
    )  # fmt: skip
    if not twins.first(session, walk):
        return session.scalars(same).one()
    home.reckoned_at = None
    session.flush()
    audit.record(session, "walks.time", f"point/{point.id}", by=by.id, home=home.id, seconds=seconds)
    reckoning.ask(session)
    return walk


def of_estate(session: Session, estate: Estate, most: int = 30) -> Sequence[TimedWalk]:
    """The newest first, with their places and people."""
    wanted = sa.select(TimedWalk).where(TimedWalk.estate_id == estate.id)
    shown = (joinedload(TimedWalk.point), joinedload(TimedWalk.building), joinedload(TimedWalk.by))
    return session.scalars(wanted.options(*shown).order_by(TimedWalk.id.desc()).limit(most)).all()


def _must_have_been(field: str, phone: Place | None, there: Home | PaymentPoint) -> None:
    away = geodesic(phone, (there.lat, there.lon)).m if phone else 0.0
    if away > NEAR_M:
        why = _("The phone was %(metres)s m away from there. Was it another one?", metres=round(away))
        raise Mistaken(_("Please look again at the marked fields."), {field: why})


def _must_be_a_walk(home: Home, point: PaymentPoint, seconds: int) -> None:
    line = geodesic((home.lat, home.lon), (point.lat, point.lon)).m
    if not SHORTEST <= seconds <= LONGEST:
        why = _("A walk to a place to pay takes between ten seconds and an hour. Please enter the minutes.")
    elif line / seconds * 60 > FASTEST:
        why = _("In a straight line these are %(metres)s m: nobody walks that in this time. Was it the scooter?", metres=round(line))
    else:
        return
    raise Mistaken(_("Please look again at the marked fields."), {"minutes": why})
