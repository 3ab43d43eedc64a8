"""Who wants to hear what: a device and a grid, or one estate of it."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Missing, TooMany
from app.core.words import phrase as _
from broadcasts.tables import Subscription
from grids.tables import Estate, Grid
from pwa.tables import Device

# Never by IP address: a whole estate shares one. A device hears a handful of places; a grid has some thousand households.
MOST_OF_A_DEVICE = 20
MOST_OF_A_GRID, WITHIN = 300, timedelta(minutes=1)


def subscribe(session: Session, device: Device, *, grid: Grid, estate: Estate | None = None) -> Subscription:
    """From now on this device hears what concerns the grid, or this estate of it. Asked again it changes nothing."""
    if estate is not None and estate.grid_id != grid.id:
        raise Missing(_("This estate is not in this grid."))
    estate_id = estate.id if estate else None
    if found := _find(session, device.id, grid.id, estate_id):
        return found
    _must_not_be_too_many(session, device, grid)
    subscription = Subscription(device_id=device.id, grid_id=grid.id, estate_id=estate_id, created_at=clock.now())
    session.add(subscription)
    session.flush()
    return subscription


def unsubscribe(session: Session, device: Device, *, grid: Grid, estate: Estate | None = None) -> None:
    found = _find(session, device.id, grid.id, estate.id if estate else None)
    if found:
        session.delete(found)


def _find(session: Session, device_id: int, grid_id: int, estate_id: int | None) -> Subscription | None:
    here = (Subscription.device_id == device_id, Subscription.grid_id == grid_id, Subscription.estate_id.is_not_distinct_from(estate_id))
    return session.scalars(sa.select(Subscription).where(*here)).first()


def _must_not_be_too_many(session: Session, device: Device, grid: Grid) -> None:
    own = _count(session, Subscription.device_id == device.id)
    if own >= MOST_OF_A_DEVICE:
        raise TooMany(_("This phone already hears of as many places as one phone may."), retry_after=24 * 3600)
    lately = _count(session, Subscription.grid_id == grid.id, Subscription.created_at > clock.now() - WITHIN)
    if lately >= MOST_OF_A_GRID:
        raise TooMany(_("Very many are subscribing just now. Please try again in a minute."), retry_after=60)


def _count(session: Session, *where: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Subscription).where(*where)) or 0
