"""Refusals turned into answers, in one place: a page for people, problem+json for machines."""

from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from app.core import forms, web
from app.core.errors import Full, Mistaken, Refused, SignInNeeded, TooMany
from app.core.words import Phrase, say
from app.core.words import phrase as _

log = structlog.get_logger("web")
Asked = Request[Any, Any, Any]


def refused(request: Asked, error: Refused) -> Response[Any]:
    mistakes = {name: str(why) for name, why in error.mistakes.items()} if isinstance(error, Mistaken) else {}
    answer = _answer(request, error.status, error.reason, mistakes)
    if isinstance(error, TooMany):
        answer.headers["retry-after"] = str(error.retry_after)
    return answer


def sign_in_needed(request: Asked, _error: SignInNeeded) -> Response[Any]:
    if _is_api(request):
        answer = web.problem(401, say("Please send a token: Authorization: Bearer …"))
        answer.headers["www-authenticate"] = "Bearer"
        return answer
    where = _path(request) if request.method == "GET" else "/desk"
    return Redirect(f"/sign-in?next={quote(where)}", status_code=303)


def http_error(request: Asked, error: HTTPException) -> Response[Any]:
    """Litestar's own refusals: no such address, wrong method, too large, unreadable."""
    reasons = {
        404: _("There is nothing at this address."),
        405: _("This address cannot be used in this way."),
        408: _("This came too slowly. Please send it again where the signal is better, or with fewer photos."),
        413: _("This is too large. Please send less at once."),
        415: _("Please send JSON with content-type application/json."),
        429: _("Too many at once. Please wait a moment."),
    }
    if error.status_code >= 500:
        return unexpected(request, error)
    mistakes = _fields(error)
    answer = _answer(
        request, error.status_code, reasons.get(error.status_code, _("This could not be read. Please check what was sent.")), mistakes
    )
    answer.headers.update({name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"})
    return answer


def unreadable(request: Asked, _error: Exception) -> Response[Any]:
    """What nests too deep, is no text, or is more than a database can hold."""
    return _answer(request, 400, _("This could not be read. Please check what was sent."), {})


def busy(request: Asked, error: Exception) -> Response[Any]:
    """The disk is full or read-only, or a lock was not free in time: an alarm, and nothing was kept."""
    log.error("database", path=_path(request), exc_info=error)
    answer = _answer(request, 503, _("This cannot be kept just now; nothing was changed. Please try again in a minute."), {})
    answer.headers["retry-after"] = "60"
    return answer


def full(request: Asked, _error: Full) -> Response[Any]:
    answer = _answer(request, 503, _("Very many are writing just now. Please try again in a few seconds."), {})
    answer.headers["retry-after"] = "5"
    return answer


def unexpected(request: Asked, error: Exception) -> Response[Any]:
    log.error("unexpected", path=_path(request), method=request.method, exc_info=error)
    return _answer(request, 500, _("Something went wrong on our side; nothing was changed. Please try again."), {})


def _answer(request: Asked, status: int, reason: Phrase, mistakes: dict[str, str]) -> Response[Any]:
    if _is_api(request):
        return web.problem(status, str(reason), mistakes=mistakes)
    return web.page("error.html", status=status, code=status, reason=reason, mistakes=mistakes)


def _path(request: Asked) -> str:
    return str(request.scope["path"])


def _is_api(request: Asked) -> bool:
    return _path(request).startswith("/api/") or request.headers.get("accept", "").startswith("application/json")


def _fields(error: HTTPException) -> dict[str, str]:
    """Which fields of a JSON body or of an address were wrong, and why."""
    extra = getattr(error, "extra", None)
    found = extra if isinstance(extra, list) else []
    return {str(one.get("key", "")): str(forms.reason(str(one.get("message", "")))) for one in found if isinstance(one, dict)}


HANDLERS: dict[Any, Any] = {
    Refused: refused,
    SignInNeeded: sign_in_needed,
    Full: full,
    HTTPException: http_error,
    RecursionError: unreadable,
    UnicodeError: unreadable,
    OverflowError: unreadable,
    sa.exc.DataError: unreadable,
    sa.exc.OperationalError: busy,
    sa.exc.InternalError: busy,
    sa.exc.TimeoutError: busy,
    Exception: unexpected,
}
