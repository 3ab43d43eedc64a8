"""Work for later, done by DBOS Transact. Our own rows are the truth; a job is only a hint to look at them.

So every act given to `later` takes ids, is safe to run twice, and a sweep asks again for what is overdue.
"""

import importlib
import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Literal

import msgspec
import structlog
from dbos import DBOS, DBOSClient, EnqueueOptions, Serializer
from sqlalchemy.orm import Session

from app.core import apart, workers
from app.core.database import Database
from app.core.settings import Settings

Queue = Literal["urgent", "routine", "sms", "email", "wecom", "webhook"]
QUEUES: dict[Queue, tuple[int, float]] = {
    "urgent": (2, 0.2), "routine": (1, 0.5), "sms": (2, 1.0), "email": (2, 1.0), "wecom": (2, 1.0), "webhook": (2, 1.0),
}  # fmt: skip
"""How many of each a worker does at once, and how often it looks, in seconds. Who writes to a provider waits for that one alone."""
VERSION = APPLICATION = "lindian"
FEW = {"pool_size": 2, "max_overflow": 30, "pool_use_lifo": True}
"""Connections that stay open for looking into queues: with SQLite each carries all tables' definitions and up to 2 MB of the file."""
_apart = threading.Lock()
log = structlog.get_logger("jobs")


class Work(msgspec.Struct, frozen=True):
    """What an act in the worker may use. An act of many parts looks between two of them whether it is `stopping`."""

    database: Database
    settings: Settings
    stopping: threading.Event = msgspec.field(default_factory=threading.Event)


Act = Callable[..., None]
"""`act(work, **ids)`. It opens its own short transactions around outside work."""
Heavy = Mapping[Act, Callable[[Work], bool]]
"""Acts that are done in a process of their own, and whether there is anything for them: that a worker can tell without their libraries."""


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


def run(work: Work, *, acts: Sequence[Act], sweeps: Sequence[Act], heavy: Heavy) -> None:
    """The worker: does jobs until it is told to stop, then lets the running ones end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: work.stopping.set())
    start(work, acts=acts, sweeps=sweeps, heavy=heavy)
    log.info("worker ready", pid=os.getpid())
    work.stopping.wait()
    DBOS.destroy(workflow_completion_timeout_sec=10)
    log.info("worker stopped", pid=os.getpid())


def start(work: Work, *, acts: Sequence[Act], sweeps: Sequence[Act], heavy: Heavy = MappingProxyType({})) -> None:
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
            _do(work, known[name], ids, heavy)
        except Exception:
            log.exception("act failed", act=name, **ids)

    @DBOS.workflow(name="sweep")
    def sweep(_at: Any, _context: Any) -> None:
        workers.take_over(work.database, me)
        for act in sweeps:
            try:
                _do(work, act, {}, heavy)
            except Exception:
                log.exception("sweep failed", act=_name(act))
        workers.forget_old(work.database)

    DBOS.launch()
    for queue, (at_once, seconds) in QUEUES.items():
        DBOS.register_queue(queue, worker_concurrency=at_once, polling_interval_sec=seconds, on_conflict="always_update")
    DBOS.apply_schedules([{"schedule_name": "sweep", "workflow_fn": sweep, "schedule": work.settings.sweep}])
    sweep(None, None)


def _do(work: Work, act: Act, ids: dict[str, Any], heavy: Heavy) -> None:
    """Here, or apart. While one is apart no other is: the sweep looks again."""
    if act not in heavy:
        act(work, **ids)
    elif heavy[act](work) and _apart.acquire(blocking=False):
        try:
            apart.do(_name(act), ids, work.settings, work.stopping)
        finally:
            _apart.release()


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
        "db_engine_kwargs": FEW if settings.database_url.startswith("sqlite") else {},
        "scheduler_polling_interval_sec": 1.0,
    }


def _name(act: Act) -> str:
    module = importlib.import_module(act.__module__)
    if getattr(module, act.__name__, None) is not act:
        raise ValueError(f"{act!r} is no act of {act.__module__}.")
    return f"{act.__module__}.{act.__name__}"
