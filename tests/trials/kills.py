"""kill -9 in the middle of a broadcast, again and again: `python -m tests.trials.kills [KILLS] [DEVICES]`.

Real work processes with their queue, and beside them a process that writes and says what was acknowledged; both are killed. The push
service writes down whom it heard of. Afterwards everybody was sent to, no acknowledged write is lost, and who was sent to twice was in
a batch that a killed worker had in its hands; the topic and the tag are the notice's own, so a phone shows it once.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import sqlalchemy as sa

from app.core import clock
from app.core.jobs import Work
from broadcasts.deliveries import leases
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.tables import Notice, Update, UpdateState
from pwa.tables import Device
from tests.bench import crowd, sink
from tests.bench.sink import Sink

ROOT = Path(__file__).parents[2]
Until = Callable[[], bool]


class Found(msgspec.Struct):
    kills: int
    devices: int
    told: int = 0
    twice: int = 0
    most: int = 0
    """How often the most often told device was told."""
    allowed_twice: int = 0
    topics: int = 0
    acknowledged: int = 0
    lost: int = 0
    seconds: int = 0


def trial(home: Path, kills: int, devices: int, *, seed: int = 31) -> Found:
    found, chance, began = Found(kills, devices, allowed_twice=kills * leases.BATCH), random.Random(seed), time.monotonic()
    heard = home / "heard"
    with sink.running(home, heard=heard) as service:
        notice_id = crowd.gather(home / "town", service.origin, devices)
        work = crowd.work(home / "town")
        with work.database.writing() as session:
            update_id = crowd.tell(session, notice_id)
        said = home / "said"
        for nth in range(kills):
            _killed(home / "town", service, said, heard, chance.randrange(devices // (kills + 1)), last=lines(heard))
            if not waiting(work, update_id):
                raise RuntimeError(f"all were told before kill {nth + 1}: more devices are needed")
        _finish(work, home / "town", service, update_id)
    _reckon(found, work, update_id, heard, said)
    found.seconds = round(time.monotonic() - began)
    work.database.close()
    return found


def _killed(town: Path, service: Sink, said: Path, heard: Path, more: int, *, last: int) -> None:
    """A worker that is killed when so many more have been told, and a writer that falls with it."""
    worker = start(town, ["-m", "tests.bench.worker", str(service.certificate)])
    with said.open("ab") as out:
        writer = start(town, ["-m", "tests.trials.kills", "write", str(town)], out)
    try:
        wait_until(lambda: lines(heard) > last + more, seconds=90)
    finally:
        for one in (worker, writer):
            one.kill()
            one.wait()


def _finish(work: Work, town: Path, service: Sink, update_id: int) -> None:
    worker = start(town, ["-m", "tests.bench.worker", str(service.certificate)])
    wait_until(lambda: not waiting(work, update_id))
    worker.terminate()
    worker.wait(20)


def wait_until(what: Until, *, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise TimeoutError("it does not come to pass")
        time.sleep(0.02)


def start(town: Path, command: Sequence[str], out: object = None) -> "subprocess.Popen[bytes]":
    environ = {**os.environ, **crowd.environ(town), "LINDIAN_SWEEP": "*/2 * * * * *"}
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environ, stdout=out)  # type: ignore[call-overload,no-any-return]


def waiting(work: Work, update_id: int) -> int:
    with work.database.reading() as session:
        here = (Delivery.update_id == update_id, Delivery.state.in_(leases.UNDER_WAY))
        return session.scalar(sa.select(sa.func.count()).select_from(Delivery).where(*here)) or 0


def lines(heard: Path) -> int:
    """As every line is equally long."""
    return heard.stat().st_size // sink.LINE if heard.exists() else 0


def _reckon(found: Found, work: Work, update_id: int, heard: Path, said: Path) -> None:
    lines = [line.split() for line in heard.read_text().splitlines()]
    times = Counter(token for token, _topic in lines)
    found.topics = len({topic for _token, topic in lines})
    with work.database.reading() as session:
        tokens = {endpoint.rpartition("/")[2] for endpoint in session.scalars(sa.select(Device.endpoint))}
        sent = sa.select(sa.func.count()).where(Delivery.update_id == update_id, Delivery.state == DeliveryState.sent)
        found.told = min(len(tokens & set(times)), session.scalar(sent) or 0)
        written = set(session.scalars(sa.select(Update.id)))
    acknowledged = {int(line) for line in said.read_text().splitlines()}
    found.acknowledged, found.lost = len(acknowledged), len(acknowledged - written)
    found.twice, found.most = sum(times.values()) - len(times), max(times.values())


def _write(town: Path) -> None:
    """A fact after the other, each told when it is kept, until somebody kills us."""
    work = crowd.work(town)
    while True:
        with work.database.writing() as session:
            notice = session.scalars(sa.select(Notice).limit(1)).one()
            by, now = notice.created_by_id, clock.now()
            fact = Update(notice_id=notice.id, state=UpdateState.reminder, words="再说一次。", at=now, by_id=by)
            session.add(fact)
            session.flush()
        os.write(1, f"{fact.id}\n".encode())
        time.sleep(0.01)


def main(kills: int, devices: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = trial(Path(folder), kills, devices)
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        _write(Path(sys.argv[2]))
    else:
        main(*(int(one) for one in sys.argv[1:3] or (20, 20_000)))
