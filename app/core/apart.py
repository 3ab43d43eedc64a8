"""Heavy work apart: an act in a process of its own, whose libraries and arrays end with it.

A worker that sends thus stays as small as it began. The rows say what is to be done: a process that is killed, by the system too where
memory runs out, is an act to be asked for again. It stops between two parts when its worker stops, and when its worker is dead.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from app.core.settings import Settings

LOOKS_S = 0.5
"""So often it is looked whether the worker is to stop meanwhile."""
AS_COMPILED = {"PYTHONOPTIMIZE": ""}
"""A worker has its libraries without what they say of themselves, to stay small. What soon ends takes them as they lie there."""


class Errand(msgspec.Struct, frozen=True):
    act: str
    given: dict[str, Any]
    settings: Settings


class Died(RuntimeError):
    """The process did not come to its end."""


def do(act: str, given: dict[str, Any], settings: Settings, stopping: threading.Event | None = None) -> None:
    """Return when it is done. The worker's end of the pipe is what the process lives by."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as line, os.fdopen(reading, "rb") as hears:
        child = subprocess.Popen([sys.executable, "-m", "app.core.apart"], stdin=hears, env={**os.environ, **AS_COMPILED})
        line.write(msgspec.json.encode(Errand(act, given, settings), enc_hook=str) + b"\n")
        while child.poll() is None and not (stopping and stopping.is_set()):
            with suppress(subprocess.TimeoutExpired):
                child.wait(LOOKS_S)
    if child.wait():
        raise Died(f"{act} ended with {child.returncode}")


def main() -> None:
    from app.core import jobs, logs
    from app.core.database import Database

    _be_the_first_to_go()
    with open(0, "rb", buffering=0, closefd=False) as said:
        errand = msgspec.json.decode(said.readline(), type=Errand, dec_hook=_path)
    logs.configure(errand.settings.log_level)
    work = jobs.Work(database=Database(errand.settings.database_url), settings=errand.settings)
    threading.Thread(target=_until_nobody_waits, args=[work.stopping], daemon=True).start()
    module, _dot, name = errand.act.rpartition(".")
    act: Callable[..., None] = getattr(import_module(module), name)
    act(work, **errand.given)


def _until_nobody_waits(stopping: threading.Event) -> None:
    """Nothing more is ever said: the pipe ends when the worker stops or dies."""
    os.read(0, 1)
    stopping.set()


def _be_the_first_to_go() -> None:
    """Where memory runs out the system shall not take the worker. Whoever stops the worker lets it stop us."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


def _path(kind: type, said: object) -> object:
    return kind(said)


if __name__ == "__main__":
    main()
