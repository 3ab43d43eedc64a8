"""What was undertaken for somebody beside the talk: visits, procedures, papers that were seen, waiting. Gathered, and erased."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.clocks.tables import Pause
from tickets.procedures.tables import Case, PaperSeen
from tickets.tables import Ticket

Told = dict[str, list[dict[str, Any]]]
NOTHING: Told = {"appointments": [], "procedures": [], "papers_seen": [], "pauses": []}
"""To who came into a thread later: these are the first asker's."""


def of(session: Session, ticket: Ticket) -> Told:
    def rows(table: Any, *options: Any) -> Sequence[Any]:
        return session.scalars(sa.select(table).where(table.ticket_id == ticket.id).options(*options)).all()

    return {
        "appointments": [_visit(one) for one in rows(Appointment)],
        "procedures": [_case(one) for one in rows(Case, joinedload(Case.procedure), selectinload(Case.reached))],
        "papers_seen": [
            {"paper": one.paper, "words": one.words, "at": one.seen_at, "by": one.by.name, "undone_at": one.undone_at}
            for one in rows(PaperSeen, joinedload(PaperSeen.by))
        ],
        "pauses": [{"reason": one.reason, "at": one.at, "until": one.until_at, "ended_at": one.ended_at} for one in rows(Pause)],
    }


def erase(session: Session, ticket_ids: Collection[int]) -> None:
    """Nobody goes to a home that is nobody's; which papers somebody has is theirs. How long a procedure took stays."""
    here = Appointment.ticket_id.in_(ticket_ids)
    over = {"state": AppointmentState.cancelled, "seat": None, "remind_at": None, "ended_at": clock.now()}
    quiet = {"synchronize_session": False}
    session.execute(
        sa.update(Appointment).where(here, Appointment.state == AppointmentState.booked).values(**over), execution_options=quiet
    )
    session.execute(sa.update(Appointment).where(here).values(address=None), execution_options=quiet)
    session.execute(sa.delete(PaperSeen).where(PaperSeen.ticket_id.in_(ticket_ids)), execution_options=quiet)


def _visit(one: Appointment) -> dict[str, Any]:
    return {"from": one.starts_at, "until": one.ends_at, "state": one.state, "kind": one.kind, "at": one.at, "ended_at": one.ended_at}


def _case(one: Case) -> dict[str, Any]:
    names = [stage.get("name", "") for stage in one.procedure.stages]
    stages = [
        {"name": names[stage.rank] if stage.rank < len(names) else "", "at": stage.begun_at, "done_at": stage.done_at}
        for stage in one.reached
    ]
    return {"kind": one.procedure.kind, "customer": one.procedure.customer, "at": one.begun_at, "ended_at": one.ended_at, "stages": stages}
