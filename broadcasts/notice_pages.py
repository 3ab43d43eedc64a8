"""A notice as everybody reads it: the present truth first, whatever link was forwarded; then one's own building, then the story."""

from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery

from app.core import clock, forms
from app.core.errors import Missing
from app.core.web import Config, Db, public_bytes, public_page
from app.core.words import phrase as _
from broadcasts import holding, notices, texts, timely
from broadcasts.cards import prose
from broadcasts.channels.opened import ways
from broadcasts.feeds import feed_pages, feeds
from broadcasts.present import Present, present
from broadcasts.promises import company
from broadcasts.sending import openings
from broadcasts.shelf import Told
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice
from grids import grids

Asked = Request[Any, Any, State]
LONGEST = 40


@get("/n/{number:str}", sync_to_thread=True, include_in_schema=False)
def notice(
    *, request: Asked, number: FromPath[str], session: Db, settings: Config, g: FromQuery[str] = "", estate: FromQuery[str] = "",
    building: FromQuery[str] = "",
) -> Response[bytes]:  # fmt: skip
    """`g` says by which group's link it was opened: counted, and nothing else; the page is the same."""
    if gone := notices.taken_back(session, number):
        return public_page(request, "residents/taken_back.html", age=0, gone=gone, grid=grids.get(session, gone.grid_id))
    found = notices.by_number(session, number)
    if openings.is_opening(request.headers, g, only_headers="only_headers" in request.scope):
        request.app.state.openings.note(found.id, g)
    contact, truth = grids.contact(session, found.grid_id), present(found, clock.now())
    estates = grids.by_code(session, found.grid.code).estates if found.kind.is_outage else []
    asked = audiences.of_grid(session, found.grid) if estates and estate else []
    home = next((one for one in asked if str(one.id) == estate), None)
    building = forms.again(building)[:LONGEST]
    others = holding.beside(session, found, clock.now()) if found.kind.is_outage and (home or not truth.runs) else []
    said = holding.of_home(found, truth, others, home, building) if home else None
    others = holding.to_tell(found, truth, others)
    return public_page(
        request, "residents/notice.html", age=0, notice=found, truth=truth, title=texts.headline(found, truth),
        place=audiences.short(found.places), places=audiences.lines(found.places), blocks=prose.blocks(timely.words(found)),
        contact=contact, text=texts.group(found, truth, contact, base_url=settings.base_url), estates=estates, home=home, building=building,
        said=said, over=truth.state in holding.OVER, others=others, first=holding.first(truth, others), short=audiences.short,
        usual=_usual(session, found, truth), ways=ways(settings),
    )  # fmt: skip


@get("/n/{number:str}/calendar.ics", sync_to_thread=True, include_in_schema=False)
def calendar(request: Asked, number: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    """The one outage, for one's own calendar; its event has the UID that it has in the grid's."""
    found = notices.by_number(session, number)
    if not found.kind.is_outage or found.starts_at is None:
        raise Missing(_("This notice has no time that a calendar could hold."))
    feed = feed_pages.of_grid(session, found.grid.code, settings)
    return public_bytes(request, feeds.calendar(feed, [Told(found, present(found, clock.now()))]), "text/calendar")


def _usual(session: Db, found: Notice, truth: Present) -> tuple[int, str] | None:
    """What the service promise says while a fault's end is not known: hours after the crew's arrival, and whose promise it is."""
    if truth.state != "out" or found.ends_at is not None:
        return None
    rule = company.of(session, found.grid_id).restoration
    return (int(rule.value) // 60, rule.source) if rule else None


routes: list[Any] = [notice, calendar]
