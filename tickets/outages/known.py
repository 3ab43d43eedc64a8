"""Which outage is known where somebody is dark, and which one is meant by who asks about one that was announced."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from broadcasts import outages
from broadcasts.tables import Notice, NoticeState
from tickets.outages import covering, days, holding
from tickets.tables import Ticket

AHEAD = timedelta(days=60)
"""Nobody asks about an outage that begins later."""


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


def meant(session: Session, ticket: Ticket, words: str, named: Notice | None) -> Notice | None:
    """The outage that these words ask about: by the day that they say, else the one from whose page they come, else the only one."""
    if named is not None and days.agree(named, words):
        return named
    found = touching(session, ticket)
    same = [one for one in found if days.agree(one, words)]
    return same[0] if len(same) == 1 else named


def touching(session: Session, ticket: Ticket) -> Sequence[Notice]:
    """The outages of now and to come that surely touch the home, the latest first."""
    if ticket.estate_id is None:
        return []
    found = outages.affecting(session, ticket.estate_id, ticket.building or None, ahead=AHEAD)
    here = [one for one in found if one.grid_id == ticket.grid_id and one.state is NoticeState.published and covering.covers(one, ticket)]
    return [one for one in here if covering.stood(session, one, ticket)]
