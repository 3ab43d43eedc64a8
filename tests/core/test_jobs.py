import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock, jobs, workers
from app.core.database import Database
from app.core.settings import Settings
from tests.core import worker

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(chosen: Settings) -> Iterator[Start]:
    """Another worker, in a process of its own."""
    running: list[subprocess.Popen[bytes]] = []
    environ = {
        **os.environ,
        "LINDIAN_HOME": str(chosen.home),
        "LINDIAN_DATABASE_URL": chosen.database_url,
        "LINDIAN_SWEEP": "* * * * * *",
        "LINDIAN_LOG": "CRITICAL",
    }

    def begin() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", "from tests.core import worker; worker.main()"]
        running.append(subprocess.Popen(command, env=environ))
        return running[-1]

    yield begin
    for one in running:
        with suppress(ProcessLookupError):
            one.kill()
        one.wait()


def done(chosen: Settings) -> list[str]:
    notes = chosen.home / "done"
    return notes.read_text().splitlines() if notes.exists() else []


def eventually(chosen: Settings, words: str, *, seconds: float = 15) -> list[str]:
    end = time.monotonic() + seconds
    while words not in done(chosen):
        assert time.monotonic() < end, f"{words!r} is not among {done(chosen)}"
        time.sleep(0.05)
    return done(chosen)


def test_what_is_asked_for_in_a_transaction_holds_with_it_and_is_done_once(database: Database, chosen: Settings, start: Start) -> None:
    with database.writing() as session:
        jobs.later(session, worker.note, words="kept")
    with database.session(writes=True) as session:
        jobs.later(session, worker.note, words="undone")
        session.rollback()
    start()
    eventually(chosen, "kept")
    with database.writing() as session:
        jobs.later(session, worker.note, words="the last")
    assert eventually(chosen, "the last") == ["kept", "the last"]


@pytest.mark.slow
def test_a_killed_workers_work_is_done_by_the_next(database: Database, chosen: Settings, start: Start) -> None:
    with database.writing() as session:
        jobs.later(session, worker.hold, words="held")
        for number in range(5):
            jobs.later(session, worker.note, words=str(number))
    first = start()
    end = time.monotonic() + 15
    while not (chosen.home / "held").exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    start()
    eventually(chosen, "held")
    eventually(chosen, "4")
    assert sorted(done(chosen)) == ["0", "1", "2", "3", "4", "held"]


@pytest.mark.slow
def test_an_emergency_starts_while_routine_work_runs_and_a_worker_told_to_stop_ends_it(
    database: Database, chosen: Settings, start: Start
) -> None:
    with database.writing() as session:
        jobs.later(session, worker.dawdle, words="poster", seconds=60)
    running = start()
    eventually(chosen, "begins poster")
    asked_at = time.monotonic()
    with database.writing() as session:
        jobs.later(session, worker.note, queue="urgent", words="fault")
    assert eventually(chosen, "fault") == ["begins poster", "fault"]
    assert time.monotonic() - asked_at < 3
    asked_at = time.monotonic()
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=12) == 0
    assert time.monotonic() - asked_at < 10
    assert done(chosen)[-1] == "ends poster"


def test_an_unknown_act_is_refused_a_failing_one_stops_nothing_and_the_sweep_asks_again(
    database: Database, chosen: Settings, start: Start
) -> None:
    (chosen.home / "overdue").touch()
    with database.writing() as session:
        jobs.later(session, worker.unlisted)
        jobs.later(session, worker.fail)
        jobs.later(session, worker.note, words="after all that")
    start()
    eventually(chosen, "after all that")
    eventually(chosen, "overdue")
    (chosen.home / "overdue").touch()
    eventually(chosen, "overdue")
    end = time.monotonic() + 10
    while done(chosen).count("overdue") < 2:
        assert time.monotonic() < end, "the schedule did not sweep"
        time.sleep(0.05)
    assert "unlisted" not in done(chosen)


def test_only_an_act_of_a_module_can_be_asked_for(database: Database) -> None:
    def inner(_work: jobs.Work) -> None:
        pass

    with database.writing() as session, pytest.raises(ValueError, match="no act"):
        jobs.later(session, inner)


def test_old_jobs_are_forgotten_with_what_belongs_to_them_and_recent_ones_kept(database: Database) -> None:
    with database.writing() as session:
        for words in ("old", "new"):
            jobs.later(session, worker.note, words=words)
    prefix = "" if database.is_sqlite else "dbos."
    week = int((clock.now() - workers.KEPT).timestamp() * 1000) - 1
    with database.writing() as session:
        old = session.scalars(sa.text(f"SELECT workflow_uuid FROM {prefix}workflow_status")).first()
        session.execute(
            sa.text(f"UPDATE {prefix}workflow_status SET created_at = :at WHERE workflow_uuid = :old"), {"at": week, "old": old}
        )
        aged = sa.text(f"UPDATE {prefix}workflow_input SET retention_timestamp = :at WHERE workflow_uuid = :old")
        session.execute(aged, {"at": week, "old": old})
    workers.forget_old(database)
    with database.reading() as session:
        for table in ("workflow_status", "workflow_input"):
            assert session.scalar(sa.text(f"SELECT count(*) FROM {prefix}{table}")) == 1


def test_work_of_a_machine_that_never_comes_back_is_taken_over_after_ten_minutes(database: Database) -> None:
    with database.writing() as session:
        for words in ("lost", "slow"):
            jobs.later(session, worker.note, words=words)
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    minutes = {"lost": 11, "slow": 9}
    with database.writing() as session:
        keys = session.scalars(sa.text(f"SELECT workflow_uuid FROM {table}")).all()
        for key, age in zip(keys, minutes.values(), strict=True):
            begun = int((clock.now() - timedelta(minutes=age)).timestamp() * 1000)
            there = "status = 'PENDING', executor_id = 'elsewhere/1/abc', started_at_epoch_ms = :at"
            running = f"UPDATE {table} SET {there} WHERE workflow_uuid = :key"
            session.execute(sa.text(running), {"at": begun, "key": key})
    workers.take_over(database, workers.new_name())
    with database.reading() as session:
        standing = session.execute(sa.text(f"SELECT workflow_uuid, status FROM {table}")).all()
    assert dict(standing) == {keys[0]: "ENQUEUED", keys[1]: "PENDING"}
