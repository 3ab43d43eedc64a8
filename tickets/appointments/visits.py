"""What must be known before somebody comes: for what, and where to, or whom to call on the way."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import Mistaken
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.tables import Building, Estate
from tickets.kinds import kinds
from tickets.kinds.tables import TicketKind
from tickets.tables import Ticket

PURPOSES = ("new_connection", "more_capacity", "change", "meter_check", "guidance")
"""The kinds of questions for which somebody comes."""


def purposes(session: Session, grid_id: int) -> list[TicketKind]:
    """As the organisation calls them."""
    found = {one.key: one for one in kinds.of_grid(session, grid_id)}
    return [found[key] for key in PURPOSES if key in found]


def about(session: Session, grid_id: int, kind: str) -> str:
    """What is asked, where nothing more was written. Raises Mistaken where nobody comes for such a thing."""
    name = next((one.name for one in purposes(session, grid_id) if one.key == kind), None)
    if name is None:
        raise _mistaken(kind=_("Please choose from the list."))
    return str(_("A visit about: %(kind)s", kind=name))


def must_be_found(session: Session, estate: Estate | None, *, building: str, room: str, contact: str) -> None:
    """A door, or somebody who answers. A village's house may stand in no building."""
    at_a_door = estate is not None and room.strip() and (building.strip() or not _has_buildings(session, estate))
    if not (contact.strip() or at_a_door):
        why = _("Please give estate, building and room, or a telephone number, so that we find you.")
        raise _mistaken(room=why, phone=why, contact=why)


def must_be_known(ticket: Ticket) -> None:
    """The same of a question that was asked before."""
    if ticket.household_id is None:
        raise _mistaken(
            slot=_("We do not know where to come. Please make the appointment on the grid's page, with your home or telephone number.")
        )


def _has_buildings(session: Session, estate: Estate) -> bool:
    return session.scalar(sa.select(Building.id).where(Building.estate_id == estate.id).limit(1)) is not None


def _mistaken(**why: Phrase) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), why)
