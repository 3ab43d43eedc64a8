"""A question on its way through a procedure: begun, moved on stage by stage, at its end."""

from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing, Mistaken, Refused
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import conversation, threads
from tickets.clocks import clocks
from tickets.clocks.tables import Customer
from tickets.procedures import procedures, standings
from tickets.procedures.tables import Case, CaseEnd, CaseStage
from tickets.tables import Ticket, TicketState


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
    return session.scalar(standings.whole().where(Case.ticket_id == ticket.id))


def find(session: Session, case_id: int, *, for_: Me) -> Case:
    found = session.scalar(standings.whole().where(Case.id == case_id)) if 0 < case_id < 2**63 else None
    if found is None or not for_.sees(found.ticket.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def _read(session: Session, case: Case) -> Case:
    """As it is now, with all that the pages show."""
    session.flush()
    session.expire(case, ["reached"])
    return session.scalars(standings.whole().where(Case.id == case.id)).one()


def _held(session: Session, case: Case) -> Case:
    """One move at a time: who comes second sees what the first has done."""
    session.refresh(case, ["ended_at", "ended_as"], with_for_update=True)
    return _read(session, case)


def _reach(session: Session, case: Case, rank: int) -> None:
    session.add(CaseStage(case_id=case.id, rank=rank, begun_at=clock.now(), done_at=None, done_by_id=None))
    session.flush()


def _end(case: Case, became: CaseEnd, by: Me) -> None:
    case.ended_at, case.ended_as, case.ended_by_id = clock.now(), became, by.id
