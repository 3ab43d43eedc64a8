"""The outreach log for managers: note an outing with its photo, see the grid's, take the list along."""

import secrets
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.core import clock, files, sent, sheets, uploads
from app.core.errors import Missing, Mistaken
from app.core.forms import read
from app.core.web import Config, Db, Form, Written, attached, form_again, page, see
from app.core.words import phrase as _
from grids import grids
from grids.staff import staff
from grids.staff.who import Me
from grids.tables import Grid
from tickets.field import outreach
from tickets.forms import Line

FORM = "desk/outreach_new.html"
Count = Annotated[int, msgspec.Meta(ge=0, le=outreach.MOST)]
PREFIX = "card-"


class Noted(msgspec.Struct):
    grid: Line
    day: date
    place: Line
    topic: Line
    met: Count
    words: Line = ""
    nonce: Line = ""


class Given(msgspec.Struct):
    n: Count = 0


@get("/desk/outreach", sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me) -> Response[bytes]:
    own = me.own or me.seen
    found = outreach.listed(session, own)
    return page(
        "desk/outreach.html", me=me, found=found, titles=outreach.titles(session), several=len(own) > 1, writes=bool(me.own)
    )  # fmt: skip


@get("/desk/outreach.xlsx", sync_to_thread=True, include_in_schema=False)
def workbook(session: Db, me: Me) -> Response[bytes]:
    return attached(sheets.workbook({str(_("Outreach")): outreach.rows(session, me.seen)}), sheets.XLSX, f"{_('Outreach')}.xlsx")


@get("/desk/outreach/new", sync_to_thread=True, include_in_schema=False)
def new(session: Db, me: Me) -> Response[bytes]:
    given = Written(nonce=secrets.token_urlsafe(16), day=clock.today().isoformat())
    return page(FORM, form=given, mistakes={}, reason="", **_around(session, me))


@post("/desk/outreach", sync_to_thread=True, include_in_schema=False, opt=sent.files(photo=1))
def note(form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    around = _around(session, me)
    try:
        said = read(Noted, form)
        told = outreach.Told(
            day=said.day, place=said.place, topic=said.topic, met=said.met, words=said.words, cards=_cards(form),
            photo=uploads.photo(settings, form),
        )  # fmt: skip
        outreach.note(session, _grid(around["grids"], said.grid), told, by=me, nonce=said.nonce or secrets.token_urlsafe(16))
    except Mistaken as error:
        session.rollback()
        return form_again(FORM, error, form, **_around(session, me))
    return see("/desk/outreach")


@get("/desk/outreach/{outreach_id:int}/photo", sync_to_thread=True, include_in_schema=False)
def photo(outreach_id: FromPath[int], session: Db, me: Me, settings: Config) -> Response[bytes]:
    found = outreach.find(session, outreach_id, for_=me)
    data = files.get(settings, found.photo) if found.photo else None
    if data is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return Response(data, media_type="image/jpeg", headers={"cache-control": "private, max-age=86400"})


def _cards(form: Form) -> dict[str, int]:
    """How many of each card, from the fields that are named after them."""
    counts, wrong = {}, {}
    for name in {name for name in form if name.startswith(PREFIX)}:
        try:
            counts[name.removeprefix(PREFIX)] = read(Given, {"n": form[name]}).n
        except Mistaken as error:
            wrong[name] = error.mistakes["n"]
    if wrong:
        raise Mistaken(_("Please look again at the marked fields."), wrong)
    return {slug: count for slug, count in counts.items() if count}


def _grid(found: list[Grid], code: str) -> Grid:
    grid = next((grid for grid in found if grid.code == code), None)
    if grid is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return grid


def _around(session: Db, me: staff.Me) -> dict[str, Any]:
    found = list(grids.own(session, me))
    if not found:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return {"me": me, "grids": found, "grid_options": [(grid.code, grid.name) for grid in found], "cards": outreach.titles(session)}


routes: list[Any] = [listed, workbook, new, note, photo]
