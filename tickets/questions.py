"""A question as machines read it."""

from datetime import datetime

import msgspec

from app.core import nameless
from grids.staff import staff
from tickets import unread
from tickets.clocks.tables import Clock, Customer, Measure, Pause, Unit
from tickets.households import reaches
from tickets.privacy import sight
from tickets.tables import Channel, Entry, Ticket, TicketState


class Said(msgspec.Struct):
    """One message. `by` is the colleague who wrote it, or nothing where the asker did; `told` where a notice's update says it."""

    words: str
    at: datetime
    by: str | None
    told: bool = False
    by_itself: bool = False
    """Sent by the answer book, by nobody."""


class Running(msgspec.Struct):
    """A clock of the question, for the first answer or for the end: what is allowed, by which paper, and what came of it."""

    measure: Measure
    began_at: datetime
    due_at: datetime
    ended_at: datetime | None
    amount: int | None
    unit: Unit | None
    source: str


class Waited(msgspec.Struct):
    """While we waited for the customer the clock for the end rested."""

    reason: str
    by: str
    at: datetime
    until_at: datetime
    ended_at: datetime | None


class Question(msgspec.Struct, kw_only=True):
    id: int
    grid: str
    estate: int | None
    building: str
    room: str
    channel: Channel
    state: TicketState
    kind: str
    notice: str | None
    subject: str
    contact: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    customer: Customer
    completion_due_at: datetime | None
    clocks: list[Running]
    pauses: list[Waited]
    entries: list[Said]
    shown: str
    """How far the thread goes: handed back as `seen` with an answer."""


def told(ticket: Ticket, *, for_: staff.Me) -> Question:
    home, theirs = ticket.household, {name for entry in ticket.entries for name in nameless.names(entry.words)}
    near, reach = for_.is_near(ticket.grid_id), reaches.seen_by(ticket.reach, for_, ticket.grid_id)
    alone = {use.entry_id for use in ticket.uses if use.by_id is None}
    return Question(
        id=ticket.id, grid=ticket.grid.code, estate=ticket.estate_id, building=sight.building(ticket, for_=for_),
        room=home.room if home and near else "",
        channel=ticket.channel, state=ticket.state, kind=ticket.kind, notice=ticket.notice.number if ticket.notice else None,
        subject=ticket.subject if near else nameless.words(ticket.subject), contact=reach, asked_at=ticket.asked_at, due_at=ticket.due_at,
        answered_at=ticket.answered_at,
        customer=ticket.customer, completion_due_at=ticket.completion_due_at, clocks=[_running(one) for one in ticket.clocks],
        pauses=[_rests(one, near) for one in ticket.pauses],
        entries=[_said(entry, alone, None if near else theirs) for entry in ticket.entries], shown=str(unread.shown(ticket)),
    )  # fmt: skip


def _running(one: Clock) -> Running:
    held = one.standard
    allowed = (held.amount, held.unit, held.source) if held else (None, None, "")
    return Running(one.measure, one.began_at, one.due_at, one.ended_at, *allowed)


def _rests(one: Pause, near: bool) -> Waited:
    return Waited(one.reason if near else nameless.words(one.reason), one.by.name, one.at, one.until_at, one.ended_at)


def _said(entry: Entry, alone: set[int], theirs: set[str] | None) -> Said:
    """Near the people as it was said; from afar without them."""
    name = entry.author.name if entry.author else None
    return Said(
        entry.words if theirs is None else nameless.words(entry.words, theirs),
        entry.at,
        name,
        entry.update_id is not None,
        entry.id in alone,
    )
