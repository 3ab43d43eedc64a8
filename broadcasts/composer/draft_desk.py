"""Where managers write notices, which are drafts until they are published."""

import secrets
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromPath, FromQuery

from app.core.errors import Forbidden, Mistaken, Overtaken, Refused
from app.core.web import Db, Form, form_again, page, see
from broadcasts import drafts, notices
from broadcasts.composer import composer, pastes, reckoning, redrafting, written
from broadcasts.composer.written import blank, from_notice
from grids.staff.who import Me


@get("/desk/notices/new", sync_to_thread=True, include_in_schema=False)
def new(session: Db, me: Me, kind: FromQuery[str] = "", grid: FromQuery[str] = "") -> Response[bytes]:
    found, form = composer.own_grid(session, me, grid), blank(kind) | {"nonce": secrets.token_urlsafe(16)}
    return page(composer.PAGE, form=form, said={}, mistakes={}, reason="", **composer.of(session, me, found, form, {}))


@get("/desk/notices/reckoning", sync_to_thread=True, include_in_schema=False)
def reckoned(request: Request[Any, Any, Any], session: Db, me: Me) -> Response[bytes]:
    """Whom the form reaches as it stands, and whether it comes in time: asked again whenever something in it changes."""
    single, several = composer.typed(FormMultiDict(request.query_params.multi_items()))
    grid = composer.own_grid(session, me, single.get("grid", ""))
    return page("desk/reckoning.html", reckoning=reckoning.reckon(session, grid, single, several))


@post("/desk/notices", sync_to_thread=True, include_in_schema=False)
def write(form: Form, session: Db, me: Me) -> Response[Any]:
    """Kept as a draft and shown as everybody will see it."""
    grid = composer.own_grid(session, me, str(form.get("grid", "")))
    single, several = composer.typed(form)
    pasted = composer.which(session, me, single)
    try:
        said, answers = written.sent(form), several.get("answered", [])
        if pasted:
            notice = pastes.write(session, pasted[0], pasted[2], said, by=me, answers=answers)
        else:
            notice = redrafting.write_once(session, grid, form, said, by=me)
    except (Mistaken, Overtaken) as error:
        session.rollback()
        if pasted and isinstance(error, Overtaken):
            known = pastes.written(session, pasted[0])[pasted[2]]
            return redrafting.again(session, notices.find(session, str(known.id), for_=me), error, form, me)
        return form_again(composer.PAGE, error, form, **composer.again(session, me, grid, form))
    return see(f"/desk/notices/{notice.id}")


@get("/desk/notices/{number:str}/edit", sync_to_thread=True, include_in_schema=False)
def reopen(number: FromPath[str], session: Db, me: Me) -> Response[bytes]:
    notice = notices.find(session, number, for_=me)
    me.must_look_after(notice.grid_id)
    form, said = from_notice(notice)
    shown = composer.of(session, me, notice.grid, form, said, notice=notice, pasted=composer.behind(session, notice))
    return page(composer.PAGE, form=form, said=said, mistakes={}, reason="", paste=pastes.behind(session, notice), **shown)


@post("/desk/notices/{number:str}/edit", sync_to_thread=True, include_in_schema=False)
def edit(number: FromPath[str], form: Form, session: Db, me: Me) -> Response[Any]:
    notice = notices.find(session, number, for_=me)
    try:
        redrafting.edit(session, notice, form, by=me)
    except Forbidden:
        raise
    except Refused as error:
        session.rollback()
        return redrafting.again(session, notices.find(session, number, for_=me), error, form, me)
    return see(f"/desk/notices/{notice.id}")


@post("/desk/notices/{number:str}/discarding", sync_to_thread=True, include_in_schema=False)
def discard(number: FromPath[str], session: Db, me: Me) -> Response[Any]:
    drafts.discard(session, notices.find(session, number, for_=me), by=me)
    return see("/desk/notices")


routes: list[Any] = [new, reckoned, write, reopen, edit, discard]
