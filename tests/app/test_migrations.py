"""A database that has rows already is brought to this release with all of them."""

import sqlalchemy as sa
from alembic import command

from app import release
from app.core.database import Database
from broadcasts import cards


def at(database: Database, revision: str) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        command.upgrade(release.config(connection), revision)


def emptied(database: Database) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
            return
        found = connection.exec_driver_sql("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND type = 'table'")
        tables = [name for _kind, name in found if "_places_" not in name]
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        for name in tables:
            raw.execute(f'DROP TABLE IF EXISTS "{name}"')  # type: ignore[union-attr]
        raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def test_a_card_of_the_first_release_becomes_its_first_version(database: Database) -> None:
    emptied(database)
    at(database, "0001")
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.text("INSERT INTO organisations (id, name, path) VALUES (1, '望京供电所', '/1/')"))
        connection.execute(
            sa.text(
                "INSERT INTO people (id, organisation_id, name, phone, role, password_hash, created_at)"
                " VALUES (7, 1, '王芳', '1', 'manager', 'x', '2026-05-01 00:00:00+00:00')"
            )
        )
        connection.execute(
            sa.text(
                "INSERT INTO cards (id, slug, topic, title, summary, words, source, valid_until, version, published_at, owner_id)"
                " VALUES (3, 'tiers', 'tariff', '阶梯电价', '', '三档。', '发改委', '2026-12-31', 4, '2026-05-02 00:00:00+00:00', 7)"
            )
        )
    at(database, "head")
    with database.reading() as session:
        card = cards.find(session, "tiers")
        assert (card.version, card.title, card.card.owner.name, card.by_id) == (4, "阶梯电价", "王芳", 7)
        assert str(card.valid_until) == "2026-12-31"
