"""What goes along with a question: when somebody comes about it, and the procedure that it goes through."""

from collections.abc import Collection

import msgspec
from sqlalchemy.orm import Session

from tickets import appointments, cases, procedures, threads
from tickets.appointment_tables import Appointment
from tickets.cases import Standing
from tickets.clock_tables import Customer
from tickets.tables import Ticket


class Alongside(msgspec.Struct, frozen=True):
    """`customers` are those for whom a procedure may begin, where none has."""

    appointment: Appointment | None
    case: Standing | None
    customers: Collection[Customer]


def of(session: Session, ticket: Ticket, *, token: str | None = None) -> Alongside:
    """For the staff; or at an address, where only what was made there is seen: a procedure where the thread began."""
    hidden = token is not None and threads.later(session, token) is not None
    case = None if hidden else cases.of(session, ticket)
    offered = procedures.of_grid(session, ticket.grid_id, ticket.kind) if case is None and ticket.kind else {}
    return Alongside(
        appointment=appointments.of(session, ticket, token=token), case=cases.standing(session, case) if case else None,
        customers=list(offered),
    )  # fmt: skip
