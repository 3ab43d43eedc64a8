"""Colleagues: who signs in, who looks after which grid, who may see what. Visibility is decided here and nowhere else."""

import hashlib
import hmac
import re
import secrets
import threading
from datetime import timedelta

import argon2
import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Forbidden, Missing, Mistaken, Refused, TooMany
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.tables import Duty, Grid, Organisation, Part, Person, Role, SignIn, SignInTry, Suspension, Token

ROLES: dict[str, Phrase] = {
    Role.administrator: _("Administrator"),
    Role.supervisor: _("Supervisor"),
    Role.manager: _("District manager"),
    Role.specialist: _("Specialist"),
    Role.clerk: _("Hall clerk"),
}
STAYS = timedelta(days=30)
TRIES, WITHIN = 8, timedelta(minutes=15)
# Each hash takes 64 MiB: two at once are what a cheap machine has room for.
_hasher, _room = argon2.PasswordHasher(), threading.BoundedSemaphore(2)


class Me(msgspec.Struct, frozen=True):
    """The colleague who asks, with the grids this person looks after and those that may be seen."""

    id: int
    name: str
    phone: str
    role: Role
    organisation_id: int
    own: frozenset[int] = frozenset()
    seen: frozenset[int] = frozenset()

    def looks_after(self, grid_id: int) -> bool:
        """On duty in this grid now, as manager or deputy: may write."""
        return grid_id in self.own

    def sees(self, grid_id: int | None) -> bool:
        return grid_id in self.seen

    @property
    def administers(self) -> bool:
        return self.role is Role.administrator

    @property
    def reviews(self) -> bool:
        return self.role in (Role.supervisor, Role.administrator)

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
    phone = digits(phone)
    if session.scalar(sa.select(Person.id).where(Person.phone == phone)):
        raise Refused(_("A colleague with this phone number exists already."))
    if len(password) < 8:
        raise Mistaken(_("The password needs at least 8 characters."), {"password": _("At least 8 characters.")})
    person = Person(
        name=name, phone=phone, role=role, organisation_id=organisation.id, password_hash=_hash(password), created_at=clock.now()
    )
    session.add(person)
    session.flush()
    audit.record(session, "staff.add", f"person/{person.id}", by=by.id if by else None, role=role)
    return person


def by_phone(session: Session, phone: str) -> Person | None:
    """The colleague with this phone number who has not been suspended."""
    return session.scalar(_active().where(Person.phone == digits(phone)))


def suspend(session: Session, person: Person, *, by: Me | None) -> None:
    """End a colleague's access: sign-ins and tokens stop at once. `by` is None on the operator's command line."""
    if by is not None:
        by.must_administer()
    session.merge(Suspension(person_id=person.id, at=clock.now(), by_id=by.id if by else None))
    session.execute(sa.delete(SignIn).where(SignIn.person_id == person.id))
    audit.record(session, "staff.suspend", f"person/{person.id}", by=by.id if by else None)


def put_on_duty(session: Session, grid: Grid, person: Person, *, part: Part, by: Me | None) -> Duty:
    """From now on this person looks after the grid."""
    if by is not None:
        by.must_administer()
    duty = Duty(grid_id=grid.id, person_id=person.id, part=part, since_at=clock.now())
    session.add(duty)
    session.flush()
    audit.record(session, "staff.put_on_duty", f"grid/{grid.id}", by=by.id if by else None, person=person.id, part=part)
    return duty


def check_password(session: Session, *, phone: str, password: str) -> int:
    """The person's id. Raises Refused, the same for an unknown number and a wrong password and as slowly; TooMany after tries."""
    phone = digits(phone)
    _slow_down(session, phone)
    person = session.scalar(_active().where(Person.phone == phone))
    right = _verify(person.password_hash if person else _nobody(), password)
    if person is None or not right:
        raise Refused(_("The phone number or the password is not right."))
    return person.id


def note_wrong_try(session: Session, *, phone: str) -> None:
    session.add(SignInTry(phone_hash=_digest(digits(phone)), at=clock.now()))
    session.execute(sa.delete(SignInTry).where(SignInTry.at < clock.now() - timedelta(days=1)))


