"""Heavy acts are done in a process of their own: it may die at any moment, and the worker stays as small as it was."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from app.core import apart, jobs
from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from tests.core import worker

NAMED = "tests.core.worker"


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Nothing here looks into a database."""
    return str(request.param)


def notes(chosen: Settings) -> list[str]:
    return (chosen.home / "done").read_text().splitlines() if (chosen.home / "done").exists() else []


def until(chosen: Settings, words: str) -> None:
    end = time.monotonic() + 15
    while words not in notes(chosen):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_heavy_act_is_done_elsewhere_and_only_where_there_is_something_to_do(database: Database, chosen: Settings) -> None:
    work = Work(database=database, settings=chosen)
    jobs._do(work, worker.tell_process, {"words": "for nothing"}, {worker.tell_process: lambda _work: False})
    jobs._do(work, worker.tell_process, {"words": "kept"}, {worker.tell_process: lambda _work: True})
    (told,) = notes(chosen)
    number, _space, words = told.partition(" ")
    assert (int(number) != os.getpid(), words) == (True, "kept")


def test_it_stops_between_two_parts_when_its_worker_is_to_stop(chosen: Settings) -> None:
    stopping = threading.Event()

    def stop() -> None:
        until(chosen, "begins long")
        stopping.set()

    threading.Thread(target=stop, daemon=True).start()
    apart.do(f"{NAMED}.dawdle", {"words": "long", "seconds": 60}, chosen, stopping)
    assert notes(chosen) == ["begins long", "ends long"]


def test_one_that_is_killed_is_told_as_a_failure_and_takes_nobody_with_it(chosen: Settings) -> None:
    with pytest.raises(apart.Died, match="-9"):
        apart.do(f"{NAMED}.die", {}, chosen)
    assert notes(chosen) == ["1000"], "where memory runs out, the system takes it before the worker"


def test_one_whose_worker_is_killed_ends_by_itself(chosen: Settings) -> None:
    script = f"from app.core import apart, settings; apart.do('{NAMED}.dawdle', dict(words='orphan', seconds=60), settings.load())"
    begun = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "LINDIAN_HOME": str(chosen.home)})
    until(chosen, "begins orphan")
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    until(chosen, "ends orphan")
