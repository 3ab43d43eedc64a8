"""Answers that are alike, on the answer book's page: written as one card, or let be."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, Written, form_again, page, see
from broadcasts.cards import cards
from broadcasts.cards.card_desk import EDITOR, Said, editor, preview
from grids.staff.who import Me
from tickets.answers import ideas


@get("/desk/card-ideas/{idea_id:int}", sync_to_thread=True, include_in_schema=False)
def form(idea_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    """The card's form, filled in. Looking at it, changing and publishing it stay with the person."""
    cards.must_write(me)
    told = ideas.find(session, idea_id, for_=me)
    given = Written({"topic": "procedures", "title": told.title, "words": told.words, "source": told.source})
    return page(EDITOR, form=given, mistakes={}, reason="", **editor(me, None, action=_address(idea_id)))


@post("/desk/card-ideas/{idea_id:int}", sync_to_thread=True, include_in_schema=False)
def write(idea_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    cards.must_write(me)
    told = ideas.find(session, idea_id, for_=me)
    try:
        said = read(Said, form)
        if "preview" in form:
            return preview(form, me, None, said, action=_address(idea_id))
        made = ideas.write(session, told, by=me, slug=said.slug, wording=said.wording())
    except Mistaken as error:
        session.rollback()
        return form_again(EDITOR, error, form, **editor(me, None, action=_address(idea_id)))
    return see(f"/c/{made.slug}")


@post("/desk/card-ideas/{idea_id:int}/declining", sync_to_thread=True, include_in_schema=False)
def decline(idea_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    ideas.let_be(session, ideas.find(session, idea_id, for_=me), by=me)
    return see("/desk/answers")


def _address(idea_id: int) -> str:
    return f"/desk/card-ideas/{idea_id}"


routes: list[Any] = [form, write, decline]
