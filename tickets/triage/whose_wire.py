"""Whose wire is it: the known outage before all questions, the outcome into the thread, the judgement for the desk."""

from collections.abc import Sequence

import msgspec
from sqlalchemy.orm import Session

from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts import shelf
from broadcasts.shelf import Told
from grids.tables import Grid
from tickets import conversation
from tickets.households import memory
from tickets.kinds.tables import DANGER, FAULT
from tickets.tables import Ticket, TicketState
from tickets.triage import Judgement, dangers, judge, outcomes
from tickets.triage.tables import TriageOutcome
from tickets.triage.tree import Leaf

WHO = {
    "utility": _("the power company"), "property_or_developer": _("the property office or developer"),
    "household": _("the household itself"), "government": _("the authorities"),
}  # fmt: skip


class Advice(msgspec.Struct, frozen=True):
    """For the desk: where the asker's five questions ended, else what the rules say of the words, or what to ask next."""

    outcome: TriageOutcome | None
    leaf: Leaf | None
    whose: Phrase | None
    share: int
    ask: str


def known_at(session: Session, ticket: Ticket) -> Sequence[Told]:
    """Outages that run now and touch this home; where the home is not known, those of the grid."""
    if ticket.estate_id is None and ticket.notice_id is None:
        return known_in(session, ticket.grid)
    about = memory.attached(session, ticket)
    found = [*([about] if about and about.notice.kind.is_outage else []), *memory.outages(session, ticket)]
    return [told for told in found if told.now.runs][:1]


def known_in(session: Session, grid: Grid) -> Sequence[Told]:
    return [told for told in shelf.of_grid(session, grid).out if told.now.runs][:3]


def record(session: Session, ticket: Ticket, answers: list[str]) -> TriageOutcome:
    """The asker's answers and where they led, into the thread, which waits for a person until the asker says that it works."""
    words = outcomes.told(answers)
    if ticket.state is TicketState.closed:
        conversation.reopen(session, ticket)
    if outcomes.leaf(answers).danger:
        dangers.mark(session, ticket)
    entry = conversation.say_more(session, ticket, words=words)
    return outcomes.note(session, ticket, entry, answers)


def record_where_new(session: Session, ticket: Ticket, answers: list[str]) -> None:
    """Beside a new question: a known outage there says more than the five questions, a danger always counts."""
    if outcomes.leaf(answers).danger or ticket.notice_id is None:
        record(session, ticket, answers)


def advice(session: Session, ticket: Ticket) -> Advice | None:
    noted = outcomes.pending(session, ticket)
    if noted is not None:
        return Advice(noted, outcomes.leaf_of(noted), None, 0, "")
    first = next((one.words for one in ticket.entries if one.author_id is None), ticket.subject)
    said = judge(first)
    asks = said.next_question if (ticket.dark and ticket.kind != DANGER) or ticket.kind == FAULT else ""
    return _said(said, asks) if (said.sure and said.wire) or asks else None


def _said(said: Judgement, asks: str) -> Advice:
    return Advice(None, None, WHO[said.responsible] if said.sure else None, round(said.confidence * 100), asks)
