"""Where a subscriber wants to hear of: a grid, one estate of it, or one building."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Missing, TooMany
from app.core.words import phrase as _
from broadcasts.subscribers.tables import Subscriber, Subscription
from grids.tables import Building, Estate, Grid

# Never by IP address: a whole estate shares one. A device hears a handful of places; a grid has some thousand households.
MOST_OF_ONE = 20
MOST_OF_A_GRID, WITHIN = 300, timedelta(minutes=1)


def subscribe(
    session: Session, subscriber: Subscriber, *, grid: Grid, estate: Estate | None = None, building: Building | None = None
) -> Subscription:
    """From now on they hear what concerns the grid, this estate of it, or this building. Asked again it changes nothing."""
    if estate is not None and estate.grid_id != grid.id:
        raise Missing(_("This estate is not in this grid."))
    if building is not None and (estate is None or building.estate_id != estate.id):
        raise Missing(_("This building is not in this estate."))
    place = (grid.id, estate.id if estate else None, building.id if building else None)
    if found := _find(session, subscriber.id, place):
        return found
    _must_not_be_too_many(session, subscriber, grid)
    subscription = Subscription(
        subscriber_id=subscriber.id, grid_id=grid.id, estate_id=place[1], building_id=place[2], created_at=clock.now()
    )
    session.add(subscription)
    session.flush()
    return subscription


def drop(session: Session, subscriber: Subscriber, subscription_id: int) -> None:
    """One place less. What is not theirs, or gone already, is left alone."""
    here = (Subscription.subscriber_id == subscriber.id, Subscription.id == subscription_id)
    session.execute(sa.delete(Subscription).where(*here))


def _find(session: Session, subscriber_id: int, place: tuple[int, int | None, int | None]) -> Subscription | None:
    columns = (Subscription.grid_id, Subscription.estate_id, Subscription.building_id)
    here = [column.is_not_distinct_from(key) for column, key in zip(columns, place, strict=True)]
    return session.scalars(sa.select(Subscription).where(Subscription.subscriber_id == subscriber_id, *here)).first()


def _must_not_be_too_many(session: Session, subscriber: Subscriber, grid: Grid) -> None:
    own = _count(session, Subscription.subscriber_id == subscriber.id)
    if own >= MOST_OF_ONE:
        raise TooMany(_("You already hear of as many places as one may. Please drop one first."), retry_after=24 * 3600)
    lately = _count(session, Subscription.grid_id == grid.id, Subscription.created_at > clock.now() - WITHIN)
    if lately >= MOST_OF_A_GRID:
        raise TooMany(_("Very many are subscribing just now. Please try again in a minute."), retry_after=60)


def _count(session: Session, *where: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Subscription).where(*where)) or 0
