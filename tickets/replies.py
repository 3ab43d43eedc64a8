"""Somebody answers an SMS of ours: what they wrote goes into their own newest thread, never into another's of the same home.

A number stands in many phones: where it was only typed on the web, whoever reads that thread's page may be a stranger.
"""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import Missing
from app.core.words import phrase as _
from grids.staff.staff import Me
from grids.tables import Grid
from tickets import conversation, thanking, threads, written
from tickets.households import reaches
from tickets.households.tables import Household, Reach
from tickets.tables import Channel, Ticket, TicketState


def hear(session: Session, *, phone: str, words: str, by: Me) -> Ticket:
    """`by` is the machine's person, who may enter questions there. A settled question is open again."""
    mark = reaches.mark_of(session, written.contact(phone))
    ticket = _theirs(session, mark, by)
    if ticket is None:
        return _anew(session, mark, phone, words, by)
    conversation.must_note_for(by, ticket.grid_id)
    if ticket.state is TicketState.closed and not thanking.ends(session, ticket, words.strip()):
        conversation.reopen(session, ticket)
    conversation.say_more(session, ticket, words=words, channel=Channel.sms)
    audit.record(session, "tickets.reply", f"ticket/{ticket.id}", by=by.id, channel=Channel.sms)
    return ticket


def _theirs(session: Session, mark: str, by: Me) -> Ticket | None:
    """The newest that goes on, else the newest settled, in which they were heard with this number."""
    heard = (Reach.mark == mark, Reach.heard_at.is_not(None), reaches.surely_begun(Reach.heard_at <= Ticket.asked_at))
    wanted = threads.whole().join(Ticket.reach).where(Ticket.grid_id.in_(by.seen), *heard)
    return session.scalar(wanted.order_by(Ticket.state == TicketState.closed, Ticket.id.desc()).limit(1))


def _anew(session: Session, mark: str, phone: str, words: str, by: Me) -> Ticket:
    """A home has left this number, and its threads went on with another one; or it was never heard: a thread of its own."""
    known = sa.select(Grid).join(Household, Household.grid_id == Grid.id).join(Reach).where(Reach.mark == mark, Grid.id.in_(by.seen))
    grid = session.scalar(known.order_by(Reach.heard_at.is_(None), Reach.id.desc()).limit(1))
    if grid is None:
        raise Missing(_("No question of this number is kept here. Please enter it as a new one."))
    return conversation.ask(session, grid, words=words, channel=Channel.sms, token=secrets.token_hex(20), contact=phone, by=by)
