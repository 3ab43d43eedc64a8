"""A question and its thread: asked, answered, said more, closed, reopened.

Whoever knows a thread's address is its asker; of the address only a hash is kept. What is sent twice is kept once.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from app.core.words import phrase as _
from broadcasts.tables import Notice
from grids.staff.staff import Me
from grids.tables import Estate, Grid, Role
from tickets import asking, floods, limits, thanking, threads, unread, written
from tickets.asking import Asked
from tickets.clocks import acknowledging, clocks
from tickets.clocks.tables import Customer
from tickets.kinds import kinds
from tickets.kinds.tables import DANGER
from tickets.outages import attaching, beforehand, signs
from tickets.tables import Channel, Closure, Entry, Ticket, TicketState
from tickets.triage import dangers, outcomes


def ask(
    session: Session, grid: Grid, *, words: str, channel: Channel, token: str, estate: Estate | None = None, building: str = "",
    room: str = "", contact: str = "", notice: Notice | None = None, kind: str = "", customer: Customer = Customer.resident,
    dark: bool = False, by: Me | None = None,
) -> Ticket:  # fmt: skip
    """A new thread under this token, the household's own that is going on, or the one that the token leads to already.

    `by` is the colleague who heard the question; `dark`: it came by the button that says that there is no power.
    """
    if by is not None:
        must_note_for(by, grid.id)
    if (estate and estate.grid_id != grid.id) or (notice and notice.grid_id != grid.id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    words, contact = written.message(words), written.contact(contact)
    building, room = written.line(building, "building"), written.line(room, "room")
    must_name_the_estate(estate, building, room)
    kinds.must_stand(session, grid.id, kind)
    if (found := threads.under(session, token)) is not None:
        return _asked_again(session, found, words)
    if channel is Channel.web:
        at_home, danger = estate is not None and bool(building), kind == DANGER or signs.is_dangerous(words)
        asker = floods.Asker(grid.id, words, contact, at_home, danger)
        floods.must_let_in(session, asker)
    asked = Asked(
        words=words, channel=channel, token=token, estate=estate, building=building, room=room, contact=contact, notice=notice, kind=kind,
        customer=customer, dark=dark, by_id=by.id if by else None,
    )  # fmt: skip
    try:
        with session.begin_nested():
            ticket = asking.begin(session, grid, asked)
    except sa.exc.IntegrityError:  # The same form, sent twice in the same moment.
        return _asked_again(session, by_token(session, token), words)
    if channel is Channel.web:
        floods.count(session, asker)
    if by is not None:
        audit.record(session, "tickets.note", f"ticket/{ticket.id}", by=by.id, channel=channel)
    return ticket


def answer(session: Session, ticket: Ticket, *, by: Me, words: str, seen: unread.Mark | None = None) -> Entry:
    """Answer. The first answer stops the clock. `seen`: how far the thread was read; what the asker wrote since waits on."""
    by.must_look_after(ticket.grid_id)
    threads.hold(session, ticket)
    new = unread.since(session, ticket, seen)
    entry = threads.give(session, ticket, by, words, read=not new)
    if new and seen is not None:
        clocks.part(session, ticket, seen=unread.until(ticket, seen), since=new[0].at, by=by if ticket.entered_by_id != by.id else None)
    return entry


def answer_at_once(session: Session, ticket: Ticket, *, by: Me, words: str, solved: bool) -> None:
    """What the colleague who heard the question said there and then, at the counter or on the telephone.

    Where the household's own thread went on with it, what they had written there before is still to be read.
    """
    if ticket.entered_by_id != by.id:
        by.must_look_after(ticket.grid_id)
    if solved and not words.strip() and ticket.answered_at is None:
        why = _("Solved with which answer? One sentence is enough.")
        raise Mistaken(_("Please look again at the marked fields."), {"answer": why})
    if ticket.state is TicketState.closed:
        return  # The same form, sent twice.
    alone = len(unread.waited_for(session, [ticket.id]).get(ticket.id, ())) <= 1
    if words.strip():
        threads.give(session, ticket, by, words, read=alone)
    if solved and alone and not dangers.holds(ticket):
        threads.shut(session, ticket, by)


def say_more(session: Session, ticket: Ticket, *, words: str, channel: Channel | None = None, pictured: bool = False) -> Entry:
    """The asker adds something. After an answer it is a question again, with a new clock, unless it only thanks."""
    words = written.message(words)
    threads.hold(session, ticket)
    if (same := limits.just_said(session, ticket, None, words)) is not None:
        return same
    if not pictured and thanking.ends(session, ticket, words):
        return _thank(session, ticket, words, channel)
    must_be_open(ticket)
    limits.messages(session, ticket, danger=signs.is_dangerous(words))
    if not dangers.heed(session, ticket, words) and ticket.state is TicketState.answered:
        threads.wait_again(session, ticket, receipt=False)
    entry = threads.say(session, ticket, None, words, channel=channel or ticket.channel)
    attaching.goes_on(session, ticket, words)
    beforehand.heed(session, ticket, words)
    acknowledging.tell_if_waiting(session, ticket)
    return entry


def must_be_open(ticket: Ticket) -> None:
    """Nothing but thanks is added to what is settled."""
    if ticket.state is TicketState.closed:
        raise Refused(_("This question is closed. If it is not solved, reopen it."))


def close(session: Session, ticket: Ticket, *, by: Me, seen: unread.Mark | None = None, over: bool = False) -> Closure:
    """End a thread that was answered, and read as far as it goes. The asker may reopen it. `over`: so it is said of a danger."""
    by.must_look_after(ticket.grid_id)
    threads.hold(session, ticket)
    if ticket.state is TicketState.closed:
        raise Refused(_("This question is closed already."))
    if ticket.answered_at is None:
        raise Refused(_("Please answer first: nobody is left without a word."))
    unread.must_be_read(session, ticket, seen)
    if dangers.holds(ticket) and not over:
        raise Refused(_("A danger was reported here. Close it once somebody has looked and it is over."))
    if outcomes.asks_the_asker(session, ticket):
        raise Refused(_('The asker has not said yet that the power works. Ask, and note it by "The asker says it works".'))
    return threads.shut(session, ticket, by)


def reopen(session: Session, ticket: Ticket, *, words: str = "", pictured: bool = False) -> Ticket:
    """It is not solved, says the asker: the thread waits for an answer again, with a new clock. Who only thanks reopens nothing."""
    threads.hold(session, ticket)
    if words.strip() and not pictured and thanking.ends(session, ticket, words.strip()):
        if limits.just_said(session, ticket, None, words.strip()) is None:
            _thank(session, ticket, written.message(words), None)
        return ticket
    last = session.scalar(sa.select(Closure).where(Closure.ticket_id == ticket.id).order_by(Closure.id.desc()).limit(1))
    if ticket.state is TicketState.closed and last is not None:
        limits.messages(session, ticket, danger=signs.is_dangerous(words))
        last.reopened_at = clock.now()
        threads.wait_again(session, ticket, receipt=False)
    elif last is None or last.reopened_at is None or not limits.is_recent(last.reopened_at):
        raise Refused(_("This question is open. Please simply write what is missing."))
    if words.strip():
        say_more(session, ticket, words=words, pictured=pictured)
    else:
        acknowledging.tell_if_waiting(session, ticket)
    return ticket


def find(session: Session, ticket_id: int, *, for_: Me) -> Ticket:
    """The whole thread, if this colleague may see it."""
    known = 0 < ticket_id < 2**63
    ticket = session.scalar(threads.whole().where(Ticket.id == ticket_id)) if known else None
    if ticket is None or not for_.sees(ticket.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return ticket


def by_token(session: Session, token: str) -> Ticket:
    """The whole thread at a resident's address. An unknown address and one that has ended look the same."""
    ticket = threads.under(session, token)
    if ticket is None:
        raise Missing(_("This address leads to no question, or it has ended. Please look at the address again, or ask anew."))
    return ticket


