"""Refusals with a reason. Acts raise them; app/core/answers.py turns them into pages and problem+json."""

from app.core.words import Phrase


class Refused(Exception):
    """The act is understood and not allowed, now or to this person. `reason` says what to do instead."""

    status = 409

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Forbidden(Refused):
    """Not allowed to this person at all."""

    status = 403


class Missing(Refused):
    """No such thing, or not yours to see: both look the same."""

    status = 404


class Mistaken(Refused):
    """What was written cannot be read. `mistakes` names every field with its reason."""

    status = 422

    def __init__(self, reason: Phrase, mistakes: dict[str, Phrase] | None = None) -> None:
        super().__init__(reason)
        self.mistakes = mistakes or {}


class Crossed(Mistaken):
    """Two wrote at the same fields: each is named with what stands there now."""

    status = 409


class Overtaken(Refused):
    """What the page showed is no longer so: somebody acted since it was opened. Looked at again, it may be done."""


class TooMany(Refused):
    """Asked too often. `retry_after` is in seconds."""

    status = 429

    def __init__(self, reason: Phrase, *, retry_after: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class NotKept(Refused):
    """The disk takes nothing more."""

    status = 503


class Full(Exception):
    """More wait than can be served soon."""


class SignInNeeded(Exception):
    """A staff page was opened without a sign-in."""
