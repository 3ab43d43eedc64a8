"""HTTP requests, several at once, to providers: no redirects, no proxy, short answers, where it must be to a checked address."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from broadcasts.channels.protocol import TIMEOUT_MS, Result
from pwa.push.guard import Target
from pwa.push.outcomes import Verdict


class Post(msgspec.Struct, frozen=True):
    """`target` pins the connection to the address that was checked."""

    url: str
    headers: dict[str, str]
    body: bytes
    target: Target | None = None


class Answer(msgspec.Struct, frozen=True):
    status: int | None
    body: bytes = b""
    error: str = ""
    retry_after: int | None = None


def said(answer: Answer) -> dict[str, Any]:
    """The object that was answered; empty where it is none that can be read: no JSON, another writing, too deep."""
    try:
        found = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def unread(answer: Answer, keys: Iterable[int]) -> list[Result]:
    """It cannot be known what became of these: tried again. A page is of a machine in between; the provider itself may have done it."""
    done = answer.status is not None and 200 <= answer.status < 300 and answer.body.lstrip()[:1] in (b"{", b"[")
    return [Result(key, Verdict.RETRY, answer.error or str(answer.status), answer.retry_after, perhaps_done=done) for key in keys]


def send(posts: Sequence[Post], *, timeout_ms: int = TIMEOUT_MS) -> list[Answer]:
    """In the order asked. Never raises for what the other side does."""
    from broadcasts.channels import curl  # 6 MB, which a worker does not carry where there is push alone.

    return curl.send(posts, timeout_ms=timeout_ms)
