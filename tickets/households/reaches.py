"""How households are reached: numbers, addresses and names, sealed where they lie and found by their marks."""

import re
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, seals
from grids.staff.staff import Me
from tickets import written
from tickets.tables import Channel, Household, Reach, ReachKind, Ticket

VOUCHED = (Channel.phone, Channel.counter, Channel.wechat, Channel.wecom, Channel.sms, Channel.api)
"""Channels in which a colleague or a company's own system has heard who speaks."""
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")


def kind_of(contact: str) -> ReachKind:
    if written.is_phone(contact):
        return ReachKind.phone
    return ReachKind.email if MAIL.fullmatch(contact) else ReachKind.name


def keep(session: Session, household: Household, contact: str) -> Reach:
    """This way to reach the household, kept at its first mention."""
    mark = mark_of(session, contact)
    found = session.scalar(sa.select(Reach).where(Reach.household_id == household.id, Reach.mark == mark))
    if found is None:
        found = Reach(
            household_id=household.id, kind=kind_of(contact), mark=mark, sealed=seals.of(session).close(contact), shown=shown(contact),
            at=clock.now(),
        )  # fmt: skip
        session.add(found)
        session.flush()
    return found


def mark_of(session: Session, contact: str) -> str:
    return seals.of(session).mark(contact)


def theirs(session: Session, homes: Collection[int]) -> Sequence[Reach]:
    """How these homes, which are one, are known to be reached: the first number or mail ever told, and those that a colleague heard.

    What somebody on the web adds to a home later proves nothing: a room stands on its door.
    """
    told = session.scalars(sa.select(Reach).where(Reach.household_id.in_(homes), Reach.kind != ReachKind.name).order_by(Reach.id)).all()
    heard = set(session.scalars(sa.select(Ticket.reach_id).where(Ticket.household_id.in_(homes), Ticket.channel.in_(VOUCHED))))
    return [reach for n, reach in enumerate(told) if n == 0 or reach.id in heard]


def told(session: Session, reach: Reach | None) -> str:
    """The number or name itself."""
    return seals.of(session).open(reach.sealed) if reach else ""


def seen_by(reach: Reach | None, me: Me, grid_id: int) -> str:
    """What a page may show of it: to those near the people it is masked, to everybody else it is nothing."""
    return reach.shown if reach and me.is_near(grid_id) else ""


def shown(contact: str) -> str:
    """What a list may show: 138****1234, 张**; of a mail the house that keeps it."""
    if kind_of(contact) is ReachKind.phone:
        return f"{contact[:-8]}****{contact[-4:]}" if len(contact) > 8 else f"****{contact[-2:]}"
    if "@" in contact:
        return f"{contact[:1]}***@{contact.rpartition('@')[2]}"
    return f"{contact[:1]}**"
