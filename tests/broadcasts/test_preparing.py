"""Envelopes prepared in idle time: an emergency takes them, each is used once, and the phone opens it like any other."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from broadcasts.deliveries import deliveries, leases, preparing
from broadcasts.tables import Notice, Update
from pwa import devices, prepared
from pwa.push import guard
from pwa.tables import Device, Prepared
from tests.broadcasts import stage
from tests.broadcasts.phones import crowd, phone
from tests.cast import Cast
from tests.pwa.loopback import PushService, b64


def ready(session: Session) -> dict[int, bytes]:
    """Our public key in each device's envelope."""
    session.rollback()
    found = {device: half[:65] for device, half in session.execute(sa.select(Prepared.device_id, Prepared.half)).all()}
    session.rollback()
    return found


def send(session: Session, work: Work, notice: Notice) -> None:
    last = session.scalar(sa.select(sa.func.max(Update.id)).where(Update.notice_id == notice.id)) or 0
    session.commit()
    deliveries.send_shard(work, update_id=last, shard=0)


def test_an_emergency_takes_them_and_nothing_else_does(session: Session, town: Cast, service: PushService, work: Work) -> None:
    phones = crowd(session, service, town.lotus, 8)
    session.commit()
    preparing.sweep(work)
    made = ready(session)
    assert len(set(made.values())) == 8
    send(session, work, stage.planned(town))
    assert ready(session) == made
    send(session, work, stage.published(town))
    assert ready(session) == {}
    assert [len(service.to(held)) for held in phones] == [2] * 8
    assert all(message.words["notification"] for message in service.received), "the phone opens both kinds"
    keys = [message.body[21:86] for message in service.received]
    assert (len(set(keys)), len(set(keys) & set(made.values()))) == (16, 8)


def test_what_is_sent_again_has_another_key(session: Session, town: Cast, service: PushService, work: Work) -> None:
    held = phone(session, service, 500, 201, grid=town.lotus)
    notice = stage.published(town)
    session.commit()
    prepared.prepare(work.database, after=0, most=10)
    bodies: list[bytes] = []
    take = service.take
    service.take = lambda path, headers, body, number: (bodies.append(body), take(path, headers, body, number))[1]  # type: ignore[method-assign]
    send(session, work, notice)
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        send(session, work, notice)
    assert len(service.to(held)) == 1
    assert len(bodies) == len({body[21:86] for body in bodies}) == len({body[:16] for body in bodies}) == 2


def test_what_was_made_for_older_keys_is_not_used(session: Session, town: Cast, service: PushService, work: Work) -> None:
    held = phone(session, service, grid=town.lotus)
    session.commit()
    preparing.sweep(work)
    [(device_id, old)] = ready(session).items()
    newer = service.subscribe()
    held.key, held.p256dh, held.auth = newer.key, newer.p256dh, newer.auth
    device = devices.enrol(
        session, endpoint=held.endpoint, p256dh=b64(newer.p256dh), auth=b64(newer.auth), hosts=guard.hosts(), loopback=True
    )
    assert device.id == device_id
    send(session, work, stage.published(town))
    [message] = service.to(held)
    assert message.plain
    assert message.body[21:86] != old
    assert ready(session) == {}


def test_two_at_once_never_have_the_same(session: Session, town: Cast, service: PushService, work: Work) -> None:
    crowd(session, service, town.lotus, 6)
    session.commit()
    preparing.sweep(work)
    ids = list(ready(session))
    with work.database.writing() as one:
        first = prepared.take(one, ids[:4])
        if not work.database.is_sqlite:  # There the second would wait for the first to be over.
            with work.database.writing() as two:
                assert {device for device, _auth in prepared.take(two, ids)} == set(ids[4:])
    with work.database.writing() as three:
        rest = prepared.take(three, ids)
    assert {device for device, _auth in first} == set(ids[:4])
    assert not set(first.values()) & set(rest.values())


def test_a_lease_that_is_undone_has_taken_nothing(session: Session, town: Cast, service: PushService, work: Work) -> None:
    phone(session, service, grid=town.lotus)
    notice = stage.published(town)
    session.commit()
    prepared.prepare(work.database, after=0, most=10)
    made = ready(session)
    update = session.scalar(sa.select(sa.func.max(Update.id)).where(Update.notice_id == notice.id)) or 0
    session.rollback()
    with work.database.session(writes=True) as lost:
        assert leases.take(lost, update, 0, urgent=True)[0].prepared[:65] in made.values()
    assert ready(session) == made


def test_nothing_is_prepared_while_something_is_to_be_sent_and_a_few_at_a_time(
    session: Session, town: Cast, service: PushService, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "AT_A_TIME", 3)
    monkeypatch.setattr(preparing, "A_SWEEP", 6)
    crowd(session, service, town.lotus, 10)
    notice = stage.published(town)
    session.commit()
    preparing.sweep(work)
    assert ready(session) == {}
    send(session, work, notice)
    for many in (6, 10, 10):
        preparing.sweep(work)
        assert len(ready(session)) == many
    session.execute(sa.delete(Device).where(Device.id == min(ready(session))))
    session.commit()
    assert len(ready(session)) == 9, "they go with their device"
