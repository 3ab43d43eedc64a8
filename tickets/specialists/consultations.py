"""Consultations as they stand: found, listed for both sides, held for a move."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets.households.tables import Household
from tickets.specialists import topics
from tickets.specialists.tables import Consultation, ConsultationNote, ConsultationPassing, ConsultationState
from tickets.tables import Entry, Ticket, TicketState

LATELY = timedelta(days=30)
GIVEN_BACK = (ConsultationState.agreed, ConsultationState.declined)


class Looking(msgspec.Struct, frozen=True):
    """What an asker is told of it: the topic, whether somebody looks at it by now, and whether it takes longer than was meant."""

    topic: str
    taken: bool
    late: bool


def find(session: Session, consultation_id: int, *, for_: Me) -> Consultation:
    """With its question, for the specialist who is asked and for those who see the question's grid."""
    known = 0 < consultation_id < 2**63
    wanted = _listed().options(*_talk()).execution_options(populate_existing=True)
    found = session.scalar(wanted.where(Consultation.id == consultation_id)) if known else None
    if found is None or not (found.specialist_id == for_.id or for_.sees(found.ticket.grid_id)):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def may_read(consultation: Consultation, me: Me) -> bool:
    """The specialist reads the thread while it is asked about; its owners always."""
    return consultation.ended_at is None or me.sees(consultation.ticket.grid_id)


def thread(session: Session, consultation_id: int, *, for_: Me) -> Ticket:
    """The question itself, for whoever may read it."""
    found = find(session, consultation_id, for_=for_)
    if not may_read(found, for_):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found.ticket


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Consultation]:
    """All of a question's, the newest last."""
    wanted = _with_people(*_talk()).where(Consultation.ticket_id == ticket.id).order_by(Consultation.id)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def asked_of(session: Session, me: Me) -> Sequence[Consultation]:
    """What this specialist has still to answer, the longest overdue first."""
    wanted = _listed().where(Consultation.specialist_id == me.id, Consultation.ended_at.is_(None))
    return session.scalars(wanted.order_by(Consultation.due_at, Consultation.id)).all()


def given_back_by(session: Session, me: Me, *, most: int = 20) -> Sequence[Consultation]:
    wanted = _listed().where(Consultation.specialist_id == me.id, Consultation.ended_at.is_not(None))
    return session.scalars(wanted.order_by(Consultation.ended_at.desc(), Consultation.id.desc()).limit(most)).all()


def overdue(session: Session, grid_ids: Collection[int], *, most: int = 20) -> Sequence[Consultation]:
    """What specialists owe the people of these grids."""
    wanted = _listed().where(Consultation.ended_at.is_(None), Consultation.due_at < clock.now(), _in(grid_ids))
    return session.scalars(wanted.order_by(Consultation.due_at, Consultation.id).limit(most)).all()


def open_in(session: Session, grid_id: int) -> Sequence[Consultation]:
    wanted = _listed().where(Consultation.ended_at.is_(None), _in([grid_id]))
    return session.scalars(wanted.order_by(Consultation.due_at, Consultation.id)).all()


def given_back(session: Session, grid_ids: Collection[int], *, most: int = 20) -> Sequence[Consultation]:
    """What came back to these grids and waits for its answer to the asker."""
    lately = Consultation.ended_at > clock.now() - LATELY
    back = (lately, Consultation.state.in_(GIVEN_BACK), Ticket.state == TicketState.open, _in(grid_ids), ~_answered())
    return session.scalars(_listed().where(*back).order_by(Consultation.ended_at).limit(most)).all()


def opinion(session: Session, ticket: Ticket) -> Consultation | None:
    """The newest opinion, while no colleague has written to the asker since: it fills the answer box."""
    newest = sa.select(sa.func.max(Consultation.id)).where(Consultation.ticket_id == ticket.id).scalar_subquery()
    wanted = _listed().where(Consultation.id == newest, Consultation.state == ConsultationState.agreed, ~_answered())
    return session.scalar(wanted)


def told(session: Session, ticket: Ticket, *, since: datetime) -> Looking | None:
    """For the asker, while a specialist has the question: what was asked since they are in the thread."""
    asked = (Consultation.ticket_id == ticket.id, Consultation.ended_at.is_(None), Consultation.at >= since)
    found = session.scalar(sa.select(Consultation).where(*asked))
    if found is None:
        return None
    return Looking(topics.name(session, ticket.grid_id, found.topic), found.taken_at is not None, found.due_at < clock.now())


def hold(session: Session, consultation: Consultation) -> None:
    """One move at a time, and none after the last."""
    session.flush()
    session.refresh(consultation, ["state", "specialist_id", "taken_at", "ended_at"], with_for_update=True)
    if consultation.ended_at is not None:
        raise Refused(_("This consultation has ended already. Please look at the page again."))


def is_asked(consultation: Consultation, me: Me) -> bool:
    return consultation.specialist_id == me.id


def must_take_part(consultation: Consultation, by: Me) -> None:
    if not is_asked(consultation, by):
        by.must_look_after(consultation.ticket.grid_id)


def _in(grid_ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Reckoned instead of looked up: the few consultations lead to their questions, not the many questions of a grid to them."""
    return (Ticket.grid_id + 0).in_(grid_ids)


def _answered() -> sa.ColumnElement[bool]:
    """Whether a colleague wrote to the asker after the consultation ended."""
    said = (Entry.ticket_id == Consultation.ticket_id, Entry.author_id.is_not(None), Entry.update_id.is_(None))
    return sa.exists().where(*said, Entry.at > Consultation.ended_at)


def _listed() -> sa.Select[Consultation]:
    of = joinedload(Consultation.ticket)
    home = (of.joinedload(Ticket.estate), of.joinedload(Ticket.household).joinedload(Household.estate), of.joinedload(Ticket.grid))
    return _with_people(*home).join(Ticket)


def _with_people(*more: Any) -> sa.Select[Consultation]:
    return sa.select(Consultation).options(joinedload(Consultation.specialist), joinedload(Consultation.by), *more)


def _talk() -> tuple[Any, ...]:
    """What was said between the two, and who passed it on to whom."""
    passed = selectinload(Consultation.passings)
    people = (passed.joinedload(ConsultationPassing.giver), passed.joinedload(ConsultationPassing.taker))
    return selectinload(Consultation.notes).joinedload(ConsultationNote.author), *people
