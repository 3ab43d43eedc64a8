"""A year's occasions become drafts on their day, once, and go out by themselves only where the grid wants that."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts.promises import occasions
from broadcasts.promises.tables import Observance, Occasion
from broadcasts.tables import Notice, NoticeKind, NoticeState
from tests.cast import Cast

THURSDAY = datetime(2027, 7, 15, 17, 0, tzinfo=clock.SHANGHAI)
RAIN = datetime(2027, 5, 20, 9, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture
def work(told_town: Cast, database: Database, chosen: Settings) -> Work:
    told_town.session.rollback()
    return Work(database=database, settings=chosen)


def made(work: Work, grid_id: int) -> list[tuple[str, NoticeState]]:
    with work.database.reading() as session:
        found = session.scalars(sa.select(Notice).where(Notice.grid_id == grid_id).order_by(Notice.id))
        return [(one.title, one.state) for one in found]


def test_each_occasion_becomes_one_draft_a_grid_on_its_day(told_town: Cast, work: Work) -> None:
    lotus, lake = told_town.lotus.id, told_town.lake.id
    with clock.at(THURSDAY - timedelta(minutes=1)):
        occasions.sweep(work)
    assert made(work, lotus) == []
    for minutes in (0, 1, 300):
        with clock.at(THURSDAY + timedelta(minutes=minutes)):
            occasions.sweep(work)
    assert made(work, lotus) == made(work, lake) == [("这个月用到第几档了？", NoticeState.draft)]
    with clock.at(THURSDAY + timedelta(days=7)):
        occasions.sweep(work)
    assert len(made(work, lotus)) == 2


def test_what_was_missed_for_a_day_waits_for_the_next_time(told_town: Cast, work: Work) -> None:
    with clock.at(RAIN + timedelta(days=1)):
        occasions.sweep(work)
    assert "雨季到了，先看看家里这几处" not in [title for title, _state in made(work, told_town.lotus.id)]


def test_a_grid_may_let_it_be_published_by_itself(told_town: Cast, work: Work) -> None:
    lotus, lake = told_town.lotus.id, told_town.lake.id
    with work.database.writing() as session:
        told_town.session = session
        me = told_town.me(told_town.wangfang)
        for _twice in range(2):
            occasions.let_go(session, told_town.lotus, "weekly-tariff", by=me, alone=True)
    with clock.at(THURSDAY):
        occasions.sweep(work)
        occasions.sweep(work)
    assert [state for _title, state in made(work, lotus)] == [NoticeState.published]
    assert [state for _title, state in made(work, lake)] == [NoticeState.draft]


def test_a_discarded_draft_is_not_made_again_that_day(told_town: Cast, work: Work) -> None:
    with clock.at(THURSDAY):
        occasions.sweep(work)
        with work.database.writing() as session:
            session.execute(sa.delete(Observance).where(Observance.grid_id != told_town.lotus.id))
            day = session.scalars(sa.select(Observance)).one()
            day.notice_id = None
        occasions.sweep(work)
    assert len(made(work, told_town.lotus.id)) == 1


def test_an_organisations_own_occasion_takes_the_place_of_the_houses(town: Cast) -> None:
    said = {
        "key": "weekly-tariff",
        "on": "weekly 1 08:00",
        "kind": NoticeKind.knowledge,
        "title": "周一说电价",
        "words": "……",
        "source": "所里",
    }
    town.session.add(Occasion(organisation_id=town.station.id, card="", effective_on=clock.today(), **said))
    town.session.flush()
    titles = [one.title for one in occasions.of_grid(town.session, town.lotus)]
    assert "周一说电价" in titles
    assert "这个月用到第几档了？" not in titles


def test_every_entry_of_the_file_has_a_day_and_a_source(town: Cast) -> None:
    for one in town.session.scalars(sa.select(Occasion)):
        assert one.source
        assert occasions.last_time(one, clock.now()) <= clock.now() < occasions.next_time(one, clock.now())
    assert occasions.seed(town.session) == 0
