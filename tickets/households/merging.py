"""Households that prove to be one: seen as one from then on, with one memory. Nothing is moved, so that it can be undone."""

from collections.abc import Sequence
from functools import cache

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.core import audit, clock
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from grids import grids
from grids.staff.staff import Me
from tickets.households.tables import Difference, Household, Merge, Reach, ReachKind
from tickets.tables import Ticket


class Likeness(msgspec.Struct, frozen=True):
    """Another household that may be the same, and what both share: a telephone number, or else a name or the room."""

    household: Household
    by_contact: bool


def root(session: Session, household: Household) -> Household:
    """The household that this one is known as. A ring, if there ever was one, ends where it began."""
    seen: set[int] = set()
    while household.same_as_id is not None and household.id not in seen:
        seen.add(household.id)
        household = session.get_one(Household, household.same_as_id)
    return household


def family(session: Session, household_id: int) -> Sequence[int]:
    """The ids of all that are one with this household, itself among them."""
    return session.scalars(_family(), {"household_id": household_id}).all()


@cache
def _family() -> sa.Select[int]:
    """Up to the one that all are known as, and down from it; built once, since every page of a thread asks it several times."""
    up = sa.select(Household.id, Household.same_as_id).where(Household.id == sa.bindparam("household_id")).cte("up", recursive=True)
    above = aliased(Household)
    up = up.union(sa.select(above.id, above.same_as_id).join(up, above.id == up.c.same_as_id))
    down = sa.select(up.c.id).where(up.c.same_as_id.is_(None)).cte("down", recursive=True)
    below = aliased(Household)
    down = down.union(sa.select(below.id).join(down, below.same_as_id == down.c.id))
    return sa.select(down.c.id)


def merge(session: Session, kept: Household, gone: Household, *, by: Me) -> Merge:
    """From now on these two are one; asked twice it is done once."""
    for one in (kept, gone):
        must_look_after(session, one, by=by)
    return join(session, kept, gone, by=by)


def join(session: Session, kept: Household, gone: Household, *, by: Me) -> Merge:
    """For whoever was found to be allowed."""
    return _join(session, *_held(session, kept, gone), by.id)


def prove(session: Session, home: Household, alone: Household) -> None:
    """The same by what they told themselves, unless somebody said that they are not, or it proved to be another home's meanwhile."""
    if root(session, home).id == root(session, alone).id or _differ(session, home, alone):
        return
    home, alone = _held(session, home, alone)
    if home.id != alone.id and alone.estate_id is None:
        _join(session, home, alone, None)


def may_look_after(session: Session, household: Household, *, by: Me) -> bool:
    """Those of its grid, and those to whose grid a question of theirs was handed over."""
    if by.looks_after(household.grid_id or 0):
        return True
    asked_in = sa.select(Ticket.grid_id).where(Ticket.household_id.in_(family(session, household.id))).distinct()
    return any(by.looks_after(grid_id) for grid_id in session.scalars(asked_in))


def must_look_after(session: Session, household: Household, *, by: Me) -> None:
    if not may_look_after(session, household, by=by):
        by.must_look_after(household.grid_id or 0)


def undo(session: Session, merge_id: int, *, by: Me) -> Merge:
    """They are two after all, and nobody asks again whether they are one."""
    found = session.get(Merge, merge_id) if 0 < merge_id < 2**63 else None
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    gone = session.get_one(Household, found.gone_id, with_for_update=True)
    must_look_after(session, gone, by=by)
    if found.undone_at is None:
        found.undone_at, found.undone_by_id = clock.now(), by.id
        gone.same_as_id = None
        differ(session, session.get_one(Household, found.kept_id), gone, by=by)
        audit.record(session, "households.part", f"household/{found.gone_id}", by=by.id, kept=found.kept_id)
    return found


