"""Two threads that were joined are two after all: whichever was ended goes on as if it had not been."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit
from grids.staff.staff import Me
from tickets import threads
from tickets.clocks import clocks
from tickets.clocks.tables import Clock, Measure, Pause
from tickets.joining_tables import Join
from tickets.tables import Closure, Entry, Ticket, TicketState
from tickets.triage.tables import TriageOutcome


def part(session: Session, gone: Ticket, *, by: Me) -> Ticket:
    """They are two after all: it waits as it did before, with the clock that it had. Said twice it is said once."""
    by.must_look_after(gone.grid_id)
    threads.hold(session, gone)
    found = sa.select(Join, Closure).join(Closure, Closure.id == Join.closure_id)
    standing = session.execute(found.where(Closure.ticket_id == gone.id, Closure.reopened_at.is_(None))).first()
    if standing is None:
        return gone
    join, closure = standing
    _runs_again(session, gone, closure.at)
    session.delete(join)
    session.flush()
    session.delete(closure)  # The asker did not reopen it; the log keeps who joined and parted them.
    session.flush()
    session.expire(gone, ["closures"])
    audit.record(session, "tickets.part", f"ticket/{join.kept_id}", by=by.id, gone=gone.id)
    return gone


def _runs_again(session: Session, gone: Ticket, since: datetime) -> None:
    """What was answered meanwhile is answered; all else is as it was, and due when it was."""
    said = sa.select(Entry.id).where(Entry.ticket_id == gone.id, Entry.author_id.is_not(None), Entry.at >= since)
    answered = session.scalar(said.limit(1)) is not None
    gone.state = TicketState.answered
    for one in _ended(session, Clock, Clock.ended_at, gone, since):
        if one.measure is Measure.completion:
            one.ended_at, gone.completion_due_at = None, one.due_at
        elif not answered:
            one.ended_at, gone.due_at, gone.state = None, one.due_at, TicketState.open
    for pause in _ended(session, Pause, Pause.ended_at, gone, since):
        pause.ended_at, pause.ended_by_id = None, None
    for outcome in _ended(session, TriageOutcome, TriageOutcome.works_at, gone, since):
        outcome.works_at, outcome.works_by_id = None, None
    session.flush()
    clocks.reckon(session, gone)


def _ended(session: Session, table: Any, when: Any, gone: Ticket, since: datetime) -> Sequence[Any]:
    return session.scalars(sa.select(table).where(table.ticket_id == gone.id, when >= since)).all()
