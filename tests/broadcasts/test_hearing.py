"""The roof hears of every step of a notice, in the transaction of the step."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.database import Database
from broadcasts import hearing, notices
from broadcasts.tables import Notice, Place, Update, UpdateState
from tests.broadcasts.stage import draft, published
from tests.cast import Cast

Heard = list[tuple[UpdateState, int, str, set[int]]]


@pytest.fixture
def heard(database: Database) -> Heard:
    """What an act of the roof hears. Asked for before the town: a session knows who hears from its beginning."""
    found: Heard = []

    def hears(session: Session, update: Update) -> None:
        places = set(session.scalars(sa.select(Place.estate_id).where(Place.notice_id == update.notice_id)))
        found.append((update.state, session.get_one(Notice, update.notice_id).version, update.words, places))

    hearing.register(database, hears)
    return found


def test_every_step_is_heard_once_with_the_notice_as_it_is_from_now_on(heard: Heard, town: Cast) -> None:
    notice, me, garden = published(town), town.me(town.wangfang), {town.garden.id}
    for _ in range(2):  # a thumb that tapped twice
        notices.update(town.session, notice, by=me, state=UpdateState.progress, words="已到场。")
    notices.update(town.session, notice, by=me, state=UpdateState.restored)
    assert heard == [
        (UpdateState.published, 1, "", garden), (UpdateState.progress, 2, "已到场。", garden), (UpdateState.restored, 3, "", garden),
    ]  # fmt: skip


def test_who_hears_of_a_corrected_area_sees_the_places_of_before_and_of_now(heard: Heard, town: Cast) -> None:
    notices.update(town.session, published(town), by=town.me(town.wangfang), state=UpdateState.corrected, estates=[town.court.id])
    assert [places for *_rest, places in heard] == [{town.garden.id}, {town.garden.id, town.court.id}]


@pytest.fixture
def nobody_listens_well(database: Database) -> None:
    def fails(_session: Session, _update: Update) -> None:
        raise RuntimeError("no")

    hearing.register(database, fails)


def test_one_who_fails_undoes_the_step(nobody_listens_well: None, told_town: Cast) -> None:
    notice_id = draft(told_town).id
    told_town.session.commit()
    notice = notices.find(told_town.session, str(notice_id), for_=told_town.me(told_town.wangfang))
    with pytest.raises(RuntimeError):
        notices.publish(told_town.session, notice, by=told_town.me(told_town.wangfang))
    told_town.session.rollback()
    assert told_town.session.scalar(sa.select(sa.func.count()).select_from(Update)) == 0
