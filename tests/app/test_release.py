"""What an installation has from the start."""

from datetime import date

import sqlalchemy as sa

from app import release
from app.core.database import Database
from app.core.settings import Settings
from grids.tables import CalendarDay, DayKind
from tickets.tables import ServiceStandard


def standards_and_days(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        known = [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (ServiceStandard, CalendarDay)]
    return known[0], known[1]


def test_an_installation_knows_the_holidays_and_the_standard_from_the_start(database: Database) -> None:
    standards, days = standards_and_days(database)
    assert standards == 1
    assert days > 100


def test_a_second_release_adds_nothing_and_leaves_what_staff_changed(chosen: Settings, database: Database) -> None:
    before = standards_and_days(database)
    with database.writing() as session:
        session.get_one(CalendarDay, date(2026, 10, 7)).kind = DayKind.workday
        session.execute(sa.update(ServiceStandard).values(first_answer_minutes=45))
    release.migrate(chosen)
    assert standards_and_days(database) == before
    with database.reading() as session:
        assert session.get_one(CalendarDay, date(2026, 10, 7)).kind is DayKind.workday
        assert session.scalar(sa.select(ServiceStandard.first_answer_minutes)) == 45
