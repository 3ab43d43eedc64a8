"""Where colleagues enter a question that they heard: by telephone, at the counter, in a group."""

import secrets
from typing import Any, Literal

from litestar import Response, get, post

from app.core import sent, uploads
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Config, Db, Form, form_again, page
from app.core.words import phrase as _
from grids.staff import staff
from grids.staff.who import Me
from grids.tables import Grid
from tickets import conversation, ways, written
from tickets.clocks import acknowledging
from tickets.forms import Home, Line, Words, address_token, estate_options, meant, noting_grids
from tickets.photos import thread_photos
from tickets.tables import Channel


class Heard(Home, kw_only=True):
    """A question that came by telephone, at the counter or in a group."""

    grid: Line
    channel: Literal["phone", "counter", "wechat", "wecom", "sms"]
    words: Words
    nonce: Line = ""
    contact: Line = ""
    kind: Line = ""
    answer: Words = ""
    solved: bool = False


@get("/desk/tickets/new", sync_to_thread=True, include_in_schema=False)
def hear(session: Db, me: Me) -> Response[bytes]:
    given = {"nonce": secrets.token_urlsafe(16), "channel": Channel.phone}
    return page("desk/ticket_new.html", form=given, mistakes={}, reason="", **_places(session, me))


@post("/desk/tickets", sync_to_thread=True, include_in_schema=False, opt=sent.files(photos=thread_photos.AT_ONCE))
def note(form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    """The thread's address is shown in this answer and never again: we keep only its hash."""
    places = _places(session, me)
    try:
        said, shots = read(Heard, form), uploads.shots(form, "photos", most=thread_photos.AT_ONCE)
        grid = _grid(places["grids"], said)
        token = address_token(settings, f"{me.id}:{grid.code}", said.nonce, said.estate, said.building, said.room, said.contact)
        ticket = conversation.ask(
            session, grid, words=said.words, channel=Channel(said.channel), token=token, building=said.building,
            estate=meant(session, grid, said.estate, said.building), room=said.room, contact=said.contact, kind=said.kind, by=me,
        )  # fmt: skip
        thread_photos.keep_with_question(session, settings, ticket, shots, by_id=me.id)
        conversation.answer_at_once(session, ticket, by=me, words=said.answer, solved=said.solved)
    except Mistaken as error:
        session.rollback()
        return form_again("desk/ticket_new.html", error, form, **_places(session, me))
    receipt = acknowledging.words_for(session, ticket)
    address = f"{settings.base_url}/q/{token}"
    return page("desk/ticket_noted.html", status=201, ticket=ticket, token=token, address=address, receipt=receipt)


def _places(session: Db, me: staff.Me) -> dict[str, Any]:
    found = noting_grids(session, me)
    return {
        "grids": found, "grid_options": [(grid.code, grid.name) for grid in found], "estates": estate_options(found),
        "channels": list(ways.HEARD.items()), "longest": written.MESSAGE,
    }  # fmt: skip


def _grid(found: list[Grid], said: Heard) -> Grid:
    """The grid of the estate, where one was chosen; the estate knows better."""
    by_estate = next((grid for grid in found if any(estate.id == said.estate for estate in grid.estates)), None)
    by_code = next((grid for grid in found if grid.code == said.grid), None)
    if by_estate is None and by_code is None:
        raise Mistaken(_("Please look again at the marked fields."), {"grid": _("Please choose from the list.")})
    return by_estate or by_code  # type: ignore[return-value]


routes: list[Any] = [hear, note]
