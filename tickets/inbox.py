"""What waits for an answer, what was answered, what is closed: the lists of those who look after it."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from grids.staff import Me, digits
from grids.tables import Estate
from tickets import written
from tickets.tables import Entry, Household, Ticket, TicketState


class Counts(msgspec.Struct, frozen=True):
    waiting: int
    overdue: int
    answered: int
    closed: int


def waiting(session: Session, me: Me, limit: int = 50) -> Sequence[Ticket]:
    """What this colleague should answer now, the longest overdue first: of the own grids, or of those seen by who has none."""
    wanted = _rows().where(Ticket.grid_id.in_(me.own or me.seen), Ticket.state == TicketState.open)
    return session.scalars(wanted.order_by(Ticket.due_at, Ticket.id).limit(limit)).all()


def listed(session: Session, me: Me, state: TicketState, *, words: str = "", limit: int = 50) -> Sequence[Ticket]:
    """One of the three lists, of all grids seen; `words` looks in what was said, the place and the telephone number."""
    wanted = _rows().where(Ticket.grid_id.in_(me.seen), Ticket.state == state)
    if words:
        wanted = wanted.where(_mentions(words))
    order = (Ticket.due_at, Ticket.id) if state is TicketState.open else (Ticket.id.desc(),)
    return session.scalars(wanted.order_by(*order).limit(limit)).all()


def counts(session: Session, me: Me) -> Counts:
    late = sa.func.count(sa.case((Ticket.due_at < clock.now(), 1)))
    rows = sa.select(Ticket.state, sa.func.count(), late).where(Ticket.grid_id.in_(me.seen)).group_by(Ticket.state)
    found = {state: (number, overdue) for state, number, overdue in session.execute(rows)}
    open_, overdue = found.get(TicketState.open, (0, 0))
    answered, closed = (found.get(state, (0, 0))[0] for state in (TicketState.answered, TicketState.closed))
    return Counts(waiting=open_, overdue=overdue, answered=answered, closed=closed)


def after(session: Session, me: Me, *, grid_code: str | None, state: TicketState | None, ticket_id: int, limit: int) -> Sequence[Ticket]:
    """For machines: in the order in which they were asked, from the one after `ticket_id`; one more than `limit`."""
    wanted = (
        _rows().options(selectinload(Ticket.entries).joinedload(Entry.author)).where(Ticket.grid_id.in_(me.seen), Ticket.id > ticket_id)
    )
    if grid_code is not None:
        wanted = wanted.where(Ticket.grid.has(code=grid_code))
    if state is not None:
        wanted = wanted.where(Ticket.state == state)
    return session.scalars(wanted.order_by(Ticket.id).limit(limit + 1)).all()


def is_overdue(ticket: Ticket) -> bool:
    return ticket.state is TicketState.open and ticket.due_at < clock.now()


def _rows() -> sa.Select[Ticket]:
    home = joinedload(Ticket.household).joinedload(Household.estate)
    return sa.select(Ticket).options(joinedload(Ticket.grid), joinedload(Ticket.estate), home)


def _mentions(words: str) -> sa.ColumnElement[bool]:
    home = sa.or_(Household.room.contains(words, autoescape=True), Household.building.contains(words, autoescape=True))
    found = [
        Ticket.entries.any(Entry.words.contains(words, autoescape=True)),
        Ticket.household.has(home),
        Ticket.estate.has(Estate.name.contains(words, autoescape=True)),
    ]
    if written.is_phone(words):
        found.append(Ticket.contact.contains(digits(words), autoescape=True))
    return sa.or_(*found)
