"""Signing in and out."""

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromQuery

from app.core import forms, web, words
from app.core.database import Database
from app.core.doors import LANGUAGE_COOKIE
from app.core.errors import Mistaken, Refused, TooMany
from app.core.forms import read
from grids.staff import entrance, handed

COOKIE, DEVICE = "__Host-lindian", "__Host-lindian-device"


class Credentials(msgspec.Struct):
    phone: Annotated[str, msgspec.Meta(max_length=40)]
    password: Annotated[str, msgspec.Meta(max_length=200)]
    next: str = "/desk"
    new: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """An own password, where the other is one that was handed over."""


@get("/sign-in", sync_to_thread=True, include_in_schema=False)
def ask(next: FromQuery[str] = "/desk") -> Response[bytes]:  # noqa: A002 - the address says so
    return _again({"next": next})


@post("/sign-in", sync_to_thread=True, include_in_schema=False)
def sign_in(request: Request[Any, Any, State], form: web.Form, settings: web.Config) -> Response[Any]:
    """The password is weighed in a session that only reads: it takes long, and nobody else should wait for the lock."""
    database: Database = request.app.state.database
    said = {name: forms.again(str(form.get(name, ""))) for name in ("phone", "next")}
    device = entrance.recognised(settings.secret, said["phone"], request.cookies.get(DEVICE, ""))
    try:
        credentials = read(Credentials, form)
        with database.reading() as session:
            person_id = entrance.check_password(session, phone=credentials.phone, password=credentials.password, device=device)
            first = handed.waits(session, person_id)
        if first and not credentials.new:
            return _again({**said, "password": credentials.password})
    except Mistaken as error:
        return _again(said, status=422, mistakes=error.mistakes, reason=error.reason)
    except TooMany:
        raise
    except Refused as error:
        with database.writing() as session:
            entrance.note_wrong_try(session, phone=said["phone"], device=device)
        return _again(said, status=401, reason=error.reason)
    try:
        with database.writing() as session:
            if first:
                handed.choose(session, person_id, credentials.new)
            token = entrance.sign_in(session, person_id)
    except Mistaken as error:
        return _again({**said, "password": credentials.password}, status=422, mistakes=error.mistakes)
    answer = _with_cookie(web.see(_inside(credentials.next)), COOKIE, token, entrance.STAYS)
    return _with_cookie(answer, DEVICE, entrance.known(settings.secret, credentials.phone), entrance.KNOWN)


@post("/sign-out", sync_to_thread=True, include_in_schema=False)
def sign_out(request: Request[Any, Any, State], session: web.Db) -> Response[Any]:
    entrance.sign_out(session, request.cookies.get(COOKIE, ""))
    answer = _with_cookie(web.see("/sign-in"), COOKIE, "", timedelta())
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return answer


@get("/language", sync_to_thread=False, include_in_schema=False)
def speak(to: FromQuery[str] = "zh_CN", back: FromQuery[str] = "/") -> Response[Any]:
    """The one thing a resident's browser keeps, and only when asked for: another language."""
    answer = web.see(_inside(back))
    known = to if to in words.LANGUAGES else words.LANGUAGES[0]
    answer.set_cookie(LANGUAGE_COOKIE, known, max_age=31_536_000, path="/", samesite="lax")
    return answer


def _again(form: dict[str, str], *, status: int = 200, mistakes: Any = None, reason: Any = "") -> Response[bytes]:
    return web.page("sign_in.html", status=status, form={"phone": "", **form}, mistakes=mistakes or {}, reason=reason)


def _with_cookie(answer: Any, name: str, token: str, stays: timedelta) -> Response[Any]:
    answer.set_cookie(name, token, max_age=int(stays.total_seconds()), path="/", secure=True, httponly=True, samesite="lax")
    return answer  # type: ignore[no-any-return]


def _inside(address: str) -> str:
    """Only our own pages: a sign-in never forwards elsewhere."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and "\\" not in address and not address.startswith("//")
    return address if ours else "/desk"


routes: list[Any] = [ask, sign_in, sign_out, speak]
