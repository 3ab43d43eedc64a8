"""What a supervisor sees of the work outside: procedures that are late, and where grids went to meet people. Each with its n."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromQuery

from app.core import clock, web
from app.core.errors import Missing
from app.core.words import phrase as _
from grids import grids
from grids.staff.staff import Me as Person
from grids.staff.who import Me
from grids.tables import Grid
from tickets.clocks.clock_desk import CUSTOMERS
from tickets.field import outreach
from tickets.kinds import kinds
from tickets.procedures import standings
from tickets.procedures.standings import Standing

PERIOD = timedelta(days=30)


class Late(msgspec.Struct, frozen=True):
    """The cases that are late, of all that run."""

    cases: Sequence[Standing]
    n: int

    @property
    def named(self) -> str:
        """The grids behind the figure: 3 at most."""
        names = list(dict.fromkeys(one.case.ticket.grid.name for one in self.cases))
        return " · ".join(names[:3]) + (" …" if len(names) > 3 else "")


def late(session: web.Db, me: Person) -> Late:
    me.must_review()
    running = standings.open_in(session, me.seen)
    return Late([one for one in running if one.late], len(running))


@get("/review/procedures", sync_to_thread=True, include_in_schema=False)
def running(session: web.Db, me: Me, which: FromQuery[str] = "late", grid: FromQuery[str] = "") -> Response[bytes]:
    me.must_review()
    chosen = _chosen(session, me, grid)
    every = standings.open_in(session, [chosen.id] if chosen else me.seen)
    shown = every if which == "running" else [one for one in every if one.late]
    return web.page(
        "review/procedures.html", me=me, chosen=chosen, which=which, shown=shown, n=len(every), kinds=kinds.names(session),
        customers=dict(CUSTOMERS),
    )  # fmt: skip


@get("/review/outreach", sync_to_thread=True, include_in_schema=False)
def outings(session: web.Db, me: Me, grid: FromQuery[str] = "") -> Response[bytes]:
    me.must_review()
    chosen = _chosen(session, me, grid)
    seen = [chosen.id] if chosen else sorted(me.seen)
    return web.page(
        "review/outreach.html", me=me, chosen=chosen, grids=grids.seen_by(session, me), found=outreach.listed(session, seen),
        sums=outreach.sums(session, seen, since=clock.today() - PERIOD), titles=outreach.titles(session),
    )  # fmt: skip


def _chosen(session: web.Db, me: Person, code: str) -> Grid | None:
    found = next((one for one in grids.seen_by(session, me) if one.code == code), None) if code else None
    if code and found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


routes: list[Any] = [running, outings]
