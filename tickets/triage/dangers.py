"""Danger: what cannot wait for an answer. It stands before everything else, and never without the numbers to call."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from app.core import audit
from tickets import inbox, threads
from tickets.kinds.tables import DANGER
from tickets.outages import signs
from tickets.tables import Ticket, TicketState
from tickets.triage import outcomes
from tickets.triage.tree import Leaf, tree


def heed(session: Session, ticket: Ticket, words: str) -> bool:
    """What is said in a thread tells of a danger: from now on it is one. Whether that is new."""
    return signs.alarm(words) != "" and mark(session, ticket)


def mark(session: Session, ticket: Ticket) -> bool:
    """This question is a danger, and its clock begins now. Whether that is new."""
    if ticket.kind == DANGER:
        return False
    audit.record(session, "tickets.danger", f"ticket/{ticket.id}", by=None, before=ticket.kind)
    ticket.kind, ticket.answered_by_notice = DANGER, False
    if ticket.state is not TicketState.closed:
        threads.wait_again(session, ticket, receipt=False)
    return True


def leaf(session: Session, ticket: Ticket) -> Leaf | None:
    """What was reported, while the thread goes on: by the five questions, else by the asker's own words."""
    if ticket.kind != DANGER or ticket.state is TicketState.closed:
        return None
    noted = outcomes.leaf_of(outcomes.pending(session, ticket))
    if noted is not None and noted.danger:
        return noted
    said = (signs.alarm(one.words) for one in ticket.entries if one.author_id is None and one.update_id is None)
    return tree().leaves.get(next((name for name in said if name), ""))


def open_in(session: Session, grid_ids: Collection[int]) -> Sequence[Ticket]:
    """Dangers that nobody has answered yet, the longest waiting first."""
    waits = (Ticket.grid_id.in_(grid_ids), Ticket.state == TicketState.open, Ticket.kind == DANGER)
    return session.scalars(inbox.rows().where(*waits).order_by(Ticket.due_at, Ticket.id)).all()
