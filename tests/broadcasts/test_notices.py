"""Writing, publishing, updating: on both databases."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import audit, clock
from app.core.audit import AuditEntry
from app.core.database import Database
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from broadcasts import drafts, notices, outages
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeKind, NoticeState, Update, UpdateState
from grids.tables import Building
from tests.broadcasts.stage import HOUR, NOON, draft, planned, published
from tests.cast import Cast


def test_numbers_count_the_days_notices(town: Cast) -> None:
    with clock.at(NOON):
        assert [published(town).number for _ in range(2)] == ["270714-01", "270714-02"]
    with clock.at(NOON + timedelta(hours=12)):  # midnight in Shanghai
        assert published(town).number == "270715-01"


def test_two_managers_at_once_never_share_a_number(told_town: Cast, database: Database) -> None:
    ids = [draft(told_town).id for _ in range(8)]
    told_town.session.commit()
    me, numbers = told_town.me(told_town.wangfang), []
    told_town.session.rollback()

    def publish(notice_id: int) -> None:
        with database.writing() as session:
            numbers.append(notices.publish(session, notices.find(session, str(notice_id), for_=me), by=me).number)

    threads = [threading.Thread(target=publish, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 8
    assert sorted(int(number[-2:]) for number in numbers) == list(range(1, 9))


def test_publishing_twice_at_once_publishes_once(told_town: Cast, database: Database) -> None:
    notice_id = str(draft(told_town).id)
    told_town.session.commit()
    me, numbers = told_town.me(told_town.wangfang), []
    told_town.session.rollback()

    def publish() -> None:
        with database.writing() as session:
            numbers.append(notices.publish(session, notices.find(session, notice_id, for_=me), by=me).number)

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert len(numbers) == 4
        assert len(set(numbers)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Update)) == 1


def test_publishing_writes_the_timeline_and_the_log(town: Cast) -> None:
    notice = published(town)
    assert (notice.state, notice.version, notice.published_by) == (NoticeState.published, 1, town.wangfang)
    assert [update.state for update in notice.updates] == [UpdateState.published]
    acts = town.session.scalars(sa.select(AuditEntry.act).where(AuditEntry.subject == f"notice/{notice.number}")).all()
    assert acts == ["notices.published"]
    assert audit.verify(town.session)[1] is None


def test_a_title_is_made_from_kind_and_places(town: Cast) -> None:
    assert draft(town).title == "莲花园故障停电"
    assert draft(town, estates=[town.garden.id, town.court.id]).title == "莲花园、荷塘苑故障停电", "where most live first"
    assert draft(town, title=" 雨季用电 ").title == "雨季用电"


def test_buildings_narrow_their_estate_and_the_households(town: Cast) -> None:
    one, two = town.session.scalars(sa.select(Building.id).where(Building.estate_id == town.garden.id).order_by(Building.id).limit(2))
    notice = draft(town, estates=[town.garden.id, town.court.id], buildings=[one, two])
    assert audiences.lines(notice.places) == ["莲花园 1–2号楼", "荷塘苑"]
    assert audiences.households(notice.places) == 300 + 600


def test_estates_of_another_grid_are_refused(town: Cast) -> None:
    with pytest.raises(Mistaken) as error:
        draft(town, estates=[town.shore.id])
    assert "estates" in error.value.mistakes


def test_an_outage_says_where_and_news_goes_to_the_whole_grid(town: Cast) -> None:
    with pytest.raises(Mistaken):
        draft(town, estates=[])
    news = draft(town, kind=NoticeKind.safety, estates=[], ends_at=None)
    assert {place.estate_id for place in news.places} == {town.garden.id, town.court.id}


def test_a_planned_outage_needs_its_window_and_a_fault_began_now(town: Cast) -> None:
    with pytest.raises(Mistaken) as error:
        draft(town, kind=NoticeKind.planned_outage, starts_at=None, ends_at=None)
    assert set(error.value.mistakes) == {"starts_at", "ends_at"}
    with clock.at(NOON):
        fault = draft(town, ends_at=None)
    assert (fault.starts_at, fault.ends_at) == (NOON, None)
    with pytest.raises(Mistaken) as error:
        draft(town, starts_at=NOON, ends_at=NOON)
    assert set(error.value.mistakes) == {"ends_at"}


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_a_year_nobody_means_is_refused(town: Cast, year: int) -> None:
    with pytest.raises(Mistaken):
        draft(town, ends_at=NOON.replace(year=year))


def test_only_the_grids_own_people_write(town: Cast) -> None:
    notice = draft(town)
    for person, why in ((town.chengang, Missing), (town.liujie, Forbidden), (town.sunli, Forbidden), (town.admin, Forbidden)):
        with pytest.raises(why):
            notices.publish(town.session, notice, by=town.me(person))
    notices.publish(town.session, notice, by=town.me(town.zhaomin))
    assert notice.published_by is town.zhaomin


def test_a_draft_is_seen_by_its_own_people_only(town: Cast) -> None:
    notice = draft(town)
    assert notices.find(town.session, str(notice.id), for_=town.me(town.zhaomin)) is notice
    for person in (town.liujie, town.chengang):
        with pytest.raises(Missing):
            notices.find(town.session, str(notice.id), for_=town.me(person))
    with pytest.raises(Missing):
        notices.by_number(town.session, notice.number)


def test_a_draft_is_edited_and_what_is_published_is_not(town: Cast) -> None:
    notice, me = draft(town), town.me(town.wangfang)
    drafts.edit(town.session, notice, by=me, kind=NoticeKind.safety, words="雨季到了", estates=[town.garden.id])
    assert (notice.kind, [place.estate.name for place in notice.places], notice.title) == (NoticeKind.safety, ["莲花园"], "莲花园安全提示")
    notices.publish(town.session, notice, by=me)
    with pytest.raises(Refused):
        drafts.edit(town.session, notice, by=me, kind=NoticeKind.safety, words="改了")
    with pytest.raises(Refused):
        drafts.discard(town.session, notice, by=me)


def test_a_draft_is_discarded_with_its_places(town: Cast) -> None:
    notice = draft(town)
    drafts.discard(town.session, notice, by=town.me(town.wangfang))
    assert town.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0


def test_restored_ends_the_outage_now(town: Cast) -> None:
    with clock.at(NOON):
        notice, me = published(town), town.me(town.wangfang)
    with clock.at(NOON + HOUR):
        notices.update(town.session, notice, by=me, state=UpdateState.restored)
    assert (notice.state, notice.ends_at, notice.version) == (NoticeState.restored, NOON + HOUR, 2)
    with clock.at(NOON + 2 * HOUR), pytest.raises(Refused):
        notices.update(town.session, notice, by=me, state=UpdateState.cancelled)


def test_power_cannot_be_back_tomorrow_or_before_the_outage(town: Cast) -> None:
    notice, me = published(town, starts_at=clock.now() - HOUR), town.me(town.wangfang)
    for ends_at in (clock.now() + 2 * HOUR, clock.now() - 2 * HOUR):
        with pytest.raises(Mistaken):
            notices.update(town.session, notice, by=me, state=UpdateState.restored, ends_at=ends_at)
    with pytest.raises(Refused):
        notices.update(town.session, planned(town), by=me, state=UpdateState.restored)


def test_a_correction_does_not_bring_it_back_tomorrow_either(town: Cast) -> None:
    notice = published(town)
    said = {"by": town.me(town.wangfang), "state": UpdateState.corrected}
    notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.restored)
    for wrong in (clock.now() + 20 * HOUR, notice.starts_at - HOUR):
        with pytest.raises(Mistaken):
            notices.update(town.session, notice, ends_at=wrong, **said)
    earlier = clock.now() - timedelta(minutes=20)
    notices.update(town.session, notice, starts_at=earlier - HOUR, ends_at=earlier, **said)
    assert (notice.state, notice.ends_at) == (NoticeState.restored, earlier)


def test_nobody_is_told_of_a_time_that_is_over(town: Cast) -> None:
    me = town.me(town.wangfang)
    with pytest.raises(Mistaken, match="标出"):
        notices.update(town.session, published(town), by=me, state=UpdateState.new_time, ends_at=clock.now() - HOUR)
    over = draft(town)
    with clock.at(clock.now() + 4 * HOUR), pytest.raises(Refused, match="已经过了"):
        notices.publish(town.session, over, by=me)


def test_a_new_time_is_kept_beside_the_old_one(town: Cast) -> None:
    with clock.at(NOON):
        notice, me = published(town), town.me(town.wangfang)
        notices.update(town.session, notice, by=me, state=UpdateState.new_time, ends_at=NOON + 5 * HOUR)
        with pytest.raises(Mistaken):
            notices.update(town.session, notice, by=me, state=UpdateState.new_time)
    assert [update.ends_at for update in notice.updates] == [NOON + 3 * HOUR, NOON + 5 * HOUR]


def test_a_new_time_after_restored_makes_it_go_on(town: Cast) -> None:
    notice, me = published(town, starts_at=clock.now() - HOUR), town.me(town.wangfang)
    notices.update(town.session, notice, by=me, state=UpdateState.restored)
    notices.update(town.session, notice, by=me, state=UpdateState.new_time, ends_at=clock.now() + HOUR, words="又跳闸了")
    assert notice.state is NoticeState.published


def test_a_correction_changes_what_it_names_and_says_so(town: Cast) -> None:
    notice, me = published(town), town.me(town.wangfang)
    notices.update(town.session, notice, by=me, state=UpdateState.corrected, words="线路写错了", line="10kV宋北线937")
    assert (notice.line, notice.cause, notice.updates[-1].words) == ("10kV宋北线937", "电缆被挖断", "线路写错了")


def test_nothing_follows_a_draft_or_a_withdrawn_notice(town: Cast) -> None:
    me = town.me(town.wangfang)
    with pytest.raises(Refused):
        notices.update(town.session, draft(town), by=me, state=UpdateState.progress, words="到场")
    notice = published(town)
    notices.update(town.session, notice, by=me, state=UpdateState.cancelled, words="误报")
    with pytest.raises(Refused):
        notices.update(town.session, notice, by=me, state=UpdateState.progress, words="到场")


def test_progress_needs_words_and_news_has_no_end(town: Cast) -> None:
    me = town.me(town.wangfang)
    with pytest.raises(Mistaken):
        notices.update(town.session, published(town), by=me, state=UpdateState.progress, words="  ")
    news = published(town, kind=NoticeKind.service, ends_at=None)
    with pytest.raises(Refused):
        notices.update(town.session, news, by=me, state=UpdateState.restored)


def test_a_thumb_that_taps_twice_says_it_once(town: Cast) -> None:
    notice, me = published(town), town.me(town.wangfang)
    first = notices.update(town.session, notice, by=me, state=UpdateState.progress, words="抢修人员到场")
    assert notices.update(town.session, notice, by=me, state=UpdateState.progress, words="抢修人员到场") is first
    assert notice.version == 2
    restored = notices.update(town.session, notice, by=me, state=UpdateState.restored)
    assert notices.update(town.session, notice, by=me, state=UpdateState.restored) is restored


def test_an_outage_touches_its_buildings_while_it_lasts(town: Cast) -> None:
    one = town.session.scalar(sa.select(Building.id).where(Building.estate_id == town.garden.id).order_by(Building.id).limit(1))
    with clock.at(NOON):
        notice = published(town, estates=[], buildings=[one], starts_at=NOON)

    def touching(building: str | None, *, at: object = NOON + HOUR) -> list[Notice]:
        return outages.affecting(town.session, town.garden.id, building, at=at)  # type: ignore[arg-type]

    assert touching("1号楼") == touching("1") == touching(None) == [notice]
    assert touching("2号楼") == []
    assert outages.affecting(town.session, town.court.id, at=NOON + HOUR) == []
    assert touching(None, at=NOON - HOUR) == []
    assert touching(None, at=NOON + 4 * HOUR) == [notice]  # promised back and not reported back
    assert touching(None, at=NOON + 40 * HOUR) == []
    with clock.at(NOON + HOUR):
        notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.restored)
    assert touching(None, at=NOON + HOUR / 2) == [notice]
    assert touching(None, at=NOON + 2 * HOUR) == []


def test_signs_that_turn_the_writing_round_are_not_kept(town: Cast) -> None:
    notice = draft(town, words="正常\u202e常异\x00", title="\u2066标题")
    assert (notice.words, notice.title) == ("正常 常异", "标题")
