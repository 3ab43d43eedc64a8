"""An emergency for everybody while routine news is on its way to 20,000: `python -m tests.trials.overtaking [DEVICES]`.

One real work process with its queue, so that both share it. The push service writes down in which order it heard of them.
"""

import sys
import tempfile
import time
from pathlib import Path

import msgspec
import sqlalchemy as sa

from broadcasts.channels import webpush
from broadcasts.tables import Notice, NoticeKind, NoticeState
from tests.bench import crowd, sink
from tests.trials import kills


class Found(msgspec.Struct):
    devices: int
    routine_before: int = 0
    routine_between: int = 0
    """Heard after the first message of the emergency and before its last."""
    routine_after: int = 0
    emergency: int = 0
    first_after_s: float = 0
    """From publishing the emergency to its first message."""


def trial(home: Path, devices: int) -> Found:
    found, heard = Found(devices), home / "heard"
    with sink.running(home, heard=heard) as service:
        tip_id = crowd.gather(home / "town", service.origin, devices)
        work = crowd.work(home / "town")
        with work.database.writing() as session:
            routine = crowd.tell(session, tip_id)
        worker = kills.start(home / "town", ["-m", "tests.bench.worker", str(service.certificate)])
        kills.wait_until(lambda: kills.lines(heard) > devices // 10)
        with work.database.writing() as session:
            fault = _fault(session.get_one(Notice, tip_id))
            session.add(fault)
            session.flush()
            topic, emergency = webpush.topic(fault), crowd.tell(session, fault.id)
        told = time.monotonic()
        kills.wait_until(lambda: topic.encode() in heard.read_bytes())
        found.first_after_s = round(time.monotonic() - told, 2)
        kills.wait_until(lambda: not kills.waiting(work, routine) + kills.waiting(work, emergency))
        worker.terminate()
        worker.wait(20)
    _reckon(found, [line.split()[1] == topic for line in heard.read_text().splitlines()])
    work.database.close()
    return found


def _reckon(found: Found, urgent: list[bool]) -> None:
    first, last = urgent.index(True), len(urgent) - 1 - urgent[::-1].index(True)
    found.emergency = sum(urgent)
    found.routine_before, found.routine_after = first, len(urgent) - 1 - last
    found.routine_between = last - first + 1 - found.emergency


def _fault(like: Notice) -> Notice:
    same = {column.key: getattr(like, column.key) for column in sa.inspect(Notice).columns if column.key not in ("id", "number", "kind")}
    return Notice(**{**same, "number": "270101-77", "kind": NoticeKind.fault_outage, "state": NoticeState.published})


def main(devices: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = trial(Path(folder), devices)
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
