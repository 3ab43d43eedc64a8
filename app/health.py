"""For those who watch the machines: is it alive, and what does it count."""

import tempfile
from pathlib import Path
from typing import Any

import prometheus_client
import sqlalchemy as sa
import structlog
from litestar import Response, get

from app.core.web import Config, Db
from broadcasts.deliveries.tables import Delivery, DeliveryState
from tickets.tables import Ticket, TicketState

log = structlog.get_logger("health")
METHODS = ("GET", "HEAD", "POST", "DELETE")
ASKED = prometheus_client.Counter("lindian_requests", "Requests answered.", ["method", "status"])
WAITING = prometheus_client.Gauge("lindian_deliveries_waiting", "Messages not sent yet.")
OPEN = prometheus_client.Gauge("lindian_tickets_open", "Questions not answered yet.")


def count(method: str, status: int) -> None:
    ASKED.labels(method if method in METHODS else "other", str(status)).inc()


@get("/healthz", sync_to_thread=True, include_in_schema=False)
def healthz(session: Db, settings: Config) -> Response[dict[str, str]]:
    """Alive, the database answers, and there is room where we write."""
    session.execute(sa.text("SELECT 1"))
    return Response({"state": "ok"}) if _takes(settings.home) else Response({"state": "disk"}, status_code=503)


def _takes(home: Path) -> bool:
    """Whether the disk takes a few bytes: it may be full, or read-only since it failed."""
    try:
        with tempfile.TemporaryFile(dir=home) as tried:
            tried.write(bytes(65_536))
            tried.flush()
    except OSError:
        log.exception("the disk takes nothing", home=str(home))
        return False
    return True


@get("/metrics", sync_to_thread=True, include_in_schema=False)
def metrics(session: Db) -> Response[bytes]:
    waiting = (DeliveryState.waiting, DeliveryState.sending)
    WAITING.set(session.scalar(sa.select(sa.func.count()).select_from(Delivery).where(Delivery.state.in_(waiting))) or 0)
    OPEN.set(session.scalar(sa.select(sa.func.count()).select_from(Ticket).where(Ticket.state == TicketState.open)) or 0)
    return Response(prometheus_client.generate_latest(), media_type=prometheus_client.CONTENT_TYPE_LATEST)


routes: list[Any] = [healthz, metrics]
