"""Whose wire it is at this asker's: where the five questions ended, and whether it works again."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import threads, unread
from tickets.kinds.tables import DANGER
from tickets.tables import Entry, Ticket, TicketState
from tickets.triage import Leaf, step
from tickets.triage.tables import TriageOutcome
from tickets.triage.tree import tree


def leaf(answers: list[str]) -> Leaf:
    """Where these answers end; they must lead all the way."""
    found = step(answers)
    if not isinstance(found, Leaf):
        raise Missing(_("These questions changed meanwhile. Please start again."))
    return found


def told(answers: list[str]) -> str:
    """What was answered and where it led, as an entry of the thread, in the words of the reviewed questions."""
    end, known, lines = leaf(answers), tree(), []
    at = known.questions[known.first]
    for answer in answers:
        chosen = next(one for one in at.options if one.id == answer)
        lines.append(f"· {at.words.zh} {chosen.words.zh}")
        at = known.questions.get(chosen.next, at)
    return "\n".join([*lines, f"→ {end.repairs.zh}"])


def note(session: Session, ticket: Ticket, entry: Entry, answers: list[str]) -> TriageOutcome:
    """The outcome beside the entry that tells it. Noted twice it is noted once."""
    noted = session.scalar(sa.select(TriageOutcome).where(TriageOutcome.entry_id == entry.id))
    if noted is None:
        end = leaf(answers)
        noted = TriageOutcome(
            ticket_id=ticket.id, entry_id=entry.id, leaf=end.id, answers=".".join(answers), rules_of=end.reviewed_on, at=clock.now()
        )
        session.add(noted)
        session.flush()
    return noted


def pending(session: Session, ticket: Ticket) -> TriageOutcome | None:
    """The newest outcome of which nobody has said that it works by now."""
    unsettled = sa.select(TriageOutcome).where(TriageOutcome.ticket_id == ticket.id, TriageOutcome.works_at.is_(None))
    return session.scalar(unsettled.order_by(TriageOutcome.id.desc()).limit(1))


def asks_the_asker(session: Session, ticket: Ticket) -> bool:
    """Whether only the asker can say that it works. That a danger is over is seen by whoever came."""
    noted = pending(session, ticket)
    end = leaf_of(noted)
    return noted is not None and not (end and end.danger)


def leaf_of(outcome: TriageOutcome | None) -> Leaf | None:
    """The leaf, if the reviewed questions still have it."""
    return tree().leaves.get(outcome.leaf) if outcome else None


def works(session: Session, ticket: Ticket, *, by: Me | None = None, seen: unread.Mark | None = None, danger_over: bool = False) -> None:
    """It works again, says the asker, or a colleague who heard it: settled. Said twice it is said once.

    That there is light again is not that a danger is over: of that its asker says so, or a colleague who has read it.
    """
    if by is not None:
        by.must_look_after(ticket.grid_id)
    threads.hold(session, ticket)
    if ticket.state is TicketState.closed:
        return
    if pending(session, ticket) is None and not (danger_over and ticket.kind == DANGER and ticket.answered_at):
        raise Refused(_("Nobody has gone through the five questions here. Please simply write."))
    if by is None and ticket.kind == DANGER and ticket.state is TicketState.open and not danger_over:
        raise Refused(_("A danger was reported here. Is it over? Please say so on the page of your question."))
    unread.must_be_read(session, ticket, seen)
    threads.shut(session, ticket, by)
