"""Secrets that are handed out: only their hashes are kept."""

import hashlib
import hmac


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def derive(secret: str, purpose: str, said: str) -> str:
    """A 128-bit-and-more token that the same words always give: for forms that may be sent twice."""
    digest = hmac.new(secret.encode(), f"{purpose}:{said}".encode(), hashlib.sha256).digest()
    return digest[:20].hex()


def once(nonce: str, *said: object) -> str:
    """By what a form is known that may be sent twice: its number and what it says. Written over and sent again, it is another."""
    return f"{nonce}:{digest(repr(said))[:32]}"
