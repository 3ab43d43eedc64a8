"""Which workers live, and what becomes of the jobs of those that do not. Works on the job engine's own tables."""

import os
import secrets
import socket
from datetime import timedelta

import sqlalchemy as sa

from app.core import clock
from app.core.database import Database

KEPT, GIVEN_UP = timedelta(days=7), timedelta(minutes=10)


def new_name() -> str:
    """Unique for each start: two workers of one name would take each other's work."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"


def take_over(database: Database, me: str) -> None:
    """Jobs of workers that are no more go back to their queue: at once those of this machine, others after a while."""
    jobs, long_ago = _table(database, "workflow_status"), _milliseconds(GIVEN_UP)
    with database.writing() as session:
        workers = session.scalars(sa.text(f"SELECT DISTINCT executor_id FROM {jobs} WHERE status = 'PENDING'"))
        gone = [worker for worker in workers if _is_gone(worker, me)]
        again = sa.text(
            f"UPDATE {jobs} SET status = 'ENQUEUED', owner_xid = NULL, started_at_epoch_ms = NULL "
            "WHERE status = 'PENDING' AND substr(queue_name, 1, 1) <> '_' AND (executor_id IN :gone OR started_at_epoch_ms < :long_ago)"
        )
        session.execute(again.bindparams(sa.bindparam("gone", type_=sa.String, expanding=True)), {"gone": gone, "long_ago": long_ago})


def forget_old(database: Database) -> None:
    """The engine keeps everything; we keep a week of it. What lay longer is dropped: the sweep asked again."""
    with database.writing() as session:
        for table in ("workflow_input", "workflow_output", "operation_outputs"):
            session.execute(
                sa.text(f"DELETE FROM {_table(database, table)} WHERE retention_timestamp < :old"), {"old": _milliseconds(KEPT)}
            )
        session.execute(sa.text(f"DELETE FROM {_table(database, 'workflow_status')} WHERE created_at < :old"), {"old": _milliseconds(KEPT)})


def _is_gone(worker: str | None, me: str) -> bool:
    host, pid, _ = (worker or "//").split("/")
    if worker == me or host != socket.gethostname():
        return False
    return int(pid) == os.getpid() or not _runs(int(pid))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _table(database: Database, name: str) -> str:
    return name if database.is_sqlite else f"dbos.{name}"


def _milliseconds(age: timedelta) -> int:
    return int((clock.now() - age).timestamp() * 1000)