def sign_in(session: Session, person_id: int) -> str:
    """A fresh token for the cookie: 256 bit, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    session.add(SignIn(token_hash=_digest(token), person_id=person_id, created_at=now, expires_at=now + STAYS))
    session.execute(sa.delete(SignIn).where(SignIn.expires_at < now))
    audit.record(session, "staff.sign_in", f"person/{person_id}", by=person_id)
    return token


def sign_out(session: Session, token: str) -> None:
    session.execute(sa.delete(SignIn).where(SignIn.token_hash == _digest(token)))


def signed_in(session: Session, token: str) -> Me | None:
    person = session.scalar(
        _active().join(SignIn, SignIn.person_id == Person.id).where(SignIn.token_hash == _digest(token), SignIn.expires_at > clock.now())
    )
    return as_me(session, person) if person else None


def add_token(session: Session, name: str, *, phone: str) -> str:
    """A machine's token, which may do what that person may. It is shown once."""
    person = by_phone(session, phone)
    if person is None:
        raise Missing(_("Nobody with this phone number."))
    token = f"lindian_{secrets.token_urlsafe(32)}"
    session.add(Token(name=name, token_hash=_digest(token), person_id=person.id, created_at=clock.now()))
    audit.record(session, "staff.add_token", f"person/{person.id}", by=None, name=name)
    return token


def bearer(session: Session, token: str) -> Me | None:
    person = session.scalar(
        _active().join(Token, Token.person_id == Person.id).where(Token.token_hash == _digest(token), Token.revoked_at.is_(None))
    )
    return as_me(session, person) if person else None


def as_me(session: Session, person: Person) -> Me:
    own = frozenset(session.scalars(sa.select(Duty.grid_id).where(Duty.person_id == person.id, *on_duty())))
    seen = own
    if person.role is not Role.manager:
        path = session.scalar(sa.select(Organisation.path).where(Organisation.id == person.organisation_id)) or "-"
        below = sa.select(Grid.id).join(Grid.organisation).where(Organisation.path.startswith(path, autoescape=True))
        seen = own | frozenset(session.scalars(below))
    return Me(
        id=person.id, name=person.name, phone=person.phone, role=person.role, organisation_id=person.organisation_id, own=own, seen=seen
    )


def on_duty() -> tuple[sa.ColumnElement[bool], ...]:
    """The condition on Duty that it holds now."""
    now = clock.now()
    return Duty.since_at <= now, sa.or_(Duty.until_at.is_(None), Duty.until_at > now)


def digits(phone: str) -> str:
    """A phone number as it is kept: digits only, without the country's 86."""
    only = re.sub(r"\D", "", phone)
    return only[2:] if len(only) == 13 and only.startswith("86") else only


def _active() -> sa.Select[Person]:
    return sa.select(Person).where(~sa.exists().where(Suspension.person_id == Person.id))


def _slow_down(session: Session, phone: str) -> None:
    since = clock.now() - WITHIN
    tries = session.scalar(
        sa.select(sa.func.count()).select_from(SignInTry).where(SignInTry.phone_hash == _digest(phone), SignInTry.at > since)
    )
    if (tries or 0) >= TRIES:
        raise TooMany(_("Too many wrong passwords. Please wait a quarter of an hour."), retry_after=int(WITHIN.total_seconds()))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hash(password: str) -> str:
    with _room:
        return _hasher.hash(password)


def _verify(kept: str, password: str) -> bool:
    try:
        with _room:
            return _hasher.verify(kept, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


_someone: list[str] = []


def _nobody() -> str:
    """A hash that no password fits, so that an unknown number takes as long as a wrong password."""
    if not _someone:
        _someone.append(_hash(secrets.token_urlsafe(16)))
    return _someone[0]


def derive(secret: str, purpose: str, said: str) -> str:
    """A 128-bit-and-more token that the same words always give: for forms that may be sent twice."""
    digest = hmac.new(secret.encode(), f"{purpose}:{said}".encode(), hashlib.sha256).digest()
    return digest[:20].hex()
