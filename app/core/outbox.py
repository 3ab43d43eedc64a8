"""A form that a phone keeps until it has a signal, and then sends until it is answered: done once, whenever it comes.

A browser's own form is answered by a page to look at. One from the phone's outbox (pwa/static/js/outbox.js) has an
Idempotency-Key and is answered 204; it says how long ago it was filled in, by its own clock's difference, so that a phone
whose clock is wrong is right all the same.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.datastructures import FormMultiDict, UploadFile
from sqlalchemy.orm import Session

from app.core import clock, idempotency
from app.core.errors import Refused, TooMany
from app.core.web import see

KEY, AGO = "idempotency-key", "x-made-ago"
Then = str | Callable[[], str]
LONGEST = 7 * 86_400
LATELY = timedelta(minutes=2)


def once(
    request: Request[Any, Any, Any], session: Session, person_id: int, form: FormMultiDict, act: Callable[[], object], *, then: Then
) -> Response[Any]:
    """Do `act`, then show `then`, which may depend on what came of it; with a key do it once however often it is sent."""
    key = request.headers.get(KEY)
    if key is None:
        act()
        return see(_place(then))
    said = sorted([name, _value(value)] for name, value in form.multi_items())
    asked = f"{request.method} {request.url.path} ".encode() + msgspec.json.encode(said)
    if idempotency.recall(session, person_id, key, asked) is None:
        act()
        _keep(session, person_id, key, asked)
    return Response(None, status_code=204, headers={"content-location": _place(then), "cache-control": "no-store"})


def done(name: str, at: datetime) -> dict[str, str]:
    """Headers that tell the phone who had done it, where that may have been somebody else, and when."""
    return {"x-done-by": quote(name), "x-done-at": str(round(at.timestamp() * 1000))}


def must_hear(request: Request[Any, Any, Any], refusal: Refused) -> None:
    """The phone hears a refusal as it is (raises it); whoever stands before the form is shown its page again, by the caller."""
    if kept(request):
        raise refusal


def kept(request: Request[Any, Any, Any]) -> bool:
    """It comes from there: whoever is refused something reads the reason where the form was, not on the page of an answer."""
    return KEY in request.headers


def made_at(request: Request[Any, Any, Any]) -> datetime | None:
    """When the form was filled in, where that was before now."""
    said = request.headers.get(AGO, "")
    if not (said.isascii() and said.isdecimal() and len(said) <= 9):
        return None
    return clock.now() - timedelta(seconds=min(int(said), LONGEST))


def waited(request: Request[Any, Any, Any]) -> bool:
    """It lay on the phone until there was a signal: nobody stands before the form any more who could be asked something."""
    made = made_at(request)
    return made is not None and clock.now() - made > LATELY


def _place(then: Then) -> str:
    return then if isinstance(then, str) else then()


def _value(value: Any) -> str:
    """What a field says; of a file what is in it."""
    if not isinstance(value, UploadFile):
        return str(value)
    held = hashlib.file_digest(value.file, "sha256").hexdigest()
    value.file.seek(0)
    return held


def _keep(session: Session, person_id: int, key: str, asked: bytes) -> None:
    try:
        idempotency.keep(session, person_id, key, asked, status=204, body=b"")
    except Refused as twin:
        # Its twin is being done at this moment: the phone asks again and hears that it is done.
        raise TooMany(twin.reason, retry_after=2) from twin
