"""Where somebody is and how to ring them, told after they asked: a danger without either is asked for both before all else."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.core.errors import Mistaken
from app.core.words import phrase as _
from app.core.words import say
from grids import grids
from grids.tables import Estate
from tickets import conversation, threads, written
from tickets.households import doors, households, reaches
from tickets.households.tables import Household
from tickets.kinds.tables import DANGER
from tickets.outages import attaching, suspicions
from tickets.tables import Entry, Ticket, TicketState

PLACE, PHONE = "place", "phone"
ROOM = 8
"""No number of a room is longer."""


def wanted(ticket: Ticket) -> list[str]:
    """What is missing while somebody waits: in a danger place and number, in the dark the place. The thread is whole."""
    if ticket.state is not TicketState.open or not (ticket.kind == DANGER or ticket.dark):
        return []
    place = ticket.estate_id is None and written.place([one.words for one in ticket.entries if one.author_id is None]) == ""
    return [*([PLACE] if place else []), *([PHONE] if ticket.reach_id is None and (place or ticket.kind == DANGER) else [])]


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
    if contact and ticket.reach_id is None and ticket.household_id is not None:
        household = session.get_one(Household, ticket.household_id)
        ticket.reach_id = reaches.keep(session, household, contact, heard=False).id
    session.flush()
    session.expire(ticket, ["estate", "household", "reach"])


def _parted(where: str) -> tuple[str, str]:
    """What is short and has a figure behind the space is a room; anything else is one place."""
    building, _space, room = where.partition(" ")
    return (building, room) if room.isalnum() and any(map(str.isdigit, room)) and len(room) <= ROOM else (where, "")


def _id(session: Session, ticket: Ticket, here: Mapping[str, Any]) -> int | None:
    found = households.who(session, ticket.grid, **here)
    return found.id if found else None


def _words(estate: Estate | None, where: str, contact: str) -> str:
    """The number itself is kept sealed and stands in no words."""
    place = " ".join(part for part in (estate.name if estate else "", where) if part)
    left = str(_("A telephone number is left."))
    return "\n".join(part for part in (say("Here: %(place)s", place=place) if place else "", left if contact else "") if part)
