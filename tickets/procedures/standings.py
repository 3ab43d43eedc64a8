"""Where a case stands: the working days used of those allowed, stage by stage."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from grids.calendar import working_days
from grids.calendar.calendar import Calendar
from tickets.households.tables import Household
from tickets.procedures import procedures
from tickets.procedures.procedures import Stage
from tickets.procedures.tables import Case, CaseStage
from tickets.tables import Ticket

ALLOWED_AHEAD = timedelta(days=2 * procedures.MOST_DAYS + 31)


class Step(msgspec.Struct, frozen=True):
    """A stage with the working days that it took so far; `due` is the last day allowed, of one that runs."""

    rank: int
    stage: Stage
    reached: CaseStage | None
    used: int = 0
    due: date | None = None

    @property
    def late(self) -> bool:
        return self.stage.days is not None and self.used > self.stage.days


class Standing(msgspec.Struct, frozen=True):
    """Where a case stands: only the company's own stages are counted."""

    case: Case
    steps: Sequence[Step]
    now: Step | None
    next: Step | None
    used: int
    days: int
    due: date | None

    @property
    def late(self) -> bool:
        """More was used than is allowed, for the whole or for the stage that runs."""
        return self.used > self.days or (self.now is not None and self.now.late)

    @property
    def askers_turn(self) -> bool:
        return self.now is not None and self.now.stage.days is None


def of(session: Session, case: Case) -> Standing:
    return _standing(case, _calendar(session, [case]))


def open_in(session: Session, grid_ids: Collection[int]) -> Sequence[Standing]:
    """Every case that runs in these grids: the late ones first, then those that are due first."""
    wanted = (
        whole().join(Ticket, Ticket.id == Case.ticket_id).where(Ticket.grid_id.in_(grid_ids), Case.ended_at.is_(None)).order_by(Case.id)
    )
    cases = session.scalars(wanted).all()
    days = _calendar(session, cases)
    found = [_standing(case, days) for case in cases]
    return sorted(found, key=lambda one: (not one.late, one.due or date.max, one.case.id))


def _standing(case: Case, days: Calendar) -> Standing:
    reached, today = {one.rank: one for one in case.reached}, clock.today()
    steps = [_step(rank, stage, reached.get(rank), days) for rank, stage in enumerate(procedures.stages(case.procedure))]
    now = next((one for one in steps if one.reached and one.reached.done_at is None), None) if case.ended_at is None else None
    used = sum(one.used for one in steps if one.stage.days is not None)
    left = case.procedure.days - used
    counts = now is not None and now.stage.days is not None
    return Standing(
        case=case, steps=steps, now=now, next=steps[now.rank + 1] if now and now.rank + 1 < len(steps) else None, used=used,
        days=case.procedure.days, due=working_days.last_of(today, left, days) if counts and left >= 0 else None,
    )  # fmt: skip


def _step(rank: int, stage: Stage, reached: CaseStage | None, days: Calendar) -> Step:
    if reached is None:
        return Step(rank, stage, None)
    begun = clock.local(reached.begun_at).date()
    used = working_days.count(begun, clock.local(reached.done_at).date() if reached.done_at else clock.today(), days)
    runs = reached.done_at is None and stage.days is not None
    return Step(rank, stage, reached, used, working_days.last_of(begun, stage.days or 0, days) if runs else None)


def _calendar(session: Session, cases: Sequence[Case]) -> Calendar:
    """What is special about all the days that these cases may touch, in one statement."""
    today = clock.today()
    first = min((clock.local(case.begun_at).date() for case in cases), default=today)
    return working_days.special(session, first, today + ALLOWED_AHEAD)


def whole() -> sa.Select[Case]:
    """Cases with all that the pages show."""
    of_ticket = joinedload(Case.ticket)
    home = (of_ticket.joinedload(Ticket.estate), of_ticket.joinedload(Ticket.household).joinedload(Household.estate))
    around = (of_ticket.joinedload(Ticket.grid), joinedload(Case.procedure))
    shown = selectinload(Case.reached).joinedload(CaseStage.done_by)
    return sa.select(Case).options(*home, *around, shown)
