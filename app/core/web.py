"""What every page and address of ours shares: answers, dependencies, types."""

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import FormMultiDict, State
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect
from sqlalchemy.orm import Session

from app.core import forms, templates, touched
from app.core.database import Database
from app.core.errors import Mistaken, Refused, TooMany
from app.core.settings import Settings
from app.core.turns import READS

Db = NamedDependency[Session]
Config = NamedDependency[Settings]
Form = NamedDependency[FormMultiDict]
HTML = "text/html"
LARGEST = 2**63 - 1
"""More than this no key can be, and SQLite trips over it."""


def must_be_a_key(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """A number in an address that no row can have leads nowhere. Raises HTTPException."""
    if any(isinstance(said, int) and not 0 <= said <= LARGEST for said in connection.path_params.values()):
        raise HTTPException(status_code=404)


def provide_session(request: Request[Any, Any, State]) -> Iterator[Session]:
    """One transaction a request: returning keeps, raising undoes. What is kept is kept before the answer leaves."""
    database: Database = request.app.state.database
    with database.session(writes=request.method not in READS) as session:
        try:
            yield session
        except BaseException:
            session.rollback()
            raise
        session.commit()


def provide_form(request: Request[Any, Any, State]) -> FormMultiDict:
    """What a browser's form says, opened before the turn (app/core/sent.py); or why it could not be opened."""
    form: FormMultiDict | HTTPException = request.scope["state"]["form"]
    if isinstance(form, HTTPException):
        raise form
    return form


def provide_settings(state: State) -> Settings:
    settings: Settings = state.settings
    return settings


def page(template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any) -> Response[bytes]:
    """A page of one person's: never kept by anybody in between."""
    kept = {"cache-control": "no-store", **(headers or {})}
    return Response(templates.render(template, {"status": status, **context}), status_code=status, media_type=HTML, headers=kept)


def public_page(request: Request[Any, Any, State], template: str, *, age: int = 15, **context: Any) -> Response[bytes]:
    """A page that is the same bytes for everybody: it may be kept, and asked again by its ETag; of age 0 it is asked each time."""
    return public_bytes(request, templates.render(template, {"status": 200, **context}), HTML, age=age)


def public_bytes(request: Request[Any, Any, State], body: bytes, media_type: str, *, age: int = 15) -> Response[bytes]:
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    kept = f"max-age={age}" if age else "max-age=0, must-revalidate"
    headers = {"etag": tag, "cache-control": f"public, {kept}", "vary": "Cookie"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    return Response(body, media_type=media_type, headers=headers)


def attached(body: bytes, media_type: str, name: str) -> Response[bytes]:
    """A file to take away, of one person's. The name may be Chinese."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in ".-_") else "_" for sign in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(body, media_type=media_type, headers={"cache-control": "no-store", "content-disposition": disposition})


class Written(dict[str, str]):
    """What was written in a form; what was not sent is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def form_filled(template: str, stands: touched.Stands, **context: Any) -> Response[bytes]:
    """A form as things stand, with the mark by which it is seen later what was touched in it (app/core/touched.py)."""
    first = {name: values[0] for name, values in stands.items() if values}
    return page(template, form=Written(first), said=stands, mistakes={}, reason="", filled=touched.mark(stands), **context)


def form_again(
    template: str, error: Refused, form: FormMultiDict, *, headers: dict[str, str] | None = None, **context: Any
) -> Response[bytes]:
    """The same form with what was written and, beside each field, what is wrong with it; or when to send it again."""
    mistakes = error.mistakes if isinstance(error, Mistaken) else {}
    wait = {"retry-after": str(error.retry_after)} if isinstance(error, TooMany) else {}
    said = {name: [forms.again(value) if isinstance(value, str) else value for value in form.getall(name)] for name in form}
    first = {name: values[0] for name, values in said.items() if values and isinstance(values[0], str)}
    kept = {**(headers or {}), **wait}
    return page(
        template, status=error.status, headers=kept, form=Written(first), said=said, mistakes=mistakes, reason=error.reason, **context
    )


def see(address: str) -> Redirect:
    """After an act: look at the result. A reload does not act again."""
    return Redirect(address, status_code=303)


class Problem(msgspec.Struct, omit_defaults=True):
    """An error for machines, as RFC 9457 has it."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""
    mistakes: dict[str, str] = {}


def problem(status: int, title: str, detail: str = "", mistakes: dict[str, str] | None = None) -> Response[bytes]:
    body = msgspec.json.encode(Problem(title=title, status=status, detail=detail, mistakes=mistakes or {}))
    return Response(body, status_code=status, media_type="application/problem+json", headers={"cache-control": "no-store"})
