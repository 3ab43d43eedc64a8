"""Work for later, done by DBOS Transact. Our own rows are the truth; a job is only a hint to look at them.

So every act given to `later` takes ids, is safe to run twice, and a sweep asks again for what is overdue.
"""

import importlib
import os
import secrets
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, Serializer
from sqlalchemy.orm import Session

from app.core.database import Database
from app.core.settings import Settings

Queue = Literal["urgent", "routine"]
VERSION = "lindian"
log = structlog.get_logger("jobs")


class Work(msgspec.Struct, frozen=True):
    """What an act in the worker may use."""

    database: Database
    settings: Settings


Act = Callable[..., None]
"""`act(work, **ids)`. It opens its own short transactions around outside work."""


class _Json(Serializer):
    """Arguments as JSON: readable in the table, and nothing in it can run."""

    def serialize(self, data: Any) -> str:
        return msgspec.json.encode(data, enc_hook=str).decode()

    def deserialize(self, serialized_data: str) -> Any:
        return msgspec.json.decode(serialized_data)

    def name(self) -> str:
        return "lindian_json"


def later(session: Session, act: Act, *, queue: Queue = "routine", **ids: Any) -> None:
    """Ask for `act(work, **ids)` once this transaction is kept; nothing happens if it is undone."""
    client: DBOSClient = session.info["jobs"]
    client.enqueue_in_transaction(session, {"workflow_name": "act", "queue_name": queue, "app_version": VERSION}, _name(act), ids)


def connect(database: Database) -> None:
    """Let this database's sessions ask for jobs."""
    database.info["jobs"] = DBOSClient(system_database_engine=database.engine, serializer=_Json())


def migrate(settings: Settings) -> None:
    DBOS.migrate(settings.database_url)


def run(work: Work, *, acts: Sequence[Act], sweeps: Sequence[Act]) -> None:
    """The worker: does jobs until it is told to stop, then lets the running ones end."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    start(work, acts=acts, sweeps=sweeps)
    log.info("worker ready", pid=os.getpid())
    stop.wait()
    DBOS.destroy(workflow_completion_timeout_sec=10)


def start(work: Work, *, acts: Sequence[Act], sweeps: Sequence[Act]) -> None:
    """Take up work in this process. Only the acts named may be asked for."""
    known = {_name(act): act for act in (*acts, *sweeps)}
    DBOS(config=_config(work.settings))

    @DBOS.workflow(name="act")
    def do(name: str, ids: dict[str, Any]) -> None:
        known[name](work, **ids)

    @DBOS.workflow(name="sweep")
    def sweep(_at: Any, _context: Any) -> None:
        for act in sweeps:
            act(work)
        forget_old(work.database)

    DBOS.launch()
    DBOS.register_queue("urgent", worker_concurrency=4, polling_interval_sec=0.2)
    DBOS.register_queue("routine", worker_concurrency=1, polling_interval_sec=0.5)
    DBOS.apply_schedules([{"schedule_name": "sweep", "workflow_fn": sweep, "schedule": work.settings.sweep}])
    for act in sweeps:
        act(work)


def _config(settings: Settings) -> Any:
    return {
        "name": "lindian",
        "system_database_url": settings.database_url,
        "serializer": _Json(),
        # Pinned, or work asked for by an older release would never be picked up.
        "application_version": VERSION,
        # Unique for each start: two workers with one name would take each other's work.
        "executor_id": f"{os.getpid()}-{secrets.token_hex(4)}",
        "log_level": "WARNING",
        "scheduler_polling_interval_sec": 1.0,
    }


def forget_old(database: Database, *, days: int = 7) -> None:
    """The engine keeps everything; we keep a week of it. What a lost worker left running is dropped: the sweep asked again."""
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    limit = "(strftime('%s','now') - :age) * 1000" if database.is_sqlite else "(extract(epoch from now()) - :age) * 1000"
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.text(f"DELETE FROM {table} WHERE created_at < {limit}"), {"age": days * 86400})


def _name(act: Act) -> str:
    module = importlib.import_module(act.__module__)
    if getattr(module, act.__name__, None) is not act:
        raise ValueError(f"{act!r} is no act of {act.__module__}.")
    return f"{act.__module__}.{act.__name__}"
