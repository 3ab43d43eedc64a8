"""What waits for an answer, what was answered, what is closed: the lists of those who look after it."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock, nameless
from broadcasts.tables import Notice
from grids.staff.staff import Me
from grids.tables import Estate
from tickets import order, threads
from tickets.households.tables import Household
from tickets.tables import Entry, Ticket, TicketState

MANY = 1000
"""More than so many answered or settled ones are not counted: nobody works through them."""
AS_A_ROW = (selectinload(Ticket.homecomings), joinedload(Ticket.before))
"""What a line of a list says of a question beside its clock: that it is still dark there, or will be where somebody lives by the light."""
GLANCE = 200
"""Of so many at the beginning of a list the buildings, notices and kinds are told."""


class Counts(msgspec.Struct, frozen=True):
    """`answered` and `closed` are at most one more than MANY."""

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
    """Only those of a building, of a notice, of a kind, not of one that is shown apart, or with more to be done than to answer."""

    estate: int | None = None
    building: str = ""
    notice: int | None = None
    kind: str = ""
    unfinished: bool = False
    apart: str = ""

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        said: list[tuple[Any, Any]] = [
            (Ticket.estate_id, self.estate), (Ticket.building, self.building), (Ticket.notice_id, self.notice), (Ticket.kind, self.kind),
        ]  # fmt: skip
        return [
            *(column == value for column, value in said if value),
            *([Ticket.kind != self.apart] if self.apart else []),
            *([Ticket.completion_due_at.is_not(None)] if self.unfinished else []),
        ]


class Places(msgspec.Struct, frozen=True):
    """What one may narrow to, each with how many are listed there: the most first."""

    buildings: Sequence[tuple[int, str, str, int]]
    notices: Sequence[tuple[int, str, int]]
    kinds: Sequence[tuple[str, int]]


def listed(session: Session, me: Me, state: TicketState, *, narrow: Narrow | None = None, limit: int = 50) -> Sequence[Ticket]:
    """One of the three lists, of all grids seen."""
    narrow = narrow or Narrow()
    keys = _keys(me.seen, state, limit, narrow, order.can_be_lateral(session))
    sorted_so = order.by(order.columns(state, unfinished=narrow.unfinished))
    return session.scalars(rows().where(Ticket.id.in_(keys)).order_by(*sorted_so)).all()


@lru_cache(256)
def _keys(grid_ids: frozenset[int], state: TicketState, limit: int, narrow: Narrow, lateral: bool) -> sa.Select[int]:
    """The question put together once: of forty grids that alone takes as long as the database's answer."""
    return order.first(grid_ids, state, limit, conditions=narrow.conditions(), unfinished=narrow.unfinished, lateral=lateral)


def places(session: Session, me: Me, state: TicketState, *, most: int = 12) -> Places:
    """The buildings, notices and kinds at the beginning of one list."""
    wanted = sa.select(
        Ticket.grid_id, Ticket.estate_id, Estate.name, Ticket.building, Ticket.listed_building, Ticket.notice_id, Notice.title, Ticket.kind
    )
    wanted = wanted.join(Ticket.estate, isouter=True).join(Ticket.notice, isouter=True)
    here = session.execute(wanted.where(Ticket.id.in_(_keys(me.seen, state, GLANCE, Narrow(), order.can_be_lateral(session))))).all()

    def most_of(named: Iterable[tuple[Any, ...]]) -> list[Any]:
        counted = Counter(one for one in named if one[-1])
        return [(*one, n) for one, n in sorted(counted.items(), key=lambda found: (-found[1], found[0]))[:most]]

    return Places(
        buildings=most_of((row.estate_id, row.name, _building(row, me)) for row in here),
        notices=most_of((row.notice_id, row.title) for row in here),
        kinds=most_of((row.kind,) for row in here),
    )


def _building(row: Any, me: Me) -> str:
    return row.building if me.is_near(row.grid_id) else nameless.building(row.building) or row.listed_building or ""


def counts(session: Session, me: Me) -> Counts:
    waiting, overdue = _with_late(session, Ticket.due_at, Ticket.grid_id.in_(me.seen), Ticket.state == TicketState.open)
    unfinished, late = _with_late(session, Ticket.completion_due_at, *to_finish(me.seen))
    answered, closed = (_up_to_many(session, me, state) for state in (TicketState.answered, TicketState.closed))
    return Counts(waiting=waiting, overdue=overdue, answered=answered, closed=closed, unfinished=unfinished, unfinished_late=late)


def _with_late(session: Session, due: Any, *which: sa.ColumnElement[bool]) -> tuple[int, int]:
    n, late = session.execute(sa.select(sa.func.count(), sa.func.count(sa.case((due < clock.now(), 1)))).where(*which)).one()
    return int(n), int(late)


def _up_to_many(session: Session, me: Me, state: TicketState) -> int:
    some = sa.select(Ticket.id).where(Ticket.grid_id.in_(me.seen), Ticket.state == state).limit(MANY + 1).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


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
    taps = (selectinload(Ticket.homecomings), selectinload(Ticket.closures), selectinload(Ticket.acknowledgements))
    wanted = rows().options(*thread, *taps, *threads.measured()).where(Ticket.grid_id.in_(me.seen), Ticket.id > ticket_id)
    if grid_code is not None:
        wanted = wanted.where(Ticket.grid.has(code=grid_code))
    if state is not None:
        wanted = wanted.where(Ticket.state == state)
    return session.scalars(wanted.order_by(Ticket.id).limit(limit + 1)).all()


def rows() -> sa.Select[Ticket]:
    home = joinedload(Ticket.household).joinedload(Household.estate)
    around = (Ticket.grid, Ticket.estate, Ticket.reach, Ticket.notice)
    return sa.select(Ticket).options(*(joinedload(one) for one in around), home, *AS_A_ROW)
