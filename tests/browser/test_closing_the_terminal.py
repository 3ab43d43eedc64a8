"""`make run`: a worker that dies takes nobody with it; a terminal that is closed leaves nothing running, its port is free again."""

import os
import shutil
import signal
import sqlite3
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from app.commands.starting import is_free
from tests.app.test_keeping import runs
from tests.browser.conftest import descendants, running

pytestmark = pytest.mark.browser


def test_who_dies_is_back_and_a_closed_terminal_leaves_nothing_running(planted: Path, tmp_path: Path) -> None:
    server = running(shutil.copytree(planted, tmp_path / "home"))
    server.start()
    worker = until(lambda: named(server, "lindian"))
    os.kill(worker, signal.SIGKILL)
    answers: list[int] = []
    back = until(lambda: answers.append(answer(server)) or works(server, not_by=worker))
    assert set(answers) == {200}, "the web answered all the while"
    web = named(server, "granian")
    os.kill(web, signal.SIGKILL)
    assert not is_free(int(server.url.rpartition(":")[2])), "nobody else gets the port meanwhile"
    until(lambda: named(server, "granian") not in (0, web) and answer(server) == 200)
    assert back == named(server, "lindian"), "the worker went on"
    port, all_of_it = int(server.url.rpartition(":")[2]), descendants(server.process.pid)
    assert len(all_of_it) >= 3, "the web server with its worker, and ours"
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait(20)
    until(lambda: not any(runs(str(pid)) for pid in all_of_it))
    assert is_free(port)


def until(look: Callable[[], int]) -> int:
    end = time.monotonic() + 30
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return found


def named(server: running, program: str) -> int:
    """The process of the Procfile that runs this program, or 0."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return next((int(pid) for pid in children if program in Path(f"/proc/{pid}/cmdline").read_text()), 0)


def answer(server: running) -> int:
    try:
        with urllib.request.urlopen(f"{server.url}/healthz", timeout=5) as answered:
            return int(answered.status)
    except OSError:
        return 0


def works(server: running, *, not_by: int) -> int:
    """Which worker has taken up work meanwhile, but this one."""
    with sqlite3.connect(server.home / "lindian.db", timeout=10) as data:
        taken = data.execute("SELECT executor_id FROM workflow_status WHERE executor_id LIKE '%/%/%' ORDER BY created_at").fetchall()
    pids = [int(executor.split("/")[1]) for (executor,) in taken]
    return next((pid for pid in reversed(pids) if pid == named(server, "lindian") != not_by), 0)
