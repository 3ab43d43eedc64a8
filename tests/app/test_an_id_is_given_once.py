"""What was deleted leaves its id to nobody: an old page or the phone's outbox finds nothing there, never another thing."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.core.database import Database
from app.tables import metadata
from tests.app.test_migrations import at

THEN = "2026-05-01 00:00:00"
ANEW = ("notices", "notice_updates", "errands", "subscriptions", "data_requests", "ticket_photos")
HANG = ("notices_before", "late_moves", "notice_places", "errand_carriages")
"""Rows that would go with theirs, or point at nothing, if a table written anew were emptied on the way."""


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def shape(connection: sa.Connection) -> set[tuple[str, str, str]]:
    found = connection.exec_driver_sql("SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return {(kind, name, sql.replace(f'"{name}"', name, 1).replace(" AUTOINCREMENT", "")) for kind, name, sql in found}


def made_before(database: Database) -> None:
    """These tables as the last release made them; coming there from the first one would take seconds."""
    with database.engine.execution_options(writes=True).connect() as connection:
        with connection.begin():
            connection.exec_driver_sql("PRAGMA writable_schema=ON")
            connection.exec_driver_sql("UPDATE sqlite_master SET sql = replace(sql, ' AUTOINCREMENT', '')")
            connection.exec_driver_sql("PRAGMA writable_schema=RESET")
            connection.exec_driver_sql("DELETE FROM sqlite_sequence")
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0045'")
        connection.invalidate()


def rows(connection: sa.Connection) -> dict[str, list[Any]]:
    return {name: [*connection.exec_driver_sql(f"SELECT * FROM {name}")] for name in (*ANEW, *HANG)}


def add(connection: sa.Connection, table: str, **said: object) -> None:
    """A row with what is said; whatever else it needs is filled in."""
    for column in sa.inspect(connection).get_columns(table):
        if not column["nullable"] and column["name"] not in {*said, "id"}:
            kind = str(column["type"])
            said[column["name"]] = THEN if kind.startswith("DATE") else "[]" if kind == "JSON" else f"{table[:9]}" if "CHAR" in kind else 1
    names = ", ".join(f'"{name}"' for name in said)
    connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(said))})", tuple(said.values()))


def lived_in(connection: sa.Connection) -> None:
    add(connection, "organisations", id=1, path="/1/")
    add(connection, "people", id=1, role="manager")
    add(connection, "grids", id=1)
    add(connection, "estates", id=1)
    for key, replaced in ((1, None), (7, 1)):
        add(connection, "notices", id=key, number=f"260501-0{key}", kind="safety", state="published", replaces_id=replaced)
        add(connection, "notice_places", notice_id=key)
        add(connection, "notice_updates", id=key, notice_id=key, state="published")
        add(connection, "notices_before", notice_id=key, state="published")
        add(connection, "late_moves", update_id=key, notice_id=key)
    add(connection, "tickets", id=1, state="open", channel="phone", asked_at=THEN)
    add(connection, "entries", id=1)
    add(connection, "errands", id=5, update_id=7, way="call")
    add(connection, "errand_carriages", errand_id=5)
    add(connection, "subscribers", id=1, channel="email")
    add(connection, "subscriptions", id=3)
    add(connection, "data_requests", id=4, wish="copy")
    add(connection, "ticket_photos", id=6)


def test_a_database_of_the_last_release_loses_nothing_and_gives_no_id_again(database: Database) -> None:
    made_before(database)
    with database.engine.execution_options(writes=True).begin() as connection:
        lived_in(connection)
        before, told = shape(connection), rows(connection)
        assert all(told.values())
    at(database, "0046")
    with database.engine.execution_options(writes=True).begin() as connection:
        assert shape(connection) == before
        assert rows(connection) == told
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert dict(connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence").all()) == {
            name: max(one[0] for one in told[name]) for name in ANEW
        }
        connection.exec_driver_sql("DELETE FROM errands")
        add(connection, "errands", update_id=7, way="call")
        assert connection.exec_driver_sql("SELECT id FROM errands").scalars().all() == [6]
        assert not connection.exec_driver_sql("SELECT * FROM errand_carriages").all(), "what goes with its row still does"


def test_each_table_that_is_said_to_give_an_id_once_does_so(database: Database) -> None:
    said = {name for name, table in metadata.tables.items() if table.dialect_options["sqlite"]["autoincrement"]}
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'").scalars().all()
    assert said == set(found) & set(metadata.tables) == set(ANEW)
