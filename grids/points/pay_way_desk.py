"""An administrator keeps the ways of paying true: which are in use here, how it is done, in what order they are said."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.core import touched
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, form_again, form_filled, page, see
from grids.points import pay_ways
from grids.points.tables import PayWay
from grids.staff.who import Me

Id = FromPath[Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]]
Line = Annotated[str, msgspec.Meta(max_length=60)]
Sentence = Annotated[str, msgspec.Meta(max_length=200)]


class Kept(msgspec.Struct):
    name: Line
    steps: Sentence
    source: Sentence
    rank: Annotated[int, msgspec.Meta(ge=0, le=9999)]
    need: Sentence = ""
    official: bool = False
    used: bool = False


@get("/desk/admin/pay-ways", sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me) -> Response[bytes]:
    me.must_administer()
    return page("desk/pay_ways.html", ways=pay_ways.every(session), me=me)


@get("/desk/admin/pay-ways/{way_id:int}", sync_to_thread=True, include_in_schema=False)
def way(way_id: Id, session: Db, me: Me) -> Response[bytes]:
    me.must_administer()
    found = pay_ways.find(session, way_id)
    return form_filled("desk/pay_way.html", _stands(found), way=found, me=me)


@post("/desk/admin/pay-ways/{way_id:int}", sync_to_thread=True, include_in_schema=False)
def keep(way_id: Id, form: Form, session: Db, me: Me) -> Response[Any]:
    me.must_administer()
    found = pay_ways.find(session, way_id)
    form = touched.rejoined(form, stands := _stands(found))
    try:
        touched.must_not_cross(form, stands, wrote=touched.by_oneself(session, f"pay_way/{found.key}", me.id))
        said = read(Kept, form)
    except Mistaken as error:
        return form_again("desk/pay_way.html", error, form, way=found, filled=touched.mark(stands), me=me)
    pay_ways.edit(session, found, by=me, **msgspec.structs.asdict(said))
    return see("/desk/admin/pay-ways")


def _stands(way: PayWay) -> touched.Stands:
    known = {name: [getattr(way, name)] for name in ("name", "steps", "need", "source", "rank")}
    return {**known, "official": ["on"] if way.official else [], "used": [] if way.ended_at else ["on"]}


routes: list[Any] = [listed, way, keep]