def may_note_for(me: Me, grid_id: int) -> bool:
    """May this colleague enter what was asked in that grid?"""
    return me.looks_after(grid_id) or (me.role is Role.clerk and me.sees(grid_id))


def must_note_for(me: Me, grid_id: int) -> None:
    if not me.sees(grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    if not may_note_for(me, grid_id):
        raise Forbidden(_("Questions are entered by the hall's clerks and by those who look after the grid."))


def must_name_the_estate(estate: Estate | None, building: str, room: str) -> None:
    if estate is None and (building or room):
        why = _("Please choose the estate as well. If it is not in the list, write it into the question and leave building and room empty.")
        raise Mistaken(_("Please look again at the marked fields."), {"estate": why})


def _thank(session: Session, ticket: Ticket, words: str, channel: Channel | None) -> Entry:
    limits.messages(session, ticket, danger=False)
    return threads.say(session, ticket, None, words, channel=channel or ticket.channel)


def _asked_again(session: Session, ticket: Ticket, words: str) -> Ticket:
    """The form was sent twice: it is one question. What is new in it is not lost."""
    mine = sa.select(Entry.id).where(Entry.ticket_id == ticket.id, Entry.author_id.is_(None), Entry.words == words)
    if session.scalar(mine.limit(1)) is None:
        if ticket.state is TicketState.closed:
            reopen(session, ticket, words=words)
        else:
            say_more(session, ticket, words=words)
    return ticket
