"""One tap: the power is back. How long until each of 300 threads in 12 buildings has its answer, with the worker as it is started?

`python -m tests.bench.askers`, on SQLite and on PostgreSQL.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from app import connecting, release
from app.core import clock, settings
from app.core.database import Database
from broadcasts import notices
from broadcasts.tables import UpdateState
from grids.staff import staff
from grids.tables import Person
from tests import cast, postgres
from tests.tickets import asking_crowd
from tickets.outages import updates
from tickets.tables import Entry

TAPS = 5


def run(name: str, environ: dict[str, str]) -> None:
    chosen = settings.load(environ)
    release.migrate(chosen)
    database = Database(chosen.database_url)
    connecting.connect(database, chosen)
    worker = None
    try:
        with database.session(writes=True) as session:
            town = cast.play(session)
            there = asking_crowd.estate(town)
            notice = asking_crowd.fault(town, there)
            began = time.monotonic()
            for n in range(asking_crowd.HOMES):
                asking_crowd.ask(town, there, n)
            asked = time.monotonic() - began
            session.commit()
            worker = subprocess.Popen([Path(sys.executable).with_name("lindian"), "work"], env={**os.environ, **environ})
            time.sleep(8)  # It is there when the tap comes.
            taps = [tap(database, town, notice.number, restored=n % 2 == 0) for n in range(TAPS)]
            told = session.scalar(sa.select(sa.func.count()).select_from(Entry).where(Entry.update_id.is_not(None)))
        print(
            f"{name}: 300 asked and were told what is known in {asked:.1f} s; one tap until all 300 are told, median of {TAPS}: "
            f"{median(taps):.2f} s (slowest {max(taps):.2f} s); {told} tellings, {300 * (TAPS + 1)} expected"
        )
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait(20)
        database.close()


def tap(database: Database, town: cast.Cast, number: str, *, restored: bool) -> float:
    """Seconds from the tap to the last thread's answer; the outage goes on with a new time in between."""
    with database.writing() as session:
        notice = notices.by_number(session, number)
        me = staff.as_me(session, session.get_one(Person, town.wangfang.id))
        began = time.monotonic()
        state = UpdateState.restored if restored else UpdateState.new_time
        notices.update(session, notice, by=me, state=state, ends_at=None if restored else clock.now() + timedelta(hours=3))
    while True:
        with database.reading() as session:
            if updates.behind(session, notice.id) == 0:
                return time.monotonic() - began
        time.sleep(0.01)


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        run("SQLite", {"LINDIAN_HOME": home, "LINDIAN_LOG": "CRITICAL"})
    with tempfile.TemporaryDirectory() as home, postgres.server() as server:
        engine = sa.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE askers")
        run("PostgreSQL", {"LINDIAN_HOME": home, "LINDIAN_DATABASE_URL": f"{server}/askers", "LINDIAN_LOG": "CRITICAL"})
        engine.dispose()


if __name__ == "__main__":
    main()
