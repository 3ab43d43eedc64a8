"""What a request is about: the thread at whose address it was made, or all of a household."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from broadcasts.subscribers.tables import ChannelName, Subscriber
from tickets import threads
from tickets.households import merging, reaches
from tickets.households.tables import Household, Reach, ReachKind
from tickets.privacy.tables import DataRequest, Proof
from tickets.tables import Ticket

CHANNELS = {ReachKind.phone: ChannelName.sms, ReachKind.email: ChannelName.email}


class Matter(msgspec.Struct, frozen=True):
    """The threads, the names under which a household is known, how it is reached."""

    tickets: Sequence[Ticket]
    households: Sequence[Household]
    reached: Sequence[Reach]


def of(session: Session, request: DataRequest) -> Matter:
    if not request.whole:
        called = request.proof is Proof.called_back
        return _of_number(session, request.ticket_id) if called else _thread(session, request.ticket_id)
    return _household(session, request) or _thread(session, request.ticket_id)


def of_ticket(session: Session, ticket_id: int) -> Matter:
    return _thread(session, ticket_id)


def subscribers(session: Session, request: DataRequest, matter: Matter) -> Sequence[Subscriber]:
    """Who hears by these numbers and boxes, where it was proven that the number is theirs: we called it."""
    if request.proof is not Proof.called_back:
        return []
    found: list[Subscriber] = []
    for reach in matter.reached:
        if (channel := CHANNELS.get(reach.kind)) is not None:
            here = (Subscriber.channel == channel, Subscriber.address == reaches.told(session, reach))
            found += session.scalars(sa.select(Subscriber).where(*here)).all()
    return found


def _household(session: Session, request: DataRequest) -> Matter | None:
    if request.household_id is None:
        return None
    family = merging.family(session, request.household_id)
    tickets = session.scalars(threads.whole().where(Ticket.household_id.in_(family)).order_by(Ticket.id)).all()
    homes = session.scalars(sa.select(Household).where(Household.id.in_(family)).options(sa.orm.joinedload(Household.estate))).all()
    reached = session.scalars(sa.select(Reach).where(Reach.household_id.in_(family)).order_by(Reach.id)).all()
    return Matter(tickets, homes, reached)


def _of_number(session: Session, ticket_id: int) -> Matter:
    """What was asked with the number that was called, of this household."""
    asked = _thread(session, ticket_id)
    ticket = asked.tickets[0]
    if ticket.reach is None or ticket.household_id is None:
        return asked
    theirs = (Ticket.household_id.in_(merging.family(session, ticket.household_id)), Ticket.reach.has(Reach.mark == ticket.reach.mark))
    tickets = session.scalars(threads.whole().where(*theirs).order_by(Ticket.id)).all()
    return Matter(tickets, [], list({one.reach.id: one.reach for one in tickets if one.reach}.values()))


def _thread(session: Session, ticket_id: int) -> Matter:
    ticket = session.scalars(threads.whole().where(Ticket.id == ticket_id)).one()
    return Matter([ticket], [], [ticket.reach] if ticket.reach else [])
