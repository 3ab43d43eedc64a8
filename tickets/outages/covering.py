"""Whether an area surely covers a home: its estate as a whole, or its building as the estate's list has it."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from broadcasts import as_before, seconds
from broadcasts.area_tables import LeftOut
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, Place
from grids.tables import Building
from tickets.tables import Ticket

Spot = tuple[int, str | None]
"""An estate, and the building of it that is meant; without one all of it."""


def covers(notice: Notice, ticket: Ticket) -> bool:
    return covered(spots(notice.places), ticket)


def covered(area: Iterable[Spot], ticket: Ticket) -> bool:
    return any(estate == ticket.estate_id and building in (None, ticket.building) for estate, building in area)


def spots(places: Iterable[Place] | Iterable[LeftOut]) -> list[Spot]:
    return [(one.estate_id, one.building.name if one.building else None) for one in places]


def surely_not(session: Session, notice: Notice, ticket: Ticket) -> bool:
    """Another building than those that are meant, not one that may be called so."""
    here = [place for place in notice.places if place.estate_id == ticket.estate_id]
    if not here:
        return True
    names = audiences.names(session, here[0].estate_id)
    return bool(ticket.building) and audiences.touches(here, ticket.building, names, here[0].estate.name) is False


def stood(session: Session, notice: Notice, ticket: Ticket) -> bool:
    """Also before what was put right a moment ago: until that stands it may be taken back, and takes nobody by itself."""
    before = as_before.of(session, notice) if seconds.until_it_stands(session, notice) else None
    if before is None or before.undone_at is not None:
        return True
    keys = [key for _estate, key, _partly in before.places if key]
    names = {row.id: row.name for row in session.execute(sa.select(Building.id, Building.name).where(Building.id.in_(keys)))}
    return covered([(estate, names.get(key, "-") if key else None) for estate, key, _partly in before.places], ticket)
