"""An administrator keeps the holidays and the weekend days worked in exchange, as the State Council announces them each year."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from app.core import clock, words
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, form_again, page, see
from app.core.words import phrase as _
from grids.calendar import calendar
from grids.calendar.tables import DayKind
from grids.staff.who import Me

KINDS = [(DayKind.holiday.value, _("Holiday")), (DayKind.workday.value, _("Worked in exchange"))]
FIRST, LAST = 2004, 2100


class Marked(msgspec.Struct):
    day: date
    kind: DayKind
    name: Annotated[str, msgspec.Meta(max_length=40)]


class Ordinary(msgspec.Struct):
    day: date


@get("/desk/admin/calendar", sync_to_thread=True, include_in_schema=False)
def days(session: Db, me: Me, year: FromQuery[int | None] = None) -> Response[bytes]:
    me.must_administer()
    return page("desk/calendar.html", form={}, mistakes={}, reason="", **_shown(session, me, year))


@post("/desk/admin/calendar", sync_to_thread=True, include_in_schema=False)
def mark(form: Form, session: Db, me: Me) -> Response[Any]:
    me.must_administer()
    try:
        said = read(Marked, form)
        if not FIRST <= said.day.year <= LAST:
            raise Mistaken(_("Please look again at the marked fields."), {"day": _("This year is not of our time.")})
        calendar.mark(session, said.day, kind=said.kind, name=said.name, by=me)
    except Mistaken as error:
        return form_again("desk/calendar.html", error, form, **_shown(session, me, None))
    return see(f"/desk/admin/calendar?year={said.day.year}")


@post("/desk/admin/calendar/removal", sync_to_thread=True, include_in_schema=False)
def unmark(form: Form, session: Db, me: Me) -> Response[Any]:
    me.must_administer()
    day = read(Ordinary, form).day
    calendar.unmark(session, day, by=me)
    return see(f"/desk/admin/calendar?year={day.year}")


def _shown(session: Db, me: Me, asked: int | None) -> dict[str, Any]:
    now = clock.today().year
    year = asked if asked is not None and FIRST <= asked <= LAST else now
    return {
        "days": calendar.listed(session, year),
        "year": year,
        "years": range(now - 1, now + 2),
        "kinds": KINDS,
        "weekdays": words.weekdays(),
        "me": me,
    }


routes: list[Any] = [days, mark, unmark]
