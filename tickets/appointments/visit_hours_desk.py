"""A manager says when visits are possible: hours, length, how many at once, and the days on which nobody comes."""

from datetime import date, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from app.core import clock, words
from app.core.errors import Missing, Mistaken
from app.core.forms import read
from app.core.web import Db, Form, Written, form_again, page, see
from app.core.words import phrase as _
from grids import grids
from grids.hours import typed_hours
from grids.hours.spoken_hours import spoken
from grids.staff import staff
from grids.staff.who import Me
from grids.tables import Grid
from tickets.appointments import slots
from tickets.forms import Line

FORM = "desk/visit_hours.html"


class Kept(msgspec.Struct):
    grid: Line
    opening_hours: typed_hours.Typed
    minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)]
    capacity: Annotated[int, msgspec.Meta(ge=0, le=1000)]


class Off(msgspec.Struct):
    grid: Line
    day: date
    off: bool = False


@get("/desk/appointments/hours", sync_to_thread=True, include_in_schema=False)
def form_of_hours(session: Db, me: Me, grid: FromQuery[str] = "") -> Response[bytes]:
    shown = _shown(session, me, grid)
    kept = shown["kept"]
    given = Written(opening_hours=typed_hours.shown(kept.opening_hours), minutes=str(kept.minutes), capacity=str(kept.capacity))
    return page(FORM, form=given, mistakes={}, reason="", **shown)


@post("/desk/appointments/hours", sync_to_thread=True, include_in_schema=False)
def keep(form: Form, session: Db, me: Me) -> Response[Any]:
    code = str(form.get("grid", ""))
    grid = _own(session, me, code, named=True)
    try:
        said = read(Kept, form)
        slots.write(session, grid.id, by=me, opening_hours=said.opening_hours, minutes=said.minutes, capacity=said.capacity)
    except Mistaken as error:
        session.rollback()
        return form_again(FORM, error, form, **_shown(session, me, code))
    return see(f"/desk/appointments/hours?grid={grid.code}")


@post("/desk/appointments/days-off", sync_to_thread=True, include_in_schema=False)
def day_off(form: Form, session: Db, me: Me) -> Response[Any]:
    said = read(Off, form)
    grid = _own(session, me, said.grid, named=True)
    slots.take_off(session, grid.id, said.day, by=me, off=said.off)
    return see(f"/desk/appointments/hours?grid={grid.code}#days")


def _own(session: Db, me: staff.Me, code: str, *, named: bool = False) -> Grid:
    found = grids.own(session, me)
    grid = next((one for one in found if one.code == code), None if named or not found else found[0])
    if grid is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return grid


def _shown(session: Db, me: staff.Me, code: str) -> dict[str, Any]:
    grid, today = _own(session, me, code), clock.today()
    coming = slots.by_day(slots.coming(session, grid.id))
    return {
        "me": me, "grid": grid, "grids": grids.own(session, me), "kept": slots.pattern(session, grid.id), "weekdays": words.weekdays(),
        "spoken": spoken,
        "free": {day: sum(slot.free > 0 for slot in some) for day, some in coming},
        "off": slots.days_off(session, grid.id), "fortnight": [today + timedelta(days=n) for n in range(slots.AHEAD.days)],
    }  # fmt: skip


routes: list[Any] = [form_of_hours, keep, day_off]
