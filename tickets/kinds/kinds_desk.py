"""The kinds of questions, for administrators: name them as one's own company does, add to them, retire them."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post

from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, form_again, page, see
from grids.staff import staff
from grids.staff.who import Me
from tickets.forms import Line
from tickets.kinds import kinds


class Kind(msgspec.Struct):
    key: Annotated[str, msgspec.Meta(max_length=40)]
    name: Line
    above: Line = ""
    source: Line = ""
    retired: bool = False


@get("/desk/admin/kinds", sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me) -> Response[bytes]:
    me.must_administer()
    return page("desk/kinds.html", form={}, mistakes={}, reason="", **_around(session, me))


@post("/desk/admin/kinds", sync_to_thread=True, include_in_schema=False)
def write(form: Form, session: Db, me: Me) -> Response[Any]:
    try:
        said = read(Kind, form)
        kinds.write(session, by=me, key=said.key, name=said.name, above=said.above, source=said.source, retired=said.retired)
    except Mistaken as error:
        session.rollback()
        return form_again("desk/kinds.html", error, form, **_around(session, me))
    return see("/desk/admin/kinds")


def _around(session: Db, me: staff.Me) -> dict[str, Any]:
    return {"me": me, "kinds": kinds.of_organisation(session, me.organisation_id)}


routes: list[Any] = [listed, write]
