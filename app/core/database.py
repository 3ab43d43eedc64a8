"""One door to the data: SQLite on one machine, PostgreSQL on many, by the address alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import DeclarativeBase, sessionmaker
from sqlalchemy.orm import Session as Session

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(sa.TypeDecorator[datetime]):
    """A moment in UTC. SQLite gives naive ones back; this mends it."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("A stored moment needs its time zone.")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


GIVEN_ONCE: dict[str, Any] = {"sqlite_autoincrement": True}
"""For `__table_args__` of a table whose rows are deleted and whose ids stand in addresses, forms or the phone's outbox.

SQLite would give the id of a deleted newest row again, and a page that is still open would act on another thing. PostgreSQL never does.
A migration that writes such a table anew must say it again.
"""


class Table(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        int: Key,
        dict[str, Any]: sa.JSON,
        list[str]: sa.JSON,
        # As words, not as a type of the database: a new word then needs no rebuilt table.
        Enum: sa.Enum(Enum, native_enum=False, length=40),
    }


# A reader may hold a connection while it waits for a thread, so connections must not run out before threads do.
SQLITE: dict[str, Any] = {"pool_size": 20, "max_overflow": -1}
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON")
POSTGRES: dict[str, Any] = {
    "pool_size": 20,
    "max_overflow": 30,
    "pool_timeout": 5,
    "pool_pre_ping": True,
    "connect_args": {"options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"},
}


WEB = "30s"
"""Nobody waits longer for a page; what the worker, a migration or a command does may take its time."""


class Database:
    """Sessions that read, and sessions that write and keep all or nothing. On PostgreSQL no statement takes longer than `longest`."""

    def __init__(self, url: str, *, echo: bool = False, longest: str = "0") -> None:
        self.url = sa.make_url(url)
        self.engine = sa.create_engine(self.url, echo=echo, hide_parameters=True, **(SQLITE if self.is_sqlite else _postgres(longest)))
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
        self.info: dict[str, Any] = {}
        self._reading = sessionmaker(self.engine, info=self.info, expire_on_commit=False)
        writer = self.engine.execution_options(writes=True)
        self._writing = sessionmaker(writer, info=self.info, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def session(self, *, writes: bool) -> Session:
        return (self._writing if writes else self._reading)()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: leaving keeps it, raising undoes it."""
        with self._writing() as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def _postgres(longest: str) -> dict[str, Any]:
    options = f"{POSTGRES['connect_args']['options']} -c statement_timeout={longest}"
    return {**POSTGRES, "connect_args": {"options": options}}


def _prepare_sqlite(engine: sa.Engine) -> None:
    @event.listens_for(engine, "connect")
    def settle(connection: Any, _: Any) -> None:
        # The driver's own half-automatic transactions are switched off: we say BEGIN ourselves.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A writer takes the lock at once: a reader that turns writer would fail on a stale snapshot.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
