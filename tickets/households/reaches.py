"""How households are reached: numbers, addresses and names, sealed where they lie and found by their marks."""

import re
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, seals
from grids.staff import staff
from grids.staff.staff import Me
from tickets import written
from tickets.households.tables import Household, Reach, ReachKind
from tickets.tables import Channel, Ticket

VOUCHED = (Channel.phone, Channel.counter, Channel.wechat, Channel.wecom, Channel.sms, Channel.api)
"""Channels in which a colleague or a company's own system has heard who speaks."""
WHOLE = 7
"""So many digits has a telephone number at least."""
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")


def kind_of(contact: str) -> ReachKind:
    if written.is_phone(contact):
        return ReachKind.phone
    return ReachKind.email if MAIL.fullmatch(contact) else ReachKind.name


def identifies(contact: str) -> bool:
    """A whole number or a mail box is one household's. A name or a short number is many people's: it proves nothing."""
    kind = kind_of(contact)
    return kind is ReachKind.email or (kind is ReachKind.phone and len(staff.digits(contact)) >= WHOLE)


def keep(session: Session, household: Household, contact: str, *, heard: bool) -> Reach:
    """This way to reach the household, kept at its first mention; and when somebody first heard it from them."""
    mark = mark_of(session, contact)
    found = session.scalar(sa.select(Reach).where(Reach.household_id == household.id, Reach.mark == mark))
    if found is None:
        found = Reach(
            household_id=household.id, kind=kind_of(contact), mark=mark, sealed=seals.of(session).close(contact), shown=shown(contact),
            at=clock.now(), heard_at=None,
        )  # fmt: skip
        session.add(found)
    if heard and found.heard_at is None:
        found.heard_at = clock.now()
    session.flush()
    return found


def mark_of(session: Session, contact: str) -> str:
    return seals.of(session).mark(contact)


def heard(session: Session, homes: Collection[int]) -> Sequence[Reach]:
    """The numbers and mails that somebody heard from these homes, which are one.

    What is written on the web proves nothing, whoever came first: a room stands on its door, and a number in many phones.
    """
    theirs = (Reach.household_id.in_(homes), Reach.kind != ReachKind.name, Reach.heard_at.is_not(None))
    return session.scalars(sa.select(Reach).where(*theirs).order_by(Reach.id)).all()


def is_theirs(session: Session, mark: str, homes: Collection[int]) -> bool:
    return mark in {reach.mark for reach in heard(session, homes)}


def surely_begun(*of_number: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The condition on Ticket that its household began it: somebody heard them, or it names their room and a number heard from them.

    Any other, begun on the web with this room, or this number, alone, may be a stranger's, who would read on.
    """
    heard_number = Ticket.reach.has(sa.and_(Reach.kind != ReachKind.name, Reach.heard_at.is_not(None), *of_number))
    return sa.or_(Ticket.channel.in_(VOUCHED), sa.and_(heard_number, Ticket.household.has(Household.room != "")))


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
