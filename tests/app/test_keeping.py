"""The Procfile's processes are kept running, each for itself, and end together with all that they started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

PROCFILE = """
frail: sleep 600 & echo $! >> left; date +%s.%N >> starts; exit 3
steady: echo $$ >> steady; exec sleep 600
deaf: trap "" TERM; echo $$ >> deaf; sleep 600 & echo $! >> deaf; wait
"""
KEEP = """
import os, sys; from pathlib import Path; from app import keeping
keeping.ROOT, keeping.FIRST_PAUSE_S, keeping.GRACE_S = Path(sys.argv[1]), 0.1, 0.5
sys.exit(128 + keeping.keep(sys.argv[2:], os.environ))
"""
Keep = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    """Who keeps the named ones of this folder's Procfile."""
    (tmp_path / "Procfile").write_text(PROCFILE)
    started: list[subprocess.Popen[bytes]] = []

    def begin(*names: str) -> "subprocess.Popen[bytes]":
        started.append(subprocess.Popen([sys.executable, "-c", KEEP, tmp_path, *names], stdout=subprocess.DEVNULL))
        return started[-1]

    yield begin
    for one in started:
        one.terminate()
        one.wait(10)


def lines(file: Path, many: int) -> list[str]:
    """Once there are so many."""
    end = time.monotonic() + 15
    while not file.exists() or len(file.read_text().split()) < many:
        assert time.monotonic() < end, f"{file.name} has fewer than {many}"
        time.sleep(0.02)
    return file.read_text().split()


def runs(pid: str) -> bool:
    """A zombie nobody has waited for runs no more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ended(pids: list[str]) -> bool:
    """Who is killed is gone when the system comes to it: on a busy machine a moment later."""
    end = time.monotonic() + 5
    while any(map(runs, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(map(runs, pids))


def test_who_dies_is_started_again_after_longer_and_longer_and_leaves_nothing_behind(keep: Keep, tmp_path: Path) -> None:
    keep("steady", "frail")
    starts = [float(at) for at in lines(tmp_path / "starts", 4)]
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert [pause > least for pause, least in zip(pauses, (0.1, 0.2, 0.4), strict=True)] == [True] * 3
    assert ended(lines(tmp_path / "left", 4)[:3])
    [steady] = lines(tmp_path / "steady", 1)
    assert runs(steady), "the others go on"
    os.kill(int(steady), signal.SIGKILL)
    assert runs(lines(tmp_path / "steady", 2)[1]), "a killed one is back"


@pytest.mark.parametrize("said", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_end_when_told_to_also_who_does_not_listen(keep: Keep, tmp_path: Path, said: signal.Signals) -> None:
    keeper = keep("deaf", "deaf", "steady")
    pids = [*lines(tmp_path / "deaf", 4), *lines(tmp_path / "steady", 1)]
    assert [runs(pid) for pid in pids] == [True] * 5
    keeper.send_signal(said)
    assert keeper.wait(5) == 128 + said
    assert ended(pids)
