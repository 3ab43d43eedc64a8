"""Is yours back? The asker says, by one tap, whether the light that was said to be back is back at home."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Refused
from app.core.words import phrase as _
from broadcasts.tables import Notice, NoticeState, Update, UpdateState
from tickets import limits, threads, unread
from tickets.kinds.tables import DANGER
from tickets.outages import faults, signs
from tickets.outages.tables import Homecoming
from tickets.tables import Closure, Entry, Ticket, TicketState


def asked_of(session: Session, ticket: Ticket) -> Update | None:
    """The update since which this thread was told so, or told it us, while it still holds; None where there is nothing to ask."""
    back = _that_says_so(session, ticket)
    if back is None or said(session, ticket, back) is not None:
        return back
    told = sa.select(Entry.id).join(Update, Update.id == Entry.update_id).where(Entry.ticket_id == ticket.id)
    heard = session.scalar(told.where(Update.notice_id == ticket.notice_id, Update.id >= back.id).limit(1))
    return back if heard else None


def still_dark(session: Session, ticket: Ticket) -> None:
    """Who read that the light is back and came by the button says at once that theirs is not. The thread waits for a person."""
    update = _that_says_so(session, ticket)
    if update is not None:
        session.merge(Homecoming(ticket_id=ticket.id, update_id=update.id, back=False, at=clock.now()))
        ticket.answered_by_notice = False
        session.flush()
        audit.record(session, "tickets.still_dark", f"ticket/{ticket.id}", by=None, update=update.id)


def _that_says_so(session: Session, ticket: Ticket) -> Update | None:
    if ticket.notice_id is None:
        return None
    holds = (Update.notice_id == ticket.notice_id, Notice.state == NoticeState.restored, Update.state == UpdateState.restored)
    wanted = sa.select(Update).join(Notice, Notice.id == Update.notice_id).where(*holds)
    return session.scalar(wanted.order_by(Update.id.desc()).limit(1))


def said(session: Session, ticket: Ticket, update: Update) -> Homecoming | None:
    return session.get(Homecoming, (ticket.id, update.id))


def tell(session: Session, ticket: Ticket, *, back: bool) -> Homecoming:
    """Back: settled by the asker, unless a danger is waited for: that there is light again is not that it is over.

    Still dark: this household alone waits again, for a person. Told twice it is told once.

    The last word counts; who changes it without end settles nothing more by it, and is sent the receipt once.
    """
    threads.hold(session, ticket)
    update = asked_of(session, ticket)
    if update is None:
        raise Refused(_("This question is open. Please simply write what is missing."))
    told = said(session, ticket, update)
    if told is not None and told.back is back:
        return told
    told = told or Homecoming(ticket_id=ticket.id, update_id=update.id)
    told.back, told.at = back, clock.now()
    session.add(told)
    if not back:
        _wait_for_a_person(session, ticket)
    elif ticket.kind != DANGER:  # That one is over is seen by whoever came.
        _settle(session, ticket)
    session.flush()
    audit.record(session, "tickets.back" if back else "tickets.still_dark", f"ticket/{ticket.id}", by=None, update=update.id)
    return told


def _settle(session: Session, ticket: Ticket) -> None:
    in_danger = ticket.state is TicketState.open and signs.in_danger(ticket, unread.waited_for(session, [ticket.id]).get(ticket.id, ()))
    if ticket.state is not TicketState.closed and not in_danger and not limits.settled_too_often(session, ticket):
        threads.shut(session, ticket, None)


def _wait_for_a_person(session: Session, ticket: Ticket) -> None:
    ticket.answered_by_notice = False
    last = session.scalar(sa.select(Closure).where(Closure.ticket_id == ticket.id).order_by(Closure.id.desc()).limit(1))
    if ticket.state is TicketState.closed and last is not None:
        last.reopened_at = clock.now()
    faults.dark_now(session, ticket)
    if ticket.state is not TicketState.open:
        threads.wait_again(session, ticket, receipt=not limits.is_acknowledged(session, ticket))
