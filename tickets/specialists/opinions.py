"""A specialist gives a question back: with an opinion and its source, or with the reason why not; or passes it on to another."""

from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.words import say
from grids.staff.staff import Me
from tickets import threads, written
from tickets.specialists import consultations, consulting, specialists
from tickets.specialists.tables import Consultation, ConsultationPassing, ConsultationState
from tickets.tables import TicketState


def agree(session: Session, consultation: Consultation, *, by: Me, words: str, source: str) -> Consultation:
    """What owner and specialist agreed on, and where it stands. It fills the owner's answer box. Said twice it is said once."""
    words, source = written.message(words, "opinion"), written.message(source, "source")
    if consultations.is_asked(consultation, by) and (consultation.opinion, consultation.source) == (words, source):
        return consultation
    consulting.must_be_asked(session, consultation, by)
    consulting.taken(consultation)
    consultation.opinion, consultation.source = words, source
    return _give_back(session, consultation, ConsultationState.agreed, by)


def decline(session: Session, consultation: Consultation, *, by: Me, words: str) -> Consultation:
    """No opinion, and why: the question is its owner's alone again."""
    words = written.message(words, "reason")
    if consultations.is_asked(consultation, by) and consultation.reason == words:
        return consultation
    consulting.must_be_asked(session, consultation, by)
    consultation.reason = words
    return _give_back(session, consultation, ConsultationState.declined, by)


def pass_on(session: Session, consultation: Consultation, *, to: str, by: Me, words: str) -> Consultation:
    """To another specialist, with the reason. The time by which the owner needs it stays."""
    words = written.message(words, "why")
    consulting.must_be_asked(session, consultation, by)
    choice = specialists.chosen(session, consultation.ticket.grid_id, to, but=by.id)
    session.add(ConsultationPassing(consultation_id=consultation.id, from_id=by.id, to_id=choice.person.id, words=words, at=clock.now()))
    consultation.specialist, consultation.topic = choice.person, choice.topic.key
    consultation.state, consultation.taken_at = ConsultationState.asked, None
    session.flush()
    audit.record(session, "consultations.pass_on", f"ticket/{consultation.ticket_id}", by=by.id, to=choice.person.id)
    consulting.call(session, consultation)
    return consultation


def wording(consultation: Consultation) -> str:
    """As it stands in the answer box: the opinion, and where it stands."""
    return "\n".join([consultation.opinion, say("Where it stands: %(source)s", source=consultation.source)])


def _give_back(session: Session, consultation: Consultation, state: ConsultationState, by: Me) -> Consultation:
    """The question waits for its owner again, with a new clock, also where it had an answer for the meantime."""
    consulting.end(session, consultation, state, by)
    threads.hold(session, consultation.ticket)
    if consultation.ticket.state is TicketState.answered:
        threads.wait_again(session, consultation.ticket)
    session.flush()
    consulting.call(session, consultation)
    return consultation
