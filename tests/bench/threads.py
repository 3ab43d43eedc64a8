"""Inbox, thread and memory among a million messages in 200,000 threads, by the pages' own handlers.

.venv/bin/python -m tests.bench.threads [--messages 1000000] [--asked 60] [--write]

Half of everything lies in one grid, its manager's; the hall's clerk sees all forty. `--write` lays the figures into docs/threads.md.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from app import asgi, connecting, release
from app.core import settings
from app.core.database import Database
from app.core.settings import Settings
from grids.staff import entrance
from grids.tables import Person
from tests import postgres
from tests.bench import thread_town
from tests.bench.thread_town import Planted
from tests.client import Client

SMALL, LIMIT_MS = 10_000, 50.0
PAGE = Path(__file__).parents[2] / "docs" / "threads.md"
BEGIN, END = "<!-- measured -->", "<!-- measured until here -->"


class Line(NamedTuple):
    """One handler, asked by one colleague, on one database."""

    database: str
    name: str
    messages: int
    median: float
    late: float
    own: float


def paths(planted: Planted, asked: int) -> dict[str, tuple[str, list[str]]]:
    """Who asks what: a colleague's name, and the addresses."""
    threads = [f"/desk/tickets/{one}" for one in planted.threads[:asked]]
    long = [f"/desk/tickets/{one}" for one in planted.remembered[:asked]]
    lists = {"waiting": "/desk/tickets", "answered": "/desk/tickets?state=answered", "settled": "/desk/tickets?state=closed"}
    return {
        **{f"inbox, {name}, manager": ("王芳", [path] * asked) for name, path in lists.items()},
        **{f"inbox, {name}, clerk of 40 grids": ("孙丽", [path] * asked) for name, path in lists.items()},
        "Today, manager": ("王芳", ["/desk"] * asked),
        "thread, manager": ("王芳", threads),
        "thread, clerk of 40 grids": ("孙丽", threads),
        "memory of a household with 30 threads": ("王芳", long),
        "thread, the asker's own page": ("", [f"/q/{one}" for one in planted.tokens[:asked]]),
    }


def times(ask: Callable[[str], object], addresses: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds by the clock, sorted, and of this process's own work (the database server's is not in it)."""
    clock, own = [], []
    for address in addresses:
        start, worked = time.perf_counter(), time.process_time()
        ask(address)
        own.append((time.process_time() - worked) * 1000)
        clock.append((time.perf_counter() - start) * 1000)
    return sorted(clock), sorted(own)


def lines(name: str, messages: int, planted: Planted, clients: dict[str, Client], asked: int) -> Iterator[Line]:
    for what, (who, addresses) in paths(planted, asked).items():
        client = clients[who]

        def get(address: str, client: Client = client) -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        times(get, addresses[:5])
        clock, own = times(get, addresses)
        line = Line(name, what, messages, statistics.median(clock), clock[int(len(clock) * 0.95)], statistics.median(own))
        verdict = "ok" if line.median <= LIMIT_MS else "TOO SLOW"
        print(
            f"{name:11}{what:40}{messages:>10,} messages  p50 {line.median:7.1f} ms  p95 {line.late:7.1f}"
            f"  processor p50 {line.own:6.1f}  load {os.getloadavg()[0]:4.1f}  {verdict}",
            flush=True,
        )
        yield line


def measure(name: str, chosen: Settings, messages: int, asked: int) -> list[Line]:
    release.migrate(chosen)
    database = Database(chosen.database_url)
    connecting.connect(database, chosen)
    start = time.perf_counter()
    planted = thread_town.plant(database, messages)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
    print(f"{name}: {messages:,} messages in {planted.count:,} threads, planted in {time.perf_counter() - start:.0f} s", flush=True)
    app = asgi.build(chosen, database)
    clients = {who: Client(app, headers=_entered(database, who)) for who in ("王芳", "孙丽", "")}
    clients["王芳"].get("/desk/answers")  # the book's index is built once, at the start of the server
    return list(lines(name, messages, planted, clients, asked))


def _entered(database: Database, name: str) -> dict[str, str]:
    if not name:
        return {}
    with database.writing() as session:
        person = session.scalars(sa.select(Person).where(Person.name == name)).one()
        return {"cookie": f"__Host-lindian={entrance.sign_in(session, person.id)}"}


def on_sqlite(messages: int, asked: int) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder:
        return measure("SQLite", settings.load({"LINDIAN_HOME": folder, "LINDIAN_LOG": "CRITICAL"}), messages, asked)


def on_postgres(address: str, messages: int, asked: int) -> list[Line]:
    with sa.create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT", poolclass=sa.NullPool).connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE threads_{messages}")
    with tempfile.TemporaryDirectory() as folder:
        environ = {"LINDIAN_HOME": folder, "LINDIAN_LOG": "CRITICAL", "LINDIAN_DATABASE_URL": f"{address}/threads_{messages}"}
        return measure("PostgreSQL", settings.load(environ), messages, asked)


def table(found: list[Line], most: int) -> str:
    """For the page: each handler with both sizes on both databases."""
    known = {(one.database, one.name, one.messages): f"{one.median:.0f} ({one.own:.0f})" for one in found}
    names = list(dict.fromkeys(one.name for one in found))
    head = (
        f"| ms, median (this process's own work) | SQLite, {SMALL:,} | {most:,} | PostgreSQL, {SMALL:,} | {most:,} |\n|---|---|---|---|---|"
    )
    sizes = [(engine, size) for engine in ("SQLite", "PostgreSQL") for size in (SMALL, most)]
    rows = [" | ".join([name, *(known[engine, name, size] for engine, size in sizes)]) for name in names]
    return "\n".join([head, *(f"| {row} |" for row in rows)])


def write(found: list[Line], most: int) -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{table(found, most)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=60)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    found: list[Line] = []
    with postgres.server() as address:
        for messages in (SMALL, chosen.messages):
            found += on_sqlite(messages, chosen.asked)
            found += on_postgres(address, messages, chosen.asked)
    print(table(found, chosen.messages), f"\nload {os.getloadavg()[0]:.1f}", sep="\n")
    if chosen.write:
        write(found, chosen.messages)
    slow = [one for one in found if one.median > LIMIT_MS]
    raise SystemExit(f"{len(slow)} slower than {LIMIT_MS:.0f} ms" if slow else 0)


if __name__ == "__main__":
    main()
