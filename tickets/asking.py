"""A question arrives: from whom, into which thread, and what is known about it at once."""

from datetime import timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.tokens import digest
from broadcasts.tables import Notice
from grids.tables import Estate, Grid
from tickets import thanking, threads
from tickets.clocks import acknowledging, clocks
from tickets.clocks.tables import Customer
from tickets.households import doors, households, merging, reaches
from tickets.households.tables import Household, Reach
from tickets.kinds import kinds
from tickets.kinds.tables import DANGER, FAULT
from tickets.outages import attaching, beforehand, days, homecoming, signs, suspicions
from tickets.tables import Address, Channel, Entry, Ticket, TicketState
from tickets.triage import alarms
from tickets.wording import moderation

SAME_MATTER = timedelta(days=1)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks, as it is kept."""

    words: str
    channel: Channel
    token: str
    estate: Estate | None
    building: str
    room: str
    contact: str
    notice: Notice | None
    kind: str
    customer: Customer = Customer.resident
    dark: bool
    by_id: int | None
    apart: bool = False
    """A thread of its own, whatever else goes on with this household."""
    home: Household | None = None
    """The household that was chosen among those that are known: its number was not told now."""

    @property
    def heard(self) -> bool:
        return self.channel in reaches.VOUCHED and self.home is None

    @property
    def of_kind(self) -> str:
        """What it is at once: a danger before all, then what was chosen or its words name. Who came by the button has no power."""
        if self.kind == DANGER or alarms.heard(self.words, dark=self.dark):
            return DANGER
        return self.kind or (FAULT if self.dark else kinds.suggested(self.words))

    @property
    def is_dark(self) -> bool:
        return self.dark or signs.is_dark(self.words)

    @property
    def of_announced(self) -> bool:
        """About an outage that is to come."""
        return not self.is_dark and signs.is_announced(self.words)


def begin(session: Session, grid: Grid, asked: Asked) -> Ticket:
    """Into the household's open thread about this matter, or into a new one. Raises IntegrityError where the token is used."""
    building, room = doors.told(session, asked.estate, asked.building, asked.room)
    asked = msgspec.structs.replace(asked, building=building, room=room)
    told = {"building": building, "room": room, "contact": asked.contact}
    household = asked.home or households.who(session, grid, estate=asked.estate, heard=asked.heard, **told)
    proven = asked.channel in reaches.VOUCHED or (household is not None and _known(session, asked, household))
    reach = reaches.keep(session, household, asked.contact, heard=asked.heard) if household and asked.contact else None
    ticket = _going_on(session, household, grid, asked) if household and proven and not asked.apart else None
    if ticket is None:
        ticket = _new(session, grid, household, reach, asked)
    else:
        _joins(session, ticket, reach, asked)
    threads.say(session, ticket, None, asked.words, channel=asked.channel)
    attaching.on_asking(session, ticket, asked.words, asked.notice)
    beforehand.heed(session, ticket, asked.words, asked.notice)
    if asked.dark:
        homecoming.still_dark(session, ticket)
    if not asked.apart:  # Who stands before us needs no receipt.
        acknowledging.tell_if_waiting(session, ticket)
    suspicions.look(session, ticket)
    return ticket


def _new(session: Session, grid: Grid, household: Household | None, reach: Reach | None, asked: Asked) -> Ticket:
    now = clock.now()
    ticket = Ticket(
        grid_id=grid.id, estate_id=asked.estate.id if asked.estate else None, building=asked.building,
        household_id=household.id if household else None, reach_id=reach.id if reach else None, notice_id=None,
        state=TicketState.open, channel=asked.channel, subject=moderation.subject(asked.words),
        kind=asked.of_kind, dark=asked.is_dark, asked_at=now,
        due_at=now, customer=asked.customer, entered_by_id=asked.by_id,
    )  # fmt: skip
    session.add(ticket)
    session.flush()
    clocks.begin(session, ticket)
    _lead_to(session, ticket, asked.token, after_entry_id=0)
    return ticket


def _joins(session: Session, ticket: Ticket, reach: Reach | None, asked: Asked) -> None:
    """The thread goes on; at the new address nothing is seen of what was said before."""
    last = session.scalar(sa.select(sa.func.max(Entry.id)).where(Entry.ticket_id == ticket.id)) or 0
    _lead_to(session, ticket, asked.token, after_entry_id=last)
    ticket.channel, ticket.reach_id = asked.channel, reach.id if reach else ticket.reach_id
    if asked.dark and not ticket.kind:
        ticket.kind = FAULT
        clocks.measure_anew(session, ticket)
    if ticket.state is TicketState.answered and not thanking.ends(session, ticket, asked.words):
        threads.wait_again(session, ticket, receipt=False)


def _going_on(session: Session, household: Household, grid: Grid, asked: Asked) -> Ticket | None:
    """The household's thread that is not settled, if it is about the same: a danger, the light that is or will be out, anything else."""
    answered_lately = sa.and_(Ticket.state == TicketState.answered, Ticket.asked_at > clock.now() - SAME_MATTER)
    fresh = sa.or_(Ticket.state == TicketState.open, answered_lately)
    family = merging.family(session, household.id)
    danger = Ticket.kind == DANGER
    matter = danger if asked.of_kind == DANGER else sa.and_(~danger, Ticket.dark == asked.is_dark, *_announced(asked))
    sure = reaches.surely_begun(Reach.household_id.in_(family))
    wanted = threads.whole().where(Ticket.household_id.in_(family), Ticket.grid_id == grid.id, fresh, matter, sure)
    found = session.scalar(wanted.order_by(Ticket.id.desc()).limit(1))
    if found is None or (asked.of_announced and found.notice and not days.agree(found.notice, asked.words)):
        return None
    threads.hold(session, found)
    return found if found.state is not TicketState.closed else None


def _announced(asked: Asked) -> list[sa.ColumnElement[bool]]:
    """Who asks about an outage to come goes on where its notice is; where one is asked about, nobody goes on with another matter."""
    if asked.is_dark:
        return []
    if asked.of_announced:
        return [Ticket.notice_id.is_not(None)]
    return [sa.or_(Ticket.notice_id.is_(None), Ticket.notice_id == (asked.notice.id if asked.notice else None))]


def _known(session: Session, asked: Asked, household: Household) -> bool:
    """Whether room and telephone were heard together before: only the household tells both."""
    if not (asked.estate and asked.room and reaches.identifies(asked.contact)):
        return False
    return reaches.is_theirs(session, reaches.mark_of(session, asked.contact), merging.family(session, household.id))


def _lead_to(session: Session, ticket: Ticket, token: str, *, after_entry_id: int) -> None:
    session.add(Address(token_hash=digest(token), ticket_id=ticket.id, after_entry_id=after_entry_id, at=clock.now()))
    session.flush()
