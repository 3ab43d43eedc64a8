"""What an installation has from the start."""

from datetime import date

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app import release
from app.core.database import Database
from app.core.settings import Settings
from app.tables import metadata
from grids.calendar.tables import CalendarDay, DayKind
from tickets.clocks import standards as written
from tickets.clocks.tables import DutyHours, ServiceStandard


def standards_and_days(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        known = [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (ServiceStandard, CalendarDay)]
    return known[0], known[1]


def test_an_installation_knows_the_holidays_and_the_standard_from_the_start(database: Database) -> None:
    standards, days = standards_and_days(database)
    assert standards == len(written.filed().standards)
    assert days > 100


def test_places_to_pay_keep_their_index_through_all_migrations(database: Database) -> None:
    with database.reading() as session:
        if not database.is_sqlite:
            assert session.scalar(sa.text("SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_payment_points_point'")) == 1
            return
        triggers = set(session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    assert {"payment_points_placed", "payment_points_moved", "payment_points_dropped"} <= triggers


def test_the_database_is_as_the_code_describes_it(database: Database) -> None:
    with database.engine.connect() as connection:
        drawn = MigrationContext.configure(connection, opts={"include_object": ours, "target_metadata": metadata})
        # Types, told in lists, are spelled differently by the databases.
        assert [one for one in compare_metadata(drawn, metadata) if isinstance(one, tuple)] == []


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    return kind == "column" or (kind == "table" and name in metadata.tables)


def test_a_second_release_adds_nothing_and_leaves_what_staff_changed(chosen: Settings, database: Database) -> None:
    before = standards_and_days(database)
    with database.writing() as session:
        session.get_one(CalendarDay, date(2026, 10, 7)).kind = DayKind.workday
        session.execute(sa.update(ServiceStandard).values(amount=45))
    release.migrate(chosen)
    assert standards_and_days(database) == before
    with database.reading() as session:
        assert session.get_one(CalendarDay, date(2026, 10, 7)).kind is DayKind.workday
        assert set(session.scalars(sa.select(ServiceStandard.amount))) == {45}
        assert session.scalar(sa.select(sa.func.count()).select_from(DutyHours)) == 1
