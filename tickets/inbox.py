"""What waits for an answer, what was answered, what is closed: the lists of those who look after it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from broadcasts.tables import Notice
from grids.staff import Me
from grids.tables import Estate
from tickets import threads
from tickets.tables import Entry, Household, Ticket, TicketState


class Counts(msgspec.Struct, frozen=True):
    waiting: int
    overdue: int
    answered: int
    closed: int
    unfinished: int
    unfinished_late: int


def waiting(session: Session, me: Me, limit: int = 50) -> Sequence[Ticket]:
    """What this colleague should answer now, the longest overdue first: of the own grids, or of those seen by who has none."""
    wanted = rows().where(Ticket.grid_id.in_(me.own or me.seen), Ticket.state == TicketState.open)
    return session.scalars(wanted.order_by(Ticket.due_at, Ticket.id).limit(limit)).all()


class Narrow(msgspec.Struct, frozen=True):
    """Only those of a building, of a notice, of a kind, or with more to be done than to answer."""

    estate: int | None = None
    building: str = ""
    notice: int | None = None
    kind: str = ""
    unfinished: bool = False

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        said: list[tuple[Any, Any]] = [
            (Ticket.estate_id, self.estate), (Ticket.building, self.building), (Ticket.notice_id, self.notice), (Ticket.kind, self.kind),
        ]  # fmt: skip
        return [
            *(column == value for column, value in said if value),
            *([Ticket.completion_due_at.is_not(None)] if self.unfinished else []),
        ]


class Places(msgspec.Struct, frozen=True):
    """What one may narrow to, each with how many are listed there: the most first."""

    buildings: Sequence[tuple[int, str, str, int]]
    notices: Sequence[tuple[int, str, int]]
    kinds: Sequence[tuple[str, int]]


def listed(session: Session, me: Me, state: TicketState, *, narrow: Narrow | None = None, limit: int = 50) -> Sequence[Ticket]:
    """One of the three lists, of all grids seen."""
    wanted = rows().where(Ticket.grid_id.in_(me.seen), Ticket.state == state, *(narrow.conditions() if narrow else ()))
    order: tuple[Any, ...] = (Ticket.due_at, Ticket.id) if state is TicketState.open else (Ticket.id.desc(),)
    if narrow and narrow.unfinished:
        order = (Ticket.completion_due_at, Ticket.id)
    return session.scalars(wanted.order_by(*order).limit(limit)).all()


def places(session: Session, me: Me, state: TicketState, *, most: int = 12) -> Places:
    """The buildings, notices and kinds of one list."""
    here = (Ticket.grid_id.in_(me.seen), Ticket.state == state)
    n = sa.func.count()

    def most_of(*columns: Any, joined: Any = None) -> list[Any]:
        wanted = sa.select(*columns, n).select_from(Ticket)
        wanted = wanted.join(joined) if joined is not None else wanted
        found = session.execute(wanted.where(*here, columns[-1] != "").group_by(*columns).order_by(n.desc(), *columns).limit(most))
        return [tuple(row) for row in found]

    return Places(
        buildings=most_of(Ticket.estate_id, Estate.name, Ticket.building, joined=Ticket.estate),
        notices=most_of(Ticket.notice_id, Notice.title, joined=Ticket.notice),
        kinds=most_of(Ticket.kind),
    )


def counts(session: Session, me: Me) -> Counts:
    late = sa.func.count(sa.case((Ticket.due_at < clock.now(), 1)))
    rows = sa.select(Ticket.state, sa.func.count(), late).where(Ticket.grid_id.in_(me.seen)).group_by(Ticket.state)
    found = {state: (number, overdue) for state, number, overdue in session.execute(rows)}
    open_, overdue = found.get(TicketState.open, (0, 0))
    answered, closed = (found.get(state, (0, 0))[0] for state in (TicketState.answered, TicketState.closed))
    unfinished, ends_late = session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.case((Ticket.completion_due_at < clock.now(), 1)))).where(*to_finish(me.seen))
    ).one()
    return Counts(waiting=open_, overdue=overdue, answered=answered, closed=closed, unfinished=unfinished, unfinished_late=ends_late)


def to_finish(grid_ids: Collection[int]) -> tuple[sa.ColumnElement[bool], ...]:
    """Answered, and yet to be done."""
    return Ticket.grid_id.in_(grid_ids), Ticket.completion_due_at.is_not(None), Ticket.state == TicketState.answered


def unfinished(session: Session, grid_ids: Collection[int], *, before: datetime, limit: int) -> Sequence[Ticket]:
    """What is to be done before a moment, the longest overdue first."""
    wanted = rows().where(*to_finish(grid_ids), Ticket.completion_due_at < before)
    return session.scalars(wanted.order_by(Ticket.completion_due_at, Ticket.id).limit(limit)).all()


def after(session: Session, me: Me, *, grid_code: str | None, state: TicketState | None, ticket_id: int, limit: int) -> Sequence[Ticket]:
    """For machines: in the order in which they were asked, from the one after `ticket_id`; one more than `limit`."""
    thread = (selectinload(Ticket.entries).joinedload(Entry.author), selectinload(Ticket.uses))
    wanted = rows().options(*thread, *threads.measured()).where(Ticket.grid_id.in_(me.seen), Ticket.id > ticket_id)
    if grid_code is not None:
        wanted = wanted.where(Ticket.grid.has(code=grid_code))
    if state is not None:
        wanted = wanted.where(Ticket.state == state)
    return session.scalars(wanted.order_by(Ticket.id).limit(limit + 1)).all()


def is_overdue(ticket: Ticket) -> bool:
    return ticket.state is TicketState.open and ticket.due_at < clock.now()


def rows() -> sa.Select[Ticket]:
    home = joinedload(Ticket.household).joinedload(Household.estate)
    around = (Ticket.grid, Ticket.estate, Ticket.reach, Ticket.notice)
    return sa.select(Ticket).options(*(joinedload(one) for one in around), home)
