"""Like reports of no power, from one building or from the transformer area that it hangs on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grids.tables import Building
from tickets.outages.tables import Suspicion
from tickets.tables import Ticket

ENOUGH, WITHIN = 3, timedelta(minutes=10)


def of(session: Session, suspicion: Suspicion) -> Sequence[Ticket]:
    """The questions it is made of."""
    here = _here(suspicion.estate_id, suspicion.building, suspicion.transformer)
    window = Ticket.asked_at.between(suspicion.first_at, suspicion.last_at)
    wanted = sa.select(Ticket).where(Ticket.grid_id == suspicion.grid_id, Ticket.dark, window, here)
    return session.scalars(wanted.options(joinedload(Ticket.household)).order_by(Ticket.asked_at)).all()


def homes(told: Sequence[Ticket]) -> int:
    """Of one household they are one."""
    return len({one.household_id or -one.id for one in told})


def transformer(session: Session, ticket: Ticket) -> str:
    """The transformer area of the asker's building, where we know it."""
    wanted = sa.select(Building.transformer).where(Building.estate_id == ticket.estate_id, Building.name == ticket.building)
    return session.scalar(wanted) or ""


def first_of_enough(session: Session, ticket: Ticket, area: str) -> datetime | None:
    """When the first of enough like reports came; of one household they are one."""
    like = sa.select(Ticket.asked_at, sa.func.coalesce(Ticket.household_id, -Ticket.id)).where(
        Ticket.grid_id == ticket.grid_id, Ticket.dark, Ticket.notice_id.is_(None), Ticket.asked_at > ticket.asked_at - WITHIN,
        _here(ticket.estate_id, ticket.building, area),
    )  # fmt: skip
    found = session.execute(like).all()
    return min(at for at, _who in found) if len({who for _at, who in found}) >= ENOUGH else None


def places(session: Session, suspicion: Suspicion) -> tuple[list[int], list[int]]:
    """The buildings that reported; the whole estate where the list does not know them."""
    told = _buildings(session, suspicion)
    wanted = sa.select(Building.id).where(sa.or_(*(sa.and_(Building.estate_id == e, Building.name == b) for e, b in told)))
    found = session.scalars(wanted).all() if told else []
    return ([], list(found)) if found else (sorted({estate for estate, _building in told if estate}), [])


def _buildings(session: Session, suspicion: Suspicion) -> set[tuple[int | None, str]]:
    return {(one.estate_id, one.building) for one in of(session, suspicion)}


def _here(estate_id: int | None, building: str, area: str) -> sa.ColumnElement[bool]:
    if not area:
        return sa.and_(Ticket.estate_id == estate_id, Ticket.building == building)
    return sa.exists().where(Building.estate_id == Ticket.estate_id, Building.name == Ticket.building, Building.transformer == area)
