"""Who asks about an outage that is to come, or was announced: which one is meant, and whether its notice says what is asked."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from broadcasts import outages
from broadcasts.tables import Notice, NoticeState
from tickets.kinds.tables import DANGER
from tickets.outages import covering, days, signs
from tickets.tables import Ticket

AHEAD = timedelta(days=60)
"""Nobody asks about an outage that begins later."""


def meant(session: Session, ticket: Ticket, words: str, named: Notice | None) -> Notice | None:
    """The outage of the day that these words say; where they say none, the one from whose page they come, else the only one there."""
    if not signs.is_announced(words) or (named is not None and days.agree(named, words)):
        return named
    same = [one for one in _touching(session, ticket) if days.agree(one, words)]
    other_day = named is not None and named.kind.is_outage and days.said(words)
    return same[0] if len(same) == 1 else None if other_day else named


def which(ticket: Ticket, words: str) -> str:
    """Who was asked which of several, or says it unasked, says no more than the day: it is of the outage that the question is about."""
    bare = not signs.speaks_of_outage(words) and signs.is_announced(ticket.subject) and days.said(words)
    return f"{ticket.subject} {words}" if bare else words


def is_told(ticket: Ticket, outage: Notice, words: str) -> bool:
    """Whether what is asked stands in its notice."""
    return ticket.kind != DANGER and outage.kind.is_outage and signs.asks_what_is_told(words) and days.agree(outage, words)


def _touching(session: Session, ticket: Ticket) -> Sequence[Notice]:
    """The outages of now and to come that surely touch the home."""
    if ticket.estate_id is None:
        return []
    found = outages.affecting(session, ticket.estate_id, ticket.building or None, ahead=AHEAD)
    here = [one for one in found if one.grid_id == ticket.grid_id and one.state is NoticeState.published and covering.covers(one, ticket)]
    return [one for one in here if covering.stood(session, one, ticket)]
