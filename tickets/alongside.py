"""What goes along with a question: when somebody comes about it, and the procedure that it goes through."""

from collections.abc import Collection

import msgspec
from sqlalchemy.orm import Session

from tickets import threads
from tickets.appointments import diary
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.clocks.tables import Customer
from tickets.procedures import cases, procedures, standings
from tickets.procedures.standings import Standing
from tickets.tables import Ticket


class Alongside(msgspec.Struct, frozen=True):
    """`missed` is the newest visit, where nobody was met; `customers` are those for whom a procedure may begin, where none has."""

    appointment: Appointment | None
    missed: Appointment | None
    case: Standing | None
    customers: Collection[Customer]


def of(session: Session, ticket: Ticket, *, token: str | None = None) -> Alongside:
    """For the staff; or at an address, where only what was made there is seen: a procedure where the thread began."""
    hidden = token is not None and threads.later(session, token) is not None
    case = None if hidden else cases.of(session, ticket)
    offered = procedures.of_grid(session, ticket.grid_id, ticket.kind) if case is None and ticket.kind else {}
    newest = next(reversed(diary.history(session, ticket, token=token)), None)
    return Alongside(
        appointment=diary.of(session, ticket, token=token),
        missed=newest if newest and newest.state is AppointmentState.missed else None, case=standings.of(session, case) if case else None,
        customers=list(offered),
    )  # fmt: skip
