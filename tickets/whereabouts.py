"""Where somebody is and how to ring them, told after they asked: a danger without either is asked for both before all else."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import Mistaken
from app.core.words import phrase as _
from app.core.words import say
from grids import dwellings, grids
from grids.tables import Estate
from tickets import conversation, threads, written
from tickets.households import doors, households, reaches
from tickets.households.tables import Household, Reach, ReachKind
from tickets.kinds.tables import DANGER
from tickets.outages import attaching, suspicions
from tickets.tables import Entry, Ticket, TicketState

PLACE, ESTATE, PHONE = "place", "estate", "phone"
ROOM = 8
"""No number of a room is longer."""


def wanted(session: Session, ticket: Ticket) -> list[str]:
    """What is missing: in a danger, whatever was answered, place and number; in the dark, while it waits, the place. The thread is whole.

    A place that was told without its estate may be in any of them: the estate alone is missing.
    """
    danger = ticket.kind == DANGER and ticket.state is not TicketState.closed
    if not danger and not (ticket.dark and ticket.state is TicketState.open):
        return []
    place = ticket.estate_id is None and _place(ticket) == ""
    estate = ticket.estate_id is None and not place and bool(grids.by_code(session, ticket.grid.code).estates)
    phone = ticket.reach_id is None and (place or danger)
    return [what for what, missing in ((PLACE, place), (ESTATE, estate), (PHONE, phone)) if missing]


def further(session: Session, ticket: Ticket) -> Sequence[Reach]:
    """The numbers that were left beside the thread's own since it was asked, the newest first; none that is another thread's."""
    if ticket.household_id is None or ticket.reach_id is None:
        return []
    others = sa.select(Ticket.reach_id).where(Ticket.id != ticket.id, Ticket.reach_id.is_not(None))
    mine = (Reach.household_id == ticket.household_id, Reach.id != ticket.reach_id, Reach.id.not_in(others))
    since = (Reach.kind == ReachKind.phone, Reach.at >= ticket.asked_at)
    return session.scalars(sa.select(Reach).where(*mine, *since).order_by(Reach.id.desc())).all()


def building(where: str) -> str:
    """The building alone, where it is told with unit or room."""
    return _parted(where)[0]


def estates(session: Session, ticket: Ticket) -> Sequence[tuple[int | str, object]]:
    """To choose from; where there is but one, it is that."""
    found: list[tuple[int | str, object]] = [(one.id, one.name) for one in grids.by_code(session, ticket.grid.code).estates]
    return found if len(found) == 1 else [("", _("Please choose (you may leave it)")), *found]


def tell(session: Session, ticket: Ticket, *, estate: Estate | None, where: str, contact: str) -> Entry:
    """Into the same thread, and to what is known of its home; what is known already is not written over."""
    where, contact = written.line(where, "where"), written.contact(contact)
    if not (estate or where or contact):
        raise Mistaken(_("Please look again at the marked fields."), {"where": _("Please say where it is, or leave a number.")})
    threads.hold(session, ticket)
    if estate and not where and ticket.estate_id is None:
        where = _place(ticket)
    came = ticket.estate_id is None and estate is not None
    _at_home(session, ticket, estate, where, contact)
    entry = conversation.say_more(session, ticket, words=_words(estate, where, contact))
    if came and ticket.dark and ticket.notice_id is None:
        attaching.on_asking(session, ticket, ticket.subject, None)
        suspicions.look(session, ticket)
    return entry


def _at_home(session: Session, ticket: Ticket, estate: Estate | None, where: str, contact: str) -> None:
    building, room = doors.told(session, estate, *_parted(where)) if estate else ("", "")
    here = {"estate": estate, "building": building, "room": room, "contact": contact, "heard": False}
    if ticket.estate_id is None and estate is not None:
        ticket.estate_id, ticket.building = estate.id, building
        ticket.household_id = ticket.household_id if not room and ticket.household_id else _id(session, ticket, here)
    elif ticket.household_id is None:
        ticket.household_id = _id(session, ticket, {**here, "estate": None, "building": "", "room": ""})
    if contact and ticket.household_id is not None:
        household = session.get_one(Household, ticket.household_id)
        reach = reaches.keep(session, household, contact, heard=False)
        session.flush()
        # A second number stands beside the first; one by which they were known before is the thread's own.
        if reach.id not in {one.id for one in further(session, ticket)}:
            ticket.reach_id = reach.id
    session.flush()
    session.expire(ticket, ["estate", "household", "reach"])


def _parted(where: str) -> tuple[str, str]:
    """What is short and has a figure behind the space is a room; anything else is one place."""
    building, _space, room = where.partition(" ")
    if room.isalnum() and any(map(str.isdigit, room)) and len(room) <= ROOM:
        return building, room
    building, room = dwellings.parted(dwellings.tidy(where), "")
    building, room = (building, room) if room else dwellings.parted("", dwellings.tidy(where))
    return (building, room) if building and room else (where, "")


def _place(ticket: Ticket) -> str:
    return written.place([one.words for one in ticket.entries if one.author_id is None])


def _id(session: Session, ticket: Ticket, here: Mapping[str, Any]) -> int | None:
    found = households.who(session, ticket.grid, **here)
    return found.id if found else None


def _words(estate: Estate | None, where: str, contact: str) -> str:
    """The number itself is kept sealed and stands in no words."""
    place = " ".join(part for part in (estate.name if estate else "", where) if part)
    left = str(_("A telephone number is left."))
    return "\n".join(part for part in (say("Here: %(place)s", place=place) if place else "", left if contact else "") if part)
