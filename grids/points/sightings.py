"""What people met who went to a place to pay: shut doors told by residents, visits by colleagues.

Two residents who stood before a shut door where we said "open" hide the place; a colleague's visit alone decides.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock, tokens, twins
from app.core.errors import Missing, TooMany
from app.core.words import phrase as _
from grids.calendar import calendar
from grids.hours import hours
from grids.points import points
from grids.points.tables import Found, Sighting
from grids.staff.staff import Me
from grids.tables import PaymentPoint

SHUT_TO_HIDE = 2
APART = timedelta(minutes=10)
"""Two in so short a time may be one person who tapped twice, or two who walked together."""
FRESH = timedelta(days=30)
MOST_AN_HOUR = 20


class Standing(msgspec.Struct, frozen=True):
    """A point with its last confirmation and the shut doors told since."""

    point: PaymentPoint
    seen_at: datetime | None
    seen_by: str
    shut: int


def tell_shut(session: Session, point: PaymentPoint, *, nonce: str, words: str = "") -> Sighting:
    """A resident went there and it was shut. The same form sent twice is one sighting."""
    nonce = tokens.once(nonce, point.id, words)
    same = sa.select(Sighting).where(Sighting.nonce == nonce)
    if found := session.scalar(same):
        return found
    _must_not_be_too_many(session, point)
    now = clock.now()
    doubted = hours.state(point.opening_hours, now, calendar.around(session, now)).open is not False
    sighting = Sighting(point_id=point.id, found=Found.shut, doubted=doubted, words=words, at=now, nonce=nonce)
    if not twins.first(session, sighting):
        return session.scalars(same).one()
    if point.hidden_at is None and _independent(_shut_since_visit(session, point)) >= SHUT_TO_HIDE:
        point.hidden_at = now
        audit.record(session, "points.hide", f"point/{point.id}", by=None)
    return sighting


def visit(
    session: Session, point: PaymentPoint, *, by: Me, found: Found, words: str = "", lat: float | None = None, lon: float | None = None,
    photo: str = "", nonce: str = "",
) -> Sighting:  # fmt: skip
    """A colleague was there: open shows the place again, shut or gone hides it."""
    points.must_keep(by, point.grid_id)
    nonce = tokens.once(nonce or secrets.token_hex(16), point.id, found, words, lat, lon)
    same = sa.select(Sighting).where(Sighting.nonce == nonce)
    if known := session.scalar(same):
        return known
    sighting = Sighting(
        point_id=point.id, found=found, doubted=found is not Found.open, words=words, at=clock.now(), by_id=by.id, nonce=nonce,
        lat=lat, lon=lon, photo=photo,
    )  # fmt: skip
    if not twins.first(session, sighting):
        return session.scalars(same).one()
    point.hidden_at = None if found is Found.open else point.hidden_at or sighting.at
    session.flush()
    audit.record(session, "points.visit", f"point/{point.id}", by=by.id, found=found)
    return sighting


def of(session: Session, point: PaymentPoint, most: int = 20) -> Sequence[Sighting]:
    """The newest first, with their people."""
    wanted = sa.select(Sighting).where(Sighting.point_id == point.id).options(joinedload(Sighting.by))
    return session.scalars(wanted.order_by(Sighting.id.desc()).limit(most)).all()


def last_told(session: Session, point_ids: Collection[int]) -> dict[int, datetime]:
    """When a colleague last stood before these places."""
    seen = sa.select(Sighting.point_id, sa.func.max(Sighting.at)).where(Sighting.point_id.in_(point_ids), Sighting.by_id.is_not(None))
    return {row[0]: row[1] for row in session.execute(seen.group_by(Sighting.point_id))}


def aged(session: Session, places: Collection[PaymentPoint]) -> int | None:
    """Of which year the oldest hours are that nobody has looked at for more than a year."""
    seen = last_told(session, [place.id for place in places])
    since = min((seen.get(place.id) or place.imported_at for place in places if place.opening_hours), default=None)
    return clock.local(since).year if since and (clock.now() - since).days > 365 else None


def find(session: Session, sighting_id: int, *, for_: Me) -> Sighting:
    sighting = session.get(Sighting, sighting_id) if 0 < sighting_id < 2**63 else None
    if sighting is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    points.find(session, sighting.point_id, for_=for_)
    return sighting


def standings(session: Session, grid_ids: Collection[int]) -> list[Standing]:
    """Every place of these grids, the hidden ones first, then those that nobody has confirmed for longest."""
    visits = _last_visits(session, grid_ids)
    shut = _shut_counts(session, grid_ids)
    found = [
        Standing(one, seen_at, seen_by, shut.get(one.id, 0))
        for one in points.in_grids(session, grid_ids)
        for seen_at, seen_by in [visits.get(one.id, (None, ""))]
    ]
    return sorted(found, key=lambda one: (one.point.hidden_at is None, one.seen_at or one.point.imported_at, one.point.id))


def to_look_at(session: Session, grid_ids: Collection[int]) -> Sequence[PaymentPoint]:
    """Places that residents' words have hidden and no colleague has looked at since: a task for the manager."""
    visited = sa.exists().where(
        Sighting.point_id == PaymentPoint.id, Sighting.by_id.is_not(None), Sighting.at >= PaymentPoint.hidden_at
    )  # fmt: skip
    wanted = sa.select(PaymentPoint).where(PaymentPoint.grid_id.in_(grid_ids), PaymentPoint.hidden_at.is_not(None), ~visited)
    return session.scalars(wanted.where(PaymentPoint.same_as_id.is_(None)).order_by(PaymentPoint.hidden_at)).all()


