"""Ticks: this update was brought there. Ticked twice it stands once; a tick can be taken back, and that is kept too."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock, twins
from app.core.errors import Missing, Mistaken, Overtaken, Refused
from app.core.words import phrase as _
from app.core.words import say
from broadcasts.sending import standing
from broadcasts.sending.tables import Group, Posting, Steward, Way
from broadcasts.sending.targets import Target
from broadcasts.tables import Notice, Place, Update
from grids.staff.staff import Me
from grids.tables import Building, Estate, Person

TEXT_CHANGED = _("The text has changed since you copied it, and the new one is still to be brought. Please open the page again.")


def tick(session: Session, notice: Notice, *, by: Me, update_id: int, to: Target, at: datetime | None = None) -> Posting:
    """`at` is when it was done, where that was before now: never before the update, never in the future."""
    update = _update(session, notice, by, update_id)
    if known := _standing(session, update, to):
        return known
    name, now = _name(session, notice, to), clock.now()
    posting = Posting(
        notice_id=notice.id, update_id=update.id, way=to.way, target=to.word, name=name, **to.named,
        at=min(max(at or now, update.at), now), noted_at=now, by_id=by.id,
    )  # fmt: skip
    if not twins.first(session, posting):  # A colleague ticked the same.
        return session.scalars(_found(update, to)).one()
    audit.record(session, "postings.tick", f"notice/{notice.number}", by=by.id, to=to.word, update=update.id)
    return posting


def withdraw(session: Session, notice: Notice, *, by: Me, update_id: int, to: Target) -> None:
    """It was ticked by mistake, for this update or for an earlier one of which it holds. What is not ticked stays as it is."""
    update = _update(session, notice, by, update_id)
    if known := _standing(session, update, to) or _earlier(session, notice, update, to):
        known.withdrawn_at, known.withdrawn_by_id = clock.now(), by.id
        session.flush()
        audit.record(session, "postings.withdraw", f"notice/{notice.number}", by=by.id, to=to.word, update=known.update_id)


def who_did(session: Session, update_id: int, to: Target) -> tuple[str, datetime] | None:
    """Who ticked it, and when it was done: the first, where two did."""
    found = sa.select(Person.name, Posting.at).select_from(Posting).join(Posting.by)
    named = found.where(Posting.update_id == update_id, Posting.target == to.word, Posting.withdrawn_at.is_(None))
    row = session.execute(named).one_or_none()
    return (row.name, row.at) if row else None


def of_update(session: Session, update: Update) -> int:
    """How many ticks it has had, also those taken back."""
    return session.scalar(sa.select(sa.func.count()).select_from(Posting).where(Posting.update_id == update.id)) or 0


def must_be_told(notice: Notice) -> None:
    """What is not public is brought to nobody by hand either."""
    if notice.is_written_only:
        raise Refused(_("Publish it first: a draft is not brought to anybody."))
    if notice.exercise:
        raise Refused(_("This is an exercise: it is not brought to residents."))


def _update(session: Session, notice: Notice, by: Me, update_id: int) -> Update:
    by.must_look_after(notice.grid_id)
    must_be_told(notice)
    update = session.get(Update, update_id)
    if update is None:  # It was taken back, or it never was.
        raise Overtaken(TEXT_CHANGED)
    if update.notice_id != notice.id:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return update


def _found(update: Update, to: Target) -> sa.Select[Posting]:
    return sa.select(Posting).where(Posting.update_id == update.id, Posting.target == to.word, Posting.withdrawn_at.is_(None))


def _standing(session: Session, update: Update, to: Target) -> Posting | None:
    return session.scalars(_found(update, to).with_for_update()).one_or_none()


def _earlier(session: Session, notice: Notice, update: Update, to: Target) -> Posting | None:
    held = standing.of(session, notice) if update.id == notice.updates[-1].id else []
    return next((one for one in held if one.target == to.word), None)


def _name(session: Session, notice: Notice, to: Target) -> str:
    """A group or steward of the grid; an estate that the notice is or was for, a building and floor that are there. Raises Mistaken."""
    if to.way in (Way.group, Way.steward):
        table = Group if to.way is Way.group else Steward
        name = session.scalar(sa.select(table.name).where(table.id == to.numbers[0], table.grid_id == notice.grid_id))
    else:
        place = sa.select(Place.id).where(Place.notice_id == notice.id, Place.estate_id == to.named["estate_id"])
        hung = sa.select(Posting.id).where(Posting.notice_id.in_((notice.id, notice.replaces_id or notice.id)), Posting.target == to.word)
        name = _spot(session, **to.named) if session.scalar(place.limit(1)) or session.scalar(hung.limit(1)) else None
    if name is None:
        raise Mistaken(_("This is not one of the choices."), {"to": _("This is not one of the choices.")})
    return name


def _spot(session: Session, *, estate_id: int, building_id: int | None = None, floor: int | None = None) -> str | None:
    estate = session.get_one(Estate, estate_id).name
    if building_id is None:
        return estate
    building = session.get(Building, building_id)
    if building is None or building.estate_id != estate_id or (floor is not None and not 1 <= floor <= building.floors):
        return None
    return " ".join([estate, building.name, *([say("Floor %(n)s", n=floor)] if floor else [])])
