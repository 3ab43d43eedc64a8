"""Questions about an outage are attached to its notice, by building and time or by one tap, and told what is known at once."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Refused
from app.core.words import phrase as _
from broadcasts import life, seconds
from broadcasts.tables import Notice
from grids.staff.staff import Me
from tickets import threads, unread
from tickets.kinds.tables import DANGER
from tickets.outages import announced, covering, faults, holding, known, news, signs, suspicions, telling
from tickets.outages.tables import Detachment
from tickets.tables import Entry, Ticket, TicketState


def on_asking(session: Session, ticket: Ticket, words: str, notice: Notice | None) -> None:
    """To the notice it was asked about; who is dark, to the outage that is known there; who asks about an announced one, to that.

    Who asks no more than the notice says is answered by it.
    """
    if ticket.notice_id is not None:
        goes_on(session, ticket, words)
        return
    outage = known.or_named(session, ticket, notice) if ticket.dark else announced.meant(session, ticket, words, notice)
    if outage is None or not _stands(outage) or _detached(session, ticket, outage):
        return
    told = holding.runs(session, outage) if ticket.dark else announced.is_told(ticket, outage, words)
    ticket.answered_by_notice = told and not _waits_for_a_person(session, ticket, words)
    _put(session, ticket, outage, at_once=told if not ticket.dark else ticket.answered_by_notice)


def goes_on(session: Session, ticket: Ticket, words: str) -> None:
    """More is said in a thread: its notice still answers who says no more than that it is dark, and only while it holds.

    Who is dark again goes to the outage that holds now; who asks about an announced one in a thread without a notice, to that.
    """
    if ticket.notice_id is None:
        if not ticket.dark:
            on_asking(session, ticket, announced.which(ticket, words), None)
        return
    ticket.answered_by_notice = ticket.answered_by_notice and signs.is_dark(words) and not signs.wait_for_a_person(ticket, [words])
    if holding.runs(session, session.get_one(Notice, ticket.notice_id)):
        return
    if signs.is_dark(words):
        faults.dark_now(session, ticket)
    to_what_holds(session, ticket, words)


def to_what_holds(session: Session, ticket: Ticket, words: str) -> None:
    """Who says that it is dark goes to the outage that is known there now, if there is one."""
    ticket.answered_by_notice, outage = False, known.of(session, ticket) if signs.is_dark(words) else None
    if outage is not None and _stands(outage) and not _detached(session, ticket, outage):
        ticket.answered_by_notice = not _waits_for_a_person(session, ticket, words)
        _put(session, ticket, outage, at_once=ticket.answered_by_notice)


def attach(session: Session, ticket: Ticket, notice: Notice, *, by: Me, seen: unread.Mark | None = None) -> Ticket:
    """This question is about that notice, says a colleague who has read it: from now on its updates answer it."""
    by.must_look_after(ticket.grid_id)
    if notice.grid_id != ticket.grid_id or not _stands(notice):
        raise Refused(_("A question is attached to a published notice of its own grid."))
    threads.hold(session, ticket)
    if ticket.notice_id != notice.id:
        unread.must_be_read(session, ticket, seen)
        session.execute(sa.delete(Detachment).where(Detachment.ticket_id == ticket.id, Detachment.notice_id == notice.id))
        ticket.answered_by_notice = ticket.kind != DANGER
        _put(session, ticket, notice, at_once=True)
        suspicions.cover(session, notice, by_id=by.id)
        audit.record(session, "tickets.attach", f"ticket/{ticket.id}", by=by.id, notice=notice.number)
    return ticket


def detach(session: Session, ticket: Ticket, *, by: Me) -> Ticket:
    """It is not about that notice: the notice's updates no longer come here. Who had no other answer waits for one again."""
    by.must_look_after(ticket.grid_id)
    threads.hold(session, ticket)
    if ticket.notice_id is not None:
        session.merge(Detachment(ticket_id=ticket.id, notice_id=ticket.notice_id, by_id=by.id, at=clock.now(), update_id=None))
        audit.record(session, "tickets.detach", f"ticket/{ticket.id}", by=by.id, notice=ticket.notice_id)
        if ticket.state is TicketState.answered and not threads.answered_by_a_person(session, ticket):
            threads.wait_again(session, ticket)
        ticket.notice_id, ticket.told_update_id, ticket.answered_by_notice = None, None, False
        session.flush()
    return ticket


