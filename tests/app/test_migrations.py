"""A database that has rows already is brought to this release with all of them."""

import sqlalchemy as sa

from app import release
from app.core import seals
from app.core.database import Database
from broadcasts.cards import cards
from broadcasts.tariffs.tables import Tariff
from tickets.households import reaches
from tickets.households.tables import Household, Reach
from tickets.tables import Address, Entry, Ticket


def at(database: Database, revision: str) -> None:
    release.upgrade(database, "secret", revision)


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


def a_grid_was_passed_on(database: Database) -> None:
    """What a resident said and where stood copied in the list."""
    rows = (
        "INSERT INTO grids (id, code, name, organisation_id, boundary, created_at)"
        " VALUES (1, '104226', '莲花网格', 1, '{}', '2026-05-01 00:00:00+00:00')",
        "INSERT INTO passings (id, grid_id, from_id, to_id, by_id, note, at, taken)"
        " VALUES (1, 1, 7, 7, 7, '', '2026-05-02 00:00:00+00:00', true)",
        "INSERT INTO passed_things (passing_id, what, key, words, detail) VALUES (1, 'question', 1, '呼吸机停了', '莲花园 2号楼 602'),"
        " (1, 'promise', 1, '呼吸机停了', '王芳'), (1, 'group', 1, '莲花园业主群', '400')",
    )
    with database.engine.execution_options(writes=True).begin() as connection:
        for row in rows:
            connection.execute(sa.text(row))


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
    at(database, "0048")
    a_grid_was_passed_on(database)
    at(database, "head")
    with database.reading() as session:
        passed = session.execute(sa.text("SELECT what, words, detail FROM passed_things ORDER BY id")).all()
        assert [tuple(row) for row in passed] == [("question", "", ""), ("promise", "", "王芳"), ("group", "莲花园业主群", "400")]
        card = cards.find(session, "tiers")
        assert (card.version, card.title, card.card.owner.name, card.by_id) == (4, "阶梯电价", "王芳", 7)
        assert str(card.valid_until) == "2026-12-31"


def test_questions_of_the_first_release_keep_their_address_their_home_and_how_to_reach_them(database: Database) -> None:
    emptied(database)
    at(database, "0004")
    then = "2026-05-01 00:00:00+00:00"
    rows = [
        "INSERT INTO organisations (id, name, path) VALUES (1, '望京供电所', '/1/')",
        f"INSERT INTO grids (id, code, name, organisation_id, boundary, created_at) VALUES (1, '104226', '莲花网格', 1, '{{}}', '{then}')",
        "INSERT INTO estates (id, grid_id, name, address, households, building_count, source, source_key, source_datum, note, imported_at)"
        f" VALUES (5, 1, '莲花园', '', 9, 1, 'x', 'x', 'wgs84', '', '{then}')",
        "INSERT INTO households (id, estate_id, building, room) VALUES (1, 5, '2号楼', '501'), (2, 5, '2号楼', '')",
        *(
            "INSERT INTO tickets (id, grid_id, estate_id, household_id, state, channel, subject, contact, token_hash, asked_at, due_at)"
            f" VALUES ({n}, 1, 5, {home}, 'open', 'phone', '电费', '{contact}', 'hash{n}', '{then}', '{then}')"
            for n, home, contact in ((1, 1, "10000000009"), (2, 2, ""), (3, "NULL", "10000000009"), (4, "NULL", "10000000009"))
        ),
        f"INSERT INTO entries (id, ticket_id, words, at) VALUES (1, 1, '电费高', '{then}')",
    ]
    with database.engine.execution_options(writes=True).begin() as connection:
        for row in rows:
            connection.execute(sa.text(row))
        if not database.is_sqlite:  # The rows above brought their keys along.
            connection.execute(sa.text("SELECT setval('households_id_seq', 2)"))
    at(database, "head")
    seals.connect(database, "secret")
    with database.reading() as session:
        told = session.execute(
            sa.select(Ticket.id, Ticket.building, Ticket.household_id, Reach).join(Reach, isouter=True).order_by(Ticket.id)
        )
        found = [(key, building, home, reaches.told(session, reach)) for key, building, home, reach in told]
        alone = found[2][2]
        assert found == [
            (1, "2号楼", 1, "10000000009"), (2, "2号楼", None, ""), (3, "", alone, "10000000009"), (4, "", alone, "10000000009"),
        ]  # fmt: skip
        assert sorted(session.scalars(sa.select(Address.token_hash))) == ["hash1", "hash2", "hash3", "hash4"]
        assert session.scalar(sa.select(Entry.channel)) == "phone"
        assert session.scalars(sa.select(Household.id).order_by(Household.id)).all() == [1, alone]


