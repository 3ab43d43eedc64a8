"""Somebody answers an SMS of ours: what they wrote goes into their newest thread."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import Missing
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import conversation, thanking, threads, written
from tickets.households import reaches
from tickets.tables import Channel, Reach, Ticket, TicketState


def hear(session: Session, *, phone: str, words: str, by: Me) -> Ticket:
    """`by` is the machine's person, who may enter questions there. A settled question is open again."""
    mark = reaches.mark_of(session, written.contact(phone))
    theirs = sa.or_(Ticket.reach.has(Reach.mark == mark), Ticket.household_id.in_(sa.select(Reach.household_id).where(Reach.mark == mark)))
    wanted = threads.whole().where(theirs, Ticket.grid_id.in_(by.seen))
    ticket = session.scalar(wanted.order_by(Ticket.state == TicketState.closed, Ticket.id.desc()).limit(1))
    if ticket is None:
        raise Missing(_("No question of this number is kept here. Please enter it as a new one."))
    conversation.must_note_for(by, ticket.grid_id)
    if ticket.state is TicketState.closed and not thanking.ends(session, ticket, words.strip()):
        conversation.reopen(session, ticket)
    conversation.say_more(session, ticket, words=words, channel=Channel.sms)
    audit.record(session, "tickets.reply", f"ticket/{ticket.id}", by=by.id, channel=Channel.sms)
    return ticket
