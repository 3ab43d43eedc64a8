"""An administrator writes what is allowed in the own organisation: a new version each time, with its source and its day."""

from collections.abc import Sequence
from datetime import date

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Mistaken
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.calendar import calendar
from grids.hours import hours
from grids.staff import organisations
from grids.staff.staff import Me
from tickets import written
from tickets.clocks import standards
from tickets.clocks.standards import Row
from tickets.clocks.tables import Customer, DutyHours, Measure, ServiceStandard, Unit
from tickets.kinds import kinds

MOST = {Unit.minutes: 43_200, Unit.duty_minutes: 43_200, Unit.workdays: 250}
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


class Kept(msgspec.Struct, frozen=True):
    """What holds in an organisation, what comes, and what was written before."""

    standards: Sequence[ServiceStandard]
    duty: DutyHours
    coming: Sequence[Row]
    before: Sequence[Row]


def kept(session: Session, organisation_id: int) -> Kept:
    line, today = organisations.line_to(session, organisation_id), clock.today()
    held = standards.held_in(session, ServiceStandard, line, today)
    duty = standards.held_in(session, DutyHours, line, today)[0]
    standing: list[Row] = [*held, duty]
    rest = [one for one in _written(session, line) if one not in standing]
    order = {kind.key: kind.rank for kind in kinds.of_organisation(session, organisation_id)}
    held.sort(
        key=lambda one: (
            one.measure is Measure.completion,
            order.get(one.kind, -1),
            list(Customer).index(one.customer or Customer.resident),
        )
    )
    coming = sorted((one for one in rest if one.effective_on > today), key=lambda one: one.effective_on)
    return Kept(held, duty, coming, [one for one in rest if one.effective_on <= today])


def write(
    session: Session,
    *,
    by: Me,
    measure: Measure,
    kind: str,
    customer: Customer | None,
    amount: int | None,
    unit: Unit,
    source: str,
    on: date,
) -> ServiceStandard:
    """From that day on so much is allowed; without an amount no time is set for the end. What runs keeps its time."""
    by.must_administer()
    known = {one.key for one in kinds.of_organisation(session, by.organisation_id)}
    mistakes = _source(source, on)
    if kind and kind not in known:
        mistakes["kind"] = _("Please choose from the list.")
    if (amount is None and measure is Measure.first_answer) or (amount is not None and not 1 <= amount <= MOST[unit]):
        mistakes["amount"] = _("From 1 to %(n)s, please.", n=MOST[unit])
    _refuse(mistakes)
    row = ServiceStandard(measure=measure, kind=kind, customer=customer, amount=amount, unit=unit, **_signed(by, source, on))
    return _keep(session, row, by)  # type: ignore[return-value]


def write_duty(session: Session, *, by: Me, hours_: str, manager_hours: str, source: str, on: date) -> DutyHours:
    """From that day on somebody answers at these hours."""
    by.must_administer()
    mistakes = _source(source, on)
    for name, said in (("hours", hours_), ("manager_hours", manager_hours)):
        if not _ever_open(session, said):
            mistakes[name] = _("Nobody would ever be on duty. Write it like Mo-Fr 08:30-17:30; PH off, or 24/7.")
    _refuse(mistakes)
    return _keep(session, DutyHours(hours=hours_.strip(), manager_hours=manager_hours.strip(), **_signed(by, source, on)), by)  # type: ignore[return-value]


def _written(session: Session, line: Sequence[int]) -> list[Row]:
    """Every version of this organisation and of those above, the newest first."""
    found: list[Row] = []
    for table in (ServiceStandard, DutyHours):
        here = sa.or_(table.organisation_id.in_(line), table.organisation_id.is_(None))
        found += session.scalars(sa.select(table).where(here).order_by(table.effective_on.desc(), table.id.desc()))
    return found


def _source(source: str, on: date) -> dict[str, Phrase]:
    mistakes = {} if written.line(source, "source") else {"source": _("Which paper says so? Its name and number.")}
    return mistakes if FIRST <= on <= LAST else {**mistakes, "effective_on": _("This year is not of our time.")}


def _refuse(mistakes: dict[str, Phrase]) -> None:
    if mistakes:
        raise Mistaken(_("Please look again at the marked fields."), mistakes)


def _ever_open(session: Session, said: str) -> bool:
    now = clock.now()
    return bool(said.strip()) and next(hours.open_spans(said, now, calendar.around(session, now)), None) is not None


def _signed(by: Me, source: str, on: date) -> dict[str, object]:
    source = written.line(source, "source")
    return {"organisation_id": by.organisation_id, "source": source, "effective_on": on, "set_at": clock.now(), "set_by_id": by.id}


def _keep(session: Session, row: Row, by: Me) -> Row:
    session.add(row)
    session.flush()
    key = "/".join(str(part or "-") for part in standards.key_of(row)) or "duty"
    said = {"amount": row.amount, "unit": row.unit} if isinstance(row, ServiceStandard) else {"hours": row.hours}
    audit.record(session, "standards.write", f"standard/{key}", by=by.id, on=row.effective_on.isoformat(), **said)
    return row
