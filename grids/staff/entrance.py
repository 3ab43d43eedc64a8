"""Coming in: signing in with a phone number and a password, and machines with a token."""

import secrets
from datetime import timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing, Refused, TooMany
from app.core.tokens import derive, digest
from app.core.words import phrase as _
from grids.staff import passwords
from grids.staff.staff import Me, active, as_me, by_phone, digits
from grids.staff.tables import SignIn, SignInTry, Token
from grids.tables import Person

STAYS = timedelta(days=30)
TRIES, WITHIN = 8, timedelta(minutes=15)
KNOWN = timedelta(days=400)
"""How long a browser stays known in which somebody signed in: as long as browsers keep a cookie."""


def check_password(session: Session, *, phone: str, password: str, device: str = "") -> int:
    """The person's id. Raises Refused, the same for an unknown number and a wrong password and as slowly; TooMany after tries.

    `device` is what `known` gave this browser when somebody signed in with it. Its tries are counted by themselves, so that whoever
    guesses elsewhere locks out nobody from their own phone.
    """
    phone = digits(phone)
    _slow_down(session, _trying(phone, device))
    person = by_phone(session, phone)
    right = passwords.fits(person.password_hash if person else passwords.nobodys(), password)
    if person is None or not right:
        raise Refused(_("The phone number or the password is not right."))
    return person.id


def note_wrong_try(session: Session, *, phone: str, device: str = "") -> None:
    session.add(SignInTry(phone_hash=_trying(digits(phone), device), at=clock.now()))
    session.execute(sa.delete(SignInTry).where(SignInTry.at < clock.now() - timedelta(days=1)))


def sign_in(session: Session, person_id: int) -> str:
    """A fresh token for the cookie: 256 bit, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    session.add(SignIn(token_hash=digest(token), person_id=person_id, created_at=now, expires_at=now + STAYS))
    session.execute(sa.delete(SignIn).where(SignIn.expires_at < now))
    audit.record(session, "staff.sign_in", f"person/{person_id}", by=person_id)
    return token


def known(secret: str, phone: str) -> str:
    """What a browser keeps in which this number signed in: it lets nobody in."""
    return derive(secret, "known device", digits(phone))


def recognised(secret: str, phone: str, said: str) -> str:
    """What the browser says, if it is this number's; nothing otherwise."""
    return said if secrets.compare_digest(said.encode(), known(secret, phone).encode()) else ""


def sign_out(session: Session, token: str) -> None:
    session.execute(sa.delete(SignIn).where(SignIn.token_hash == digest(token)))


def signed_in(session: Session, token: str) -> Me | None:
    person = session.scalar(
        active().join(SignIn, SignIn.person_id == Person.id).where(SignIn.token_hash == digest(token), SignIn.expires_at > clock.now())
    )
    return msgspec.structs.replace(as_me(session, person), sign_in=digest(token)) if person else None


def add_token(session: Session, name: str, *, phone: str) -> str:
    """A machine's token, which may do what that person may. It is shown once."""
    person = by_phone(session, phone)
    if person is None:
        raise Missing(_("Nobody with this phone number."))
    token = f"lindian_{secrets.token_urlsafe(32)}"
    session.add(Token(name=name, token_hash=digest(token), person_id=person.id, created_at=clock.now()))
    audit.record(session, "staff.add_token", f"person/{person.id}", by=None, name=name)
    return token


def bearer(session: Session, token: str) -> Me | None:
    person = session.scalar(
        active().join(Token, Token.person_id == Person.id).where(Token.token_hash == digest(token), Token.revoked_at.is_(None))
    )
    return as_me(session, person) if person else None


def _trying(phone: str, device: str) -> str:
    return digest(f"{phone} {device}".strip())


def _slow_down(session: Session, tried: str) -> None:
    since = clock.now() - WITHIN
    tries = session.scalar(sa.select(sa.func.count()).select_from(SignInTry).where(SignInTry.phone_hash == tried, SignInTry.at > since))
    if (tries or 0) >= TRIES:
        raise TooMany(_("Too many wrong passwords. Please wait a quarter of an hour."), retry_after=int(WITHIN.total_seconds()))
