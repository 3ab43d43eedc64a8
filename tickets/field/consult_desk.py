"""Noting a consult with a thumb: the last homes, kinds and answers first; without signal it goes out by itself later."""

import secrets
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromQuery

from app.core import outbox, tokens
from app.core.errors import Mistaken
from app.core.forms import clean, read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, Written, form_again, page
from app.core.words import phrase as _
from grids.staff import staff
from grids.staff.who import Me
from grids.tables import Grid
from tickets import answers, written
from tickets.answers import Answer
from tickets.field import consult_choices, consults
from tickets.forms import Home, Line, Words, address_token, chosen, estate_options, noting_grids
from tickets.households import households
from tickets.households.tables import Household
from tickets.tables import Channel

FORM = "desk/consult.html"
CHANNELS = (
    (Channel.counter, _("Face to face")), (Channel.phone, _("By telephone")), (Channel.wechat, _("From WeChat")),
)  # fmt: skip
Asking = Request[Any, Any, Any]
Key = Annotated[int, msgspec.Meta(ge=1)]


class Tapped(Home, kw_only=True):
    solved: Literal["yes", "no"]
    channel: Literal["counter", "phone", "wechat"] = "counter"
    grid: Line = ""
    nonce: Line = ""
    kind: Line = ""
    home: Key | None = None
    contact: Line = ""
    card: Line = ""
    words: Words = ""
    done: Words = ""


@get("/desk/consults/new", sync_to_thread=True, include_in_schema=False)
def form(session: Db, me: Me, q: FromQuery[str] = "", noted: FromQuery[str] = "") -> Response[bytes]:
    given = Written(nonce=secrets.token_urlsafe(16), channel=consult_choices.last_channel(session, me))
    return page(FORM, form=given, mistakes={}, reason="", noted=bool(noted), **_around(session, me, clean(q)[:80]))


@post("/desk/consults", sync_to_thread=True, include_in_schema=False)
def note(request: Asking, form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    around = _around(session, me)
    try:
        said = read(Tapped, form)
        return outbox.once(
            request, session, me.id, form, lambda: _note(request, session, me, said, settings, around["grids"]),
            then="/desk/consults/new?noted=1",
        )  # fmt: skip
    except Mistaken as error:
        session.rollback()
        outbox.must_hear(request, error)
        return form_again(FORM, error, form, noted=False, **_around(session, me))


def _note(request: Asking, session: Db, me: staff.Me, said: Tapped, settings: Settings, found: list[Grid]) -> None:
    """A page kept on the phone has one number for all that is written on it, so there each form is known by its own key."""
    typed = said.estate is not None or said.contact
    home = households.find(session, said.home, for_=me) if said.home and not typed else None
    grid = _grid(said, home, found)
    heard = consults.Heard(
        channel=Channel(said.channel), kind=said.kind, household=home, estate=chosen(grid, said.estate), building=said.building,
        room=said.room, contact=said.contact, card=said.card, words=said.words, done=said.done, solved=said.solved == "yes",
    )  # fmt: skip
    token = address_token(settings, f"{me.id}:consult:{tokens.once('', said)}", request.headers.get(outbox.KEY, said.nonce))
    consults.note(session, grid, heard, by=me, token=token, at=outbox.made_at(request))


def _grid(said: Tapped, home: Household | None, found: list[Grid]) -> Grid:
    """That of the home that was tapped or chosen, the one that was named, or the only one there is."""
    by_home = next((grid for grid in found if home and home.grid_id == grid.id), None)
    by_estate = next((grid for grid in found if any(estate.id == said.estate for estate in grid.estates)), None)
    by_code = next((grid for grid in found if grid.code == said.grid), None)
    grid = by_home or by_estate or by_code or (found[0] if len(found) == 1 and not said.grid else None)
    if grid is None:
        raise Mistaken(_("Please look again at the marked fields."), {"grid": _("Please choose from the list.")})
    return grid


def _around(session: Db, me: staff.Me, sought: str = "") -> dict[str, Any]:
    found = noting_grids(session, me)
    ids = [grid.id for grid in found]
    return {
        "me": me, "grids": found, "grid_options": [(grid.code, grid.name) for grid in found],
        "estates": estate_options(found), "homes": consult_choices.homes_first(session, me, ids),
        "kinds": consult_choices.kinds_first(session, me, ids[0]), "cards": _cards(session, me, sought), "kinds_of": consults.kinds_of,
        "sought": sought, "channels": CHANNELS, "last": consult_choices.last(session, me), "longest": written.MESSAGE,
    }  # fmt: skip


def _cards(session: Db, me: staff.Me, sought: str) -> list[Answer]:
    """What was looked for first; the phone looks by itself, also without signal."""
    first = [hit.answer for hit in answers.find(sought, how_many=6)] if sought else []
    return [*first, *(one for one in consult_choices.offered(session, me) if one not in first)]


routes: list[Any] = [form, note]
