"""kill -9 in the middle of an emergency loses nothing and uses no envelope twice: real worker processes, a real push service here."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.database import Database
from app.core.settings import Settings
from broadcasts.deliveries import deliveries, leases
from broadcasts.tables import Notice
from pwa import prepared
from pwa.tables import Prepared
from tests.broadcasts import stage
from tests.broadcasts.phones import crowd
from tests.cast import Cast
from tests.pwa.loopback import PushService

PHONES = 600
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(chosen: Settings) -> Iterator[Start]:
    """`lindian work`, as an operator starts it."""
    running: list[subprocess.Popen[bytes]] = []
    environ = {
        **os.environ,
        "LINDIAN_HOME": str(chosen.home),
        "LINDIAN_DATABASE_URL": chosen.database_url,
        "LINDIAN_PUSH_LOOPBACK": "1",
        "LINDIAN_SWEEP": "*/2 * * * * *",
        "LINDIAN_LOG": "CRITICAL",
    }

    def begin() -> "subprocess.Popen[bytes]":
        running.append(subprocess.Popen([Path(sys.executable).with_name("lindian"), "work"], env=environ))
        return running[-1]

    yield begin
    for one in running:
        with suppress(ProcessLookupError):
            one.kill()
        one.wait()


def standing(database: Database, notice: Notice) -> dict[str, int]:
    with database.reading() as session:
        return deliveries.counts(session, notice)


def halves(database: Database) -> set[bytes]:
    """Our public keys in the envelopes that are prepared."""
    with database.reading() as session:
        return {half[:65] for half in session.scalars(sa.select(Prepared.half))}


@pytest.mark.slow
def test_every_phone_hears_and_no_envelope_is_used_twice_although_the_worker_is_killed(
    session: Session, town: Cast, database: Database, service: PushService, start: Start
) -> None:
    phones = crowd(session, service, town.lotus, PHONES)
    for one in phones:
        one.forward = lambda _body: time.sleep(0.02)
    session.commit()
    prepared.prepare(database, after=0, most=2 * PHONES)
    ready = halves(database)
    assert len(ready) == PHONES
    notice = stage.published(town)
    session.commit()

    first = start()
    service.wait_for(250, seconds=20)
    first.send_signal(signal.SIGKILL)
    first.wait()
    # What was in the service's hands when the line was cut still counts as arrived.
    time.sleep(0.3)
    before = len(service.received)
    assert 250 <= before < PHONES
    assert len(ready & halves(database)) == PHONES - leases.BATCH, "gone with the lease, before any was sent"

    second = start()
    end = time.monotonic() + 30
    while time.monotonic() < end and standing(database, notice)["waiting"]:
        time.sleep(0.2)
    assert standing(database, notice) == {"waiting": 0, "sent": PHONES, "gone": 0, "failed": 0}
    told = Counter(message.token for message in service.received)
    assert set(told) == {held.token for held in phones}
    assert all(message.words["notification"]["tag"] == notice.number for message in service.received)  # type: ignore[index]
    twice = sum(told.values()) - PHONES
    print(f"arrived before the kill {before}, twice {twice}, a batch is {leases.BATCH}")
    assert max(told.values()) <= 2
    assert twice <= leases.BATCH
    used = Counter(message.body[21:86] for message in service.received)
    assert max(used.values()) == 1, "each message has a key of its own, also the one that was sent again"
    assert len(ready & set(used)) >= before + PHONES - leases.BATCH

    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=12) == 0
