"""What a push says, in the declarative form: a browser that knows it shows the notification without running our script.

It passes foreign servers and lock screens, so it carries what is on the poster and never a name, a number or an address of a person.
"""

import unicodedata

import msgspec

from app.core import nameless
from pwa.push.sealing import LONGEST, TooLong

DECLARATIVE = 8030
TITLE, TAG = 120, 64
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def declarative(*, title: str, body: str, navigate: str, tag: str, lang: str = "zh-CN") -> bytes:
    """`navigate` is a whole https address (this machine's in tests). `tag` merges what arrives twice. A long body is cut."""
    if not navigate.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise ValueError(f"navigate must be a whole address: {navigate!r}")
    notification = {
        "title": nameless.numbers(plain(title))[:TITLE],
        "body": nameless.numbers(plain(body))[:LONGEST],
        "navigate": navigate,
        "tag": tag[:TAG],
        "lang": lang,
        "silent": False,
    }
    message = {"web_push": DECLARATIVE, "notification": notification}
    encoded = msgspec.json.encode(message)
    while len(encoded) > LONGEST:
        notification["body"] = _shorter(str(notification["body"]), len(encoded) - LONGEST)
        encoded = msgspec.json.encode(message)
    return encoded


def plain(words: str) -> str:
    """Without control signs and without those that turn the writing round."""
    kept = (" " if sign in TURNING or (unicodedata.category(sign) in ("Cc", "Cs") and sign != "\n") else sign for sign in words)
    return "".join(kept).strip()


def _shorter(body: str, too_many: int) -> str:
    if len(body) < 2:
        raise TooLong("the title and the address alone are too long")
    # A sign is at most 6 bytes of JSON: a sixth of the excess always has to go, then we look again.
    return body[: -(too_many // 6 + 2)] + "…"
