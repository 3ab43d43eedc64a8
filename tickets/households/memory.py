"""What a colleague should know before answering: three lines above the answer box."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.core import clock
from broadcasts import notices
from broadcasts.outages import affecting
from broadcasts.present import present
from broadcasts.shelf import Told
from grids.staff.staff import Me
from tickets import promises
from tickets.households import claims, merging, reaches, removals
from tickets.households.tables import ReachKind, Removal, Way
from tickets.outages import signs, suspicions, unannounced
from tickets.privacy import unmasking
from tickets.tables import Channel, Ticket, TicketPromise, TicketState

AHEAD = timedelta(days=14)
"""An outage that begins so soon should be known to who answers. A planned one is announced a week ahead."""


class Memory(msgspec.Struct, frozen=True):
    """`before` is the newest earlier question, one of `times`; `promised` is not kept yet; `outages` touch the home, now or soon."""

    before: Ticket | None
    times: int
    also: Ticket | None
    """The newest later question of theirs that still waits."""
    promised: Sequence[TicketPromise]
    outages: Sequence[Told]
    unannounced: str
    """What is said of a day that is asked about and for which no outage is announced."""
    asks_of_outage: bool
    suspected: int
    """So many households there say that it is dark, where nobody decided yet whether it is one fault."""
    attached: Told | None
    known: bool
    number: str
    """Masked, or whole where it was asked for with a reason; nothing for those who are not near."""
    reached: bool
    """Whether one knows how to reach them."""
    open: bool
    by_phone: bool
    prefers: Way | None
    on_page: bool
    came: Removal | None
    """Since when they live there; who lived there before is another household."""
    former: bool
    """Whether anything was asked from there before they came."""
    gone: Removal | None
    """When they left the home that they asked from."""
    denied: bool
    """Somebody only claims to have moved in, and the former was in touch again since."""


def of(session: Session, ticket: Ticket, *, for_: Me) -> Memory:
    earlier = _earlier(session, ticket)
    reach = ticket.reach
    came, gone = removals.of(session, ticket)
    opened = for_.is_near(ticket.grid_id) and ticket.id in unmasking.shown_to(session, for_, [ticket.id])
    return Memory(
        before=earlier[0] if earlier else None,
        times=len(earlier),
        also=_also(session, ticket),
        promised=promises.open_to(session, ticket),
        outages=outages(session, ticket),
        unannounced=unannounced.told(session, ticket),
        asks_of_outage=ticket.dark or signs.speaks_of_outage(ticket.subject),
        suspected=suspicions.households_at(session, ticket),
        attached=attached(session, ticket),
        known=ticket.estate_id is not None,
        number=reaches.told(session, reach) if opened else reaches.seen_by(reach, for_, ticket.grid_id),
        reached=reach is not None,
        open=opened,
        by_phone=reach is not None and reach.kind is ReachKind.phone,
        prefers=ticket.household.prefers if ticket.household else None,
        on_page=ticket.channel in (Channel.web, Channel.api),
        came=came,
        former=came is not None and _asked(session, came.gone_id),
        gone=gone,
        denied=any(claims.denied(session, one) for one in (came, gone) if one is not None and one.claimed),
    )


def outages(session: Session, ticket: Ticket) -> Sequence[Told]:
    """Outages that touch the asker's home, each with its present truth: those of this moment, then those that come soon, the next first."""
    if ticket.estate_id is None:
        return []
    now = clock.now()
    found = affecting(session, ticket.estate_id, ticket.building or None, at=now, ahead=AHEAD)
    coming = [one for one in reversed(found) if one.starts_at and one.starts_at > now]
    return [Told(notice, present(notice, now)) for notice in [*(one for one in found if one not in coming), *coming]]


def attached(session: Session, ticket: Ticket) -> Told | None:
    """The notice that the question is about, as it stands now."""
    if ticket.notice is None:
        return None
    notice = notices.by_number(session, ticket.notice.number)
    return Told(notice, present(notice, clock.now()))


def _asked(session: Session, household_id: int) -> bool:
    theirs = Ticket.household_id.in_(merging.family(session, household_id))
    return session.scalar(sa.select(Ticket.id).where(theirs).limit(1)) is not None


def _earlier(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    """Of the same household, under whatever name it asked."""
    if ticket.household_id is None:
        return []
    wanted = (
        sa.select(Ticket)
        .where(_theirs(session, ticket), Ticket.id != ticket.id, Ticket.asked_at <= ticket.asked_at)
        .options(selectinload(Ticket.ratings))
    )
    return session.scalars(wanted.order_by(Ticket.asked_at.desc(), Ticket.id.desc()).limit(20)).all()


def _also(session: Session, ticket: Ticket) -> Ticket | None:
    if ticket.household_id is None:
        return None
    later = (Ticket.id > ticket.id, Ticket.asked_at > ticket.asked_at, Ticket.state == TicketState.open)
    return session.scalar(sa.select(Ticket).where(_theirs(session, ticket), *later).order_by(Ticket.id.desc()).limit(1))


def _theirs(session: Session, ticket: Ticket) -> sa.ColumnElement[bool]:
    return Ticket.household_id.in_(merging.family(session, ticket.household_id or 0))
