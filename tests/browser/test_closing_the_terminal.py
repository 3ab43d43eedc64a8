"""`make run` in a terminal that is closed: nothing of it goes on, the next start finds its port free."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from app.commands.town import is_free
from tests.browser.conftest import descendants, running

pytestmark = pytest.mark.browser


def test_a_closed_terminal_leaves_nothing_running(planted: Path, tmp_path: Path) -> None:
    server = running(shutil.copytree(planted, tmp_path / "home"))
    server.start()
    port, all_of_it = int(server.url.rpartition(":")[2]), descendants(server.process.pid)
    assert len(all_of_it) >= 3, "the web server, the worker, and who watches over them"
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait(20)
    for _try in range(200):
        if not any(_runs(pid) for pid in all_of_it):
            break
        time.sleep(0.1)
    assert [pid for pid in all_of_it if _runs(pid)] == []
    assert is_free(port)


def _runs(pid: int) -> bool:
    """A zombie nobody has waited for runs no more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
