import json
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog
import time_machine
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from broadcasts import notices
from broadcasts.deliveries import deliveries, leases
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.tables import Notice, NoticeKind, Update, UpdateState
from pwa.tables import Device
from tests.broadcasts import stage
from tests.broadcasts.phones import crowd, phone
from tests.cast import Cast
from tests.pwa.loopback import CLOSE, HANG, Answer, PushService, Subscription, redirect, slow_down

SENT, GONE, FAILED, WAITING = DeliveryState.sent, DeliveryState.gone, DeliveryState.failed, DeliveryState.waiting


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """What the log would tell a person to mend."""
    log = structlog.testing.CapturingLogger()
    monkeypatch.setattr(deliveries, "log", log)
    return lambda: [call.args[0] for call in log.calls if call.method_name == "error"]


def last_update(session: Session, notice: Notice) -> Update:
    return session.scalars(sa.select(Update).where(Update.notice_id == notice.id).order_by(Update.id.desc())).first()  # type: ignore[return-value]


def send(session: Session, work: Work, notice: Notice, shard: int = 0) -> None:
    update = last_update(session, notice)
    session.commit()
    deliveries.send_shard(work, update_id=update.id, shard=shard)


def row(session: Session, held: Subscription, update: Update | None = None) -> Delivery:
    session.expire_all()
    found = sa.select(Delivery).join(Device, Device.id == Delivery.device_id).where(Device.endpoint == held.endpoint)
    return session.scalars(found.where(Delivery.update_id == update.id) if update else found).one()


def enrolled(session: Session, held: Subscription) -> bool:
    return session.scalar(sa.select(Device.id).where(Device.endpoint == held.endpoint)) is not None


def asked_for(session: Session) -> list[tuple[str, int]]:
    """The jobs that wait: their queue and their shard."""
    prefix = "" if session.get_bind().dialect.name == "sqlite" else "dbos."
    rows = session.execute(
        sa.text(
            f"SELECT s.queue_name, i.inputs FROM {prefix}workflow_status s JOIN {prefix}workflow_input i USING (workflow_uuid) "
            "WHERE s.status = 'ENQUEUED' ORDER BY s.created_at, i.inputs"
        )
    ).all()
    session.commit()
    asked = [(queue, json.loads(inputs)["args"][1]) for queue, inputs in rows]
    return [(queue, ids["shard"]) for queue, ids in asked if "shard" in ids]


def test_who_asked_hears_and_nobody_else(session: Session, town: Cast, service: PushService, work: Work) -> None:
    hearing = {
        "the whole grid": phone(session, service, grid=town.lotus),
        "the estate": phone(session, service, grid=town.lotus, estate=town.garden),
        "its manager": phone(session, service, of=town.wangfang),
        "her deputy, who also asked as a neighbour": phone(session, service, of=town.zhaomin, grid=town.lotus, estate=town.garden),
    }
    others = [
        phone(session, service, grid=town.lotus, estate=town.court),
        phone(session, service, grid=town.lake),
        phone(session, service, grid=town.lake, estate=town.shore),
        phone(session, service, of=town.chengang),
        phone(session, service, of=town.liujie),
        phone(session, service),
    ]
    send(session, work, stage.published(town))
    assert {who: len(service.to(held)) for who, held in hearing.items()} == dict.fromkeys(hearing, 1)
    assert [len(service.to(held)) for held in others] == [0] * len(others)


def test_the_message_says_what_where_and_nothing_of_a_person(session: Session, town: Cast, service: PushService, work: Work) -> None:
    held = phone(session, service, grid=town.lotus)
    notice = stage.published(town, words="请联系王芳 10000000001")
    send(session, work, notice)
    [message] = service.to(held)
    said = message.words["notification"]
    assert isinstance(said, dict)
    assert "停电" in said["title"]
    assert "莲花园" in said["title"]
    assert notice.number in said["body"]
    assert (said["tag"], said["navigate"]) == (notice.number, f"{work.settings.base_url}/n/{notice.number}")
    assert message.words["web_push"] == 8030
    assert message.plain is not None
    for personal in ("王芳", "10000000001"):
        assert personal not in message.plain.decode()
    assert message.headers["urgency"] == "high"
    assert 3 * 3600 - 60 < int(message.headers["ttl"]) <= 3 * 3600


def test_an_emergency_goes_by_the_urgent_queue_and_large_audiences_in_shards(
    session: Session, town: Cast, service: PushService, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "SHARD", 2)
    for _ in range(5):
        phone(session, service, grid=town.lotus)
    fault = stage.published(town)
    stage.planned(town)
    assert asked_for(session) == [("urgent", n) for n in range(3)] + [("routine", n) for n in range(3)]
    for shard in range(3):
        send(session, work, fault, shard)
    assert deliveries.counts(session, fault) == {"waiting": 0, "sent": 5, "gone": 0, "failed": 0}
    assert len(service.received) == 5


ANSWERS: dict[str, tuple[int | Answer, DeliveryState, bool]] = {
    "taken": (201, SENT, True),
    "unknown": (404, GONE, False),
    "ended": (410, GONE, False),
    "key refused": (401, WAITING, True),
    "forbidden": (403, WAITING, True),
    "too large": (413, FAILED, True),
    "slow down": (slow_down(120), WAITING, True),
    "their fault": (500, WAITING, True),
    "redirect": (redirect("http://127.0.0.1:9/"), FAILED, True),
    "hang": (HANG, WAITING, True),
    "close": (CLOSE, WAITING, True),
}


