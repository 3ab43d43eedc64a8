"""For people without smartphones: posters as PDF and picture, what the loudspeaker says, the list from door to door."""

from typing import Any, Literal

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery

from app.core.errors import Missing
from app.core.settings import Settings
from app.core.web import Config, Db, page, public_bytes
from broadcasts import notices
from broadcasts.cards import cards
from broadcasts.print import doors, posters, press
from broadcasts.print.posters import Poster
from broadcasts.print.script import loudspeaker
from broadcasts.sending import checklist, targets
from broadcasts.subscribers import audiences
from grids import grids
from grids.staff.who import Me

Asked = Request[Any, Any, State]
Size = FromQuery[Literal["a4", "a3"]]
POSTER = "poster.typ"
AGE = 60


@get("/n/{number:str}/poster.pdf", sync_to_thread=True, include_in_schema=False)
def notice_pdf(request: Asked, number: FromPath[str], session: Db, settings: Config, size: Size = "a4") -> Response[bytes]:
    return _pdf(request, _of_notice(session, number, settings), settings, size)


@get("/n/{number:str}/poster.png", sync_to_thread=True, include_in_schema=False)
def notice_picture(request: Asked, number: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    return _picture(request, _of_notice(session, number, settings), settings)


@get("/c/{slug:str}/poster.pdf", sync_to_thread=True, include_in_schema=False)
def card_pdf(
    request: Asked, slug: FromPath[str], session: Db, settings: Config, g: FromQuery[str] = "", size: Size = "a4"
) -> Response[bytes]:
    return _pdf(request, _of_card(session, slug, g, settings), settings, size)


@get("/c/{slug:str}/poster.png", sync_to_thread=True, include_in_schema=False)
def card_picture(request: Asked, slug: FromPath[str], session: Db, settings: Config, g: FromQuery[str] = "") -> Response[bytes]:
    return _picture(request, _of_card(session, slug, g, settings), settings)


@get("/desk/notices/{number:str}/loudspeaker", sync_to_thread=True, include_in_schema=False)
def speak(number: FromPath[str], session: Db, me: Me) -> Response[bytes]:
    notice = notices.find(session, number, for_=me)
    return page("desk/loudspeaker.html", me=me, notice=notice, script=loudspeaker(notice, grids.contact(session, notice.grid_id)))


@get("/desk/notices/{number:str}/doors", sync_to_thread=True, include_in_schema=False)
def door_list(number: FromPath[str], session: Db, me: Me) -> Response[bytes]:
    notice = notices.find(session, number, for_=me)
    found = doors.of_notice(session, notice)
    return page(
        "desk/doors.html", me=me, notice=notice, doors=found, gaps=doors.gaps(found), count=found.households,
        place=audiences.short(notice.places), update=notice.updates[-1] if notice.updates else None, of=targets.of,
        ticks=checklist.ticks(session, notice), writes=me.looks_after(notice.grid_id) and bool(notice.updates),
    )  # fmt: skip


@get("/desk/notices/{number:str}/doors.pdf", sync_to_thread=True, include_in_schema=False)
def doors_pdf(number: FromPath[str], session: Db, me: Me, settings: Config) -> Response[bytes]:
    notice = notices.find(session, number, for_=me)
    made = press.pdf(press.shelf(settings), f"doors-{notice.number}", "doors.typ", doors.data(doors.of_notice(session, notice), notice))
    headers = {"cache-control": "no-store", "content-disposition": f'inline; filename="doors-{notice.number}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


def _of_notice(session: Db, number: str, settings: Settings) -> Poster:
    notice = notices.by_number(session, number)
    return posters.of_notice(notice, grids.contact(session, notice.grid_id), base_url=settings.base_url)


def _of_card(session: Db, slug: str, code: str, settings: Settings) -> Poster:
    """An unknown grid is left out: the card is still right."""
    card = cards.find(session, slug)
    try:
        home = grids.by_code(session, code) if code else None
    except Missing:
        home = None
    return posters.of_card(card, home, grids.contact(session, home.id) if home else None, base_url=settings.base_url)


def _pdf(request: Asked, poster: Poster, settings: Settings, size: str) -> Response[bytes]:
    made = press.pdf(press.shelf(settings), f"{poster.name}-{size}", POSTER, posters.data(poster, size))
    return _file(request, made, "application/pdf", f"{poster.name}-{size}.pdf")


def _picture(request: Asked, poster: Poster, settings: Settings) -> Response[bytes]:
    made = press.picture(press.shelf(settings), poster.name, POSTER, posters.data(poster, "a4", further=False))
    return _file(request, made, "image/png", f"{poster.name}.png")


def _file(request: Asked, made: bytes, media_type: str, name: str) -> Response[bytes]:
    answer = public_bytes(request, made, media_type, age=AGE)
    answer.headers["content-disposition"] = f'inline; filename="{name}"'
    return answer


routes: list[Any] = [notice_pdf, notice_picture, card_pdf, card_picture, speak, door_list, doors_pdf]
