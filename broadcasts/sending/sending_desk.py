"""The send desk of a notice on the manager's phone: what is to be posted, put up, played, told; and the ledger of its buildings."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath

from app.core import clock, outbox
from app.core.errors import Overtaken
from app.core.forms import read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, page
from broadcasts import notices, texts
from broadcasts.present import present
from broadcasts.sending import checklist, postings, reached, stewards, targets
from broadcasts.sending.ledger import by, by_estate
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice
from grids import grids
from grids.staff import staff
from grids.staff.who import Me

Asked = Request[Any, Any, State]


class Ticked(msgspec.Struct):
    update: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    to: Annotated[str, msgspec.Meta(max_length=80)]


@get("/desk/notices/{number:str}/sending", sync_to_thread=True, include_in_schema=False)
def desk(number: FromPath[str], session: Db, me: Me, settings: Config) -> Response[bytes]:
    return _desk(session, _published(session, number, me), me, settings)


def _desk(session: Db, notice: Notice, me: staff.Me, settings: Settings, *, status: int = 200, reason: str = "") -> Response[bytes]:
    contact, truth = grids.contact(session, notice.grid_id), present(notice, clock.now())
    text = texts.group(notice, truth, contact, base_url=settings.base_url)
    return page(
        "desk/sending.html", me=me, notice=notice, truth=truth, place=audiences.short(notice.places), text=text,
        list=checklist.of(session, notice, contact, base_url=settings.base_url), writes=me.looks_after(notice.grid_id),
        sum=reached.summed(reached.of(session, [notice.id])), masked=stewards.masked, kinds=stewards.KINDS,
        title=texts.headline(notice, truth), status=status, reason=reason,
    )  # fmt: skip


@post("/desk/notices/{number:str}/postings", sync_to_thread=True, include_in_schema=False)
def tick(request: Asked, number: FromPath[str], form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    """Of a text that was taken back meanwhile: the desk with the one that is to be brought now."""
    notice = notices.find(session, number, for_=me)
    said, at = read(Ticked, form), outbox.made_at(request)

    def act() -> None:
        postings.tick(session, notice, by=me, update_id=said.update, to=targets.read(said.to), at=at)

    try:
        answer = outbox.once(request, session, me.id, form, act, then=_back(notice, said))
    except Overtaken as late:
        outbox.must_hear(request, late)
        return _desk(session, notice, me, settings, status=late.status, reason=late.reason)
    if outbox.kept(request) and (who := postings.who_did(session, said.update, targets.read(said.to))):
        for name, value in outbox.done(*who).items():
            answer.set_header(name, value)
    return answer


@post("/desk/notices/{number:str}/postings/withdrawal", sync_to_thread=True, include_in_schema=False)
def withdraw(request: Asked, number: FromPath[str], form: Form, session: Db, me: Me) -> Response[Any]:
    notice = notices.find(session, number, for_=me)
    said = read(Ticked, form)

    def act() -> None:
        postings.withdraw(session, notice, by=me, update_id=said.update, to=targets.read(said.to))

    return outbox.once(request, session, me.id, form, act, then=_back(notice, said))


@get("/desk/notices/{number:str}/reached", sync_to_thread=True, include_in_schema=False)
def ledger(number: FromPath[str], session: Db, me: Me) -> Response[bytes]:
    notice = _published(session, number, me)
    found = reached.of(session, [notice.id])
    return page(
        "desk/reached.html", me=me, notice=notice, update=notice.updates[-1], found=found, sum=reached.summed(found),
        writes=me.looks_after(notice.grid_id), of=targets.of, by=by, estates=by_estate(found),
    )  # fmt: skip


def _published(session: Db, number: str, me: Me) -> Notice:
    notice = notices.find(session, number, for_=me)
    postings.must_be_told(notice)
    return notice


def _back(notice: Notice, said: Ticked) -> str:
    """To the row that was ticked."""
    place = "doors" if said.to.startswith("door/") else "sending"
    return f"/desk/notices/{notice.number}/{place}#{'-'.join(said.to.split('/')[:3])}"


routes: list[Any] = [desk, tick, withdraw, ledger]
