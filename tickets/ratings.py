"""How the asker found the answer: by one tap on their own page, or told to a colleague on the telephone or at the door."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Mistaken, Refused
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import conversation, threads, written
from tickets.tables import Rating, Ticket

LOW = 2
"""So many stars or fewer are looked at by the supervisor."""
CHANGEABLE = timedelta(days=1)
"""So long after the first tap the asker may tap again: a finger slips."""


def rate(session: Session, ticket: Ticket, *, stars: int, words: str = "", token: str = "") -> Rating:
    """The asker's own tap, which they may change for a day. It counts more than what a colleague took down before."""
    given, here = _given(session, ticket, stars), threads.later(session, token)
    if given is None:
        return _keep(session, ticket, stars, words, None, here)
    own = given.taken_by_id is None
    if own and (given.stars == stars or given.address != here or not may_change(given)):
        return _unchanged(given, stars)
    audit.record(session, "ratings.change" if own else "ratings.own", f"ticket/{ticket.id}", by=None, stars=stars, before=given.stars)
    given.at = given.at if own else clock.now()
    given.stars, given.words, given.taken_by_id, given.address = stars, _said(words), None, here
    session.flush()
    return given


def may_change(given: Rating) -> bool:
    return given.taken_by_id is None and clock.now() - given.at < CHANGEABLE


def seen_at(session: Session, ticket: Ticket, token: str) -> Rating | None:
    """What was given at this address, or taken down for who began the thread."""
    here = threads.later(session, token)
    return next((one for one in ticket.ratings if one.address == here), None)


def take(session: Session, ticket: Ticket, *, stars: int, by: Me, words: str = "") -> Rating:
    """An asker without a smartphone says it, and a colleague taps it: who did so stands beside it."""
    conversation.must_note_for(by, ticket.grid_id)
    given = _given(session, ticket, stars)
    if given is not None:
        return _unchanged(given, stars)
    audit.record(session, "ratings.take", f"ticket/{ticket.id}", by=by.id, stars=stars)
    return _keep(session, ticket, stars, words, by, None)


def _given(session: Session, ticket: Ticket, stars: int) -> Rating | None:
    """What was given before, of a thread that is held. Raises where there is nothing to rate."""
    if stars not in range(1, 6):
        raise Mistaken(_("Please look again at the marked fields."), {"stars": _("Please choose one of the five.")})
    threads.hold(session, ticket)
    if ticket.answered_at is None:
        raise Refused(_("There is no answer to rate yet."))
    return session.scalar(sa.select(Rating).where(Rating.ticket_id == ticket.id))


def _unchanged(given: Rating, stars: int) -> Rating:
    """Tapped twice it counts once."""
    if given.stars != stars:
        raise Refused(_("You have rated this already. Thank you.") if given.taken_by_id is None else _("A rating was taken down already."))
    return given


def _keep(session: Session, ticket: Ticket, stars: int, words: str, by: Me | None, address: str | None) -> Rating:
    taken_by_id = by.id if by else None
    given = Rating(ticket_id=ticket.id, stars=stars, words=_said(words), taken_by_id=taken_by_id, at=clock.now(), address=address)
    session.add(given)
    session.flush()
    return given


def _said(words: str) -> str:
    return written.message(words) if words.strip() else ""