def _shut_since_visit(session: Session, point: PaymentPoint) -> Sequence[datetime]:
    """When residents stood before a door that we had not called shut, since a colleague was there last."""
    last = sa.select(sa.func.max(Sighting.id)).where(Sighting.point_id == point.id, Sighting.by_id.is_not(None)).scalar_subquery()
    told = sa.select(Sighting.at).where(Sighting.point_id == point.id, Sighting.by_id.is_(None), Sighting.doubted)
    fresh = told.where(Sighting.at > clock.now() - FRESH, Sighting.id > sa.func.coalesce(last, 0))
    return session.scalars(fresh.order_by(Sighting.at)).all()


def _independent(moments: Sequence[datetime]) -> int:
    """How many of them are so far apart that they are different people's."""
    count, last = 0, None
    for at in moments:
        if last is None or at - last >= APART:
            count, last = count + 1, at
    return count


def _last_visits(session: Session, grid_ids: Collection[int]) -> dict[int, tuple[datetime, str]]:
    newest = sa.select(sa.func.max(Sighting.id)).join(Sighting.point).where(PaymentPoint.grid_id.in_(grid_ids))
    newest = newest.where(Sighting.by_id.is_not(None)).group_by(Sighting.point_id)
    rows = session.scalars(sa.select(Sighting).where(Sighting.id.in_(newest)).options(joinedload(Sighting.by)))
    return {one.point_id: (one.at, one.by.name if one.by else "") for one in rows}


def _shut_counts(session: Session, grid_ids: Collection[int]) -> dict[int, int]:
    """Shut doors that residents told since the last visit."""
    other = sa.orm.aliased(Sighting)
    seen_later = sa.exists().where(other.point_id == Sighting.point_id, other.by_id.is_not(None), other.id > Sighting.id)
    told = sa.select(Sighting.point_id, sa.func.count()).join(Sighting.point).where(PaymentPoint.grid_id.in_(grid_ids))
    told = told.where(Sighting.by_id.is_(None), Sighting.at > clock.now() - FRESH, ~seen_later).group_by(Sighting.point_id)
    return {row[0]: row[1] for row in session.execute(told)}


def _must_not_be_too_many(session: Session, point: PaymentPoint) -> None:
    since = clock.now() - timedelta(hours=1)
    lately = sa.select(sa.func.count()).where(Sighting.point_id == point.id, Sighting.by_id.is_(None), Sighting.at > since)
    if (session.scalar(lately) or 0) >= MOST_AN_HOUR:
        raise TooMany(_("Many have told us this already in the last hour. The manager knows."), retry_after=3600)
