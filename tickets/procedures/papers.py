"""Papers are checked once: what was seen of a household by whom is ticked, and nobody asks for it again."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Mistaken
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import conversation, written
from tickets.households import merging
from tickets.procedures import procedures
from tickets.procedures.procedures import Paper
from tickets.procedures.tables import Case, PaperSeen
from tickets.tables import Ticket


class Needed(msgspec.Struct, frozen=True):
    """A paper of the procedure, and who saw it when: perhaps for another question of the same household."""

    paper: Paper
    seen: PaperSeen | None


def needed(session: Session, case: Case) -> Sequence[Needed]:
    """In the procedure's order. The case comes with its procedure and its ticket."""
    seen = {row.paper: row for row in session.scalars(_of(session, case.ticket).order_by(PaperSeen.id).options(joinedload(PaperSeen.by)))}
    return [Needed(paper, seen.get(paper.name)) for paper in procedures.papers(case.procedure)]


def see(session: Session, case: Case, paper: str, *, by: Me, words: str = "") -> PaperSeen:
    """I have seen it: the original, or a picture of it. Ticked twice it is ticked once."""
    conversation.must_note_for(by, case.ticket.grid_id)
    one = _named(session, case, paper)
    if one.seen is not None:
        return one.seen
    row = PaperSeen(
        ticket_id=case.ticket_id, household_id=case.ticket.household_id, paper=paper, words=written.line(words, "words"),
        seen_at=clock.now(), by_id=by.id, undone_at=None, undone_by_id=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, "papers.see", f"case/{case.id}", by=by.id, paper=paper)
    return row


def take_back(session: Session, case: Case, paper: str, *, by: Me) -> None:
    """It was not the right one, or holds no longer: it is asked for again."""
    conversation.must_note_for(by, case.ticket.grid_id)
    one = _named(session, case, paper)
    if one.seen is not None:
        one.seen.undone_at, one.seen.undone_by_id = clock.now(), by.id
        session.flush()
        audit.record(session, "papers.take_back", f"case/{case.id}", by=by.id, paper=paper)


def _named(session: Session, case: Case, paper: str) -> Needed:
    found = next((one for one in needed(session, case) if one.paper.name == paper), None)
    if found is None:
        raise Mistaken(_("Please look again at the marked fields."), {"paper": _("This paper is not needed here.")})
    return found


def _of(session: Session, ticket: Ticket) -> sa.Select[PaperSeen]:
    """Of this question, and of all questions of the household under whatever name."""
    here = PaperSeen.ticket_id == ticket.id
    if ticket.household_id is not None:
        here = sa.or_(here, PaperSeen.household_id.in_(merging.family(session, ticket.household_id)))
    return sa.select(PaperSeen).where(here, PaperSeen.undone_at.is_(None))
