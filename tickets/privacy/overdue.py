"""What is over its time, a batch at a time: one act for each thing that is kept."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from grids.tables import Organisation, Person
from tickets import threads
from tickets.households import merging
from tickets.households.tables import Household, Reach
from tickets.photos import thread_photos
from tickets.photos.tables import Photo
from tickets.privacy import erasing
from tickets.privacy.tables import DataRequest, Erasure, Kept, LookUp
from tickets.tables import Closure, Ticket, TicketPromise, TicketState

BATCH = 100


class Place(msgspec.Struct, frozen=True):
    """An organisation with its own grids, whose periods hold there; `before` this moment all is over."""

    path: str
    grids: Sequence[int]
    before: datetime


class Batch(msgspec.Struct, frozen=True):
    """How far one got, and how much was erased. Where less than a batch was looked at there is no more."""

    last: int
    looked: int
    erased: int


Step = Callable[[Session, Place, int], Batch]


def settled(place: Place) -> sa.Select[int]:
    """Threads that were ended before and are not needed any more: nothing promised is left, nobody asked for their data."""
    ends = (Closure.ticket_id == Ticket.id, Closure.reopened_at.is_(None))
    young = sa.exists().where(*ends, Closure.at >= place.before)
    promised = sa.exists().where(TicketPromise.ticket_id == Ticket.id, TicketPromise.kept_at.is_(None))
    asked = sa.exists().where(DataRequest.ticket_id == Ticket.id, DataRequest.done_at.is_(None))
    ended = (Ticket.state == TicketState.closed, sa.exists().where(*ends), ~young, ~promised, ~asked)
    return sa.select(Ticket.id).where(Ticket.grid_id.in_(place.grids), *ended)


def contacts(session: Session, place: Place, after: int) -> Batch:
    """A number goes when nothing that its household asked is younger, under whatever name it is known."""
    old = sa.select(Reach.id, Reach.household_id).join(Household, Household.id == Reach.household_id)
    here = (Household.grid_id.in_(place.grids), Reach.at < place.before, Reach.id > after)
    rows = session.execute(old.where(*here).order_by(Reach.id).limit(BATCH)).all()
    ids = [reach_id for reach_id, household_id in rows if not _needed(session, place, household_id)]
    return _batch([row[0] for row in rows], erasing.contacts(session, ids))


def names(session: Session, place: Place, after: int) -> Batch:
    ids = _threads(session, place, after, Kept.names)
    for ticket in session.scalars(threads.whole().where(Ticket.id.in_(ids))).all():
        erasing.names(session, ticket)
    erasing.let_go(session, ids)
    erasing.note(session, ids, Kept.names)
    return _batch(ids, len(ids))


def words(session: Session, place: Place, after: int) -> Batch:
    ids = _threads(session, place, after, Kept.words)
    erasing.words(session, ids)
    erasing.let_go(session, ids)
    erasing.note(session, ids, Kept.words)
    return _batch(ids, len(ids))


def photos(session: Session, place: Place, after: int) -> Batch:
    some = sa.exists().where(Photo.ticket_id == Ticket.id)
    ids = session.scalars(settled(place).where(some, Ticket.id > after).order_by(Ticket.id).limit(BATCH)).all()
    return _batch(ids, thread_photos.forget(session, ids))


def lookups(session: Session, place: Place, after: int) -> Batch:
    of_people = sa.select(Person.id).join(Organisation).where(Organisation.path == place.path)
    here = sa.or_(LookUp.ticket.has(Ticket.grid_id.in_(place.grids)), sa.and_(LookUp.ticket_id.is_(None), LookUp.by_id.in_(of_people)))
    old = sa.select(LookUp.id).where(LookUp.at < place.before, here, LookUp.id > after)
    return _delete(session, LookUp.__table__, session.scalars(old.order_by(LookUp.id).limit(BATCH)).all())


def requests(session: Session, place: Place, after: int) -> Batch:
    old = sa.select(DataRequest.id).where(DataRequest.grid_id.in_(place.grids), DataRequest.done_at < place.before, DataRequest.id > after)
    return _delete(session, DataRequest.__table__, session.scalars(old.order_by(DataRequest.id).limit(BATCH)).all())


STEPS: dict[Kept, Step] = {
    Kept.photos: photos, Kept.contacts: contacts, Kept.names: names, Kept.words: words, Kept.lookups: lookups, Kept.requests: requests,
}  # fmt: skip


def _threads(session: Session, place: Place, after: int, kept: Kept) -> Sequence[int]:
    done = sa.exists().where(Erasure.ticket_id == Ticket.id, Erasure.kept.in_((kept, Kept.words)))
    return session.scalars(settled(place).where(~done, Ticket.id > after).order_by(Ticket.id).limit(BATCH)).all()


def _needed(session: Session, place: Place, household_id: int) -> bool:
    """Whether a thread of this household, or a wish about its data, is not over yet."""
    family = merging.family(session, household_id)
    young = sa.select(Ticket.id).where(Ticket.household_id.in_(family), Ticket.id.not_in(settled(place)))
    asked = sa.select(DataRequest.id).where(DataRequest.household_id.in_(family), DataRequest.done_at.is_(None))
    return session.scalar(young.limit(1)) is not None or session.scalar(asked.limit(1)) is not None


def _delete(session: Session, table: sa.FromClause, ids: Sequence[int]) -> Batch:
    if ids:
        session.execute(sa.delete(table).where(table.c.id.in_(ids)))  # type: ignore[arg-type]
    return _batch(ids, len(ids))


def _batch(ids: Sequence[int], erased: int) -> Batch:
    return Batch(ids[-1] if ids else 0, len(ids), erased)
