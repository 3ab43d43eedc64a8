"""What goes along with a question: when somebody comes about it."""

import msgspec
from sqlalchemy.orm import Session

from tickets import appointments
from tickets.appointment_tables import Appointment
from tickets.tables import Ticket


class Alongside(msgspec.Struct, frozen=True):
    appointment: Appointment | None


def of(session: Session, ticket: Ticket) -> Alongside:
    return Alongside(appointment=appointments.of(session, ticket))
