"""An emergency overtakes a routine send that is already running, and a service that refuses our key is left alone."""

import os
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy.orm import Session

from app.core.jobs import Work
from broadcasts.channels import webpush
from broadcasts.deliveries import deliveries, lanes, leases
from broadcasts.deliveries.tables import DeliveryState
from pwa.push import circuit
from pwa.push.circuit import Circuit
from pwa.push.outcomes import Outcome, Verdict, judge
from tests.broadcasts import stage
from tests.broadcasts.phones import crowd, phone
from tests.broadcasts.test_deliveries import last_update, row, send
from tests.cast import Cast
from tests.pwa.loopback import PushService


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> Circuit:
    monkeypatch.setattr(webpush, "REFUSALS", Circuit())
    return webpush.REFUSALS


def test_an_emergency_overtakes_a_routine_send_that_is_running(
    session: Session, town: Cast, service: PushService, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "BATCH", 40)
    for held in crowd(session, service, town.lotus, 320):
        held.forward = lambda _body: time.sleep(0.01)
    tip = stage.planned(town)
    fault = stage.published(town)
    routine, emergency = last_update(session, tip), last_update(session, fault)
    session.commit()
    slow = threading.Thread(target=deliveries.send_shard, args=(work,), kwargs={"update_id": routine.id, "shard": 0})
    slow.start()
    service.wait_for(60, seconds=20)
    deliveries.send_shard(work, update_id=emergency.id, shard=0)
    slow.join()
    tags = [message.words["notification"]["tag"] for message in service.received]  # type: ignore[index]
    first, last = tags.index(fault.number), len(tags) - 1 - tags[::-1].index(fault.number)
    between = tags[first:last].count(tip.number)
    assert 60 <= first < 320, "the routine was under way"
    assert between <= leases.BATCH, "only the batch that was on its way already"
    assert tags[last + 1 :].count(tip.number) >= 320 - first - leases.BATCH, "the routine goes on after it"
    assert (tags.count(fault.number), tags.count(tip.number)) == (320, 320)


def test_between_two_shards_of_an_emergency_the_routine_still_steps_aside() -> None:
    went: list[str] = []
    with lanes.lane(urgent=False) as step_aside:
        with lanes.lane(urgent=True):
            waiting = threading.Thread(target=lambda: (step_aside(), went.append("routine")))
            waiting.start()
        time.sleep(0.2)  # So long the queue may take to give out the next.
        with lanes.lane(urgent=True):
            went.append("the next shard")
        waiting.join(5)
    assert went == ["the next shard", "routine"]


def test_a_service_that_refuses_our_key_is_left_alone_and_what_waited_is_sent_when_it_is_mended(
    session: Session, town: Cast, service: PushService, work: Work, refusals: Circuit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "BATCH", 20)
    phones = [phone(session, service, 401, 201, grid=town.lotus) for _ in range(60)]
    notice = stage.published(town)
    send(session, work, notice)
    asked = sum(service.requests(held) for held in phones)
    assert circuit.REFUSALS <= asked <= 20, "the first batch, and nobody after it"
    states = [row(session, held).state for held in phones]
    assert states == [DeliveryState.waiting] * 60, "nobody's message is lost by our key"


def test_a_refusing_service_is_tried_again_after_a_pause_and_others_are_not_concerned(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Circuit()
    for _ in range(circuit.REFUSALS):
        assert not kept.is_open("https://one")
        kept.heard("https://one", verdict(403))
    assert (kept.is_open("https://one"), kept.is_open("https://two")) == (True, False)
    now = time.monotonic()
    monkeypatch.setattr(circuit.time, "monotonic", lambda: now + circuit.PAUSE_S + 1)
    assert not kept.is_open("https://one")
    kept.heard("https://one", verdict(403))
    assert kept.is_open("https://one"), "refused again: left alone again at once"
    kept.heard("https://one", verdict(201))
    assert not kept.is_open("https://one")


def verdict(status: int) -> Verdict:
    return judge(Outcome(0, status))


HEAVY = {
    "numpy", "shapely", "scipy", "jieba", "litestar", "jinja2", "alembic", "geopy", "pypinyin", "typst", "osmium", "obstore", "PIL",
    "requests", "aiohttp", "rapidfuzz", "phonenumbers", "pycurl",
}  # fmt: skip


def test_a_work_process_carries_no_library_that_only_others_need() -> None:
    said = "import sys, app.cli, app.work; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, env=dict(os.environ)).stdout.split()
    assert HEAVY & set(loaded) == set()
