"""The moves under a conversation: reading a thread whole, holding it, adding to it, ending it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import audit, clock
from app.core.errors import Refused
from app.core.tokens import digest
from app.core.words import phrase as _
from grids.staff.staff import Me
from grids.tables import Person
from tickets import answers, limits, written
from tickets.answers import Answer
from tickets.answers.tables import AnswerUse
from tickets.clocks import acknowledging, clocks, pauses
from tickets.clocks.tables import Clock, Measure, Pause
from tickets.households.tables import Household
from tickets.specialists.tables import Consultation, ConsultationState
from tickets.tables import Address, Channel, Closure, Entry, Handover, Rating, Ticket, TicketPromise, TicketState
from tickets.triage.tables import TriageOutcome


class Line(msgspec.Struct, frozen=True):
    """One line of a thread as it is read. Without words the asker said that it is not solved yet, or whether the power is back."""

    at: datetime
    words: str
    author: Person | None
    channel: Channel | None = None
    told: bool = False
    back: bool | None = None
    entry_id: int = 0
    card: Answer | None = None
    """Of the book, where it was sent by itself."""
    person: bool = False
    received: bool = False
    """Told at once and by itself: that it is here, and by when it is answered."""


def lines(ticket: Ticket, *, after: int = 0, without: Collection[int] = ()) -> list[Line]:
    """What was said and when it was reopened, in the order of time; `after` an entry, for who came into the thread later."""
    alone = {use.entry_id: use for use in ticket.uses if use.by_id is None}
    said = [_line(one, alone.get(one.id)) for one in ticket.entries if one.id > after and one.id not in without]
    since = said[0].at if after and said else None
    received = [Line(one.at, one.words, None, received=True) for one in ticket.acknowledgements]
    homes = [Line(one.at, "", None, back=one.back) for one in ticket.homecomings]
    again = {line.at for line in homes}
    reopened = [Line(one.reopened_at, "", None) for one in ticket.closures if one.reopened_at and one.reopened_at not in again]
    return sorted((one for one in [*homes, *reopened, *said, *received] if since is None or one.at >= since), key=lambda line: line.at)


def _line(one: Entry, alone: AnswerUse | None) -> Line:
    told = one.update_id is not None
    words = one.words or str(_("(erased)"))
    if alone is None:
        return Line(one.at, words, one.author, one.channel, told, entry_id=one.id)
    return Line(one.at, words, None, None, told, entry_id=one.id, card=answers.answer(alone.answer), person=alone.person_at is not None)


def whole() -> sa.Select[Ticket]:
    thread = (selectinload(Ticket.entries).joinedload(Entry.author), selectinload(Ticket.uses))
    around = (
        joinedload(Ticket.grid),
        joinedload(Ticket.estate),
        joinedload(Ticket.notice),
        joinedload(Ticket.reach),
        joinedload(Ticket.before),
    )
    home = joinedload(Ticket.household).joinedload(Household.estate)
    ends = (
        selectinload(Ticket.closures).joinedload(Closure.by),
        selectinload(Ticket.ratings).joinedload(Rating.taken_by),
        selectinload(Ticket.homecomings),
    )
    times = (*measured(), selectinload(Ticket.acknowledgements))
    # What an act of this same request added is to be seen as well.
    return sa.select(Ticket).options(*around, home, *thread, *ends, *times).execution_options(populate_existing=True)


def measured() -> tuple[Any, ...]:
    """The clocks of a question with their standards, and when they rested."""
    return selectinload(Ticket.clocks).joinedload(Clock.standard), selectinload(Ticket.pauses).joinedload(Pause.by)


def read(session: Session, ticket_id: int) -> Ticket:
    """By its key, whole: for who was found to take part in it."""
    return session.scalars(whole().where(Ticket.id == ticket_id)).one()


def under(session: Session, token: str) -> Ticket | None:
    return session.scalar(whole().join(Address, Address.ticket_id == Ticket.id).where(Address.token_hash == digest(token)))


def after(session: Session, token: str) -> int:
    """The entry after which this address may read."""
    return session.scalar(sa.select(Address.after_entry_id).where(Address.token_hash == digest(token))) or 0


def since(ticket: Ticket, after: int) -> datetime:
    """When who reads after this entry came into the thread."""
    return ticket.asked_at if not after else next((one.at for one in ticket.entries if one.id > after), clock.now())


def later(session: Session, token: str) -> str | None:
    """The hash of an address that leads into a thread which was going on already; None where the thread began."""
    return digest(token) if after(session, token) else None


def answered_by_a_person(session: Session, ticket: Ticket) -> bool:
    """That it was handed over is told in a colleague's name and is no answer."""
    onward = sa.exists().where(Handover.ticket_id == Entry.ticket_id, Handover.by_id == Entry.author_id, Handover.at == Entry.at)
    said = sa.select(Entry.id).where(Entry.ticket_id == ticket.id, Entry.author_id.is_not(None), Entry.update_id.is_(None), ~onward)
    return session.scalar(said.limit(1)) is not None


