"""How long it took this process, by the clock and by its own processor time, and how much memory."""

import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec


class Done(msgspec.Struct):
    messages: int = 0
    wall_s: float = 0
    cpu_s: float = 0
    memory_mb: float = 0


@contextmanager
def measured() -> Iterator[Done]:
    done = Done()
    wall, cpu = time.perf_counter(), time.process_time()
    yield done
    done.wall_s, done.cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    done.memory_mb = peak_mb("self")
    sys.stdout.write(msgspec.json.encode(done).decode() + "\n")


def of_procfile(name: str = "work") -> dict[str, str]:
    """What the Procfile sets for its processes of this name."""
    lines = (Path(__file__).parents[2] / "Procfile").read_text().splitlines()
    words = shlex.split(next(line.partition(":")[2] for line in lines if line.startswith(f"{name}:")))
    return dict(word.split("=", 1) for word in words[: words.index("exec")])


def peak_mb(pid: int | str) -> float:
    """The most real memory that it has had at once."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
