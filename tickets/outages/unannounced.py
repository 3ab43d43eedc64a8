"""Who asks about an outage of a day for which none is announced is told that, and never the hours of another day."""

from sqlalchemy.orm import Session

from app.core import clock
from app.core.words import dated, day, hour, say
from broadcasts import outages
from tickets.outages import announced, days, signs
from tickets.tables import Ticket


def told(session: Session, ticket: Ticket) -> str:
    """That nothing is known of the day, as of now; nothing where something is, where no day to come is named, or no estate. Whole."""
    words = asked(ticket)
    spans = days.said(words)
    if ticket.dark or ticket.estate is None or not spans or any(first <= clock.today() for first, _last in spans):
        return ""
    known = outages.affecting(session, ticket.estate.id, ticket.building or None, ahead=announced.AHEAD)
    if any(days.agree(one, words) for one in known):
        return ""
    when = say(", ").join(dated(first) if first == last else f"{dated(first)}–{dated(last)}" for first, last in spans)
    said = {"days": when, "place": f"{ticket.estate.name} {ticket.building}".strip(), "time": f"{day(clock.now())} {hour(clock.now())}"}
    return say("As of %(time)s no outage on %(days)s has been announced here for %(place)s.", **said)


def asked(ticket: Ticket) -> str:
    """The asker's newest words that name a day of an outage to come; their first, where none do. The thread is whole."""
    theirs = [one.words for one in ticket.entries if one.author_id is None and one.update_id is None]
    said = (announced.which(ticket, one) for one in reversed(theirs))
    return next((one for one in said if signs.is_announced(one) and days.said(one)), ticket.subject)
