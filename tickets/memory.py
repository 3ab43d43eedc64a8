"""What a colleague should know before answering: three lines above the answer box."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.core import clock
from broadcasts import notices
from broadcasts.present import present
from broadcasts.shelf import Told
from tickets import households, written
from tickets.tables import Channel, Ticket


class Memory(msgspec.Struct, frozen=True):
    """`before` is the newest earlier question, one of `times`; `outages` touch the home now; `known` tells whether we know the home."""

    before: Ticket | None
    times: int
    outages: Sequence[Told]
    attached: Told | None
    known: bool
    by_phone: bool
    on_page: bool


def of(session: Session, ticket: Ticket) -> Memory:
    earlier = _earlier(session, ticket)
    return Memory(
        before=earlier[0] if earlier else None,
        times=len(earlier),
        outages=outages(session, ticket),
        attached=attached(session, ticket),
        known=ticket.estate_id is not None,
        by_phone=written.is_phone(ticket.contact),
        on_page=ticket.channel in (Channel.web, Channel.api),
    )


def outages(session: Session, ticket: Ticket) -> Sequence[Told]:
    """Outages that touch the asker's home at this moment, each with its present truth."""
    if ticket.estate_id is None:
        return []
    now = clock.now()
    building = ticket.household.building if ticket.household else None
    return [Told(notice, present(notice, now)) for notice in notices.affecting(session, ticket.estate_id, building or None, at=now)]


def attached(session: Session, ticket: Ticket) -> Told | None:
    """The notice that the question is about, as it stands now."""
    if ticket.notice is None:
        return None
    notice = notices.by_number(session, ticket.notice.number)
    return Told(notice, present(notice, clock.now()))


def _earlier(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    """Of the same household; where the room is not known, of the same contact in this grid."""
    if households.identifies(ticket.household):
        same = Ticket.household_id == ticket.household_id
    elif ticket.contact:
        same = sa.and_(Ticket.contact == ticket.contact, Ticket.grid_id == ticket.grid_id)
    else:
        return []
    wanted = sa.select(Ticket).where(same, Ticket.id != ticket.id, Ticket.asked_at <= ticket.asked_at).options(selectinload(Ticket.ratings))
    return session.scalars(wanted.order_by(Ticket.asked_at.desc(), Ticket.id.desc()).limit(20)).all()
