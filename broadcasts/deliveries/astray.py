"""What waits longer than anything waits was given its time while the machine's clock was ahead: it is due now that the clock is right."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts.deliveries import outbox
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.tables import Update
from pwa.push.outcomes import LONGEST_RETRY_AFTER_S

SKEW = timedelta(minutes=1)
LONGEST = timedelta(seconds=LONGEST_RETRY_AFTER_S * 1.2)


def bring_back(session: Session) -> None:
    """Told of an update that is yet to come, leased for longer than a lease, or put off for longer than any provider may ask."""
    now = clock.now()
    ahead = sa.select(Update.id).where(Update.at > now + SKEW)
    leased = sa.and_(Delivery.state == DeliveryState.sending, Delivery.due_at > now + outbox.LEASE)
    wrong = sa.or_(Delivery.update_id.in_(ahead), leased, sa.and_(Delivery.tries > 0, Delivery.due_at > now + LONGEST))
    waits = sa.update(Delivery).where(Delivery.state.in_(outbox.UNDER_WAY), Delivery.due_at > now, wrong)
    session.execute(waits.values(due_at=now), execution_options={"synchronize_session": False})