def late(session: Session, notice: Notice) -> int:
    """Those who told that it is dark in this area before the notice was there, while it held, or its area was put right. How many.

    And all who asked about the notice that this one takes the place of.
    """
    if notice.is_written_only or notice.exercise:
        return 0
    if notice.replaces_id is not None:
        moved = sa.update(Ticket).where(Ticket.notice_id == notice.replaces_id).values(notice_id=notice.id, told_update_id=None)
        session.execute(moved, execution_options={"synchronize_session": False})
    if not notice.kind.is_outage or notice.starts_at is None:
        return 0
    found = [(one, said) for one, said in _reports(session, notice) if holding.fit(notice, said.at) is not holding.Fit.none]
    waited_for = unread.waited_for(session, [ticket.id for ticket, _said in found])
    for ticket, said in found:
        ticket.notice_id, ticket.told_update_id = notice.id, None
        person = signs.wait_for_a_person(ticket, [said.words, *waited_for.get(ticket.id, ())])
        ticket.answered_by_notice = holding.fit(notice, said.at) is holding.Fit.answers and not person
    session.flush()
    suspicions.cover(session, notice, by_id=notice.updates[-1].by_id)
    return len(found)


def _reports(session: Session, notice: Notice) -> list[tuple[Ticket, Entry]]:
    """Who said since then that it is dark in its area, with what they said last, and has no notice that holds."""
    since = holding.since(session, notice)
    spoke = sa.exists().where(Entry.ticket_id == Ticket.id, Entry.author_id.is_(None), Entry.at >= since)
    estates = {place.estate_id for place in notice.places}
    waiting = sa.select(Ticket).where(
        Ticket.grid_id == notice.grid_id, Ticket.dark, Ticket.state != TicketState.closed, Ticket.estate_id.in_(estates), spoke,
        holding.free(notice),
    )  # fmt: skip
    here = [
        one for one in session.scalars(waiting.with_for_update()) if covering.covers(notice, one) and not _detached(session, one, notice)
    ]
    said = holding.last_words(session, here)
    return [(one, said[one.id]) for one in here if one.id in said and said[one.id].at >= since]


def _put(session: Session, ticket: Ticket, notice: Notice, *, at_once: bool) -> None:
    ticket.notice_id, ticket.told_update_id = notice.id, None
    session.flush()
    session.expire(ticket, ["notice"])
    latest = news.latest(session, notice.id)
    # Looked at after the update: what was said meanwhile is either not seen here, or its seconds are.
    waits = bool(seconds.until_it_stands(session, notice))
    if at_once and latest is not None and not waits:
        telling.tell(session, notice, latest, [ticket.id])
        session.refresh(ticket, ["state", "answered_at", "told_update_id"])
    else:  # What may still be taken back is told when it stands.
        ticket.told_update_id = latest.id if latest and not waits else None
        session.flush()


def _waits_for_a_person(session: Session, ticket: Ticket, words: str) -> bool:
    """For these words, or for others that nobody has answered yet; while there is light, for all that no notice answers."""
    asked = [words, *unread.waited_for(session, [ticket.id]).get(ticket.id, ())]
    return signs.wait_for_a_person(ticket, asked) or not (ticket.dark or all(signs.asks_what_is_told(one) for one in asked))


def _stands(notice: Notice) -> bool:
    """Told to everybody, and not to be taken back by now."""
    return not (notice.is_written_only or notice.exercise or life.can_undo(notice))


def _detached(session: Session, ticket: Ticket, notice: Notice) -> bool:
    found = session.get(Detachment, (ticket.id, notice.id)) if ticket.id is not None else None
    return found is not None and found.update_id is None
