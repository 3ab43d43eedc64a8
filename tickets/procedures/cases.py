"""A question on its way through a procedure: begun, stage by stage, with the working days used of those allowed."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import audit, clock
from app.core.errors import Missing, Mistaken, Refused
from app.core.words import phrase as _
from grids.calendar import working_days
from grids.calendar.calendar import Calendar
from grids.staff.staff import Me
from tickets import conversation, threads
from tickets.clocks import clocks
from tickets.clocks.tables import Customer
from tickets.households.tables import Household
from tickets.procedures import procedures
from tickets.procedures.procedures import Stage
from tickets.procedures.tables import Case, CaseEnd, CaseStage
from tickets.tables import Ticket, TicketState

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


def begin(session: Session, ticket: Ticket, *, by: Me, customer: Customer) -> Case:
    """From now on its days are counted. Begun twice it is begun once."""
    conversation.must_note_for(by, ticket.grid_id)
    threads.hold(session, ticket)
    if (known := of(session, ticket)) is not None:
        return known
    if ticket.state is TicketState.closed:
        raise Refused(_("This question is closed. The asker may reopen it."))
    procedure = procedures.of_grid(session, ticket.grid_id, ticket.kind).get(customer)
    if procedure is None:
        why = _("No procedure is written for this. Say first what kind of question it is.")
        raise Mistaken(_("Please look again at the marked fields."), {"customer": why})
    case = Case(
        ticket_id=ticket.id, procedure_id=procedure.id, begun_at=clock.now(), by_id=by.id, ended_at=None,
        ended_as=None, ended_by_id=None,
    )  # fmt: skip
    session.add(case)
    session.flush()
    _reach(session, case, 0)
    if ticket.customer is not customer:
        ticket.customer = customer
        clocks.measure_anew(session, ticket)
    audit.record(session, "cases.begin", f"case/{case.id}", by=by.id, customer=customer, procedure=procedure.id)
    return _read(session, case)


def advance(session: Session, case: Case, *, by: Me, rank: int) -> Case:
    """The stage of this rank is done; the next one begins, or the case is at its end. Sent twice it is done once."""
    by.must_look_after(case.ticket.grid_id)
    case = _held(session, case)
    current = next((one for one in case.reached if one.done_at is None), None)
    if case.ended_at is not None or current is None or current.rank != rank:
        if any(one.rank == rank and one.done_at for one in case.reached):
            return case
        raise Refused(_("This stage is not the one that runs. Please look at the page again."))
    current.done_at, current.done_by_id = clock.now(), by.id
    if rank + 1 < len(case.procedure.stages):
        _reach(session, case, rank + 1)
    else:
        _end(case, CaseEnd.done, by)
    audit.record(session, "cases.advance", f"case/{case.id}", by=by.id, rank=rank)
    return _read(session, case)


def withdraw(session: Session, case: Case, *, by: Me) -> Case:
    """The asker does not want it any more."""
    by.must_look_after(case.ticket.grid_id)
    case = _held(session, case)
    if case.ended_at is None:
        _end(case, CaseEnd.withdrawn, by)
        audit.record(session, "cases.withdraw", f"case/{case.id}", by=by.id)
        session.flush()
    return case


def of(session: Session, ticket: Ticket) -> Case | None:
    return session.scalar(_whole().where(Case.ticket_id == ticket.id))


def find(session: Session, case_id: int, *, for_: Me) -> Case:
    found = session.scalar(_whole().where(Case.id == case_id)) if 0 < case_id < 2**63 else None
    if found is None or not for_.sees(found.ticket.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def standing(session: Session, case: Case) -> Standing:
    return _standing(case, _calendar(session, [case]))


def open_in(session: Session, grid_ids: Collection[int]) -> Sequence[Standing]:
    """Every case that runs in these grids: the late ones first, then those that are due first."""
    wanted = (
        _whole().join(Ticket, Ticket.id == Case.ticket_id).where(Ticket.grid_id.in_(grid_ids), Case.ended_at.is_(None)).order_by(Case.id)
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


def _whole() -> sa.Select[Case]:
    of_ticket = joinedload(Case.ticket)
    home = (of_ticket.joinedload(Ticket.estate), of_ticket.joinedload(Ticket.household).joinedload(Household.estate))
    around = (of_ticket.joinedload(Ticket.grid), joinedload(Case.procedure))
    shown = selectinload(Case.reached).joinedload(CaseStage.done_by)
    return sa.select(Case).options(*home, *around, shown)


def _read(session: Session, case: Case) -> Case:
    """As it is now, with all that the pages show."""
    session.flush()
    session.expire(case, ["reached"])
    return session.scalars(_whole().where(Case.id == case.id)).one()


def _held(session: Session, case: Case) -> Case:
    """One move at a time: who comes second sees what the first has done."""
    session.refresh(case, ["ended_at", "ended_as"], with_for_update=True)
    return _read(session, case)


def _reach(session: Session, case: Case, rank: int) -> None:
    session.add(CaseStage(case_id=case.id, rank=rank, begun_at=clock.now(), done_at=None, done_by_id=None))
    session.flush()


def _end(case: Case, became: CaseEnd, by: Me) -> None:
    case.ended_at, case.ended_as, case.ended_by_id = clock.now(), became, by.id
