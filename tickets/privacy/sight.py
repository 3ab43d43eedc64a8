"""A thread as a colleague may read it: whole near the people, without persons from afar. Whoever only reviews needs no names."""

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy.orm import Session

from app.core import nameless
from app.core.errors import Missing
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import threads
from tickets.households import reaches
from tickets.tables import Ticket
from tickets.threads import Line


def lines(session: Session, ticket: Ticket, *, for_: Me) -> Sequence[Line]:
    """What was said, in order."""
    said = reading(session, ticket, for_=for_)
    return [msgspec.structs.replace(line, words=said(line.words)) for line in threads.lines(ticket)]


def reading(session: Session, ticket: Ticket, *, for_: Me) -> Callable[[str], str]:
    """How this colleague reads whatever was written about a thread: by its asker, between colleagues, of its papers."""
    if for_.is_near(ticket.grid_id):
        return str
    theirs = known(session, ticket)
    return lambda words: nameless.words(words, theirs)


def building(ticket: Ticket, *, for_: Me) -> str:
    """From afar its number, or its name where the estate's list has it: whatever else was written into the field may be a person's."""
    if for_.is_near(ticket.grid_id) or not ticket.building:
        return ticket.building
    return nameless.building(ticket.building) or ticket.listed_building or nameless.GAP


def must_see_photos(ticket: Ticket, *, for_: Me) -> None:
    """No rule takes a face or a door out of a photo: it is for those near, and for the specialist who is asked about it."""
    if not for_.is_near(ticket.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))


def known(session: Session, ticket: Ticket) -> list[str]:
    """What we know to be theirs, so that it can be taken out of the words."""
    told = {name for entry in ticket.entries for name in nameless.names(entry.words)}
    room = ticket.household.room if ticket.household and len(ticket.household.room) >= 3 else ""
    return [one for one in (reaches.told(session, ticket.reach), room, *told) if one]
