"""A thread as a colleague may read it: whole near the people, without persons from afar. Whoever only reviews needs no names."""

from collections.abc import Sequence

import msgspec
from sqlalchemy.orm import Session

from app.core import nameless
from grids.staff import Me
from tickets import reaches, threads
from tickets.tables import Ticket
from tickets.threads import Line


def lines(session: Session, ticket: Ticket, *, for_: Me) -> Sequence[Line]:
    """What was said, in order."""
    said = threads.lines(ticket)
    if for_.is_near(ticket.grid_id):
        return said
    theirs = known(session, ticket)
    return [msgspec.structs.replace(line, words=nameless.words(line.words, theirs)) for line in said]


def known(session: Session, ticket: Ticket) -> list[str]:
    """What we know to be theirs, so that it can be taken out of the words."""
    told = {name for entry in ticket.entries for name in nameless.names(entry.words)}
    room = ticket.household.room if ticket.household and len(ticket.household.room) >= 3 else ""
    return [one for one in (reaches.told(session, ticket.reach), room, *told) if one]
