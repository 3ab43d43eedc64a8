"""Colleagues: who they are, who looks after which grid, who may see what. Visibility is decided here and nowhere else."""

import re

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.staff import passwords
from grids.staff.tables import SignIn, Suspension
from grids.tables import Duty, Grid, Organisation, Part, Person, Role

ROLES: dict[str, Phrase] = {
    Role.administrator: _("Administrator"),
    Role.supervisor: _("Supervisor"),
    Role.manager: _("District manager"),
    Role.specialist: _("Specialist"),
    Role.clerk: _("Hall clerk"),
}


class Me(msgspec.Struct, frozen=True):
    """The colleague who asks, with the grids this person looks after and those that may be seen."""

    id: int
    name: str
    phone: str
    role: Role
    organisation_id: int
    own: frozenset[int] = frozenset()
    seen: frozenset[int] = frozenset()
    hall: frozenset[int] = frozenset()
    """The grids of the very hall in which a clerk sits; of those below it a clerk only sees."""
    sign_in: str | None = None
    """The hash of the sign-in by which they come; none for a machine."""

    def looks_after(self, grid_id: int) -> bool:
        """On duty in this grid now, as manager or deputy: may write."""
        return grid_id in self.own

    def sees(self, grid_id: int | None) -> bool:
        return grid_id in self.seen

    def is_near(self, grid_id: int | None) -> bool:
        """Near enough to the people of this grid to read rooms and to ask for a number; everybody else reads without persons."""
        return grid_id in self.near

    @property
    def near(self) -> frozenset[int]:
        return self.own | self.hall

    @property
    def administers(self) -> bool:
        return self.role is Role.administrator

    @property
    def reviews(self) -> bool:
        return self.role in (Role.supervisor, Role.administrator)

    @property
    def is_consulted(self) -> bool:
        """Sees no grid, only the questions that colleagues put to this person."""
        return self.role is Role.specialist

    @property
    def notes_questions(self) -> bool:
        """May enter what somebody asked by phone or at the counter."""
        return self.role is Role.clerk or bool(self.own)

    def must_look_after(self, grid_id: int) -> None:
        if grid_id not in self.seen:
            raise Missing(_("There is nothing here, or it is not yours to see."))
        if not self.looks_after(grid_id):
            raise Forbidden(_("Only the grid's own manager or deputy on duty may do this."))

    def must_administer(self) -> None:
        if not self.administers:
            raise Forbidden(_("Only an administrator may do this."))

    def must_review(self) -> None:
        if not self.reviews:
            raise Forbidden(_("This page is for supervisors."))


def add(session: Session, *, name: str, phone: str, role: Role, organisation: Organisation, password: str, by: Me | None) -> Person:
    """A new colleague. The phone number is the name for signing in. `by` is None on the operator's command line."""
    if by is not None:
        by.must_administer()
    phone = must_be_phone(phone)
    known = session.scalar(sa.select(Person).where(Person.phone == phone))
    if known is not None:
        raise _known(session, known)
    passwords.must_be_long(password, field="password")
    person = Person(
        name=name, phone=phone, role=role, organisation_id=organisation.id, password_hash=passwords.hashed(password), created_at=clock.now()
    )
    session.add(person)
    session.flush()
    audit.record(session, "staff.add", f"person/{person.id}", by=by.id if by else None, role=role)
    return person


def _known(session: Session, person: Person) -> Mistaken:
    """Who comes back is brought back: with the same name in what was done before."""
    gone = session.get(Suspension, person.id) is not None
    why = _("%(name)s has this number and is suspended: bring %(name)s back instead.", name=person.name)
    said = why if gone else _("A colleague with this phone number exists already.")
    return Mistaken(said, {"phone": said})


def must_be_phone(phone: str) -> str:
    """A Chinese mobile number, or a telephone with its area code; as it is kept. Raises Mistaken."""
    kept = digits(phone)
    if not re.fullmatch(r"[\d\s()+-]+", phone.strip()) or not re.fullmatch(r"1\d{10}|0\d{9,11}", kept):
        why = _("This is no phone number: please give eleven digits, or area code and number.")
        raise Mistaken(why, {"phone": why})
    return kept


