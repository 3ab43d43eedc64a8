"""Passwords: hashed with argon2, two at a time."""

import secrets
import threading

import argon2

from app.core.errors import Mistaken
from app.core.words import phrase as _

LEAST = 8

# Each hash takes 64 MiB: two at once are what a cheap machine has room for.
_hasher, _room = argon2.PasswordHasher(), threading.BoundedSemaphore(2)
_someone: list[str] = []


def hashed(password: str) -> str:
    with _room:
        return _hasher.hash(password)


def must_be_long(password: str, *, field: str) -> None:
    """Raises Mistaken, beside the form's field."""
    if len(password) < LEAST:
        raise Mistaken(_("The password needs at least 8 characters."), {field: _("At least 8 characters.")})


def fits(kept: str, password: str) -> bool:
    try:
        with _room:
            return _hasher.verify(kept, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def nobodys() -> str:
    """A hash that no password fits, so that an unknown number takes as long as a wrong password."""
    if not _someone:
        _someone.append(hashed(secrets.token_urlsafe(16)))
    return _someone[0]
