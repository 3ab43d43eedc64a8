"""The administrator and the colleagues: who is there, what each is, which grids each looks after. Of the own organisation and below."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Missing, Mistaken, Refused
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.staff import handed, organisations, staff
from grids.staff.staff import Me, on_duty
from grids.staff.tables import Suspension
from grids.tables import Duty, Grid, Organisation, Part, Person, Role


class Colleague(msgspec.Struct, frozen=True):
    person: Person
    organisation: str
    suspended_at: datetime | None
    duties: Sequence[Duty]


def listed(session: Session, *, of: Me | None) -> list[Colleague]:
    """Those who work here first, then the suspended; with the grids that each looks after. `of` is None on the command line."""
    wanted = sa.select(Person, Organisation.name, Suspension.at).join(Organisation).outerjoin(Suspension, Suspension.person_id == Person.id)
    if of is not None:
        of.must_administer()
        wanted = wanted.where(Person.organisation_id.in_([one.id for one in organisations.below(session, of.organisation_id)]))
    rows = session.execute(wanted.order_by(Suspension.at.is_not(None), Organisation.path, Person.name, Person.id)).all()
    duties: dict[int, list[Duty]] = defaultdict(list)
    for duty in session.scalars(sa.select(Duty).where(*on_duty()).options(joinedload(Duty.grid)).order_by(Duty.since_at)):
        duties[duty.person_id].append(duty)
    return [Colleague(person, name, at, duties[person.id]) for person, name, at in rows]


def find(session: Session, person_id: int, *, for_: Me) -> Colleague:
    """Raises Missing: also for a colleague of another organisation."""
    found = next((one for one in listed(session, of=for_) if one.person.id == person_id), None)
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def enlist(session: Session, *, by: Me, name: str, phone: str, role: Role, where: int, new: str = "") -> tuple[Person, str]:
    """A new colleague and the one-time password. `new`: the name of an organisation that is made under `where`."""
    by.must_administer()
    home = _organisation(session, where, by)
    if new:
        home = organisations.make(session, new, under=home, by=by)
    person = staff.add(session, name=name, phone=phone, role=role, organisation=home, password=handed.unknown(), by=by)
    return person, handed.hand(session, person, by=by)


def change(session: Session, person: Person, *, by: Me, name: str, role: Role, where: int) -> None:
    by.must_administer()
    home = _organisation(session, where, by)
    if person.id == by.id and (role is not person.role or home.id != person.organisation_id):
        raise Refused(_("Nobody changes their own role or organisation: please ask another administrator."))
    if role is Role.administrator and _held(session, person):
        raise _mistaken("role", _("An administrator looks after no grid: end that first, or pass the grid on."))
    before = {"name": person.name, "role": person.role, "organisation": person.organisation_id}
    person.name, person.role, person.organisation_id = name, role, home.id
    session.flush()
    after = {"name": name, "role": role, "organisation": home.id}
    audit.record(session, "staff.change", f"person/{person.id}", by=by.id, before=before, after=after)


def place(session: Session, person: Person, grid_id: int, *, part: Part, by: Me) -> None:
    """From now on this colleague looks after the grid, as its manager or as deputy. Twice is once."""
    by.must_administer()
    grid = session.get(Grid, grid_id) if by.sees(grid_id) else None
    if grid is None:
        raise _mistaken("grid", _("This is not one of the choices."))
    staff.may_look_after(session, person)
    if any(duty.grid_id == grid_id and duty.part is part for duty in _held(session, person)):
        return
    manager = _manager(session, grid_id)
    if part is Part.manager and manager is not None:
        raise _mistaken("grid", _("%(name)s is its manager. Pass the grid on, so that nothing open is lost.", name=manager))
    staff.put_on_duty(session, grid, person, part=part, by=by)


def relieve(session: Session, duty_id: int, *, by: Me) -> Duty:
    """From now on this colleague looks after the grid no more."""
    by.must_administer()
    duty = session.get(Duty, duty_id) if duty_id < 2**63 else None
    if duty is None or not by.sees(duty.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    if duty.until_at is None or duty.until_at > clock.now():
        duty.until_at = clock.now()
        session.flush()
        audit.record(session, "staff.relieve", f"grid/{duty.grid_id}", by=by.id, person=duty.person_id, part=duty.part)
    return duty


def suspend(session: Session, person: Person, *, by: Me) -> None:
    if person.id == by.id:
        raise Refused(_("Nobody suspends themselves: please ask another administrator."))
    staff.suspend(session, person, by=by)


def _held(session: Session, person: Person) -> Sequence[Duty]:
    return session.scalars(sa.select(Duty).where(Duty.person_id == person.id, *on_duty())).all()


def _manager(session: Session, grid_id: int) -> str | None:
    held = (Duty.grid_id == grid_id, Duty.part == Part.manager, *on_duty())
    return session.scalar(sa.select(Person.name).join(Duty, Duty.person_id == Person.id).where(*held).limit(1))


def _organisation(session: Session, organisation_id: int, by: Me) -> Organisation:
    found = next((one for one in organisations.below(session, by.organisation_id) if one.id == organisation_id), None)
    if found is None:
        raise _mistaken("where", _("This is not one of the choices."))
    return found


def _mistaken(field: str, why: Phrase) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), {field: why})