def of_asker(ticket_id: int) -> sa.Select[Entry]:
    return of_askers([ticket_id])


def of_askers(ticket_ids: Collection[int]) -> sa.Select[Entry]:
    """What askers wrote: neither what a notice told nor what the answer book sent by itself."""
    written_by_itself = sa.exists().where(AnswerUse.entry_id == Entry.id)
    theirs = (Entry.author_id.is_(None), Entry.update_id.is_(None), ~written_by_itself)
    return sa.select(Entry).where(Entry.ticket_id.in_(ticket_ids), *theirs)


def hold(session: Session, ticket: Ticket) -> None:
    """One move at a time: who comes second sees what the first has done."""
    session.flush()  # A refresh would forget what was set and not written yet.
    moved = ["state", "due_at", "completion_due_at", "answered_at", "notice_id", "told_update_id", "answered_by_notice"]
    session.refresh(ticket, moved, with_for_update=True)


def give(session: Session, ticket: Ticket, by: Me, words: str, *, read: bool = True) -> Entry:
    """Where not all was `read` it is said, and the asker waits as before."""
    words = written.message(words)
    hold(session, ticket)
    if (same := limits.just_said(session, ticket, by.id, words)) is not None:
        return same
    if ticket.state is TicketState.closed:
        return _give_as_promised(session, ticket, by, words)
    entry = say(session, ticket, by.id, words)
    ticket.answered_at = ticket.answered_at or entry.at
    if read:
        ticket.state = TicketState.answered
        # Who heard it and answered there and then made nobody wait: it says nothing of how long answers take.
        clocks.end(session, ticket, Measure.first_answer, by=by if ticket.entered_by_id != by.id else None)
    audit.record(session, "tickets.answer", f"ticket/{ticket.id}", by=by.id, entry=entry.id)
    return entry


def _give_as_promised(session: Session, ticket: Ticket, by: Me, words: str) -> Entry:
    """What was still owed when the question was settled: it stays settled."""
    owed = sa.select(TicketPromise.id).where(TicketPromise.ticket_id == ticket.id, TicketPromise.kept_at.is_(None))
    if session.scalar(owed.limit(1)) is None:
        raise Refused(_("This question is closed. The asker may reopen it."))
    entry = say(session, ticket, by.id, words)
    audit.record(session, "tickets.answer", f"ticket/{ticket.id}", by=by.id, entry=entry.id)
    return entry


def shut(session: Session, ticket: Ticket, by: Me | None) -> Closure:
    """Ended by a colleague, or by the asker."""
    closure = Closure(ticket_id=ticket.id, by_id=by.id if by else None, at=clock.now(), reopened_at=None)
    session.add(closure)
    ticket.state = TicketState.closed
    pauses.end(session, ticket, by=by)
    for measure in Measure:
        clocks.end(session, ticket, measure)
    works = {"works_at": closure.at, "works_by_id": closure.by_id}
    unsettled = sa.update(TriageOutcome).where(TriageOutcome.ticket_id == ticket.id, TriageOutcome.works_at.is_(None))
    session.execute(unsettled.values(works))
    asked = sa.update(Consultation).where(Consultation.ticket_id == ticket.id, Consultation.ended_at.is_(None))
    session.execute(asked.values(state=ConsultationState.recalled, ended_at=closure.at, ended_by_id=closure.by_id))
    audit.record(session, "tickets.close", f"ticket/{ticket.id}", by=by.id if by else None)
    return closure


def wait_again(session: Session, ticket: Ticket, *, receipt: bool = True) -> None:
    """A new clock for the answer, and for the end where it was over; whoever was waited for has come."""
    ticket.state = TicketState.open
    pauses.end(session, ticket, by=None)
    first = clocks.begin(session, ticket)
    if receipt:
        acknowledging.tell(session, ticket, first)


def say(session: Session, ticket: Ticket, author_id: int | None, words: str, *, channel: Channel | None = None) -> Entry:
    entry = Entry(ticket_id=ticket.id, author_id=author_id, words=words, channel=channel, update_id=None, at=clock.now())
    session.add(entry)
    session.flush()
    return entry
