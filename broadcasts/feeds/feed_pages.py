"""A grid's open feeds and its screen in the hall. Open to everybody, the same bytes for all."""

from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery

from app.core.settings import Settings
from app.core.web import Config, Db, public_bytes, public_page
from broadcasts import shelf
from broadcasts.feeds import cap, feeds, outage_map, signage
from grids import grids
from grids.staff import organisations

Asked = Request[Any, Any, State]


def of_grid(session: Db, code: str, settings: Settings) -> feeds.Feed:
    found = grids.by_code(session, code)
    agency = organisations.find(session, found.organisation_id).name
    return feeds.Feed(
        grid=found, shelf=shelf.of_grid(session, found), contact=grids.contact(session, found.id), agency=agency, base_url=settings.base_url
    )


@get("/g/{code:str}/feed.atom", sync_to_thread=True, include_in_schema=False)
def atom(request: Asked, code: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    return public_bytes(request, feeds.atom(of_grid(session, code, settings)), "application/atom+xml; charset=utf-8")


@get("/g/{code:str}/outages.ics", sync_to_thread=True, include_in_schema=False)
def calendar(request: Asked, code: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    return public_bytes(request, feeds.calendar(of_grid(session, code, settings)), "text/calendar")


@get("/g/{code:str}/cap.xml", sync_to_thread=True, include_in_schema=False)
def warning(request: Asked, code: FromPath[str], session: Db, settings: Config, notice: FromQuery[str] = "") -> Response[bytes]:
    """One document, as its readers expect: the notice named, or the one that matters most now. The Atom feed lists them all."""
    feed = of_grid(session, code, settings)
    return public_bytes(request, cap.alert(feed, feeds.chosen(session, feed, notice)), "application/cap+xml; charset=utf-8")


@get("/g/{code:str}/outages.geojson", sync_to_thread=True, include_in_schema=False)
def outages(request: Asked, code: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    return public_bytes(request, outage_map.geojson(of_grid(session, code, settings)), "application/geo+json")


@get("/g/{code:str}/signage", sync_to_thread=True, include_in_schema=False)
def screen(request: Asked, code: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    feed = of_grid(session, code, settings)
    slides = signage.slides(session, feed.shelf)
    return public_page(
        request, "residents/signage.html", grid=feed.grid, slides=slides, seconds=signage.SECONDS, contact=feed.contact, site=feed.host
    )


routes: list[Any] = [atom, calendar, warning, outages, screen]
