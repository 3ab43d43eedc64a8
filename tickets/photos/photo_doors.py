"""Who may send photos without a sign-in: asked before they are painted, as the act itself asks once more after."""

from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict

from app.core import forms
from app.core.web import Db
from grids import grids
from tickets import conversation, floods, limits, written
from tickets.outages import signs
from tickets.photos import thread_photos

Asked = Request[Any, Any, Any]


def with_a_question(request: Asked, form: FormMultiDict, session: Db) -> None:
    """Raises Refused where the question is none, or its grid hears no more of them."""
    grid = grids.by_code(session, request.path_params["code"])
    words = written.message(_said(form, "words"))
    at_home, danger = bool(_said(form, "estate") and _said(form, "building")), signs.is_dangerous(words)
    floods.must_let_in(session, floods.Asker(grid.id, words, _said(form, "phone"), at_home, danger))


def within_a_thread(request: Asked, form: FormMultiDict, session: Db) -> None:
    """Raises Refused where there is no thread, or none that takes more."""
    ticket = conversation.by_token(session, request.path_params["token"])
    if request.url.path.endswith("/messages"):
        conversation.must_be_open(ticket)
    thread_photos.must_take_one(session, ticket)
    limits.messages(session, ticket, danger=signs.is_dangerous(_said(form, "words")))


def _said(form: FormMultiDict, name: str) -> str:
    said = form.get(name, "")
    return forms.clean(said) if isinstance(said, str) else ""
