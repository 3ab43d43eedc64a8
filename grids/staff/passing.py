"""A grid is passed on: the leaver or an administrator prepares it, the successor takes it, and from that moment it is the successor's."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import audit, clock
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from app.core.words import phrase as _
from grids.staff import staff
from grids.staff.staff import Me, on_duty
from grids.staff.tables import Passing
from grids.tables import Duty, Grid, Organisation, Part, Person, Role

NOTE = 4000


def successors(session: Session, grid: Grid, *, but: int) -> Sequence[Person]:
    """Managers of the grid's organisation, of those above it and below it."""
    path = session.scalar(sa.select(Organisation.path).where(Organisation.id == grid.organisation_id)) or "-"
    above = [int(part) for part in path.strip("/").split("/") if part]
    near = sa.or_(Organisation.path.startswith(path, autoescape=True), Organisation.id.in_(above))
    wanted = staff.active().join(Organisation).where(near, Person.role == Role.manager, Person.id != but)
    return session.scalars(wanted.order_by(Person.name, Person.id)).all()


def manager(session: Session, grid_id: int) -> Person | None:
    """Who looks after the grid as its manager now."""
    held = (Duty.grid_id == grid_id, Duty.part == Part.manager, *on_duty())
    return session.scalar(sa.select(Person).join(Duty, Duty.person_id == Person.id).where(*held).order_by(Duty.since_at.desc()).limit(1))


def must_prepare(by: Me, grid: Grid, leaver: Person | None) -> Person:
    """The manager may, and an administrator above, where the manager has gone already. Raises Missing, Forbidden, Refused."""
    if not by.sees(grid.id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    if leaver is None:
        raise Refused(_("Nobody looks after this grid as its manager. Put somebody on duty there."))
    if by.id != leaver.id and not by.administers:
        raise Forbidden(_("A grid is passed on by its manager or by an administrator."))
    return leaver


def prepare(session: Session, grid: Grid, *, to: int, by: Me, note: str = "") -> Passing:
    """The successor may look through it and take it. Prepared anew the note and the successor are changed."""
    leaver = must_prepare(by, grid, manager(session, grid.id))
    if all(one.id != to for one in successors(session, grid, but=leaver.id)):
        raise Mistaken(_("Please look again at the marked fields."), {"successor": _("Please choose from the list.")})
    if len(note) > NOTE:
        raise Mistaken(_("Please look again at the marked fields."), {"note": _("Please use at most %(n)s characters.", n=NOTE)})
    found = session.scalar(sa.select(Passing).where(Passing.grid_id == grid.id, Passing.ended_at.is_(None)).with_for_update())
    if found is None:
        found = Passing(grid_id=grid.id, from_id=leaver.id, to_id=to, by_id=by.id, at=clock.now(), ended_at=None)
        session.add(found)
    found.from_id, found.to_id, found.note = leaver.id, to, note
    session.flush()
    session.expire(found, ["leaver", "successor"])
    audit.record(session, "grids.prepare_passing", f"grid/{grid.id}", by=by.id, successor=to, leaver=leaver.id)
    return found


def withdraw(session: Session, passing: Passing, *, by: Me) -> Passing:
    """It stays as it is."""
    if by.id not in (passing.from_id, passing.to_id) and not by.administers:
        raise Forbidden(_("A grid is passed on by its manager or by an administrator."))
    if passing.ended_at is not None and not passing.taken:
        return passing
    hold(session, passing)
    passing.ended_at, passing.ended_by_id = clock.now(), by.id
    session.flush()
    audit.record(session, "grids.withdraw_passing", f"grid/{passing.grid_id}", by=by.id)
    return passing


def change_duties(session: Session, passing: Passing, *, by: Me) -> None:
    """At one moment the leaver's duty ends and the successor's begins, whatever part either had here before."""
    now = clock.now()
    both = Duty.person_id.in_((passing.from_id, passing.to_id))
    ended = sa.update(Duty).where(Duty.grid_id == passing.grid_id, both, sa.or_(Duty.until_at.is_(None), Duty.until_at > now))
    session.execute(ended.values(until_at=now))
    session.add(Duty(grid_id=passing.grid_id, person_id=passing.to_id, part=Part.manager, since_at=now, until_at=None))
    passing.taken, passing.ended_at, passing.ended_by_id = True, now, by.id
    session.flush()
    audit.record(session, "grids.pass_on", f"grid/{passing.grid_id}", by=by.id, leaver=passing.from_id, successor=passing.to_id)


def must_be_due(session: Session, passing: Passing) -> None:
    """Nobody was put on duty as its manager since it was prepared: two would look after it, and neither knows of the other."""
    since = (Duty.grid_id == passing.grid_id, Duty.part == Part.manager, Duty.since_at > passing.at, *on_duty())
    others = (
        sa.select(Person.name).join(Duty, Duty.person_id == Person.id).where(*since, Person.id.not_in((passing.from_id, passing.to_id)))
    )
    name = session.scalar(others.limit(1))
    if name is not None:
        raise Refused(_("%(name)s looks after this grid as its manager meanwhile. Ask the administrator to prepare it anew.", name=name))


def hold(session: Session, passing: Passing) -> None:
    session.flush()
    session.refresh(passing, ["taken", "ended_at", "to_id"], with_for_update=True)
    if passing.ended_at is not None:
        raise Refused(_("This has been settled already. Please look at the page again."))


def find(session: Session, passing_id: int, *, for_: Me) -> Passing:
    """For those who see the grid; and for the successor, unless it was withdrawn: the leaver's note is for who takes the grid."""
    known = 0 < passing_id < 2**63
    found = session.scalar(_shown().where(Passing.id == passing_id)) if known else None
    theirs = found is not None and for_.id == found.to_id and (found.taken or found.ended_at is None)
    if found is None or not (theirs or for_.sees(found.grid_id)):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def open_for(session: Session, me: Me) -> Sequence[Passing]:
    """What this colleague is to take, or has prepared to give."""
    mine = sa.or_(Passing.to_id == me.id, Passing.from_id == me.id)
    return session.scalars(_shown().where(Passing.ended_at.is_(None), mine).order_by(Passing.at)).all()


def of_grid(session: Session, grid_id: int) -> Sequence[Passing]:
    """The grid's passings, the newest first."""
    return session.scalars(_shown().where(Passing.grid_id == grid_id).order_by(Passing.id.desc()).limit(20)).all()


def _shown() -> sa.Select[Passing]:
    people = (joinedload(Passing.leaver), joinedload(Passing.successor), joinedload(Passing.by))
    return sa.select(Passing).options(joinedload(Passing.grid), *people, selectinload(Passing.things))
