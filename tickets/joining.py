"""Two threads of one asker about one thing: one of them is answered, and the other reads the answer too. Nothing is moved."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.core import audit
from app.core.errors import Refused
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import threads
from tickets.households import merging
from tickets.households.tables import Household, Reach, ReachKind
from tickets.joining_tables import Join
from tickets.kinds.tables import DANGER
from tickets.specialists.tables import Consultation
from tickets.tables import Closure, Entry, Ticket, TicketState
from tickets.triage import outcomes

MOST = 3


def alike(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    """What else this household, or whoever left this number, asks here and is not settled; the newest first."""
    family = merging.family(session, ticket.household_id) if ticket.household_id else ()
    mark = sa.select(Reach.mark).where(Reach.id == ticket.reach_id, Reach.kind != ReachKind.name)
    named = sa.select(Reach.id).where(Reach.mark.in_(mark))
    theirs = sa.or_(Ticket.household_id.in_(family), Ticket.reach_id.in_(named))
    beside = (Ticket.grid_id == ticket.grid_id, Ticket.id != ticket.id, Ticket.state != TicketState.closed)
    found = session.scalars(sa.select(Ticket).where(theirs, *beside).order_by(Ticket.id.desc()).limit(MOST)).all()
    return [one for one in found if ticket.state is not TicketState.closed and _may_be_one(session, ticket, one)]


def join(session: Session, one: Ticket, other: Ticket, *, by: Me) -> Ticket:
    """They are about one thing: whichever is due first answers for both. Asked twice it is done once."""
    by.must_look_after(one.grid_id)
    for each in sorted((one, other), key=lambda ticket: ticket.id):
        threads.hold(session, each)
    kept = next((first for first, second in ((one, other), (other, one)) if (now := of(session, second)) and now.id == first.id), None)
    if kept is not None:
        return kept
    if other.id not in {each.id for each in alike(session, one)}:
        raise Refused(_("These two cannot be joined: one of them is settled, or it is not known that the same people ask."))
    kept, gone = sorted((one, other), key=_first)
    _must_be_free(session, gone)
    closure = threads.shut(session, gone, by)
    session.flush()
    session.add(Join(closure_id=closure.id, kept_id=kept.id))
    session.execute(sa.update(Join).where(Join.kept_id == gone.id).values(kept_id=kept.id))
    session.flush()
    audit.record(session, "tickets.join", f"ticket/{kept.id}", by=by.id, gone=gone.id)
    return kept


def of(session: Session, ticket: Ticket) -> Ticket | None:
    """The thread that answers for this one."""
    answers = aliased(Ticket)
    wanted = sa.select(answers).join(Join, Join.kept_id == answers.id).join(Closure, Closure.id == Join.closure_id)
    return session.scalar(wanted.where(Closure.ticket_id == ticket.id, Closure.reopened_at.is_(None)))


def together(session: Session, kept: Ticket) -> Sequence[Ticket]:
    """The threads for which this one answers."""
    wanted = sa.select(Ticket).join(Closure, Closure.ticket_id == Ticket.id).join(Join, Join.closure_id == Closure.id)
    return session.scalars(wanted.where(Join.kept_id == kept.id, Closure.reopened_at.is_(None)).order_by(Ticket.id)).all()


def bring(session: Session, kept: Ticket, said: Entry) -> None:
    """An answer is read at every address of theirs, at each once."""
    for gone in together(session, kept):
        again = sa.select(Entry.id).where(Entry.ticket_id == gone.id, Entry.author_id == said.author_id)
        if session.scalar(again.where(Entry.words == said.words, Entry.at >= said.at).limit(1)) is None:
            threads.say(session, gone, said.author_id, said.words)
            gone.answered_at = gone.answered_at or said.at


def _first(ticket: Ticket) -> tuple[bool, bool, object, int]:
    """A danger before all, then what waits, the first due first."""
    return ticket.kind != DANGER, ticket.state is not TicketState.open, ticket.due_at, ticket.id


def _may_be_one(session: Session, ticket: Ticket, other: Ticket) -> bool:
    """Not where somebody said that they are two households, nor where each is about an outage of its own."""
    if ticket.notice_id != other.notice_id:
        return False
    homes = [session.get_one(Household, one) for one in (ticket.household_id, other.household_id) if one is not None]
    return len(homes) < 2 or not merging.are_two(session, *homes)


def _must_be_free(session: Session, gone: Ticket) -> None:
    asked = sa.select(Consultation.id).where(Consultation.ticket_id == gone.id, Consultation.ended_at.is_(None))
    if session.scalar(asked.limit(1)) is not None:
        raise Refused(_("A specialist is asked about question %(n)s. Wait for the opinion or call it back, then join them.", n=gone.id))
    if outcomes.asks_the_asker(session, gone):
        raise Refused(_('The asker has not said yet that the power works. Ask, and note it by "The asker says it works".'))
