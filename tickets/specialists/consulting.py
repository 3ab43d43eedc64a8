"""A question is put to a specialist, while one owner goes on facing the asker; what both say to each other the asker never sees."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock, jobs
from app.core.errors import Forbidden, Refused
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import promises, threads, written
from tickets.specialists import consultations, consulting_calls, specialists
from tickets.specialists.tables import Consultation, ConsultationNote, ConsultationState
from tickets.tables import Ticket, TicketState

SPARE = timedelta(hours=1)
"""So long before the asker's term the owner has the opinion, or a quarter of what is left."""


def ask(session: Session, ticket: Ticket, *, specialist: str, by: Me, words: str, day: date | None = None) -> Consultation:
    """`specialist` is one of the choices: topic and person. Asked twice it is asked once; one at a time of a question."""
    by.must_look_after(ticket.grid_id)
    words = written.message(words, "question")
    choice = specialists.chosen(session, ticket.grid_id, specialist)
    threads.hold(session, ticket)
    now = clock.now()
    due = promises.until(day, "day") if day else _before_the_asker(ticket, now, timedelta(hours=choice.topic.hours))
    if ticket.state is TicketState.closed:
        raise Refused(_("This question is closed. The asker may reopen it."))
    standing = session.scalar(sa.select(Consultation).where(Consultation.ticket_id == ticket.id, Consultation.ended_at.is_(None)))
    if standing is None:
        return _put(session, ticket, choice, by=by, words=words, at=now, due_at=due)
    if (standing.specialist_id, standing.topic, standing.words) != (choice.person.id, choice.topic.key, words):
        raise Refused(_("A specialist has this question already. Wait for the opinion, or call it back first."))
    return standing


def take(session: Session, consultation: Consultation, *, by: Me) -> Consultation:
    """The specialist looks at it from now on, and the asker is told so. Said twice it is said once."""
    must_be_asked(session, consultation, by)
    taken(consultation)
    session.flush()
    return consultation


def note(session: Session, consultation: Consultation, *, by: Me, words: str) -> ConsultationNote:
    """A word between the two. Said twice it is said once."""
    words = written.message(words, "note")
    consultations.must_take_part(consultation, by)
    consultations.hold(session, consultation)
    wanted = sa.select(ConsultationNote).where(ConsultationNote.consultation_id == consultation.id)
    last = session.scalar(wanted.order_by(ConsultationNote.id.desc()).limit(1))
    if last is not None and (last.author_id, last.words) == (by.id, words):
        return last
    if consultations.is_asked(consultation, by):
        taken(consultation)
    said = ConsultationNote(consultation_id=consultation.id, author_id=by.id, words=words, at=clock.now())
    session.add(said)
    session.flush()
    return said


def recall(session: Session, consultation: Consultation, *, by: Me) -> Consultation:
    """The owner needs no opinion any more."""
    by.must_look_after(consultation.ticket.grid_id)
    if consultation.state is ConsultationState.recalled:
        return consultation
    consultations.hold(session, consultation)
    return end(session, consultation, ConsultationState.recalled, by)


def must_be_asked(session: Session, consultation: Consultation, by: Me) -> None:
    """Hold it for its specialist alone."""
    consultations.hold(session, consultation)
    if not consultations.is_asked(consultation, by):
        by.must_look_after(consultation.ticket.grid_id)
        raise Forbidden(_("Only the specialist who was asked may do this."))


def taken(consultation: Consultation) -> None:
    consultation.taken_at = consultation.taken_at or clock.now()
    consultation.state = ConsultationState.taken


def end(session: Session, consultation: Consultation, state: ConsultationState, by: Me) -> Consultation:
    consultation.state, consultation.ended_at, consultation.ended_by_id = state, clock.now(), by.id
    session.flush()
    audit.record(session, f"consultations.{state}", f"ticket/{consultation.ticket_id}", by=by.id, consultation=consultation.id)
    return consultation


def call(session: Session, consultation: Consultation) -> None:
    """Whoever has it now hears of it on the phone."""
    consultation.told_at = None
    session.flush()
    jobs.later(session, consulting_calls.tell, consultation_id=consultation.id)


def _before_the_asker(ticket: Ticket, now: datetime, usual: timedelta) -> datetime:
    """The usual time, but so early that the owner can still answer by when the asker is promised it."""
    left = ticket.due_at - now
    if ticket.state is not TicketState.open or left <= timedelta():
        return now + usual
    return now + min(usual, left - min(SPARE, left / 4))


def _put(
    session: Session, ticket: Ticket, choice: specialists.Choice, *, by: Me, words: str, at: datetime, due_at: datetime
) -> Consultation:
    consultation = Consultation(
        ticket=ticket, topic=choice.topic.key, specialist=choice.person, by_id=by.id, words=words, state=ConsultationState.asked,
        at=at, due_at=due_at, taken_at=None, ended_at=None, told_at=None,
    )  # fmt: skip
    session.add(consultation)
    session.flush()
    audit.record(session, "consultations.ask", f"ticket/{ticket.id}", by=by.id, to=choice.person.id, topic=choice.topic.key)
    call(session, consultation)
    return consultation