def test_only_a_subscription_that_ended_is_forgotten_and_what_may_still_work_waits(
    session: Session, town: Cast, service: PushService, work: Work, alarms: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "TIMEOUT_MS", 1500)
    phones = {name: phone(session, service, answer, grid=town.lotus) for name, (answer, _, _) in ANSWERS.items()}
    notice = stage.published(town)
    asked_at = clock.now()
    send(session, work, notice)
    for name, (_, state, stays) in ANSWERS.items():
        assert enrolled(session, phones[name]) is stays, name
        if stays:
            assert row(session, phones[name]).state is state, name
    assert row(session, phones["slow down"]).due_at >= asked_at + timedelta(seconds=120)
    assert row(session, phones["their fault"]).due_at > asked_at + timedelta(seconds=5)
    assert [word for alarm in alarms() for word in ("key", "large") if word in alarm] == ["key", "large"]
    assert deliveries.counts(session, notice) == {"waiting": 6, "sent": 1, "gone": 2, "failed": 2}


def test_what_failed_for_a_while_is_tried_again_when_it_is_due(session: Session, town: Cast, service: PushService, work: Work) -> None:
    held = phone(session, service, slow_down(60, 503), 201, grid=town.lotus)
    notice = stage.published(town)
    send(session, work, notice)
    waiting = len(asked_for(session))
    deliveries.sweep(work)
    assert len(asked_for(session)) == waiting
    with time_machine.travel(clock.now() + timedelta(seconds=90)):
        deliveries.sweep(work)
        assert len(asked_for(session)) == waiting + 1
        send(session, work, notice)
    assert (row(session, held).state, row(session, held).tries) == (SENT, 2)


def test_nothing_is_sent_after_the_notices_end(session: Session, town: Cast, service: PushService, work: Work) -> None:
    patient, late = phone(session, service, slow_down(7200), grid=town.lotus), phone(session, service, 500, 201, grid=town.lotus)
    notice = stage.published(town, ends_at=clock.now() + timedelta(hours=1))
    send(session, work, notice)
    assert row(session, patient).state is FAILED
    assert row(session, late).state is WAITING
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        send(session, work, notice)
    assert row(session, late).state is FAILED
    assert service.requests(late) == 1


def test_after_eight_tries_it_is_given_up(session: Session, town: Cast, service: PushService, work: Work) -> None:
    held = phone(session, service, 500, grid=town.lotus)
    notice = stage.published(town, ends_at=clock.now() + timedelta(days=3))
    start = clock.now()
    for hour in range(10):
        with time_machine.travel(start + timedelta(hours=2 * hour)):
            send(session, work, notice)
    assert (row(session, held).state, row(session, held).tries, service.requests(held)) == (FAILED, 8, 8)


def test_it_is_back_reaches_people_after_the_end_and_takes_the_place_of_what_still_waited(
    session: Session, town: Cast, service: PushService, work: Work
) -> None:
    held = phone(session, service, 500, 201, grid=town.lotus)
    notice = stage.published(town)
    first = last_update(session, notice)
    send(session, work, notice)
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        notices.update(session, notice, by=town.me(town.wangfang), state=UpdateState.restored)
        send(session, work, notice)
        deliveries.send_shard(work, update_id=first.id, shard=0)
    [message] = service.to(held)
    said = message.words["notification"]
    assert isinstance(said, dict)
    assert "复电" in said["title"] or "来电" in said["title"] or "恢复" in said["title"], said
    assert int(message.headers["ttl"]) > 3600
    assert row(session, held, first).answer == deliveries.OVERTAKEN
    assert deliveries.counts(session, notice) == {"waiting": 0, "sent": 1, "gone": 0, "failed": 0}


def test_two_workers_on_one_shard_send_each_message_once(session: Session, town: Cast, service: PushService, work: Work) -> None:
    phones = crowd(session, service, town.lotus, 450)
    update = last_update(session, stage.published(town))
    session.commit()
    workers = [threading.Thread(target=deliveries.send_shard, args=(work,), kwargs={"update_id": update.id, "shard": 0}) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(message.token for message in service.received) == sorted(held.token for held in phones)


def test_what_a_lost_worker_had_taken_is_sent_when_its_lease_has_ended(
    session: Session, town: Cast, service: PushService, work: Work
) -> None:
    held = phone(session, service, grid=town.lotus)
    notice = stage.published(town)
    update = last_update(session, notice)
    session.commit()
    with work.database.writing() as lost:
        assert len(leases.take(lost, update.id, 0)) == 1
    send(session, work, notice)
    assert service.requests(held) == 0
    before = len(asked_for(session))
    with time_machine.travel(clock.now() + leases.LEASE + timedelta(seconds=1)):
        deliveries.sweep(work)
        assert len(asked_for(session)) == before + 1
        send(session, work, notice)
    assert service.requests(held) == 1


def test_a_worker_told_to_stop_asks_for_the_rest_again(session: Session, town: Cast, service: PushService, work: Work) -> None:
    held = phone(session, service, grid=town.lotus)
    notice = stage.published(town, kind=NoticeKind.fault_outage)
    before = len(asked_for(session))
    work.stopping.set()
    send(session, work, notice)
    assert (service.requests(held), len(asked_for(session))) == (0, before + 1)


def test_a_device_forgotten_in_between_is_counted_as_gone(session: Session, town: Cast, service: PushService, work: Work) -> None:
    phone(session, service, grid=town.lotus)
    notice = stage.published(town)
    session.execute(sa.delete(Device))
    send(session, work, notice)
    assert deliveries.counts(session, notice) == {"waiting": 0, "sent": 0, "gone": 1, "failed": 0}
