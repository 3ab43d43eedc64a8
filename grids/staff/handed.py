"""Passwords that one colleague hands to another. Whoever comes with one chooses an own one before anything else."""

import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Mistaken, Refused
from app.core.words import phrase as _
from grids.staff import passwords
from grids.staff.staff import Me
from grids.staff.tables import HandedPassword, SignIn
from grids.tables import Person

HOLDS = timedelta(days=7)
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""None that is taken for another when it is read out."""


def hand(session: Session, person: Person, *, by: Me | None) -> str:
    """A fresh password, said once. The old one and all sign-ins end. `by` is None on the operator's command line."""
    if by is not None:
        by.must_administer()
    password = "-".join("".join(secrets.choice(SIGNS) for _sign in range(4)) for _group in range(3))
    person.password_hash = passwords.hashed(password)
    session.merge(HandedPassword(person_id=person.id, at=clock.now(), by_id=by.id if by else None))
    session.execute(sa.delete(SignIn).where(SignIn.person_id == person.id))
    audit.record(session, "staff.hand_password", f"person/{person.id}", by=by.id if by else None)
    return password


def unknown() -> str:
    """What a new colleague has until a password is handed over."""
    return secrets.token_urlsafe(32)


def waits(session: Session, person_id: int) -> bool:
    """Whether this person came with a password of somebody else's making. Raises Refused where it is too old."""
    handed = session.get(HandedPassword, person_id)
    if handed is not None and handed.at + HOLDS < clock.now():
        raise Refused(_("This one-time password is too old. Please ask the administrator for another."))
    return handed is not None


def choose(session: Session, person_id: int, password: str) -> None:
    """The person's own one, instead of the one that was handed over."""
    person = session.get_one(Person, person_id)
    passwords.must_be_long(password, field="new")
    if passwords.fits(person.password_hash, password):
        raise Mistaken(_("Please look again at the marked fields."), {"new": _("Please choose another than the one-time password.")})
    person.password_hash = passwords.hashed(password)
    session.execute(sa.delete(HandedPassword).where(HandedPassword.person_id == person_id))
    audit.record(session, "staff.choose_password", f"person/{person_id}", by=person_id)
