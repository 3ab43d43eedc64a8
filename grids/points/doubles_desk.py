"""An administrator decides which places to pay of different files are one."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post

from app.core.forms import read
from app.core.web import Db, Form, page, see
from grids.circle.circle_desk import Id
from grids.hours.spoken_hours import spoken
from grids.points import doubles, trade
from grids.staff.who import Me


class Decision(msgspec.Struct):
    """`keep` is the place that stays; 0: they are two."""

    keep: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


@get("/desk/admin/doubles", sync_to_thread=True, include_in_schema=False)
def waiting(session: Db, me: Me) -> Response[bytes]:
    found = doubles.waiting(session, by=me)
    return page("desk/doubles.html", me=me, pairs=found, count=doubles.count(session), kind_label=trade.kind_label, spoken=spoken)


@post("/desk/admin/doubles/{double_id:int}", sync_to_thread=True, include_in_schema=False)
def decide(double_id: Id, form: Form, session: Db, me: Me) -> Response[Any]:
    me.must_administer()
    doubles.decide(session, doubles.find(session, double_id), by=me, keep_id=read(Decision, form).keep or None)
    return see("/desk/admin/doubles")


routes: list[Any] = [waiting, decide]
