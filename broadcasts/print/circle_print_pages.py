"""An estate's payment circle on paper: the walking sketch, the places with their hours, and a code to scan for what is open now."""

from typing import Any, Literal

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery

from app.core.errors import Missing
from app.core.settings import Settings
from app.core.web import Config, Db, public_bytes
from app.core.words import phrase as _
from broadcasts.print import circles, press
from broadcasts.print.print_pages import AGE
from grids import grids
from grids.circle import circle_sheet

Asked = Request[Any, Any, State]
Of = FromQuery[int]
TEMPLATE = "circle.typ"


@get("/g/{code:str}/pay/poster.pdf", sync_to_thread=True, include_in_schema=False)
def circle_pdf(
    request: Asked, code: FromPath[str], session: Db, settings: Config, estate: Of, size: FromQuery[Literal["a4", "a3"]] = "a4"
) -> Response[bytes]:
    name, data = _told(session, code, estate, settings, size)
    return _file(request, press.pdf(press.shelf(settings), name, TEMPLATE, data), "application/pdf", f"{name}.pdf")


@get("/g/{code:str}/pay/poster.png", sync_to_thread=True, include_in_schema=False)
def circle_picture(request: Asked, code: FromPath[str], session: Db, settings: Config, estate: Of) -> Response[bytes]:
    name, data = _told(session, code, estate, settings, "a4")
    return _file(request, press.picture(press.shelf(settings), name, TEMPLATE, data), "image/png", f"{name}.png")


def _told(session: Db, code: str, estate: int, settings: Settings, size: str) -> tuple[str, dict[str, Any]]:
    grid = grids.by_code(session, code)
    found = next((one for one in grid.estates if one.id == estate and one.lat is not None), None)
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    sheet = circle_sheet.of_estate(session, grid, found)
    data = circles.data(sheet, circle_sheet.drawn(session, sheet), grids.contact(session, grid.id), base_url=settings.base_url, size=size)
    return f"circle-{grid.code}-{found.id}-{size}", data


def _file(request: Asked, made: bytes, media_type: str, name: str) -> Response[bytes]:
    answer = public_bytes(request, made, media_type, age=AGE)
    answer.headers["content-disposition"] = f'inline; filename="{name}"'
    return answer


routes: list[Any] = [circle_pdf, circle_picture]