def test_a_tariff_of_our_old_file_forgets_what_its_source_does_not_tell(database: Database) -> None:
    emptied(database)
    at(database, "0013")
    then = "2026-05-01 00:00:00+00:00"
    named = (
        "region, period, effective_on, limits, prices, peaks, valleys, summer_months, summer_limits, people_from, people_kwh, shared_price"
    )
    said = "'北京', 'year', '2012-07-01', '[2880, 4800]', '[]', '[]', '[]', '[]', '[]', 5, 100, ''"
    rows = [
        "INSERT INTO organisations (id, name, path) VALUES (1, '望京供电所', '/1/')",
        "INSERT INTO people (id, organisation_id, name, phone, role, password_hash, created_at)"
        f" VALUES (7, 1, '管理员', '1', 'admin', 'x', '{then}')",
        *(
            f"INSERT INTO tariffs (id, {named}, source, note, set_at, set_by_id) VALUES ({n}, {said}, '公开资料', '', '{then}', {by})"
            for n, by in ((901, "NULL"), (902, "7"))
        ),
    ]
    with database.engine.execution_options(writes=True).begin() as connection:
        for row in rows:
            connection.execute(sa.text(row))
    at(database, "head")
    with database.reading() as session:
        ours, stated = (session.get_one(Tariff, key) for key in (901, 902))
        assert (ours.effective_on, ours.people_from, ours.people_kwh, ours.limits) == (None, 0, 0, [2880, 4800])
        assert (str(stated.effective_on), stated.people_from, stated.people_kwh) == ("2012-07-01", 5, 100)


def test_homes_of_an_earlier_release_get_doors_and_todays_rooms_and_none_is_merged_or_lost(database: Database) -> None:
    emptied(database)
    at(database, "0044")
    then = "2026-05-01 00:00:00+00:00"
    homes = (
        (5, "1号楼", "02-501"),
        (5, "1号楼", "0601"),
        (5, "1号楼", "601"),
        (5, "", "602"),
        (5, "3号楼", "7"),
        (6, "", "12"),
        (6, "", "东户"),
    )
    rows = [
        "INSERT INTO organisations (id, name, path) VALUES (1, '望京供电所', '/1/')",
        f"INSERT INTO grids (id, code, name, organisation_id, boundary, created_at) VALUES (1, '104226', '莲花网格', 1, '{{}}', '{then}')",
        *(
            "INSERT INTO estates (id, grid_id, name, address, households, building_count, source, source_key, source_datum, note,"
            f" imported_at) VALUES ({n}, 1, '莲花园{n}', '', 9, 1, 'x', 'x{n}', 'wgs84', '', '{then}')"
            for n in (5, 6)
        ),
        *(
            f"INSERT INTO buildings (id, estate_id, name, households, floors, transformer) VALUES ({n}, 5, '{name}', 1, 1, '')"
            for n, name in enumerate(("1号楼", "1区3号楼"), start=1)
        ),
        *(
            f"INSERT INTO households (id, grid_id, estate_id, building, room) VALUES ({n}, 1, {estate}, '{building}', '{room}')"
            for n, (estate, building, room) in enumerate(homes, start=1)
        ),
    ]
    with database.engine.execution_options(writes=True).begin() as connection:
        for row in rows:
            connection.execute(sa.text(row))
    at(database, "head")
    with database.reading() as session:
        found = session.execute(sa.select(Household.building, Household.room, Household.door).order_by(Household.id)).all()
        assert [tuple(one) for one in found] == [
            ("1号楼", "2-501", True), ("1号楼", "0601", True), ("1号楼", "601", True), ("", "602", None), ("3号楼", "7", None),
            ("", "12", True), ("", "东", True),
        ]  # fmt: skip
