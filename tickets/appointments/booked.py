"""What an appointment does to its question: a time agreed is an answer; one that is cancelled, or at which nobody was met, is none."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import words
from app.core.words import say
from grids.staff.staff import Me
from tickets import thanking, threads
from tickets.answers.tables import AnswerUse
from tickets.appointments.tables import Appointment
from tickets.clocks import clocks
from tickets.clocks.tables import Measure
from tickets.kinds.tables import DANGER
from tickets.outages import carrying, signs
from tickets.procedures.tables import Case
from tickets.tables import Entry, Ticket, TicketState
from tickets.triage import outcomes


def answer(session: Session, ticket: Ticket, made: Appointment, *, by: Me | None) -> None:
    """The first answer, by whom it was booked. What the asker booked alone answers one question; a danger is answered in words."""
    threads.hold(session, ticket)
    if ticket.state is not TicketState.open or ticket.kind == DANGER or (by is None and not _is_one_plain_wish(_said(session, ticket))):
        return
    ticket.state = TicketState.answered
    ticket.answered_at = ticket.answered_at or made.at
    clocks.end(session, ticket, Measure.first_answer, by=by if by and ticket.entered_by_id != by.id else None)


def take_back(session: Session, ticket: Ticket, cancelled: Appointment, *, by: Me | None) -> None:
    """Who wished for nothing but the visit, and cancels it, has settled the matter. Any other question waits again for its answer."""
    threads.hold(session, ticket)
    said = _said(session, ticket)
    if ticket.state is TicketState.closed:
        return
    if by is None and cancelled.kind and _is_one_plain_wish(said) and not _goes_on(session, ticket):
        threads.shut(session, ticket, None)
    elif ticket.state is TicketState.answered and said and said[-1].author_id is None:
        threads.wait_again(session, ticket)


def miss(session: Session, missed: Appointment, *, by: Me) -> None:
    """We stood before a closed door: they hear it, and we owe them the visit as before, with a new clock."""
    ticket = threads.read(session, missed.ticket_id)
    threads.hold(session, ticket)
    if ticket.state is TicketState.closed:
        return
    when = words.span(missed.starts_at, missed.ends_at)
    told = say("We came %(time)s and met nobody. Choose another time here; we get in touch too.", time=when)
    _still_owed(session, ticket, missed, told, by)


def owe(session: Session, called_off: Appointment, *, by: Me) -> None:
    """It was called off by mistake, and its time is somebody else's now."""
    ticket = threads.read(session, called_off.ticket_id)
    when = words.span(called_off.starts_at, called_off.ends_at)
    told = say("We called off our visit %(time)s by mistake, and that time is gone. Choose another here; we get in touch too.", time=when)
    _still_owed(session, ticket, called_off, told, by)


def _still_owed(session: Session, ticket: Ticket, ended: Appointment, words: str, by: Me) -> None:
    """They hear it by their own way too, and the question waits again."""
    told = threads.say(session, ticket, by.id, words)
    ended.told_id = told.id
    carrying.bring(session, ticket, told)
    threads.wait_again(session, ticket)


def bring(session: Session, ended: Appointment) -> None:
    """How it ended leaves by the asker's own way as well."""
    ticket = threads.read(session, ended.ticket_id)
    told = next(one for one in ticket.entries if one.id == ended.told_id)
    carrying.bring(session, ticket, told)


def _said(session: Session, ticket: Ticket) -> Sequence[Entry]:
    """By people, and not about appointments; neither thanks nor a yes."""
    told = sa.exists().where(sa.or_(Appointment.told_id == Entry.id, Appointment.reminder_id == Entry.id))
    alone = sa.exists().where(AnswerUse.entry_id == Entry.id, AnswerUse.by_id.is_(None))
    found = sa.select(Entry).where(Entry.ticket_id == ticket.id, Entry.update_id.is_(None), ~told, ~alone).order_by(Entry.id)
    return [one for one in session.scalars(found) if one.author_id is not None or not thanking.is_polite(one.words)]


def _is_one_plain_wish(said: Sequence[Entry]) -> bool:
    return len(said) == 1 and said[0].author_id is None and not signs.is_dangerous(said[0].words)


def _goes_on(session: Session, ticket: Ticket) -> bool:
    """A procedure has begun, or the asker has not said yet that the power works."""
    case = session.scalar(sa.select(Case.id).where(Case.ticket_id == ticket.id, Case.ended_at.is_(None)))
    return case is not None or outcomes.pending(session, ticket) is not None
