"""What every address under /api/v1 shares: one answer a key, pages by cursor."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.openapi.datastructures import ResponseSpec
from sqlalchemy.orm import Session

from app.core import idempotency
from app.core.errors import Mistaken
from app.core.web import Problem
from app.core.words import phrase as _

JSON, PROBLEM = "application/json", "application/problem+json"
Row = TypeVar("Row")
MOST = 200
WRONG = {
    400: "What was sent cannot be read, or a field is wrong", 401: "No token, or one that is no more", 403: "Not yours to do",
    404: "Not there, or not yours to see", 409: "It cannot be done as things stand", 413: "Too large", 415: "Not JSON",
    422: "A field is wrong: see `mistakes`", 429: "Too often: see Retry-After", 503: "Busy for a moment: see Retry-After",
}  # fmt: skip
TROUBLE = {status: ResponseSpec(Problem, description=why, media_type=PROBLEM, generate_examples=False) for status, why in WRONG.items()}
"""What any of them may answer besides, for the OpenAPI document."""


def made(what: type[msgspec.Struct]) -> dict[int, ResponseSpec]:
    """What an act answers, and what it may answer besides."""
    return {201: ResponseSpec(what, description="Done; with an Idempotency-Key once", generate_examples=False), **TROUBLE}


def once(
    request: Request[Any, Any, Any], session: Session, person_id: int, said: Any, act: Callable[[], msgspec.Struct], *, status: int = 201
) -> Response[bytes]:
    """Do `act` and answer its struct; with an Idempotency-Key do it once however often it is asked."""
    key = request.headers.get("idempotency-key")
    asked = f"{request.method} {request.url.path} ".encode() + msgspec.json.encode(said)
    if key is not None and (kept := idempotency.recall(session, person_id, key, asked)):
        return Response(kept.body, status_code=kept.status, media_type=JSON, headers={"idempotency-replayed": "true"})
    body = msgspec.json.encode(act())
    if key is not None:
        idempotency.keep(session, person_id, key, asked, status=status, body=body)
    return Response(body, status_code=status, media_type=JSON)


def cursor(text: str | None) -> int:
    """The id after which to go on. Raises Mistaken for what we never gave out."""
    if not text:
        return 0
    try:
        after = int(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, UnicodeEncodeError):
        after = -1
    # More than the database can hold was never a key of ours either.
    if not 0 <= after < 2**63:
        raise Mistaken(_("This cursor is not one of ours. Start again without it."))
    return after


def paged(rows: Sequence[Row], limit: int, key: Callable[[Row], int]) -> tuple[Sequence[Row], str | None]:
    """Of `limit + 1` rows found, those to show and the cursor of the rest."""
    shown = rows[:limit]
    more = len(rows) > limit
    return shown, base64.urlsafe_b64encode(str(key(shown[-1])).encode()).decode().rstrip("=") if more else None
