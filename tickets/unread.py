"""What the asker said after a colleague had looked: an answer that was written without it does not answer it, and settles nothing.

Each form of a thread says how far it was read (`shown`). One that says nothing, of an older release, was made with what stood there
when the phone kept it; where that is not known either, nothing was read.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.core.words import phrase as _
from tickets import thanking, threads
from tickets.clocks.tables import Clock, Measure
from tickets.kinds.tables import DANGER
from tickets.tables import Entry, Ticket, TicketState
from tickets.threads import Line
from tickets.triage import alarms
from tickets.triage.tables import TriageOutcome

NOTHING = datetime.min.replace(tzinfo=UTC)
SENT = _("Sent. But the asker had written more than you had seen: the question is not settled. Please read and answer the newest words.")


class Unread(Refused):
    """The asker has said something that this colleague has not read."""

    def __init__(self) -> None:
        super().__init__(_("Something was written here since you opened this page, so this was not done: please read the newest words."))


def shown(ticket: Ticket) -> datetime:
    """The moment of the newest that stands in this thread, which is whole."""
    return max((line.at for line in threads.lines(ticket)), default=ticket.asked_at)


def since(session: Session, ticket: Ticket, seen: datetime | None) -> Sequence[Line]:
    """What the asker wrote or tapped after that; without `seen` the thread is before somebody's eyes. The ticket is held."""
    if seen is None:
        return ()
    return [line for line in _new(session, ticket, seen) if _waits(ticket, line)]


def must_be_read(session: Session, ticket: Ticket, seen: datetime | None) -> None:
    if since(session, ticket, seen):
        raise Unread


def must_know_of_danger(session: Session, ticket: Ticket, seen: datetime, *, by_id: int) -> None:
    """What was written before somebody reported a danger, or before a colleague spoke to who is in one, may do harm. Raises Unread."""
    new = _new(session, ticket, seen)
    if any(_waits(ticket, line) and alarms.heard(line.words) for line in new):
        raise Unread
    if ticket.kind == DANGER and any(line.author is not None and line.author.id != by_id for line in new):
        raise Unread


def waited_for(session: Session, ticket_ids: Sequence[int]) -> dict[int, list[str]]:
    """The words to which these askers wait for an answer. What the five questions wrote is none of their own."""
    led = sa.exists().where(TriageOutcome.entry_id == Entry.id)
    runs = (Clock.ticket_id == Entry.ticket_id, Clock.measure == Measure.first_answer, Clock.ended_at.is_(None))
    wanted = threads.of_askers(ticket_ids).join(Clock, sa.and_(*runs)).where(Entry.at >= Clock.began_at, ~led).order_by(Entry.id)
    found: dict[int, list[str]] = {}
    for entry in session.scalars(wanted):
        found.setdefault(entry.ticket_id, []).append(entry.words)
    return found


def _new(session: Session, ticket: Ticket, seen: datetime) -> Sequence[Line]:
    return [line for line in threads.lines(threads.read(session, ticket.id)) if line.at > seen]


def _waits(ticket: Ticket, line: Line) -> bool:
    """Of the asker, and more than "it is back". Who only thanked after an answer waits for none."""
    theirs = line.author is None and not line.told and not line.received and line.card is None and line.back is not True
    return theirs and not (ticket.state is TicketState.answered and thanking.is_polite(line.words))
