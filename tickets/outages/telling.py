"""What a notice's update says is told to every thread attached to it: once, each in its own way.

An entry with the update is the telling, unique for thread and update; `told_update_id` says which one a thread heard last.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.words import moment, say
from broadcasts.present import Present, present
from broadcasts.tables import Notice, Update
from tickets import ways
from tickets.clocks import clocks
from tickets.households.tables import Reach, Way
from tickets.outages import carrying, news
from tickets.tables import Entry, Errand, Ticket, TicketState


def tell(session: Session, notice: Notice, update: Update, ticket_ids: Sequence[int]) -> int:
    """Add the telling to these threads, which are held, unless they have heard it. How many were told."""
    rows = sa.select(Ticket.id, Ticket.channel, Reach.kind, ways.PREFERS).where(Ticket.id.in_(ticket_ids), news.is_behind(update))
    rows = rows.join(Ticket.reach, isouter=True).join(Ticket.household, isouter=True)
    reached = {ticket_id: ways.way(channel, known, prefers) for ticket_id, channel, known, prefers in session.execute(rows)}
    if not reached:
        return 0
    now = clock.now()
    heard = sa.select(Entry.ticket_id).where(Entry.update_id == update.id, Entry.ticket_id.in_(reached))
    new = sorted(reached.keys() - set(session.scalars(heard)))  # Who was detached and attached again has heard it.
    entries = _entries(session, update, words(notice, update), new, now) if new else []
    _send_out(session, update, {entry_id: (ticket_id, reached[ticket_id]) for entry_id, ticket_id in entries}, now)
    _answered(session, update, list(reached), now)
    return len(reached)


def words(notice: Notice, update: Update) -> str:
    """The truth of this moment as it is said in a thread."""
    now = present(notice, clock.now())
    said = [update.words or (notice.cause if now.runs else ""), now.was, _next_news(now)]
    told = say("%(word)s: %(title)s", word=now.word, title=notice.title)
    return "\n".join([told, *(part for part in (now.words, *said) if part), say("Notice %(number)s.", number=notice.number)])


def _next_news(now: Present) -> str:
    """By when more is said; once that has passed, that nothing came."""
    if now.next_at is None:
        return ""
    if now.next_at > clock.now():
        return say("Next news before %(time)s", time=moment(now.next_at))
    return say("News was due %(time)s, it is being asked for", time=moment(now.next_at))


def _entries(session: Session, update: Update, words: str, ticket_ids: Sequence[int], now: datetime) -> Sequence[Any]:
    told = {"author_id": update.by_id, "words": words, "update_id": update.id, "at": now}
    added = sa.insert(Entry).returning(Entry.id, Entry.ticket_id)
    return session.execute(added, [{"ticket_id": key, **told} for key in ticket_ids]).all()


def _send_out(session: Session, update: Update, told: dict[int, tuple[int, Way]], now: datetime) -> None:
    """What of it a message or a colleague must bring. An errand of an older update that was not done is no longer needed."""
    tickets = [ticket_id for ticket_id, _way in told.values()]
    stale = sa.delete(Errand).where(Errand.ticket_id.in_(tickets), Errand.update_id.is_not(None), Errand.done_at.is_(None))
    session.execute(stale, execution_options={"synchronize_session": False})
    rows = [
        {"ticket_id": ticket_id, "entry_id": entry_id, "update_id": update.id, "way": way, "at": now}
        for entry_id, (ticket_id, way) in told.items()
        if way is not Way.page
    ]
    if rows:
        session.execute(sa.insert(Errand), rows)
        carrying.ask(session, {way for _ticket, way in told.values()})


def _answered(session: Session, update: Update, ticket_ids: Sequence[int], now: datetime) -> None:
    """Whom the notice answers waits no longer; whoever needs a person still does."""
    quiet: dict[str, Any] = {"synchronize_session": False}
    told = sa.update(Ticket).where(Ticket.id.in_(ticket_ids))
    session.execute(told.values(told_update_id=update.id), execution_options=quiet)
    held = (Ticket.id.in_(ticket_ids), Ticket.answered_by_notice, Ticket.state == TicketState.open)
    clocks.answered_by_notice(session, sa.select(Ticket.id).where(*held))
    waits = sa.update(Ticket).where(*held)
    first = sa.func.coalesce(Ticket.answered_at, sa.literal(now, Ticket.answered_at.type))
    session.execute(waits.values(state=TicketState.answered, answered_at=first), execution_options=quiet)
