"""Phones at the loopback push service, enrolled as the app enrols them."""

from sqlalchemy.orm import Session

from app.core import clock
from app.core.tokens import digest
from broadcasts.subscribers import subscribers, subscriptions
from broadcasts.subscribers.tables import Subscription as Wish
from grids.staff import entrance
from grids.tables import Estate, Grid, Person
from pwa import devices
from pwa.push import guard
from pwa.tables import Device
from tests.pwa.loopback import Answer, PushService, Subscription, b64


def phone(
    session: Session,
    service: PushService,
    *answers: int | Answer,
    grid: Grid | None = None,
    estate: Estate | None = None,
    of: Person | None = None,
) -> Subscription:
    """It says what the service is to answer, and what it wants to hear of."""
    held = service.subscribe(answers or (201,))
    device = enrolled(session, held, of)
    if grid:
        subscriptions.subscribe(session, subscribers.of_device(session, device), grid=grid, estate=estate)
    return held


def enrolled(session: Session, held: Subscription, of: Person | None = None) -> Device:
    return devices.enrol(
        session, endpoint=held.endpoint, p256dh=b64(held.p256dh), auth=b64(held.auth),
        sign_in=digest(entrance.sign_in(session, of.id)) if of else None, work=of is not None, hosts=guard.hosts(), loopback=True,
    )  # fmt: skip


def crowd(session: Session, service: PushService, grid: Grid, many: int) -> list[Subscription]:
    """More at once than the door lets in."""
    held = [service.subscribe() for _ in range(many)]
    enrolled_ones = [enrolled(session, one) for one in held]
    ones = [subscribers.of_device(session, device) for device in enrolled_ones]
    session.add_all(Wish(subscriber_id=one.id, grid_id=grid.id, created_at=clock.now()) for one in ones)
    session.flush()
    return held
