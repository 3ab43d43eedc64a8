"""The service standards and the hours on duty, for administrators: what holds, by which paper, and a new version."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from app.core import clock
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, Written, form_again, page, see
from app.core.words import phrase as _
from grids.hours import typed_hours
from grids.hours.spoken_hours import spoken
from grids.staff import staff
from grids.staff.who import Me
from tickets.clocks import standard_keeping, standards
from tickets.clocks.clock_desk import CUSTOMERS
from tickets.clocks.tables import Customer, Measure, Unit
from tickets.forms import Line
from tickets.kinds import kinds

PAGE = "desk/standards.html"
MEASURES = ((Measure.first_answer, _("First answer")), (Measure.completion, _("To be finished")))
UNITS = ((Unit.minutes, _("minutes, day and night")), (Unit.duty_minutes, _("minutes on duty")), (Unit.workdays, _("working days")))
Source = Annotated[str, msgspec.Meta(max_length=80)]


class Standard(msgspec.Struct, kw_only=True):
    measure: Measure
    kind: Line = ""
    customer: Customer | None = None
    amount: Annotated[int, msgspec.Meta(ge=1, le=43_200)] | None = None
    unit: Unit
    effective_on: date
    source: Source


class Duty(msgspec.Struct):
    hours: typed_hours.Typed
    manager_hours: typed_hours.Typed
    effective_on: date
    source: Source


@get("/desk/admin/standards", sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me, like: FromQuery[int | None] = None) -> Response[bytes]:
    """`like` is a standard that the form begins with."""
    me.must_administer()
    around = _around(session, me)
    return page(PAGE, form=_form(around["kept"], like), mistakes={}, reason="", **around)


@post("/desk/admin/standards", sync_to_thread=True, include_in_schema=False)
def write(form: Form, session: Db, me: Me) -> Response[Any]:
    me.must_administer()
    try:
        said = read(Standard, form)
        standard_keeping.write(
            session, by=me, measure=said.measure, kind=said.kind, customer=said.customer, amount=said.amount, unit=said.unit,
            source=said.source, on=said.effective_on,
        )  # fmt: skip
    except Mistaken as error:
        session.rollback()
        return form_again(PAGE, error, form, **_around(session, me))
    return see("/desk/admin/standards")


@post("/desk/admin/duty-hours", sync_to_thread=True, include_in_schema=False)
def write_duty(form: Form, session: Db, me: Me) -> Response[Any]:
    me.must_administer()
    try:
        said = read(Duty, form)
        on, own = said.effective_on, said.manager_hours
        standard_keeping.write_duty(session, by=me, hours_=said.hours, manager_hours=own, source=said.source, on=on)
    except Mistaken as error:
        session.rollback()
        return form_again(PAGE, error, form, **_around(session, me))
    return see("/desk/admin/standards")


def _form(kept: standard_keeping.Kept, like: int | None) -> Written:
    said = {"effective_on": clock.today().isoformat(), "unit": Unit.duty_minutes.value, "measure": Measure.first_answer.value}
    chosen = next((one for one in kept.standards if one.id == like), None)
    if chosen is not None:
        said |= {name: str(getattr(chosen, name) or "") for name in ("measure", "kind", "customer", "amount", "unit")}
    duty = kept.duty
    return Written({**said, "hours": typed_hours.shown(duty.hours), "manager_hours": typed_hours.shown(duty.manager_hours)})


def _around(session: Db, me: staff.Me) -> dict[str, Any]:
    known = kinds.of_organisation(session, me.organisation_id)
    return {
        "me": me, "kept": standard_keeping.kept(session, me.organisation_id), "measures": MEASURES, "units": UNITS,
        "kinds": [("", _("every kind")), *((one.key, one.name) for one in known if one.retired_at is None)],
        "customers": [("", _("every customer")), *CUSTOMERS], "names": standards.names(session, me.organisation_id),
        "spoken": spoken,
    }  # fmt: skip


routes: list[Any] = [listed, write, write_duty]
