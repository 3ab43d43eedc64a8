"""Whose home a notice is about no more, since its area was put right or another took its place.

They are told so once, and wait for a person again: no later word of that notice answers them. All of it in the transaction of the
telling, when nobody can take it back any more.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.words import say
from broadcasts.area_tables import LeftOut
from broadcasts.tables import Notice, Update, UpdateState
from tickets import threads
from tickets.outages import attaching, carrying, covering, holding, suspicions
from tickets.outages.tables import Detachment
from tickets.tables import Channel, Entry, Errand, Ticket, TicketState

AROUND = (joinedload(Ticket.reach), joinedload(Ticket.household))


def let_go(session: Session, notice: Notice, update: Update, ticket_ids: Sequence[int]) -> Collection[int]:
    """Of these threads, which are held and have not heard this update: those that it is about no more. The others hear it."""
    found = _found(session, notice, ticket_ids)
    said = holding.last_words(session, [ticket for ticket, _left in found])
    for ticket, left in found:
        _let_go(session, notice, update, ticket, left, said.get(ticket.id))
    return {ticket.id for ticket, _left in found}


def _found(session: Session, notice: Notice, ticket_ids: Sequence[int]) -> list[tuple[Ticket, LeftOut]]:
    """Each with the newest place left out that was theirs. Who was never within it came by another way, and stays."""
    rows = sa.select(LeftOut).join(LeftOut.update).where(Update.notice_id.in_((notice.id, notice.replaces_id or notice.id)))
    left = session.scalars(rows.options(joinedload(LeftOut.building), joinedload(LeftOut.update)).order_by(LeftOut.id.desc())).all()
    wanted = sa.select(Ticket).where(Ticket.id.in_(ticket_ids), Ticket.estate_id.in_({one.estate_id for one in left}))
    near = session.scalars(wanted.options(*AROUND).order_by(Ticket.id).execution_options(populate_existing=True)).all() if left else []
    outside = [one for one in near if not covering.covers(notice, one)]
    heard = _heard(session, [one.id for one in outside])
    theirs = [(one, next((place for place in left if _was_theirs(place, one, heard.get(one.id, 0))), None)) for one in outside]
    return [(one, place) for one, place in theirs if place is not None]


def _heard(session: Session, ticket_ids: Sequence[int]) -> dict[int, int]:
    """The newest update that stands in each thread: it may be of a notice that was replaced since."""
    told = sa.select(Entry.ticket_id, sa.func.max(Entry.update_id).label("heard")).where(
        Entry.ticket_id.in_(ticket_ids), Entry.update_id.is_not(None)
    )
    return {row.ticket_id: row.heard for row in session.execute(told.group_by(Entry.ticket_id))}


def _was_theirs(left: LeftOut, ticket: Ticket, heard: int) -> bool:
    """And they have heard nothing since: whoever asked afterwards, or was attached by a colleague, came by another way and stays."""
    since = max(heard, ticket.told_update_id or 0) >= left.update_id or ticket.asked_at > left.update.at
    return not since and covering.covered(covering.spots([left]), ticket)


def _let_go(session: Session, notice: Notice, update: Update, ticket: Ticket, left: LeftOut, said: Entry | None) -> None:
    known = (notice.id, notice.replaces_id)
    session.merge(Detachment(ticket_id=ticket.id, notice_id=notice.id, by_id=update.by_id, at=clock.now(), update_id=update.id))
    undone = sa.delete(Errand).where(Errand.ticket_id == ticket.id, Errand.update_id.is_not(None), Errand.done_at.is_(None))
    session.execute(undone, execution_options={"synchronize_session": False})
    ticket.notice_id, ticket.told_update_id, ticket.answered_by_notice = None, None, False
    session.expire(ticket, ["notice"])
    entry = _say(session, update, ticket, _words(session, notice, ticket, left))
    if ticket.state is not TicketState.closed:
        attaching.to_what_holds(session, ticket, said.words if said else "")
        if ticket.notice_id is None:
            _wait_for_a_person(session, ticket, entry)
            suspicions.look(session, ticket, left_by=known)
    if ticket.channel is not Channel.wecom:  # The robot of the group tells the correction.
        carrying.bring(session, ticket, entry)
    audit.record(session, "tickets.left_out", f"ticket/{ticket.id}", by=update.by_id, notice=notice.number)


def _say(session: Session, update: Update, ticket: Ticket, words: str) -> Entry:
    entry = Entry(ticket_id=ticket.id, author_id=update.by_id, words=words, channel=None, update_id=update.id, at=clock.now())
    session.add(entry)
    session.flush()
    return entry


def _wait_for_a_person(session: Session, ticket: Ticket, entry: Entry) -> None:
    entry.words += say("Your question is open again.")
    if ticket.state is TicketState.answered:
        threads.wait_again(session, ticket)


def _words(session: Session, notice: Notice, ticket: Ticket, left: LeftOut) -> str:
    """Short enough to go whole by SMS, with what follows."""
    sure = covering.surely_not(session, notice, ticket)
    if left.update.state is UpdateState.published and notice.replaces_id is not None:
        old = session.get_one(Notice, notice.replaces_id).number
        if sure:
            return say("Notice %(number)s was replaced, and the new one is not about your home.", number=old)
        return say("Notice %(number)s was replaced, and the new one may not be about your home.", number=old)
    number = session.get_one(Notice, left.update.notice_id).number
    if sure:
        return say("The area of notice %(number)s was put right: your home is not in it.", number=number)
    return say("The area of notice %(number)s was narrowed: your home may not be in it.", number=number)
