"""Who is asked about what, for administrators: topics as one's own company calls them, and which specialist takes which."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, form_again, page, see
from grids.staff import staff
from grids.staff.who import Me
from tickets.forms import Line
from tickets.specialists import specialists, topics


class Taken(msgspec.Struct):
    topics: list[Line] = []


class Topic(msgspec.Struct):
    key: Annotated[str, msgspec.Meta(max_length=40)]
    name: Line
    hours: int
    source: Line = ""
    retired: bool = False


@get("/desk/admin/specialists", sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me) -> Response[bytes]:
    me.must_administer()
    return page("desk/specialists.html", form={}, mistakes={}, reason="", **_around(session, me))


@post("/desk/admin/specialists/{person_id:int}", sync_to_thread=True, include_in_schema=False)
def entrust(person_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    specialists.entrust(session, person_id, read(Taken, form).topics, by=me)
    return see("/desk/admin/specialists")


@post("/desk/admin/topics", sync_to_thread=True, include_in_schema=False)
def write(form: Form, session: Db, me: Me) -> Response[Any]:
    me.must_administer()
    try:
        said = read(Topic, form)
        topics.write(session, by=me, key=said.key, name=said.name, hours=said.hours, source=said.source, retired=said.retired)
    except Mistaken as error:
        session.rollback()
        return form_again("desk/specialists.html", error, form, **_around(session, me))
    return see("/desk/admin/specialists")


def _around(session: Db, me: staff.Me) -> dict[str, Any]:
    return {"me": me, "people": specialists.below(session, me), "topics": topics.of_organisation(session, me.organisation_id)}


routes: list[Any] = [listed, entrust, write]
