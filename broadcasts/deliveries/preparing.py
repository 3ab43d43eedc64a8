"""While nothing is to be sent, envelopes for the next emergency are prepared."""

import sqlalchemy as sa

from app.core import clock
from app.core.jobs import Work
from broadcasts.deliveries import leases
from broadcasts.deliveries.tables import Delivery
from pwa import prepared

AT_A_TIME, A_SWEEP = 200, 5_000
"""So many a minute are half a second's work. 100,000 devices have theirs again twenty minutes after an emergency."""


def sweep(work: Work) -> None:
    after: int | None = 0
    for _ in range(A_SWEEP // AT_A_TIME):
        if after is None or work.stopping.is_set() or _is_sending(work):
            return
        after = prepared.prepare(work.database, after=after, most=AT_A_TIME)


def _is_sending(work: Work) -> bool:
    with work.database.reading() as session:
        return bool(session.scalar(sa.select(sa.exists().where(Delivery.state.in_(leases.UNDER_WAY), Delivery.due_at <= clock.now()))))
