"""What every request passes, whatever it asks for: the outermost ASGI wrapper.

Litestar's own middleware is not run for 404 and 405, so this stands outside it.
"""

import re
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from litestar.types import Message, Receive, Send

from app.core import assets, words
from app.core.turns import READS
from app.core.words import phrase as _

LANGUAGE_COOKIE = "lang"
POLICY = b"content-security-policy"
ONE_CLICK = re.compile(r"/s/[0-9a-f]{40}/leaving")
"""A mail program's server asks without any page (RFC 8058). The address itself is the secret, and a cookie is worth nothing there."""


def policy(*, pictures: str = "", library: bool = False) -> str:
    """Content-Security-Policy: nothing from elsewhere, no script in the page.

    The map editor's page has its own: pictures from the host of its tiles, and a default policy of trusted types, in which our
    script lets through the one piece of markup that the library tries at its start.
    """
    images, types = f"img-src 'self' data: blob: {pictures}".rstrip(), f"trusted-types lindian{' default' if library else ''}"
    return "; ".join((
        "default-src 'none'", "script-src 'self'", f"style-src 'self' '{assets.sheet_hash()}'", images,
        "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'", "font-src 'self'", "form-action 'self'",
        "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", types,
    ))  # fmt: skip


def security_headers() -> list[tuple[bytes, bytes]]:
    headers = {
        "content-security-policy": policy(),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "permissions-policy": "geolocation=(self), camera=(self), microphone=(), payment=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "strict-transport-security": "max-age=31536000",
    }
    return [(name.encode(), value.encode()) for name, value in headers.items()]


class Doors:
    """Security headers on every answer, HEAD wherever GET is, the language, and nobody else's forms."""

    def __init__(self, routed: Any, *, base_url: str, counted: Callable[[str, int], None] = lambda _method, _status: None) -> None:
        self.routed, self.counted = routed, counted
        self.origin = _origin(base_url)
        self.headers = security_headers()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.routed(scope, receive, send)
            return
        asked: dict[str, str] = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        words.language.set(_language(asked.get("cookie", "")))
        answer = self._answering(send, scope["method"])
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET", "only_headers": True}
        if refusal := _unreadable(scope["path"], asked) or self._foreign(scope, asked):
            await _refuse(answer, *refusal)
            return
        await self.routed(scope, receive, answer)

    def _answering(self, send: Send, method: str) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._guarded(message.get("headers", []))
                self.counted(method, message["status"])
            elif method == "HEAD" and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        return answer

    def _guarded(self, said: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """With our headers instead of others of their name; only what a page may load, the page itself may say (`policy`)."""
        ours = {name for name, _ in self.headers} - {POLICY}
        kept = [(k.lower(), v) for k, v in said if k.lower() not in ours]
        given = {k for k, _ in kept}
        return [*kept, *((k, v) for k, v in self.headers if k not in given)]

    def _foreign(self, scope: Any, asked: dict[str, str]) -> tuple[int, str] | None:
        """An unsafe request must come from a page of ours, or from a machine with its token."""
        if scope["method"] in READS:
            return None
        site, origin = asked.get("sec-fetch-site"), asked.get("origin")
        if site is not None:
            return None if site in ("same-origin", "none") else (403, "cross-site")
        if origin is not None:
            ours = _origin(origin) == self.origin or _origin(origin)[1] == asked.get("host")
            return None if ours else (403, "foreign-origin")
        if scope["path"].startswith("/api/") or ONE_CLICK.fullmatch(scope["path"]):
            return None
        return 403, "no-origin"


def _unreadable(path: str, asked: dict[str, str]) -> tuple[int, str] | None:
    """A path that is no text, or a Host that is none, would trip whoever reads the address later."""
    try:
        path.encode()
        urlsplit(f"//{asked.get('host', '')}").port  # noqa: B018 - reading it is the check
    except ValueError:
        return 400, "bad-address"
    return None


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def _language(cookies: str) -> str:
    try:
        chosen = SimpleCookie(cookies).get(LANGUAGE_COOKIE)
    except CookieError:
        return words.LANGUAGES[0]
    return chosen.value if chosen and chosen.value in words.LANGUAGES else words.LANGUAGES[0]


async def _refuse(send: Send, status: int, why: str) -> None:
    text = words.say(WHY[status])
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"), (b"x-refused", why.encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode(), "more_body": False})


WHY = {
    400: _("This could not be read. Please check what was sent."),
    403: _("This did not come from a page of Lindian. Open the page again and try once more."),
}
