"""What the asker said after a colleague had looked: an answer that was written without it does not answer it, and settles nothing.

Each form of a thread says how far it was read (`shown`), and no clock has a say in it: clocks are put right, and those of two machines
differ. One that says nothing, or what an older release said, was made with what stood there when the phone kept it; where that is not
known either, nothing was read.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.core.words import phrase as _
from tickets import thanking, threads
from tickets.clocks.tables import Clock, Measure
from tickets.kinds.tables import DANGER
from tickets.tables import Entry, Ticket, TicketState
from tickets.threads import Line
from tickets.triage import alarms
from tickets.triage.tables import TriageOutcome

MARK = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?((?:\.\d{1,18})*)", re.ASCII)
SENT = _("Sent. But the asker had written more than you had seen: the question is not settled. Please read and answer the newest words.")


class Unread(Refused):
    """The asker has said something that this colleague has not read."""

    def __init__(self) -> None:
        super().__init__(_("Something was written here since you opened this page, so this was not done: please read the newest words."))


class Mark(msgspec.Struct, frozen=True):
    """How far a thread was read: to which entry, and which taps, that have no number, stood between the words; and to which
    update of the notices around it (outages/changed.py)."""

    entry: int
    taps: frozenset[int] = frozenset()
    update: int = 0

    def __str__(self) -> str:
        return ".".join((f"{self.entry}-{self.update}", *map(str, sorted(self.taps))))

    def has(self, line: Line) -> bool:
        return line.entry_id <= self.entry if line.entry_id else _tapped(line) in self.taps


NOTHING = Mark(0)


def shown(ticket: Ticket) -> Mark:
    """All that stands in this thread, which is whole."""
    return _of(threads.lines(ticket))


def read_to(said: str) -> Mark | None:
    """What a form or a machine says it has read; None where it does not say so as we do."""
    if (found := MARK.fullmatch(said)) is None:
        return None
    return Mark(int(found[1]), frozenset(map(int, found[3].split(".")[1:])), int(found[2] or 0))


def at(session: Session, ticket: Ticket, made: datetime) -> Mark:
    """What stood there at that moment."""
    return _of(line for line in threads.lines(threads.read(session, ticket.id)) if line.at <= made)


def since(session: Session, ticket: Ticket, seen: Mark | None) -> Sequence[Line]:
    """What the asker wrote or tapped after that; without `seen` the thread is before somebody's eyes. The ticket is held."""
    if seen is None:
        return ()
    return [line for line in _new(session, ticket, seen) if _waits(ticket, line)]


def until(ticket: Ticket, seen: Mark) -> datetime:
    """The moment of the newest that was read."""
    return max((line.at for line in threads.lines(ticket) if seen.has(line)), default=ticket.asked_at)


def must_be_read(session: Session, ticket: Ticket, seen: Mark | None) -> None:
    if since(session, ticket, seen):
        raise Unread


def must_know_of_danger(session: Session, ticket: Ticket, seen: Mark, *, by_id: int) -> None:
    """What was written before somebody reported a danger, or before a colleague spoke to who is in one, may do harm. Raises Unread."""
    new = _new(session, ticket, seen)
    if any(_waits(ticket, line) and alarms.heard(line.words) for line in new):
        raise Unread
    if ticket.kind == DANGER and any(line.author is not None and line.author.id != by_id for line in new):
        raise Unread


def waited_for(session: Session, ticket_ids: Sequence[int]) -> dict[int, list[str]]:
    """The words to which these askers wait for an answer. What the five questions wrote is none of their own."""
    led = sa.exists().where(TriageOutcome.entry_id == Entry.id)
    runs = (Clock.ticket_id == Entry.ticket_id, Clock.measure == Measure.first_answer, Clock.ended_at.is_(None))
    # By their order, not their moments: that clock may have been started while the machine's own was wrong.
    here = sa.orm.aliased(Entry)
    asked = sa.select(sa.func.min(here.id)).where(here.ticket_id == Entry.ticket_id, here.author_id.is_(None), here.at >= Clock.began_at)
    first = asked.correlate(Entry, Clock).scalar_subquery()
    wanted = threads.of_askers(ticket_ids).join(Clock, sa.and_(*runs)).where(Entry.id >= first, ~led).order_by(Entry.id)
    found: dict[int, list[str]] = {}
    for entry in session.scalars(wanted):
        found.setdefault(entry.ticket_id, []).append(entry.words)
    return found


def _of(lines: Iterable[Line]) -> Mark:
    stands = list(lines)
    taps = frozenset(_tapped(line) for line in stands if not line.entry_id and not line.received)
    return Mark(max((line.entry_id for line in stands), default=0), taps)


def _tapped(line: Line) -> int:
    return int(line.at.timestamp() * 1_000_000)


def _new(session: Session, ticket: Ticket, seen: Mark) -> Sequence[Line]:
    return [line for line in threads.lines(threads.read(session, ticket.id)) if not seen.has(line)]


def _waits(ticket: Ticket, line: Line) -> bool:
    """Of the asker, and more than "it is back". Who only thanked after an answer waits for none."""
    theirs = line.author is None and not line.told and not line.received and line.card is None and line.back is not True
    return theirs and not (ticket.state is TicketState.answered and thanking.is_polite(line.words))
