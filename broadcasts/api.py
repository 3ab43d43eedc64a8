"""Notices for machines, under /api/v1. A machine may do what its person may."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.core.machines import MOST, TROUBLE, cursor, made, once, paged
from app.core.web import Config, Db
from broadcasts import drafts, notices, shelf
from broadcasts.composer.written import Id, Line, Short, Words
from broadcasts.seen import NoticeSeen, Published, published, seen
from broadcasts.tables import NoticeKind, UpdateState
from grids import grids
from grids.staff.who import Me

Asked = Request[Any, Any, Any]
State = Literal["scheduled", "in_progress", "restored", "cancelled", "superseded", "finished", "published"]
Code = Annotated[str, msgspec.Meta(max_length=20)]
Places = Annotated[list[Id], msgspec.Meta(max_length=2000)]


class NewNotice(msgspec.Struct, kw_only=True):
    """`grid` is its short code; `estates` and `buildings` are ids, and buildings narrow their estate.
    Of the estates in `partly` only some homes are meant, and it is not known which.

    A time without an offset is Shanghai's. A fault without `ends_at`: the end is not known yet. `next_update_at`: when the next
    news is promised. A planned outage later than the rule asks needs its `late_reason`. An `exercise` reaches colleagues only.
    """

    grid: Code
    kind: NoticeKind
    title: Short = ""
    words: Words = ""
    cause: Line = ""
    line: Line = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    estates: Places = []
    buildings: Places = []
    partly: Places = []
    exercise: bool = False
    late_reason: Line = ""
    next_update_at: datetime | None = None


class NewUpdate(msgspec.Struct, kw_only=True):
    """`ends_at` is the new end, or when the power came back.

    `cause` is for `progress` and `corrected`, the fields after it for `corrected`. `estates`, `buildings` and `partly` are
    the whole area as it ought to be; without them it stays. `version` is the notice's as you saw it: where somebody has said
    something since, this is refused with 409 and nothing is told. Without it nobody asks what you have seen.
    """

    state: Literal["arrived", "progress", "new_time", "restored", "cancelled", "corrected"]
    words: Words = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    next_update_at: datetime | None = None
    cause: Line = ""
    title: Short = ""
    line: Line = ""
    estates: Places | None = None
    buildings: Places | None = None
    partly: Places | None = None
    late_reason: Line = ""
    """Why, where a new start comes later than the rule asks."""
    version: int | None = None


class NoticesSeen(msgspec.Struct):
    items: list[NoticeSeen]
    next: str | None


@post("/notices", sync_to_thread=True, summary="Publish a notice", responses=made(Published))
def publish(request: Asked, data: JSONBody[NewNotice], session: Db, me: Me, settings: Config) -> Response[bytes]:
    """At once, to the households of the estates named. Only for who looks after the grid."""
    grid = grids.by_code(session, data.grid)
    me.must_look_after(grid.id)

    def act() -> Published:
        said = msgspec.structs.asdict(data)
        del said["grid"]
        release = {name: said.pop(name) for name in ("late_reason", "next_update_at")}
        notice = drafts.write(session, grid, by=me, **said)
        return published(notices.publish(session, notice, by=me, **release), settings)

    return once(request, session, me.id, data, act)


@post("/notices/{number:str}/updates", sync_to_thread=True, summary="Say what is new", responses=made(Published))
def update(*, request: Asked, number: FromPath[str], data: JSONBody[NewUpdate], session: Db, me: Me, settings: Config) -> Response[bytes]:
    notice = notices.find(session, number, for_=me)
    me.must_look_after(notice.grid_id)

    def act() -> Published:
        said = msgspec.structs.asdict(data)
        notices.update(session, notice, by=me, state=UpdateState(said.pop("state")), **said)
        return published(notice, settings)

    return once(request, session, me.id, data, act)


@get("/notices/{number:str}", sync_to_thread=True, summary="A notice and its timeline", responses=TROUBLE)
def one(number: FromPath[str], session: Db, me: Me, settings: Config) -> NoticeSeen:
    return seen(notices.find(session, number, for_=me), settings)


@get("/notices", sync_to_thread=True, summary="Notices of the grids you see, newest first", responses=TROUBLE)
def every(
    *,
    session: Db,
    me: Me,
    settings: Config,
    grid: FromQuery[str | None] = None,
    in_state: Annotated[State | None, QueryParameter(name="state")] = None,
    onward: Annotated[str | None, QueryParameter(name="cursor", max_length=40)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = 50,
) -> NoticesSeen:
    asked = me.seen if grid is None else me.seen & {grids.by_code(session, grid).id}
    rows = shelf.listed(session, asked, state=in_state or "", before=cursor(onward), limit=limit)
    shown, rest = paged(rows, limit, lambda notice: notice.id)
    return NoticesSeen([seen(notice, settings) for notice in shown], rest)


routes: list[Any] = [publish, update, one, every]
