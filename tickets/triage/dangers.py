"""Danger: what cannot wait for an answer. It stands before everything else, and never without the numbers to call."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from grids.staff.staff import Me
from tickets import inbox, threads, written
from tickets.inbox import Narrow
from tickets.kinds.tables import DANGER
from tickets.tables import Channel, Entry, Ticket, TicketState
from tickets.triage import alarms, coming, hurt
from tickets.triage.tables import TriageOutcome
from tickets.triage.tree import Leaf, tree
from tickets.wording import moderation

MOST = 20
"""So many dangers at once are listed; where there are more, the list of that kind has them all."""


class Danger(msgspec.Struct, frozen=True):
    """One danger, and who said it when in which words: the asker's own, or the answer that was chosen of those offered."""

    leaf: Leaf
    said: str
    at: datetime
    channel: Channel | None
    chosen: bool


class Reported(msgspec.Struct, frozen=True):
    """A question that goes on, with its dangers, the gravest first; none where a colleague called it one.

    `where`: in the asker's words, while the estate is not known.
    """

    ticket: Ticket
    dangers: Sequence[Danger]
    where: str = ""

    @property
    def no_ringing(self) -> bool:
        return no_ringing(self.dangers)

    @property
    def newest(self) -> Danger | None:
        """What raised it last: these words matter, whatever the thread began with."""
        return max(self.dangers, key=lambda one: one.at, default=None)


def heed(session: Session, ticket: Ticket, words: str) -> bool:
    """What is said in a thread tells of a danger: from now on it is one. Whether that is new."""
    return bool(alarms.heard(words, dark=_is_out(ticket))) and mark(session, ticket)


def mark(session: Session, ticket: Ticket) -> bool:
    """This question is a danger, and its clock begins now. Whether that is new."""
    if ticket.kind == DANGER:
        return False
    audit.record(session, "tickets.danger", f"ticket/{ticket.id}", by=None, before=ticket.kind)
    ticket.kind, ticket.answered_by_notice = DANGER, False
    if ticket.state is not TicketState.closed:
        threads.wait_again(session, ticket, receipt=False)
    return True


def of(session: Session, ticket: Ticket, *, after: int = 0) -> Sequence[Danger]:
    """What was reported, while the thread goes on; `after` an entry, for who came into the thread later."""
    return _said(session, [ticket], after=after)[ticket.id] if holds(ticket) else []


def holds(ticket: Ticket) -> bool:
    return ticket.kind == DANGER and ticket.state is not TicketState.closed


def needs_power(said: Sequence[Danger]) -> bool:
    """Whether the light that is back is of use against one of them."""
    return any(one.leaf.needs_power for one in said)


def no_ringing(said: Sequence[Danger]) -> bool:
    """Whether a telephone must neither be used nor ring in the room."""
    return any(one.leaf.no_ringing for one in said)


def open_in(session: Session, grid_ids: Collection[int], *, limit: int = MOST) -> Sequence[Reported]:
    """Dangers that wait for an answer, the newest first: of what has waited longer somebody knows already, or was called."""
    return _newest(session, waiting(grid_ids).options(joinedload(Ticket.estate)), limit)


def answered_in(session: Session, grid_ids: Collection[int], *, limit: int) -> Sequence[Reported]:
    """Answered, and nobody has said that it is over: the newest first."""
    theirs = (Ticket.grid_id.in_(grid_ids), Ticket.state == TicketState.answered, Ticket.kind == DANGER)
    return _newest(session, inbox.rows().where(*theirs), limit)


def _newest(session: Session, wanted: sa.Select[Ticket], limit: int) -> Sequence[Reported]:
    return reported(session, session.scalars(wanted.order_by(Ticket.due_at.desc(), Ticket.id.desc()).limit(limit)).all())


def reported(session: Session, tickets: Sequence[Ticket]) -> Sequence[Reported]:
    said, told = _said(session, tickets), _told(session, [one.id for one in tickets if one.estate_id is None])
    return [Reported(one, said[one.id], written.place(told[one.id])) for one in tickets]


def _told(session: Session, keys: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for entry in session.scalars(threads.of_askers(keys).order_by(Entry.id)) if keys else ():
        found[entry.ticket_id].append(entry.words)
    return found


def first(session: Session, me: Me, state: TicketState, narrow: Narrow) -> tuple[Sequence[Reported], Narrow]:
    """The dangers at the head of the whole list of what waits, and the rest without them: sorted among a million they would be slow."""
    if state is not TicketState.open or narrow != Narrow():
        return [], narrow
    return open_in(session, me.seen), Narrow(apart=DANGER)


def waiting(grid_ids: Collection[int]) -> sa.Select[Ticket]:
    return inbox.rows().where(Ticket.grid_id.in_(grid_ids), Ticket.state == TicketState.open, Ticket.kind == DANGER)


def _is_out(ticket: Ticket) -> bool:
    """Whether it is known beside the words that there is no light: not on the day on which an outage to come was asked about."""
    return ticket.dark and not (clock.local(ticket.asked_at).date() == clock.today() and coming.named(ticket.subject))


def _said(session: Session, tickets: Collection[Ticket], *, after: int = 0) -> dict[int, list[Danger]]:
    """By thread its dangers, each once as it was said first, in the order of dangers.toml."""
    keys, dark = [one.id for one in tickets], {one.id: _is_out(one) for one in tickets}
    theirs = threads.of_askers(keys).where(Entry.id > after).order_by(Entry.id)
    led = {one.entry_id: one for one in session.scalars(sa.select(TriageOutcome).where(TriageOutcome.ticket_id.in_(keys)))}
    found: dict[int, dict[str, Danger]] = defaultdict(dict)
    told: dict[int, list[str]] = defaultdict(list)
    for entry in session.scalars(theirs) if keys else ():
        told[entry.ticket_id].append(entry.words)
        for one in _chosen(entry, led[entry.id]) if entry.id in led else _heard(entry, dark=dark[entry.ticket_id]):
            found[entry.ticket_id].setdefault(one.leaf.id, one)
    return defaultdict(list, {key: _in_order(said.values(), told[key]) for key, said in found.items()})


def _in_order(said: Iterable[Danger], told: Sequence[str]) -> list[Danger]:
    """The gravest first, each with whom to call first after all that was told."""
    rank = {name: place for place, name in enumerate(tree().leaves)}
    return [msgspec.structs.replace(one, leaf=hurt.first(one.leaf, told)) for one in sorted(said, key=lambda one: rank[one.leaf.id])]


def _heard(entry: Entry, *, dark: bool) -> Iterator[Danger]:
    for one in alarms.heard(entry.words, dark=dark):
        yield Danger(tree().leaves[one.leaf], moderation.subject(one.said), entry.at, entry.channel, chosen=False)


def _chosen(entry: Entry, outcome: TriageOutcome) -> Iterator[Danger]:
    """Of the five questions: the answer that led there, unless it is settled or asked no more."""
    leaf, known = tree().leaves.get(outcome.leaf), tree()
    option = next((one for one in known.questions[known.first].options if one.id == outcome.answers), None)
    if leaf is not None and leaf.danger and option is not None and outcome.works_at is None:
        yield Danger(leaf, option.words.zh, entry.at, entry.channel, chosen=True)
