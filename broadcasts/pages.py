"""What residents read: the start page, a grid, a notice, and posters of them. No account, no cookie."""

import io
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import segno
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery

from app.core import clock, forms
from app.core.errors import Missing
from app.core.web import Config, Db, page, public_bytes, public_page, see
from app.core.words import phrase as _
from broadcasts import notices, numbers, shelf, texts, timely
from broadcasts.cards import prose
from broadcasts.channels.opened import ways
from broadcasts.present import present
from broadcasts.promises import promises
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice
from grids import grids
from pwa.push import vapid

Asked = Request[Any, Any, State]
DAY = 86_400


@get("/", sync_to_thread=True, include_in_schema=False)
def start(request: Asked) -> Response[bytes]:
    return public_page(request, "residents/start.html", typed="", reason="")


@get("/find", sync_to_thread=True, include_in_schema=False)
def find(session: Db, code: FromQuery[str] = "") -> Response[Any]:
    """From what somebody typed to its page, or the plain truth that there is none."""
    what, key = numbers.read(code)
    if not code.strip():
        return see("/")
    try:
        if what == "grid":
            return see(f"/g/{grids.by_code(session, key).code}")
        if what == "notice":
            known = notices.taken_back(session, key) or notices.by_number(session, key)
            return see(f"/n/{known.number}")
        raise Missing(
            _("This is neither a short code (six digits) nor the number of a notice (such as 260714-03). Please look at it again.")
        )
    except Missing as missing:
        return page("residents/start.html", status=404, typed=forms.again(code)[:300], reason=missing.reason)


@get("/g/{code:str}", sync_to_thread=True, include_in_schema=False)
def grid(request: Asked, code: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    found = grids.by_code(session, code)
    held = shelf.of_grid(session, found)
    return public_page(
        request, "residents/grid.html", age=0, grid=found, shelf=held, place=_place,
        contact=grids.contact(session, found.id), push_key=push_key(settings.vapid_key, settings.contact),
        accuracy=promises.accuracy(session, (found.id,)), ways=ways(settings),
    )  # fmt: skip


@get("/n/{number:str}/poster", sync_to_thread=True, include_in_schema=False)
def notice_poster(request: Asked, number: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    found = notices.by_number(session, number)
    return public_page(
        request, "residents/notice_poster.html", age=0, notice=found, truth=present(found, clock.now()), place=_place(found),
        places=audiences.lines(found.places), blocks=prose.blocks(timely.words(found)),
        contact=grids.contact(session, found.grid_id), site=_site(settings.base_url),
    )  # fmt: skip


@get("/n/{number:str}/qr.svg", sync_to_thread=True, include_in_schema=False)
def notice_qr(request: Asked, number: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    found = notices.by_number(session, number)
    return public_bytes(request, qr(texts.address(settings.base_url, found)), "image/svg+xml", age=DAY)


@get("/g/{code:str}/qr.svg", sync_to_thread=True, include_in_schema=False)
def grid_qr(request: Asked, code: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    found = grids.by_code(session, code)
    return public_bytes(request, qr(f"{settings.base_url}/g/{found.code}"), "image/svg+xml", age=DAY)


@get("/g/{code:str}/poster", sync_to_thread=True, include_in_schema=False)
def grid_poster(request: Asked, code: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    found = grids.by_code(session, code)
    contact = grids.contact(session, found.id)
    return public_page(request, "residents/grid_poster.html", grid=found, contact=contact, site=_site(settings.base_url))


def qr(address: str) -> bytes:
    """A QR code that is black on white in the dark as well: a reader needs the contrast."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, border=3, light="#fff", omitsize=True)
    return drawn.getvalue()


@cache
def push_key(path: Path, contact: str) -> str:
    return str(vapid.opened(path, subject=contact).public_key)


def _place(notice: Notice) -> str:
    return audiences.short(notice.places)


def _site(base_url: str) -> str:
    return urlsplit(base_url).netloc


routes: list[Any] = [
    start, find, grid, notice_poster, notice_qr, grid_qr, grid_poster,
]  # fmt: skip
