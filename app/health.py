"""For those who watch the machines: is it alive, and what does it count."""

from typing import Any

import prometheus_client
import sqlalchemy as sa
from litestar import Response, get

from app.core.web import Db
from broadcasts.deliveries.tables import Delivery, DeliveryState
from tickets.tables import Ticket, TicketState

METHODS = ("GET", "HEAD", "POST", "DELETE")
ASKED = prometheus_client.Counter("lindian_requests", "Requests answered.", ["method", "status"])
WAITING = prometheus_client.Gauge("lindian_deliveries_waiting", "Messages not sent yet.")
OPEN = prometheus_client.Gauge("lindian_tickets_open", "Questions not answered yet.")


def count(method: str, status: int) -> None:
    ASKED.labels(method if method in METHODS else "other", str(status)).inc()


@get("/healthz", sync_to_thread=True, include_in_schema=False)
def healthz(session: Db) -> dict[str, str]:
    """Alive, and the database answers."""
    session.execute(sa.text("SELECT 1"))
    return {"state": "ok"}


@get("/metrics", sync_to_thread=True, include_in_schema=False)
def metrics(session: Db) -> Response[bytes]:
    waiting = (DeliveryState.waiting, DeliveryState.sending)
    WAITING.set(session.scalar(sa.select(sa.func.count()).select_from(Delivery).where(Delivery.state.in_(waiting))) or 0)
    OPEN.set(session.scalar(sa.select(sa.func.count()).select_from(Ticket).where(Ticket.state == TicketState.open)) or 0)
    return Response(prometheus_client.generate_latest(), media_type=prometheus_client.CONTENT_TYPE_LATEST)


routes: list[Any] = [healthz, metrics]
