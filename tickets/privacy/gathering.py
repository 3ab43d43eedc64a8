"""Everything that is kept of somebody, gathered as they are handed it: plain words and moments, readable by people and machines."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from broadcasts.subscribers.tables import Subscriber, Subscription
from tickets import threads
from tickets.appointments.tables import Appointment
from tickets.households import reaches
from tickets.households.tables import Household, Reach
from tickets.photos.tables import Photo
from tickets.privacy import matter, undertakings
from tickets.privacy.matter import Matter
from tickets.privacy.tables import DataRequest, LookUp, Proof
from tickets.specialists.tables import Consultation
from tickets.tables import Closure, Errand, Handover, Ticket, TicketPromise
from tickets.triage.tables import TriageOutcome
from tickets.wording import moderation


def of(session: Session, request: DataRequest) -> dict[str, Any]:
    """Under these names for good: what a machine reads stays readable."""
    about = matter.of(session, request)
    after = request.after_entry_id if request.proof is Proof.link else 0
    told = {
        "request": request.id, "whole_household": request.whole,
        "households": [_home(one) for one in about.households],
        "contacts": [_contact(session, one) for one in about.reached] if not after else [],
        "questions": [_question(session, one, after) for one in about.tickets],
        "look_ups": [_look(one) for one in _looks(session, about) if not after or one.at >= threads.since(about.tickets[0], after)],
        "subscriptions": [_heard(one) for one in _subscribers(session, request, about)],
        "requests": [_request(one) for one in _requests(session, about) if not after or one.after_entry_id == after],
    }  # fmt: skip
    return {"made_at": _newest(told), **told}


def _newest(told: dict[str, Any]) -> datetime:
    """The moment for which it holds, that of the last thing in it: the same copy is the same file whenever it is taken away."""
    now = clock.now()
    return max((at for at in _moments(told) if at <= now), default=now)


def _moments(told: Any) -> Iterator[datetime]:
    if isinstance(told, datetime):
        yield told
    elif isinstance(told, dict | list):
        for one in told.values() if isinstance(told, dict) else told:
            yield from _moments(one)


def _home(home: Household) -> dict[str, Any]:
    estate = home.estate.name if home.estate else ""
    return {"estate": estate, "building": home.building, "room": home.room, "prefers": home.prefers or ""}


def _contact(session: Session, reach: Reach) -> dict[str, Any]:
    return {"kind": reach.kind, "value": reaches.told(session, reach), "since": reach.at}


def _question(session: Session, ticket: Ticket, after: int) -> dict[str, Any]:
    rating = ticket.ratings[0] if ticket.ratings and not after else None
    since = threads.since(ticket, after)
    return {
        "number": ticket.id, "grid": ticket.grid.name, "estate": ticket.estate.name if ticket.estate else "", "building": ticket.building,
        "room": _room(ticket) if not after else "",
        "subject": moderation.subject_at(ticket, after=after), "kind": ticket.kind if not after else "",
        "channel": ticket.channel, "state": ticket.state, "no_power": ticket.dark, "asked_at": since, "answered_at": ticket.answered_at,
        "notice": ticket.notice.number if ticket.notice and not after else "",
        "said": [_line(line) for line in threads.lines(ticket, after=after, without=_of_visits(session, ticket) if after else ())],
        "ended": [_end(one) for one in ticket.closures if one.at >= since],
        "rating": {"stars": rating.stars, "words": rating.words, "at": rating.at} if rating else None,
        **_around(session, ticket, after), **(undertakings.NOTHING if after else undertakings.of(session, ticket)),
    }  # fmt: skip


def _room(ticket: Ticket) -> str:
    """As it was told with this question; a home that it proved to be one with has its own."""
    home = ticket.household
    return home.room if home is not None and ticket.estate_id is not None and home.estate_id == ticket.estate_id else ""


def _end(one: Closure) -> dict[str, Any]:
    return {"at": one.at, "by": one.by.name if one.by else "", "reopened_at": one.reopened_at}


def _of_visits(session: Session, ticket: Ticket) -> set[int]:
    """The entries that tell of a visit: to which of the askers it is, a copy for one who came later does not say."""
    told = sa.select(Appointment.reminder_id, Appointment.told_id).where(Appointment.ticket_id == ticket.id)
    return {entry for row in session.execute(told) for entry in row if entry is not None}


def _around(session: Session, ticket: Ticket, after: int) -> dict[str, Any]:
    """What else hangs on a thread: promises, the five questions, what was sent or told, other grids."""

    def rows(table: Any, *options: Any) -> Sequence[Any]:
        since = (table.entry_id > after,) if hasattr(table, "entry_id") else ()
        return session.scalars(sa.select(table).where(table.ticket_id == ticket.id, *since).options(*options)).all()

    return {
        "promises": [
            {"by": one.by.name, "at": one.at, "until": one.due_at, "kept_at": one.kept_at}
            for one in rows(TicketPromise, joinedload(TicketPromise.by))
        ],
        "five_questions": [
            {"answers": one.answers, "ended": one.leaf, "at": one.at, "works_at": one.works_at} for one in rows(TriageOutcome)
        ],
        "told_by": [{"way": one.way, "at": one.at, "done_at": one.done_at} for one in rows(Errand)],
        "handed_over": [{"words": one.words, "at": one.at} for one in rows(Handover)] if not after else [],
        "specialists": [
            {"asked": one.words, "at": one.at, "opinion": one.opinion, "reason": one.reason, "notes": [note.words for note in one.notes]}
            for one in rows(Consultation, selectinload(Consultation.notes))
        ]
        if not after
        else [],
        "photos": [{"file": f"photos/{one.id}.jpg", "key": one.key, "at": one.at} for one in rows(Photo)],
    }


def _line(line: threads.Line) -> dict[str, Any]:
    by = line.author.name if line.author else ""
    alone = {"by_itself": line.card is not None or line.received, "receipt": line.received}
    return {"at": line.at, "by": by, "words": line.words, "by_notice": line.told, **alone, "back": line.back}


def _looks(session: Session, about: Matter) -> Sequence[LookUp]:
    tickets, homes = [one.id for one in about.tickets], [one.id for one in about.households]
    wanted = sa.select(LookUp).where(sa.or_(LookUp.ticket_id.in_(tickets), LookUp.household_id.in_(homes)))
    return session.scalars(wanted.order_by(LookUp.id).options(joinedload(LookUp.by))).all()


def _look(one: LookUp) -> dict[str, Any]:
    return {"at": one.at, "by": one.by.name, "reason": one.reason, "words": one.words, "question": one.ticket_id}


def _subscribers(session: Session, request: DataRequest, about: Matter) -> Sequence[Subscriber]:
    ids = [one.id for one in matter.subscribers(session, request, about)]
    places = selectinload(Subscriber.subscriptions).options(joinedload(Subscription.grid), joinedload(Subscription.estate))
    return session.scalars(sa.select(Subscriber).where(Subscriber.id.in_(ids)).options(places)).all()


def _heard(one: Subscriber) -> dict[str, Any]:
    places = [{"grid": place.grid.name, "estate": place.estate.name if place.estate else ""} for place in one.subscriptions]
    quiet = {"quiet_from": one.quiet_from, "quiet_until": one.quiet_until}
    return {"channel": one.channel, "address": one.address, "topics": one.topics, "since": one.created_at, "places": places, **quiet}


def _requests(session: Session, about: Matter) -> Sequence[DataRequest]:
    tickets = [one.id for one in about.tickets]
    wanted = sa.select(DataRequest).where(DataRequest.ticket_id.in_(tickets)).order_by(DataRequest.id)
    return session.scalars(wanted.options(joinedload(DataRequest.done_by))).all()


def _request(one: DataRequest) -> dict[str, Any]:
    by = one.done_by.name if one.done_by else ""
    return {"wish": one.wish, "at": one.at, "due_at": one.due_at, "done_at": one.done_at, "done_by": by, "declined": one.declined}
