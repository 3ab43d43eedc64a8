"""How long what is kept, for administrators: what holds, what will hold, and what each night erased."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post

from app.core import clock
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, form_again, page, see
from grids.staff import staff
from grids.staff.who import Me
from tickets.forms import Line
from tickets.privacy import periods, retention
from tickets.privacy.tables import Kept


class Decided(msgspec.Struct):
    kept: Kept
    days: Annotated[int, msgspec.Meta(ge=1, le=periods.LONGEST)]
    source: Line
    effective_on: date


@get("/desk/admin/retention", sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me) -> Response[bytes]:
    return page("desk/retention.html", form={}, mistakes={}, reason="", **_around(session, me))


@post("/desk/admin/retention", sync_to_thread=True, include_in_schema=False)
def decide(form: Form, session: Db, me: Me) -> Response[Any]:
    try:
        said = read(Decided, form)
        periods.decide(session, by=me, kept=said.kept, days=said.days, source=said.source, effective_on=said.effective_on)
    except Mistaken as error:
        session.rollback()
        return form_again("desk/retention.html", error, form, **_around(session, me))
    return see("/desk/admin/retention")


def _around(session: Db, me: staff.Me) -> dict[str, Any]:
    return {
        "me": me, "periods": periods.every(session, by=me), "names": periods.NAMES, "runs": retention.runs(session, by=me),
        "today": clock.today(),
    }  # fmt: skip


routes: list[Any] = [listed, decide]
