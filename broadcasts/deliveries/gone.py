"""Phones that a push service says to be gone are forgotten; but where it says so of most, rather the service is mistaken.

It is counted for each service by itself, in the shard and in the whole message: one that is mistaken loses at most a FEW of its phones,
however many a good one has beside it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from app.core import twins
from app.core.among import among
from broadcasts.channels.webpush import Receiver
from broadcasts.deliveries.tables import Delivery, DeliveryState, GoneTally
from pwa.push.outcomes import Outcome, Verdict
from pwa.tables import Device

FEW = 5
"""So many may be gone of one service without anybody asking whether that can be."""
log = structlog.get_logger("deliveries")


def service(endpoint: str) -> str:
    """Whose phone it is: https://push.example.com/abc is push.example.com's."""
    return endpoint.split("/", 3)[2]


def count(
    session: Session, update_id: int, shard: int, receivers: Iterable[Receiver], outcomes: Iterable[Outcome], verdicts: Iterable[Verdict]
) -> None:
    """What the services said of a batch: one row a service, whatever its size."""
    whose = {one.key: service(one.endpoint) for one in receivers}
    said = Counter((whose[outcome.key], verdict) for outcome, verdict in zip(outcomes, verdicts, strict=True))
    for name in sorted({one for one, verdict in said if verdict in (Verdict.SENT, Verdict.GONE)}):
        taken, gone = said[name, Verdict.SENT], said[name, Verdict.GONE]
        row = twins.insert(session, GoneTally).values(update_id=update_id, shard=shard, service=name, taken=taken, gone=gone)
        more = {"taken": GoneTally.taken + taken, "gone": GoneTally.gone + gone}
        session.connection().execute(row.on_conflict_do_update(index_elements=["update_id", "shard", "service"], set_=more))


def forget(session: Session, update_id: int, shard: int) -> None:
    """Those of a shard, where their service can be believed."""
    here = (Delivery.update_id == update_id, Delivery.shard == shard, Delivery.state == DeliveryState.gone)
    ended = session.execute(sa.select(Device.id, Device.endpoint).join(Delivery, Delivery.device_id == Device.id).where(*here)).all()
    if not ended:
        return
    doubted = _doubted(session, update_id, shard)
    for name in doubted & {service(endpoint) for _key, endpoint in ended}:
        log.error("a push service says of most phones that they are gone; they are kept", service=name, update=update_id, shard=shard)
    _forget(session, [key for key, endpoint in ended if service(endpoint) not in doubted])


def _doubted(session: Session, update_id: int, shard: int) -> set[str]:
    taken, gone = sa.func.sum(GoneTally.taken), sa.func.sum(GoneTally.gone)
    about = sa.select(GoneTally.service).group_by(GoneTally.service).having(gone > FEW, gone > taken)
    whole = about.where(GoneTally.update_id == update_id)
    return {*session.scalars(whole), *session.scalars(whole.where(GoneTally.shard == shard))}


def _forget(session: Session, devices: Sequence[int]) -> None:
    if devices:
        session.execute(sa.delete(Device).where(among(Device.id, devices)), execution_options={"synchronize_session": False})
