"""What a run of the sweep costs that suggests cards from like answers, from the first one on, in a house with a million messages.

.venv/bin/python -m tests.bench.ideas [--messages 1000000] [--runs 20]
"""

import argparse
import os
import statistics
import tempfile
import time

import sqlalchemy as sa

from app import connecting, release
from app.core import settings
from app.core.database import Database
from app.core.jobs import Work
from tests.bench import thread_town
from tickets.answers import idea_finding
from tickets.answers.tables import CardIdea, CardIdeaSource


def runs(work: Work, many: int) -> list[float]:
    """Milliseconds of each, one after another."""
    took = []
    for _run in range(many):
        start = time.perf_counter()
        idea_finding.sweep(work)
        took.append((time.perf_counter() - start) * 1000)
    return took


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        chosen = settings.load({"LINDIAN_HOME": folder, "LINDIAN_LOG": "CRITICAL"})
        release.migrate(chosen)
        database = Database(chosen.database_url)
        connecting.connect(database, chosen)
        thread_town.plant(database, asked.messages)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        took = runs(Work(database=database, settings=chosen), asked.runs)
        with database.reading() as session:
            found = [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (CardIdea, CardIdeaSource)]
    print(
        f"{asked.messages:,} messages: first run {took[0]:.0f} ms, then p50 {statistics.median(took[1:]):.0f}, most {max(took[1:]):.0f} ms;"
        f" {found[0]} ideas of {found[1]} answers; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
