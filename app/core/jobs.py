"""Work for later, done by DBOS Transact. Our own rows are the truth; a job is only a hint to look at them.

So every act given to `later` takes ids, is safe to run twice, and a sweep asks again for what is overdue.
"""

import importlib
import os
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Literal

import msgspec
import structlog
from dbos import DBOS, DBOSClient, EnqueueOptions, Serializer
from sqlalchemy.orm import Session

from app.core import workers
from app.core.database import Database
from app.core.settings import Settings

Queue = Literal["urgent", "routine", "sms", "email", "wecom", "webhook"]
QUEUES: dict[Queue, tuple[int, float]] = {
    "urgent": (2, 0.2), "routine": (1, 0.5), "sms": (2, 1.0), "email": (2, 1.0), "wecom": (2, 1.0), "webhook": (2, 1.0),
}  # fmt: skip
"""How many of each a worker does at once, and how often it looks, in seconds. Who writes to a provider waits for that one alone."""
VERSION = APPLICATION = "lindian"
log = structlog.get_logger("jobs")


class Work(msgspec.Struct, frozen=True):
    """What an act in the worker may use. An act of many parts looks between two of them whether it is `stopping`."""

    database: Database
    settings: Settings
    stopping: threading.Event = msgspec.field(default_factory=threading.Event)


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


def later(session: Session, act: Act, *, queue: Queue = "routine", after: timedelta = timedelta(), **ids: Any) -> None:
    """Ask for `act(work, **ids)` once this transaction is kept, and `after` a while; nothing happens if it is undone."""
    client: DBOSClient = session.info["jobs"]
    options: EnqueueOptions = {"workflow_name": "act", "queue_name": queue, "app_version": VERSION}
    if after:
        options["delay_seconds"] = after.total_seconds()
    client.enqueue_in_transaction(session, options, _name(act), ids)


def connect(database: Database) -> None:
    """Let this database's sessions ask for jobs."""
    database.info["jobs"] = DBOSClient(system_database_engine=database.engine, serializer=_Json(), application_name=APPLICATION)


def migrate(settings: Settings) -> None:
    DBOS.migrate(settings.database_url)


def run(work: Work, *, acts: Sequence[Act], sweeps: Sequence[Act]) -> None:
    """The worker: does jobs until it is told to stop, then lets the running ones end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: work.stopping.set())
    start(work, acts=acts, sweeps=sweeps)
    log.info("worker ready", pid=os.getpid())
    work.stopping.wait()
    DBOS.destroy(workflow_completion_timeout_sec=10)
    log.info("worker stopped", pid=os.getpid())


def start(work: Work, *, acts: Sequence[Act], sweeps: Sequence[Act]) -> None:
    """Take up work in this process. Only the acts named may be asked for."""
    known = {_name(act): act for act in acts}
    me = workers.new_name()
    DBOS(config=_config(work.settings, me))

    @DBOS.workflow(name="act")
    def do(name: str, ids: dict[str, Any]) -> None:
        # A failure is told once, by us, and the job is over: the rows say what is still to be done, and a sweep asks again.
        if name not in known:
            log.error("unknown act", act=name)
            return
        try:
            known[name](work, **ids)
        except Exception:
            log.exception("act failed", act=name, **ids)

    @DBOS.workflow(name="sweep")
    def sweep(_at: Any, _context: Any) -> None:
        workers.take_over(work.database, me)
        for act in sweeps:
            try:
                act(work)
            except Exception:
                log.exception("sweep failed", act=_name(act))
        workers.forget_old(work.database)

    DBOS.launch()
    for queue, (at_once, seconds) in QUEUES.items():
        DBOS.register_queue(queue, worker_concurrency=at_once, polling_interval_sec=seconds, on_conflict="always_update")
    DBOS.apply_schedules([{"schedule_name": "sweep", "workflow_fn": sweep, "schedule": work.settings.sweep}])
    sweep(None, None)


def _config(settings: Settings, me: str) -> Any:
    return {
        "name": APPLICATION,
        "system_database_url": settings.database_url,
        "serializer": _Json(),
        # Pinned, or work asked for by an older release would never be picked up.
        "application_version": VERSION,
        "executor_id": me,
        "log_level": "WARNING",
        "run_migrations": False,
        "scheduler_polling_interval_sec": 1.0,
    }


def _name(act: Act) -> str:
    module = importlib.import_module(act.__module__)
    if getattr(module, act.__name__, None) is not act:
        raise ValueError(f"{act!r} is no act of {act.__module__}.")
    return f"{act.__module__}.{act.__name__}"
