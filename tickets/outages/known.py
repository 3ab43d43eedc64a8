"""Which outage is known where somebody is dark."""

from sqlalchemy.orm import Session

from broadcasts import outages
from broadcasts.tables import Notice
from tickets.outages import covering, holding
from tickets.tables import Ticket


def or_named(session: Session, ticket: Ticket, named: Notice | None) -> Notice | None:
    """The outage that holds at the dark home, whatever notice's page it was told from: that page may be an old one."""
    if named is not None and holding.runs(session, named) and (ticket.estate_id is None or covering.covers(named, ticket)):
        return named if ticket.estate_id is None or covering.stood(session, named, ticket) else None
    return of(session, ticket) or named


def of(session: Session, ticket: Ticket) -> Notice | None:
    """The newest outage that surely touches the home; where the building is not known only one of the whole estate."""
    if ticket.estate_id is None:
        return None
    found = outages.affecting(session, ticket.estate_id, ticket.building or None)
    here = [one for one in found if one.grid_id == ticket.grid_id and covering.covers(one, ticket)]
    return next((one for one in here if covering.stood(session, one, ticket)), None)