def differ(session: Session, one: Household, other: Household, *, by: Me | None) -> None:
    """These two are not one: nobody asks again. Without `by` they said so themselves."""
    if by is not None:
        must_look_after(session, one, by=by)
    first, second = sorted((one.id, other.id))
    if session.get(Difference, (first, second)) is None:
        session.add(Difference(one_id=first, other_id=second, by_id=by.id if by else None, at=clock.now()))
        session.flush()


def standing(session: Session, household_id: int) -> Sequence[Merge]:
    """The merges that made this household what it is, the newest first."""
    ids = family(session, household_id)
    wanted = sa.select(Merge).where(Merge.gone_id.in_(ids), Merge.undone_at.is_(None)).order_by(Merge.id.desc())
    return session.scalars(wanted).all()


def alike(session: Session, household: Household, *, by: Me) -> Sequence[Likeness]:
    """Households of the grid that may be this one: reached in the same way, called the same, or in the same room of some building."""
    ids = family(session, household.id)
    marks = sa.select(Reach.mark).where(Reach.household_id.in_(ids))
    named = sa.select(Reach.household_id).where(Reach.mark.in_(marks))
    shared = named.where(Reach.kind != ReachKind.name)
    may_be = [named, *_in_the_same_room(household)]
    same = Household.id.in_(shared)
    wanted = sa.select(Household, same).where(
        Household.id.in_(sa.union_all(*may_be)), Household.grid_id == household.grid_id, Household.id.not_in(ids)
    )
    found = session.execute(wanted.options(joinedload(Household.estate)).order_by(same.desc(), Household.id).limit(5)).all()
    return [Likeness(other, bool(number)) for other, number in found if _may_be(session, household, other, by)]


def _may_be(session: Session, household: Household, other: Household, by: Me) -> bool:
    return may_look_after(session, other, by=by) and not _differ(session, household, other)


def _in_the_same_room(household: Household) -> list[sa.Select[int]]:
    """Homes of the estate with this room, where of one of the two the door is not known."""
    if household.estate_id is None or not household.room:
        return []
    room = sa.select(Household.id).where(Household.estate_id == household.estate_id, Household.room == household.room)
    return [room.where(Household.door.is_(None)) if household.door else room]


def _held(session: Session, one: Household, other: Household) -> tuple[Household, Household]:
    """What they are known as, while nobody else merges in their grids: looked at again, since somebody may have just done so."""
    grids.hold(session, one.grid_id, other.grid_id)
    ids = [*family(session, one.id), *family(session, other.id)]
    session.scalars(sa.select(Household).where(Household.id.in_(ids)).execution_options(populate_existing=True)).all()
    return root(session, one), root(session, other)


def _join(session: Session, kept: Household, gone: Household, by_id: int | None) -> Merge:
    if kept.id == gone.id:
        done = session.scalar(sa.select(Merge).where(Merge.undone_at.is_(None), Merge.gone_id.in_(family(session, kept.id))))
        if done is None:
            raise Refused(_("This is one household already."))
        return done
    if gone.estate_id is not None and kept.estate_id is None:
        kept, gone = gone, kept  # Who has an address keeps it.
    gone.same_as_id = kept.id
    made = Merge(kept_id=kept.id, gone_id=gone.id, by_id=by_id, at=clock.now(), undone_at=None)
    session.add(made)
    session.flush()
    audit.record(session, "households.merge", f"household/{kept.id}", by=by_id, gone=gone.id, threads=_threads(session, gone))
    return made


def _threads(session: Session, household: Household) -> int:
    ids = family(session, household.id)
    return session.scalar(sa.select(sa.func.count()).select_from(Ticket).where(Ticket.household_id.in_(ids))) or 0


def _differ(session: Session, one: Household, other: Household) -> bool:
    ids, others = family(session, one.id), family(session, other.id)
    said = sa.or_(
        sa.and_(Difference.one_id.in_(ids), Difference.other_id.in_(others)),
        sa.and_(Difference.one_id.in_(others), Difference.other_id.in_(ids)),
    )
    return session.scalar(sa.select(Difference.one_id).where(said).limit(1)) is not None
