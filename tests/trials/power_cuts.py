"""A broadcast's own transactions on a disk that loses its power: `python -m tests.trials.power_cuts [CUTS]`.

Publishing, leasing and settling run once for real; their statements are run again on the shim, and each cut must leave exactly what
was after the last acknowledged commit, or after the one that was under way.
"""

import hashlib
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import sqlalchemy as sa

from app import release
from app.core import jobs, settings
from app.core.database import PRAGMAS, Database
from broadcasts.deliveries import leases
from broadcasts.deliveries.tables import Delivery
from pwa.push.outcomes import Outcome
from pwa.tables import Device
from tests import cast
from tests.bench import crowd
from tests.broadcasts import stage
from tests.trials import power

DEVICES = 300
CHANGES = 15
ANSWERS = (201, 201, 201, 500, 410, None)


class Found(msgspec.Struct):
    cuts: int
    commits: int
    before: int = 0
    """It held what was acknowledged and no more."""
    after: int = 0
    """It held also the commit that was under way."""
    corrupt: int = 0
    lost: int = 0


def trial(home: Path, cuts: int, *, seed: int = 31) -> Found:
    start, transactions = _lived(home)
    path = home / "disk" / "lindian.db"
    path.parent.mkdir()
    shutil.copy(start, path)
    disk, states = power.Disk(path), [_state(path, home / "look.db")]
    disk.run(PRAGMAS, transactions, lambda: states.append(_state(path, home / "look.db")))
    found, chance = Found(cuts, len(transactions)), random.Random(seed)
    for _ in range(cuts):
        left = home / "left.db"
        kept = power.cut(disk, chance.randrange(len(disk.steps) + 1), left, chance)
        _judge(found, _state(left, home / "look.db"), states[kept : kept + 2])
        _remove(left)
    return found


def _judge(found: Found, state: str, right: list[str]) -> None:
    if state == "corrupt":
        found.corrupt += 1
    elif state not in right:
        found.lost += 1
    elif state == right[0]:
        found.before += 1
    else:
        found.after += 1


def _lived(home: Path) -> tuple[Path, list[list[str]]]:
    """A copy of the database before, and the statements of each transaction since."""
    chosen = settings.load(crowd.environ(home / "town"))
    release.migrate(chosen)
    database = Database(chosen.database_url)
    jobs.connect(database)
    with database.writing() as session:
        town = cast.play(session)
        notice_id = crowd.enrol(session, town, "https://updates.push.services.mozilla.com", DEVICES)
    start = home / "start.db"
    with closing(sqlite3.connect(home / "town" / "lindian.db")) as source, closing(sqlite3.connect(start)) as copy:
        source.backup(copy)
    with _heard(database) as transactions:
        _live(database, notice_id)
    database.close()
    return start, transactions


def _live(database: Database, notice_id: int) -> None:
    """News for everybody, again and again, and what became of each message."""
    chance = random.Random(7)
    for _ in range(CHANGES):
        with database.writing() as session:
            update_id = crowd.tell(session, notice_id)
        with database.writing() as session:
            taken = leases.take(session, update_id, 0)
        with database.writing() as session:
            until = session.scalars(sa.select(Delivery.due_at).limit(1)).one() + stage.HOUR
            leases.settle(session, [Outcome(one.key, chance.choice(ANSWERS)) for one in taken], until=until)
        with database.writing() as session:
            session.execute(sa.delete(Device).where(Device.id == sa.select(sa.func.max(Device.id)).scalar_subquery()))


@contextmanager
def _heard(database: Database) -> Iterator[list[list[str]]]:
    """The statements as they came, with their values; what triggers do is not said twice."""
    transactions: list[list[str]] = []
    open_: list[str] = []

    def hear(statement: str) -> None:
        if not statement.startswith("--"):
            open_.append(statement)
        if statement == "COMMIT":
            transactions.append(open_.copy())
        if statement in ("COMMIT", "ROLLBACK"):
            open_.clear()

    def listen(driver: sqlite3.Connection, _record: object, _proxy: object) -> None:
        driver.set_trace_callback(hear)

    sa.event.listen(database.engine, "checkout", listen)
    yield transactions
    sa.event.remove(database.engine, "checkout", listen)


def _state(path: Path, look: Path) -> str:
    """A print of all that the database holds, read from a copy, or `corrupt`."""
    for suffix in ("", "-wal"):
        if path.with_name(path.name + suffix).exists():
            shutil.copy(path.with_name(path.name + suffix), look.with_name(look.name + suffix))
    try:
        with closing(sqlite3.connect(look)) as connection:
            whole = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            return _print(connection) if whole else "corrupt"
    except sqlite3.DatabaseError:
        return "corrupt"
    finally:
        _remove(look)


def _print(connection: sqlite3.Connection) -> str:
    told = hashlib.sha256()
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for (table,) in tables:
        told.update(repr((table, sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"'))))).encode())
    return told.hexdigest()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def main(cuts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = trial(Path(folder), cuts)
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