def by_phone(session: Session, phone: str, *, gone: bool = False) -> Person | None:
    """The colleague with this phone number who has not been suspended. `gone`: or who has."""
    return session.scalar((sa.select(Person) if gone else active()).where(Person.phone == digits(phone)))


def suspend(session: Session, person: Person, *, by: Me | None) -> None:
    """End a colleague's access: sign-ins and tokens stop at once. `by` is None on the operator's command line."""
    if by is not None:
        by.must_administer()
    session.merge(Suspension(person_id=person.id, at=clock.now(), by_id=by.id if by else None))
    session.execute(sa.delete(SignIn).where(SignIn.person_id == person.id))
    audit.record(session, "staff.suspend", f"person/{person.id}", by=by.id if by else None)


def restore(session: Session, person: Person, *, by: Me | None) -> None:
    """A suspended colleague may come again, as before. Nothing happens to one who was not suspended."""
    if by is not None:
        by.must_administer()
    gone = session.get(Suspension, person.id)
    if gone is not None:
        session.delete(gone)
        session.flush()
        audit.record(session, "staff.restore", f"person/{person.id}", by=by.id if by else None)


def may_look_after(session: Session, person: Person) -> None:
    """Raises Refused for who may look after no grid."""
    if person.role is Role.administrator:
        raise Refused(_("An administrator looks after no grid."))
    if session.get(Suspension, person.id) is not None:
        raise Refused(_("This colleague is suspended."))


def put_on_duty(session: Session, grid: Grid, person: Person, *, part: Part, by: Me | None) -> Duty:
    """From now on this person looks after the grid."""
    if by is not None:
        by.must_administer()
    duty = Duty(grid_id=grid.id, person_id=person.id, part=part, since_at=clock.now())
    session.add(duty)
    session.flush()
    audit.record(session, "staff.put_on_duty", f"grid/{grid.id}", by=by.id if by else None, person=person.id, part=part)
    return duty


def as_me(session: Session, person: Person) -> Me:
    own = frozenset(session.scalars(sa.select(Duty.grid_id).where(Duty.person_id == person.id, *on_duty())))
    seen = own
    hall: frozenset[int] = frozenset()
    if person.role is Role.clerk:
        hall = frozenset(session.scalars(sa.select(Grid.id).where(Grid.organisation_id == person.organisation_id)))
    if person.role not in (Role.manager, Role.specialist):
        path = session.scalar(sa.select(Organisation.path).where(Organisation.id == person.organisation_id)) or "-"
        below = sa.select(Grid.id).join(Grid.organisation).where(Organisation.path.startswith(path, autoescape=True))
        seen = own | frozenset(session.scalars(below))
    return Me(
        id=person.id, name=person.name, phone=person.phone, role=person.role, organisation_id=person.organisation_id, own=own, seen=seen,
        hall=hall,
    )  # fmt: skip


def on_duty() -> tuple[sa.ColumnElement[bool], ...]:
    """The condition on Duty that it holds now."""
    now = clock.now()
    return Duty.since_at <= now, sa.or_(Duty.until_at.is_(None), Duty.until_at > now)


def still_looks_after(session: Session, person_id: int | None, grid_id: int) -> bool:
    """Whether who decided something then might decide it now: on duty in the grid, and not suspended."""
    wanted = active().join(Duty, Duty.person_id == Person.id).where(Person.id == person_id, Duty.grid_id == grid_id, *on_duty())
    return session.scalar(wanted.limit(1)) is not None


def digits(phone: str) -> str:
    """A phone number as it is kept: digits only, without the country's 86."""
    only = re.sub(r"\D", "", phone)
    return only[2:] if len(only) == 13 and only.startswith("86") else only


def active() -> sa.Select[Person]:
    return sa.select(Person).where(~sa.exists().where(Suspension.person_id == Person.id))
