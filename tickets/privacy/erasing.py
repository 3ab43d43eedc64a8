"""Taking the person out: how they are reached, what they said, where they live. That it was asked, when and how it ended stays.

Each of these may be done twice and does nothing the second time, so that what was cut short is simply done again.
"""

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock, nameless
from app.core.database import Table
from broadcasts.subscribers import subscribers
from broadcasts.subscribers.tables import Confirmation
from tickets.answers.tables import AnswerUse
from tickets.clocks.tables import Pause
from tickets.households.tables import Household, Reach
from tickets.kinds import kinds
from tickets.photos import thread_photos
from tickets.privacy import matter, sight, undertakings
from tickets.privacy.matter import Matter
from tickets.privacy.tables import DataRequest, Erasure, Kept
from tickets.procedures.tables import PaperSeen
from tickets.specialists.tables import Consultation, ConsultationNote, ConsultationPassing
from tickets.tables import Entry, Errand, Handover, Rating, Ticket

QUIET = {"synchronize_session": False}


def erase(session: Session, request: DataRequest, about: Matter) -> None:
    """What was asked for: the words and contacts of these threads, and who hears by these numbers."""
    ids = [one.id for one in about.tickets]
    for one in matter.subscribers(session, request, about):
        session.execute(sa.delete(Confirmation).where(Confirmation.address == one.address), execution_options=QUIET)
        subscribers.leave(session, one)
    words(session, ids)
    thread_photos.forget(session, ids)
    undertakings.erase(session, ids)
    let_go(session, ids)
    if request.whole:
        contacts(session, [one.id for one in about.reached])
    note(session, ids, Kept.words, request_id=request.id)
    session.expire_all()
    audit.record(session, "data.erase", f"data_request/{request.id}", by=None, threads=ids)


def words(session: Session, ticket_ids: Collection[int]) -> int:
    """What was said by the asker and by colleagues. What a notice or the answer book says stays: it is said to everybody."""
    alone = sa.select(AnswerUse.entry_id).where(AnswerUse.by_id.is_(None))
    theirs = (Entry.ticket_id.in_(ticket_ids), Entry.update_id.is_(None), Entry.id.not_in(alone), Entry.words != "")
    gone = session.execute(sa.update(Entry).where(*theirs).values(words=""), execution_options=QUIET)
    for table, here, columns in _beside(ticket_ids):
        session.execute(sa.update(table).where(here).values(dict.fromkeys(columns, "")), execution_options=QUIET)
    names = kinds.names(session)
    for key in set(session.scalars(sa.select(Ticket.kind).where(Ticket.id.in_(ticket_ids)))):
        alike = sa.update(Ticket).where(Ticket.id.in_(ticket_ids), Ticket.kind == key)
        session.execute(alike.values(subject=names.get(key, nameless.GAP)), execution_options=QUIET)
    return _count(gone)


def names(session: Session, ticket: Ticket) -> None:
    """The persons in the words, as far as signs show them."""
    theirs = sight.known(session, ticket)
    for entry in ticket.entries:
        if entry.update_id is None:
            entry.words = nameless.words(entry.words, theirs)
    for table, here, columns in _beside([ticket.id]):
        for row in session.scalars(sa.select(table).where(here)):
            for name in columns:
                setattr(row, name, nameless.words(getattr(row, name), theirs))
    ticket.subject = nameless.words(ticket.subject, theirs)
    session.flush()


def _beside(ticket_ids: Collection[int]) -> Iterator[tuple[type[Table], sa.ColumnElement[bool], tuple[str, ...]]]:
    """Where else words about these threads stand."""
    yield Rating, Rating.ticket_id.in_(ticket_ids), ("words",)
    yield Handover, Handover.ticket_id.in_(ticket_ids), ("words",)
    yield PaperSeen, PaperSeen.ticket_id.in_(ticket_ids), ("words",)
    yield Pause, Pause.ticket_id.in_(ticket_ids), ("reason",)
    yield Consultation, Consultation.ticket_id.in_(ticket_ids), ("words", "reason", "opinion", "source")
    asked = sa.select(Consultation.id).where(Consultation.ticket_id.in_(ticket_ids))
    for table in (ConsultationNote, ConsultationPassing):
        yield table, table.consultation_id.in_(asked), ("words",)


def let_go(session: Session, ticket_ids: Collection[int]) -> None:
    """These threads are nobody's any more. A home that asked nothing else loses its address and its numbers."""
    here = sa.select(Ticket.household_id).where(Ticket.id.in_(ticket_ids), Ticket.household_id.is_not(None))
    homes = set(session.scalars(here))
    reached = set(session.scalars(sa.select(Ticket.reach_id).where(Ticket.id.in_(ticket_ids), Ticket.reach_id.is_not(None))))
    # What was left beside the thread's own number, as in a danger.
    beside = sa.select(Reach.id).join(Ticket, Ticket.household_id == Reach.household_id).where(Ticket.id.in_(ticket_ids))
    reached |= set(session.scalars(beside.where(Reach.heard_at.is_(None), Reach.at >= Ticket.asked_at)))
    left = sa.update(Ticket).where(Ticket.id.in_(ticket_ids)).values(household_id=None, reach_id=None, building="")
    session.execute(left, execution_options=QUIET)
    papers = sa.update(PaperSeen).where(PaperSeen.ticket_id.in_(ticket_ids)).values(household_id=None)
    session.execute(papers, execution_options=QUIET)
    undone = sa.delete(Errand).where(Errand.ticket_id.in_(ticket_ids), Errand.done_at.is_(None))
    session.execute(undone, execution_options=QUIET)
    empty = homes - set(session.scalars(sa.select(Ticket.household_id).where(Ticket.household_id.in_(homes))))
    contacts(session, [*session.scalars(sa.select(Reach.id).where(Reach.household_id.in_(empty)))])
    bare = {"estate_id": None, "building": "", "room": "", "prefers": None}
    session.execute(sa.update(Household).where(Household.id.in_(empty)).values(**bare), execution_options=QUIET)
    used = set(session.scalars(sa.select(Ticket.reach_id).where(Ticket.reach_id.in_(reached))))
    contacts(session, [one for one in reached - used if one is not None])


def contacts(session: Session, reach_ids: Collection[int]) -> int:
    """Numbers, boxes and names."""
    if not reach_ids:
        return 0
    session.execute(sa.update(Ticket).where(Ticket.reach_id.in_(reach_ids)).values(reach_id=None), execution_options=QUIET)
    return _count(session.execute(sa.delete(Reach).where(Reach.id.in_(reach_ids)), execution_options=QUIET))


def note(session: Session, ticket_ids: Collection[int], kept: Kept, *, request_id: int | None = None) -> None:
    """The fact, once for each thread."""
    held = set(session.scalars(sa.select(Erasure.ticket_id).where(Erasure.ticket_id.in_(ticket_ids), Erasure.kept == kept)))
    rows = [{"ticket_id": one, "kept": kept, "at": clock.now(), "request_id": request_id} for one in set(ticket_ids) - held]
    if rows:
        session.execute(sa.insert(Erasure), rows)


def _count(done: object) -> int:
    return int(getattr(done, "rowcount", 0) or 0)
