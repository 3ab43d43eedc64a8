"""The moves under a conversation: reading a thread whole, holding it, adding to it, ending it."""

from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import audit, clock
from app.core.errors import Refused
from app.core.tokens import digest
from app.core.words import phrase as _
from grids.staff import Me
from grids.tables import Person
from tickets import limits, standards, written
from tickets.tables import Closure, Entry, Household, Ticket, TicketState


class Line(msgspec.Struct, frozen=True):
    """One line of a thread as it is read. Without words the asker said that it is not solved yet."""

    at: datetime
    words: str
    author: Person | None


def lines(ticket: Ticket) -> list[Line]:
    """What was said and when it was reopened, in the order of time."""
    reopened = [Line(closure.reopened_at, "", None) for closure in ticket.closures if closure.reopened_at]
    said = [Line(entry.at, entry.words, entry.author) for entry in ticket.entries]
    return sorted([*reopened, *said], key=lambda line: line.at)


def whole() -> sa.Select[Ticket]:
    thread = selectinload(Ticket.entries).joinedload(Entry.author)
    around = (joinedload(Ticket.grid), joinedload(Ticket.estate), joinedload(Ticket.notice))
    home = joinedload(Ticket.household).joinedload(Household.estate)
    ends = (selectinload(Ticket.closures).joinedload(Closure.by), selectinload(Ticket.ratings))
    # What an act of this same request added is to be seen as well.
    return sa.select(Ticket).options(*around, home, thread, *ends).execution_options(populate_existing=True)


def under(session: Session, token: str) -> Ticket | None:
    return session.scalar(whole().where(Ticket.token_hash == digest(token)))


def hold(session: Session, ticket: Ticket) -> None:
    """One move at a time: who comes second sees what the first has done."""
    session.flush()  # A refresh would forget what was set and not written yet.
    session.refresh(ticket, ["state", "due_at", "answered_at"], with_for_update=True)


def give(session: Session, ticket: Ticket, by: Me, words: str) -> Entry:
    words = written.message(words)
    hold(session, ticket)
    if (same := limits.just_said(session, ticket, by.id, words)) is not None:
        return same
    if ticket.state is TicketState.closed:
        raise Refused(_("This question is closed. The asker may reopen it."))
    entry = say(session, ticket, by.id, words)
    ticket.state = TicketState.answered
    ticket.answered_at = ticket.answered_at or entry.at
    audit.record(session, "tickets.answer", f"ticket/{ticket.id}", by=by.id, entry=entry.id)
    return entry


def shut(session: Session, ticket: Ticket, by: Me) -> Closure:
    closure = Closure(ticket_id=ticket.id, by_id=by.id, at=clock.now())
    session.add(closure)
    ticket.state = TicketState.closed
    audit.record(session, "tickets.close", f"ticket/{ticket.id}", by=by.id)
    return closure


def wait_again(session: Session, ticket: Ticket) -> None:
    ticket.due_at = clock.now() + standards.first_answer(session, ticket.grid_id)
    ticket.state = TicketState.open


def say(session: Session, ticket: Ticket, author_id: int | None, words: str) -> Entry:
    entry = Entry(ticket_id=ticket.id, author_id=author_id, words=words, at=clock.now())
    session.add(entry)
    session.flush()
    return entry
