"""What the tests of time say in one line."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from app.core import clock
from tests.cast import Cast
from tickets.clocks.tables import Acknowledgement
from tickets.tables import Ticket

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
NOON = datetime(2027, 7, 14, 4, 0, tzinfo=UTC)  # a Wednesday


def here(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    return clock.as_utc(datetime(2027, month, day, hour, minute))


def told(town: Cast, ticket: Ticket) -> list[str]:
    return list(
        town.session.scalars(sa.select(Acknowledgement.words).where(Acknowledgement.ticket_id == ticket.id).order_by(Acknowledgement.id))
    )
