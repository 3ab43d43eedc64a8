"""/review: the supervisor's five minutes. Exceptions first; every figure opens its records."""

from functools import partial
from typing import Any

from litestar import Response, get
from litestar.params import FromQuery

from app.core import web
from app.core.errors import Missing
from app.core.words import phrase as _
from app.review import asked, clocks, dangers, dark, fieldwork, figures, kept, unreached
from broadcasts.promises import promises
from grids import grids as registry
from grids.staff import organisations
from grids.staff.who import Me
from tickets.triage import dangers as raised


@get("/review", sync_to_thread=True, include_in_schema=False)
def exceptions(session: web.Db, me: Me) -> Response[bytes]:
    lines = figures.grids(session, me)
    amiss = {name: figures.behind(lines, name) for name in ("overdue", "overrun", "out", "in_time", "low")}
    return web.page(
        "review/exceptions.html",
        me=me,
        organisation=organisations.find(session, me.organisation_id),
        lines=lines,
        all=figures.together(session, me),
        amiss=amiss,
        missed=unreached.of(session, me),
        hours=figures.hours(session, me),
        kept=kept.together(session, me),
        broken=figures.promises(session, me),
        times=clocks.together(session, me),
        slow=fieldwork.late(session, me),
        dangers=dangers.of(session, me),
        dark=dark.of(session, me),
    )


@get("/review/grids", sync_to_thread=True, include_in_schema=False)
def grids(session: web.Db, me: Me) -> Response[bytes]:
    return web.page("review/grids.html", me=me, lines=figures.grids(session, me))


@get("/review/promises", sync_to_thread=True, include_in_schema=False)
def promised(session: web.Db, me: Me) -> Response[bytes]:
    """What was promised in answers and is overdue, in the grids of this supervisor."""
    return web.page("review/promises.html", me=me, promises=figures.promises(session, me))


@get("/review/tickets", sync_to_thread=True, include_in_schema=False)
def tickets(session: web.Db, me: Me, which: FromQuery[str] = "open", grid: FromQuery[str] = "") -> Response[bytes]:
    lines = figures.grids(session, me)
    chosen = _chosen(lines, grid)
    found = asked.listed(session, me, which=which, grid_id=chosen.grid.id if chosen else None)
    late = clocks.late_by(session, found, asked.LATE[which]) if which in asked.LATE else {}
    took, booked = clocks.taken(session, found), clocks.booked_alone(session, found)
    return web.page(
        "review/tickets.html", me=me, lines=lines, chosen=chosen, which=which, tickets=found, late=late, took=took, booked=booked,
        reported={one.ticket.id: one for one in raised.reported(session, [one for one in found if raised.holds(one)])},
        away={one.grid.id: one.again_at for one in dangers.away(session, me)},
    )  # fmt: skip


@get("/review/notices", sync_to_thread=True, include_in_schema=False)
def notices(session: web.Db, me: Me, which: FromQuery[str] = "out", grid: FromQuery[str] = "") -> Response[bytes]:
    lines = figures.grids(session, me)
    chosen = _chosen(lines, grid)
    grid_id = chosen.grid.id if chosen else None
    if which == "restored":
        known = kept.restored(session, me, grid_id=grid_id)
        true = promises.counted([off for _notice, off in known])
        return web.page("review/accuracy.html", me=me, chosen=chosen, known=known, accuracy=true)
    lists = {"late": kept.late, "silent": kept.silent}
    found = lists.get(which, partial(figures.notices, which=which))(session, me, grid_id=grid_id) if which != "missed" else []
    quiet = found if which == "silent" else []
    return web.page(
        "review/notices.html", me=me, lines=lines, chosen=chosen, which=which, notices=found,
        missed=unreached.of(session, me, grid_id=grid_id), dark=dark.of(session, me, grid_id=grid_id), phones=kept.phones(session, quiet),
        contacts={notice.id: registry.contact(session, notice.grid_id) for notice in quiet},
    )  # fmt: skip


def _chosen(lines: Any, code: str) -> figures.Line | None:
    if not code:
        return None
    line: figures.Line | None = next((line for line in lines if line.grid.code == code), None)
    if line is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return line


routes: list[Any] = [exceptions, promised, grids, tickets, notices]
