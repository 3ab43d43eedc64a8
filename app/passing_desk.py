"""Handing a grid over: what goes with it, the leaver's note, and the successor's one tap."""

from itertools import groupby
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app import passed
from app import passing as handing
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, form_again, page, see
from app.core.words import Phrase
from app.core.words import phrase as _
from grids import grids
from grids.staff import passing, staff
from grids.staff.tables import Passed, PassedThing
from grids.staff.who import Me

NAMES: dict[Passed, Phrase] = {
    Passed.promise: _("Promises to keep"), Passed.question: _("Questions that wait"),
    Passed.answered: _("Answered, and not settled yet"), Passed.consultation: _("With specialists"),
    Passed.notice: _("Outages and drafts"), Passed.group: _("WeChat groups (invite your successor)"), Passed.steward: _("Stewards"),
    Passed.routine: _("Published by itself, regularly"), Passed.card: _("Cards to answer for"),
    Passed.point: _("Places nobody has confirmed"),
}  # fmt: skip
WHERE = {
    **dict.fromkeys((Passed.promise, Passed.question, Passed.answered, Passed.consultation), "/desk/tickets/%s"),
    Passed.notice: "/desk/notices/%s", Passed.group: "/desk/groups/%s", Passed.steward: "/desk/stewards/%s",
    Passed.point: "/desk/points/%s/visits",
}  # fmt: skip


KEPT = {Passed.group, Passed.steward}


class Prepared(msgspec.Struct):
    successor: Annotated[int, msgspec.Meta(ge=1)]
    note: Annotated[str, msgspec.Meta(max_length=passing.NOTE)] = ""


@get("/desk/grids/{grid_id:int}/passing", sync_to_thread=True, include_in_schema=False)
def begin(grid_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    around = _around(session, grid_id, me)
    given = around["begun"]
    form = {"successor": given.to_id, "note": given.note} if given else {}
    return page("desk/passing_prepare.html", form=form, mistakes={}, reason="", **around)


@post("/desk/grids/{grid_id:int}/passing", sync_to_thread=True, include_in_schema=False)
def prepare(grid_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    grid = grids.find(session, grid_id, for_=me)
    try:
        said = read(Prepared, form)
        made = handing.prepare(session, grid, to=said.successor, by=me, note=said.note)
    except Mistaken as error:
        session.rollback()
        return form_again("desk/passing_prepare.html", error, form, **_around(session, grid_id, me))
    return see(f"/desk/passings/{made.id}")


@get("/desk/passings/{passing_id:int}", sync_to_thread=True, include_in_schema=False)
def one(passing_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    """Before it is taken as it stands now, afterwards what was handed over then."""
    found = passing.find(session, passing_id, for_=me)
    things = passed.told(session, found, for_=me) if found.ended_at else list(handing.things(session, found.grid, leaver_id=found.from_id))
    return page(
        "desk/passing.html", me=me, passing=found, parts=_parts(things), names=NAMES, where=_where(me, found.grid_id), n=len(things)
    )


@post("/desk/passings/{passing_id:int}/taking", sync_to_thread=True, include_in_schema=False)
def take(passing_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    handing.take(session, passing.find(session, passing_id, for_=me), by=me)
    return see(f"/desk/passings/{passing_id}")


@post("/desk/passings/{passing_id:int}/withdrawal", sync_to_thread=True, include_in_schema=False)
def withdraw(passing_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    passing.withdraw(session, passing.find(session, passing_id, for_=me), by=me)
    return see("/desk")


def _where(me: staff.Me, grid_id: int) -> dict[Passed, str]:
    """What may be opened: its groups and stewards by those who look after the grid alone."""
    if not me.sees(grid_id):
        return {}
    return WHERE if me.looks_after(grid_id) else {what: path for what, path in WHERE.items() if what not in KEPT}


def _around(session: Db, grid_id: int, me: staff.Me) -> dict[str, Any]:
    grid = grids.find(session, grid_id, for_=me)
    leaver = passing.must_prepare(me, grid, passing.manager(session, grid_id))
    things = list(handing.things(session, grid, leaver_id=leaver.id))
    begun = next((one for one in passing.of_grid(session, grid_id) if one.ended_at is None), None)
    people = [(one.id, one.name) for one in passing.successors(session, grid, but=leaver.id)]
    return {
        "me": me, "grid": grid, "leaver": leaver, "begun": begun, "people": people, "parts": _parts(things), "names": NAMES,
        "where": _where(me, grid_id),
        "n": len(things), "longest": passing.NOTE,
    }  # fmt: skip


def _parts(things: list[PassedThing]) -> list[tuple[Passed, list[PassedThing]]]:
    return [(what, list(some)) for what, some in groupby(things, key=lambda thing: thing.what)]


routes: list[Any] = [begin, prepare, one, take, withdraw]
