"""A push service that is mistaken, in what it says of phones or of our key, costs nobody their messages."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog
import time_machine
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from broadcasts.deliveries import deliveries, gone
from broadcasts.deliveries.tables import Delivery, DeliveryState, GoneTally
from broadcasts.tables import Update
from pwa.push import circuit
from pwa.tables import Device
from tests.broadcasts import stage
from tests.broadcasts.phones import phone
from tests.cast import Cast
from tests.pwa import loopback
from tests.pwa.loopback import PushService


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    log = structlog.testing.CapturingLogger()
    monkeypatch.setattr(gone, "log", log)
    return lambda: [call.kwargs["service"] for call in log.calls if call.method_name == "error"]


def count(session: Session, *where: sa.ColumnElement[bool], of: type[Device | Delivery] = Device) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(of).where(*where)) or 0


def kept(session: Session, service: PushService) -> int:
    return count(session, Device.endpoint.startswith(service.origin))


@pytest.mark.parametrize(("good", "lost", "kept_ones"), [(12, 9, 9), (0, 6, 6), (0, 5, 0)])
def test_each_service_is_judged_by_itself(
    session: Session, town: Cast, work: Work, alarms: Callable[[], list[str]], good: int, lost: int, kept_ones: int
) -> None:
    with loopback.running() as one, loopback.running() as other:
        for service, many, answer in ((one, good, 201), (other, lost, 410)):
            for _ in range(many):
                phone(session, service, answer, grid=town.lotus)
        update = stage.published(town).updates[0].id
        session.commit()
        deliveries.send_shard(work, update_id=update, shard=0)
        assert (kept(session, one), kept(session, other)) == (good, kept_ones)
        assert alarms() == ([gone.service(other.origin + "/")] if kept_ones else [])


@pytest.mark.parametrize(("good", "lost", "all_kept"), [(7, 8, True), (8, 8, False)])
def test_where_most_are_said_to_be_gone_the_phones_are_kept(
    session: Session, town: Cast, work: Work, alarms: Callable[[], list[str]], good: int, lost: int, all_kept: bool
) -> None:
    with loopback.running() as service:
        for number in range(good + lost):
            phone(session, service, 201 if number < good else 410, grid=town.lotus)
        update = stage.published(town).updates[0].id
        session.commit()
        deliveries.send_shard(work, update_id=update, shard=0)
        assert (kept(session, service), bool(alarms())) == (good + lost * all_kept, all_kept)


def test_of_many_small_shards_a_mistaken_service_loses_a_few(
    session: Session, town: Cast, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "SHARD", 5)
    with loopback.running() as service:
        for _ in range(10):
            phone(session, service, 410, grid=town.lotus)
        update = stage.published(town).updates[0].id
        session.commit()
        for shard in range(2):
            deliveries.send_shard(work, update_id=update, shard=shard)
        assert kept(session, service) == 5
        assert session.scalar(sa.select(sa.func.sum(GoneTally.gone))) == 10


def test_who_refuses_our_key_is_tried_until_it_is_mended_or_the_notice_ends(
    session: Session, town: Cast, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circuit, "PAUSE_S", 0.5)
    waiting = Delivery.state == DeliveryState.waiting
    with loopback.running() as service:
        mended = [phone(session, service, 403, 201, grid=town.lotus) for _ in range(12)]
        never = phone(session, service, 401, grid=town.lotus)
        notice = stage.published(town, ends_at=clock.now() + timedelta(hours=3))
        update, start = session.scalars(sa.select(Update.id).where(Update.notice_id == notice.id)).one(), clock.now()
        session.commit()
        deliveries.send_shard(work, update_id=update, shard=0)
        assert count(session, waiting, of=Delivery) == 13, "those refused, and those not tried"
        session.commit()
        time.sleep(0.6)
        for minutes in range(10, 180, 15):
            with time_machine.travel(start + timedelta(minutes=minutes)):
                deliveries.send_shard(work, update_id=update, shard=0)
        assert [len(service.to(one)) for one in mended] == [1] * 12
        tried = service.requests(never)
        assert tried > 8, "not given up"
        session.commit()
        with time_machine.travel(start + timedelta(hours=4)):
            deliveries.send_shard(work, update_id=update, shard=0)
        assert (count(session, waiting, of=Delivery), service.requests(never)) == (0, tried)
