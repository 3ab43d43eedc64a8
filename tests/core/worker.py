"""A worker of its own process with acts of the tests: `python -c "from tests.core import worker; worker.main()"`."""

import os
import signal
import time
from pathlib import Path

from app.core import jobs, settings
from app.core.database import Database
from app.core.jobs import Work


def note(work: Work, *, words: str) -> None:
    """Done once is one line."""
    with (work.settings.home / "done").open("a") as file:
        file.write(f"{words}\n")


def dawdle(work: Work, *, words: str, seconds: float) -> None:
    note(work, words=f"begins {words}")
    work.stopping.wait(seconds)
    note(work, words=f"ends {words}")


def hold(work: Work, *, words: str) -> None:
    """Hangs the first time, as if its machine were lost; the second time it is done."""
    held = work.settings.home / "held"
    if held.exists():
        note(work, words=words)
        return
    held.touch()
    time.sleep(3600)


def fail(work: Work) -> None:
    raise RuntimeError("as the test wants it")


def tell_process(work: Work, *, words: str) -> None:
    note(work, words=f"{os.getpid()} {words}")


def die(work: Work) -> None:
    """As the system kills where memory runs out, having noted whom it would take first."""
    note(work, words=Path("/proc/self/oom_score_adj").read_text().strip())
    os.kill(os.getpid(), signal.SIGKILL)


def unlisted(work: Work) -> None:
    note(work, words="unlisted")


def ask(work: Work) -> None:
    """A sweep that asks for what a file says is overdue."""
    overdue = work.settings.home / "overdue"
    if overdue.exists():
        with work.database.writing() as session:
            jobs.later(session, note, words="overdue")
        overdue.unlink()


def main() -> None:
    chosen = settings.load()
    database = Database(chosen.database_url)
    jobs.connect(database)
    jobs.run(Work(database=database, settings=chosen), acts=[note, dawdle, hold, fail], sweeps=[ask], heavy={})
