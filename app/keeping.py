"""The Procfile's processes on one machine: each is started, started again when it dies, and all of them are ended together.

What one of them started in turn goes with it. If whoever keeps them is killed, the system tells them to end (`setpriv`, in the Procfile).
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import structlog

ROOT = Path(__file__).parents[1]
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
STEADY_S = 60.0
"""Who has run so long is started again after the first pause; who has not, after twice the one before."""
GRACE_S = 10.0
ENDS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
HEARD = {*ENDS, signal.SIGCHLD}
log = structlog.get_logger("keeping")


class Kept:
    """One process of the Procfile. `at` is when it was started, or is to be."""

    def __init__(self, name: str, command: str) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[bytes] | None = None
        self.at, self.pause_s = time.monotonic(), 0.0

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, environ: Mapping[str, str]) -> None:
        """In a session of its own, so that it can be ended with all that it started."""
        self.at = time.monotonic()
        command = ["/bin/sh", "-c", self.command]
        self.process = subprocess.Popen(  # noqa: S603 - what the Procfile says
            command, cwd=ROOT, env=environ, start_new_session=True,
            preexec_fn=_hear_everything,  # noqa: PLW1509 - there are no threads here
        )  # fmt: skip

    def bury(self) -> None:
        """It has ended: so does what is left of it. It is due again after a pause."""
        code, now = self.end(signal.SIGKILL), time.monotonic()
        self.pause_s = FIRST_PAUSE_S if now - self.at > STEADY_S else min(max(FIRST_PAUSE_S, 2 * self.pause_s), LONGEST_PAUSE_S)
        self.process, self.at = None, now + self.pause_s
        log.error("a process has ended and is started again", process=self.name, code=code, after_s=self.pause_s)

    def end(self, by: signal.Signals) -> int | None:
        if self.process is None:
            return None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, by)
        return self.process.returncode


def keep(names: Sequence[str], environ: Mapping[str, str]) -> signal.Signals:
    """Until a signal says to end: which one. A name that comes twice is started twice. Call it in a process that does nothing else."""
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    commands = procfile()
    kept = [Kept(name, commands[name]) for name in names]
    while (heard := _tended(kept, environ)) not in ENDS:
        pass
    _end(kept)
    return signal.Signals(heard)


def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return {name: command.strip() for name, colon, command in (line.partition(":") for line in lines) if colon}


def _tended(kept: Sequence[Kept], environ: Mapping[str, str]) -> int:
    """Start who is due, bury who has died, and wait for the next signal: its number, or 0 where somebody is due before."""
    for one in kept:
        if one.process is not None and not one.runs:
            one.bury()
        if one.process is None and time.monotonic() >= one.at:
            one.start(environ)
    due = [one.at for one in kept if one.process is None]
    heard = signal.sigtimedwait(HEARD, max(0.0, min(due) - time.monotonic())) if due else signal.sigwaitinfo(HEARD)
    return heard.si_signo if heard else 0


def _end(kept: Sequence[Kept]) -> None:
    """All at once. Who takes longer than the grace is killed, and so is what its process left behind."""
    last = time.monotonic() + GRACE_S
    for one in kept:
        one.end(signal.SIGTERM)
    while any(one.runs for one in kept) and time.monotonic() < last:
        signal.sigtimedwait({signal.SIGCHLD}, max(0.0, last - time.monotonic()))
    for one in kept:
        one.end(signal.SIGKILL)
        if one.process is not None:
            one.process.wait()


def _hear_everything() -> None:
    """A child would otherwise be as deaf as we are."""
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
