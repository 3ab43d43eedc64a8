"""Those who asked about a notice: whom to call, what to paste where; and reports of no power that may be one fault."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from app.core import clock, outbox
from app.core.errors import Missing, Overtaken, Refused
from app.core.forms import read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, page, see
from broadcasts import notices, texts
from broadcasts.present import present
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice
from grids import grids
from grids.staff import staff
from grids.staff.who import Me
from tickets.outages import errands, news, quiet, suspicions, updates

Asked = Request[Any, Any, Any]


Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Group(msgspec.Struct):
    """Whose text was pasted where."""

    update: Number = 0
    estate: Number | None = None


@get("/desk/notices/{number:str}/askers", sync_to_thread=True, include_in_schema=False)
def askers(number: FromPath[str], session: Db, me: Me, settings: Config) -> Response[bytes]:
    return _askers(session, notices.find(session, number, for_=me), me, settings)


def _askers(session: Db, notice: Notice, me: staff.Me, settings: Settings, late: Refused | None = None) -> Response[bytes]:
    """After a tick that came too late: who is to be told of what now."""
    now = present(notice, clock.now())
    text = texts.group(notice, now, grids.contact(session, notice.grid_id), base_url=settings.base_url)
    return page(
        "desk/askers.html", me=me, notice=notice, truth=now, place=audiences.short(notice.places), text=text,
        mine=me.looks_after(notice.grid_id), update=news.latest(session, notice.id), reason=late.reason if late else "",
        status=late.status if late else 200,
        quiet_until=quiet.until(), rounds=errands.of_notice(session, notice, for_=me), asked=updates.standing(session, notice.id),
    )  # fmt: skip


@post("/desk/notices/{number:str}/groups", sync_to_thread=True, include_in_schema=False)
def pasted(request: Asked, number: FromPath[str], form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    notice, said = notices.find(session, number, for_=me), read(Group, form)

    def act() -> None:
        errands.tick_group(session, notice, said.estate, by=me, update_id=said.update)

    try:
        return outbox.once(request, session, me.id, form, act, then=f"/desk/notices/{notice.number}/askers")
    except Overtaken as late:
        outbox.must_hear(request, late)
        return _askers(session, notice, me, settings, late)


@post("/desk/errands/{errand_id:int}/tick", sync_to_thread=True, include_in_schema=False)
def tick(request: Asked, errand_id: FromPath[int], form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    """The form says of which notice it is, for whoever told what is not to be told any more."""
    try:
        errand = errands.find(session, errand_id, for_=me)
    except Missing:
        if not (number := str(form.get("notice", ""))):
            raise
        notice, gone = notices.find(session, number, for_=me), Overtaken(errands.GONE)
        outbox.must_hear(request, gone)
        return _askers(session, notice, me, settings, gone)
    about = errand.ticket.notice
    then = f"/desk/notices/{about.number}/askers#e{errand.id}" if about else f"/desk/tickets/{errand.ticket_id}"
    return outbox.once(request, session, me.id, form, lambda: errands.tick(session, errand, by=me), then=then)


@post("/desk/suspicions/{suspicion_id:int}/draft", sync_to_thread=True, include_in_schema=False)
def draft(suspicion_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    """The notice is filled in; looking at it, changing and publishing it stay with the person."""
    notice = suspicions.draft(session, suspicions.find(session, suspicion_id, for_=me), by=me)
    return see(f"/desk/notices/{notice.number if notice.published_at else notice.id}")


@post("/desk/suspicions/{suspicion_id:int}/declining", sync_to_thread=True, include_in_schema=False)
def decline(suspicion_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    suspicions.decline(session, suspicions.find(session, suspicion_id, for_=me), by=me)
    return see("/desk")


routes: list[Any] = [askers, pasted, tick, draft, decline]
