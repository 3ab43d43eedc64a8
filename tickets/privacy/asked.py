"""What people asked of their data, found again: one, what is to be done, what was asked at a thread's address."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core.errors import Missing
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import threads
from tickets.households.tables import Household
from tickets.privacy.tables import DataRequest, Wish
from tickets.tables import Ticket


def find(session: Session, request_id: int, *, for_: Me) -> DataRequest:
    found = session.scalar(whole().where(DataRequest.id == request_id)) if 0 < request_id < 2**63 else None
    if found is None or not may_read(for_, found.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def open_in(session: Session, grid_ids: Collection[int], *, limit: int = 50) -> Sequence[DataRequest]:
    """What is still to be done, the first due first."""
    wanted = whole().where(DataRequest.grid_id.in_(grid_ids), DataRequest.done_at.is_(None))
    return session.scalars(wanted.order_by(DataRequest.due_at, DataRequest.id).limit(limit)).all()


def ended_in(session: Session, grid_ids: Collection[int], *, limit: int = 50) -> Sequence[DataRequest]:
    wanted = whole().where(DataRequest.grid_id.in_(grid_ids), DataRequest.done_at.is_not(None))
    return session.scalars(wanted.order_by(DataRequest.done_at.desc()).limit(limit)).all()


def at_address(session: Session, ticket: Ticket, token: str) -> Sequence[DataRequest]:
    """What was asked at this address of the thread, the newest first."""
    here = (DataRequest.ticket_id == ticket.id, DataRequest.after_entry_id == threads.after(session, token))
    return session.scalars(whole().where(*here).order_by(DataRequest.id.desc())).all()


def erasure(session: Session, ticket: Ticket, token: str) -> DataRequest | None:
    """What was asked at this address to be erased, and still is to be."""
    return next((one for one in at_address(session, ticket, token) if one.wish is Wish.erasure and one.done_at is None), None)


def grids_of(me: Me) -> Collection[int]:
    """Whose requests this colleague reads."""
    return {grid_id for grid_id in me.seen if may_read(me, grid_id)}


def may_read(me: Me, grid_id: int) -> bool:
    return me.sees(grid_id) and (me.is_near(grid_id) or me.administers)


def whole() -> sa.Select[DataRequest]:
    """With all that its page shows."""
    home = joinedload(DataRequest.ticket).options(joinedload(Ticket.estate), joinedload(Ticket.household).joinedload(Household.estate))
    people = (joinedload(DataRequest.grid), joinedload(DataRequest.entered_by), joinedload(DataRequest.done_by))
    return sa.select(DataRequest).options(home, *people)
