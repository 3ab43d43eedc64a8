"""Who says that the answer did not help: the manager looks into it while it is fresh; the supervisor's figures are app/review's."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from grids.staff.staff import Me
from tickets import ratings
from tickets.rating_tables import RatingLook
from tickets.tables import Entry, Rating, Ticket, TicketState

FRESH = timedelta(days=7)


def open_in(session: Session, grid_ids: Collection[int], *, limit: int = 8) -> Sequence[Rating]:
    """The newest first. What waits for an answer again, or had one since, is with a person already."""
    home = joinedload(Rating.ticket)
    shown = (home.joinedload(Ticket.estate), home.joinedload(Ticket.household), home.joinedload(Ticket.grid))
    wanted = sa.select(Rating).join(Ticket, Ticket.id == Rating.ticket_id).where(Ticket.grid_id.in_(grid_ids), *_waits())
    return session.scalars(wanted.order_by(Rating.at.desc(), Rating.id).limit(limit).options(*shown)).all()


def of(session: Session, ticket: Ticket) -> Rating | None:
    """That of this question, if nobody has looked into it yet."""
    wanted = sa.select(Rating).join(Ticket, Ticket.id == Rating.ticket_id).where(Rating.ticket_id == ticket.id, *_waits())
    return session.scalar(wanted) if ticket.ratings else None


def look(session: Session, ticket: Ticket, *, by: Me) -> None:
    """Looked into. Tapped twice it is done once."""
    by.must_look_after(ticket.grid_id)
    if (low := of(session, ticket)) is not None:
        session.merge(RatingLook(rating_id=low.id, by_id=by.id, at=clock.now()))
        session.flush()
        audit.record(session, "ratings.look", f"ticket/{ticket.id}", by=by.id, stars=low.stars)


def _waits() -> tuple[sa.ColumnElement[bool], ...]:
    looked = sa.exists().where(RatingLook.rating_id == Rating.id)
    since = sa.exists().where(Entry.ticket_id == Rating.ticket_id, Entry.author_id.is_not(None), Entry.at > Rating.at)
    low = (Rating.stars <= ratings.LOW, Rating.at > clock.now() - FRESH)
    return *low, Ticket.state != TicketState.open, ~looked, ~since
