"""What was handed over with a grid, read afterwards: of people only which row it was is kept, and what is known of them today is told.

So who was erased since, by wish or by time, is not named here either.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from broadcasts.sending import stewards
from broadcasts.sending.tables import Steward
from grids.staff.staff import Me
from grids.staff.tables import Passed as What
from grids.staff.tables import PassedThing, Passing
from tickets.tables import Ticket

ASKED = (What.promise, What.question, What.answered, What.consultation)
BY_COLLEAGUES = (What.promise, What.consultation)
"""Of these the detail is a colleague's name."""
HIDDEN = "***"


def kept(thing: PassedThing, handed: Passing) -> PassedThing:
    """As it is written down."""
    thing.passing_id = handed.id
    if thing.what in (*ASKED, What.steward):
        thing.words, thing.detail = "", thing.detail if thing.what in BY_COLLEAGUES else ""
    return thing


def told(session: Session, handed: Passing, *, for_: Me) -> list[PassedThing]:
    """As this colleague reads it."""
    asked = sa.select(Ticket).where(Ticket.id.in_(_keys(handed, *ASKED))).options(joinedload(Ticket.estate), joinedload(Ticket.household))
    tickets = {one.id: one for one in session.scalars(asked)}
    relays = {one.id: one for one in session.scalars(sa.select(Steward).where(Steward.id.in_(_keys(handed, What.steward))))}
    return [_told(one, tickets, relays, for_) for one in handed.things]


def home(ticket: Ticket) -> str:
    said = (ticket.estate.name if ticket.estate else "", ticket.building, ticket.household.room if ticket.household else "")
    return " ".join(part for part in said if part)


def _told(one: PassedThing, tickets: dict[int, Ticket], relays: dict[int, Steward], me: Me) -> PassedThing:
    words, detail = one.words, one.detail
    if one.what in ASKED:
        ticket = tickets.get(one.key)
        near = ticket is not None and me.is_near(ticket.grid_id)
        words = ticket.subject if ticket and near else HIDDEN
        detail = detail if one.what in BY_COLLEAGUES else home(ticket) if ticket and near else ""
    elif one.what is What.steward and (relay := relays.get(one.key)):
        seen = me.sees(relay.grid_id)
        words, detail = relay.name if seen else HIDDEN, stewards.masked(relay.phone) if seen and relay.phone else ""
    return PassedThing(what=one.what, key=one.key, words=words, detail=detail, due_at=one.due_at)


def _keys(handed: Passing, *what: What) -> list[int]:
    return [one.key for one in handed.things if one.what in what]
