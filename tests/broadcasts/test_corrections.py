"""What was wrong is put right: the area, the cause."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.database import Database
from app.core.errors import Mistaken
from broadcasts import notices, texts
from broadcasts.deliveries import deliveries
from broadcasts.deliveries.tables import Delivery
from broadcasts.present import present
from broadcasts.subscribers import audiences, subscribers, subscriptions
from broadcasts.tables import Notice, NoticeKind, UpdateState
from grids.tables import Building, Estate, Person
from pwa.tables import Device
from tests import cast
from tests.broadcasts.stage import HOUR, published
from tests.cast import Cast
from tests.client import Client

SLIP = UpdateState.corrected


def buildings(town: Cast, many: int) -> list[int]:
    found = sa.select(Building.id).where(Building.estate_id == town.garden.id).order_by(Building.id).limit(many)
    return list(town.session.scalars(found))


def where(town: Cast, notice: Notice) -> list[str]:
    """As the database has it."""
    town.session.flush()
    town.session.expire_all()
    return audiences.lines(notices.by_number(town.session, notice.number).places)


def test_a_correction_of_the_area_replaces_the_places_and_the_timeline_says_so(town: Cast) -> None:
    notice, me = published(town), town.me(town.wangfang)
    notices.update(town.session, notice, by=me, state=SLIP, words="楼号抄错了。", estates=[town.court.id], buildings=[])
    assert audiences.lines(notice.places) == ["荷塘苑"]
    assert notice.updates[-1].words == "范围更正为：荷塘苑。不再包括：莲花园。\n楼号抄错了。"
    assert notice.title == "荷塘苑故障停电"
    assert "荷塘苑" in texts.headline(notice, present(notice, clock.now()))
    assert where(town, notice) == ["荷塘苑"]


def test_what_stays_is_kept_and_what_is_narrowed_is_not_called_left_out(town: Cast) -> None:
    notice, me = published(town, estates=[town.garden.id, town.court.id], title="西线停电"), town.me(town.wangfang)
    notices.update(town.session, notice, by=me, state=SLIP, estates=[town.court.id], buildings=buildings(town, 2))
    assert where(town, notice) == ["莲花园 1–2号楼", "荷塘苑"]
    assert notices.by_number(town.session, notice.number).updates[-1].words == "范围更正为：莲花园 1–2号楼、荷塘苑。"
    assert notice.title == "西线停电"
    found = notices.by_number(town.session, notice.number)
    notices.update(town.session, found, by=me, state=SLIP, words="2号楼有电", buildings=buildings(town, 1))
    assert where(town, notice) == ["莲花园 1号楼"]
    assert notices.by_number(town.session, notice.number).updates[-1].words == (
        "范围更正为：莲花园 1号楼。不再包括：荷塘苑、莲花园 2号楼。\n2号楼有电"
    )


def test_those_affected_before_and_those_affected_now_hear_of_it(town: Cast) -> None:
    def phone(estate: Estate) -> int:
        device = Device(endpoint=f"https://push.test/{estate.name}", p256dh=b"1", auth=b"1", created_at=clock.now(), seen_at=clock.now())
        town.session.add(device)
        town.session.flush()
        subscriptions.subscribe(town.session, subscribers.of_device(town.session, device), grid=town.lotus, estate=estate)
        return device.id

    before, now = phone(town.garden), phone(town.court)
    notice = published(town)
    told = notices.update(town.session, notice, by=town.me(town.wangfang), state=SLIP, estates=[town.court.id])
    heard = set(town.session.scalars(sa.select(Delivery.device_id).where(Delivery.update_id == told.id)))
    assert {before, now} <= heard
    assert deliveries.counts(town.session, notice)["waiting"] == len(heard)


def test_an_area_named_as_it_was_is_no_change_and_an_outage_is_somewhere(town: Cast) -> None:
    notice, me = published(town), town.me(town.wangfang)
    notices.update(town.session, notice, by=me, state=SLIP, words="线路写错了", line="宋北线", estates=[town.garden.id], buildings=[])
    assert notice.updates[-1].words == "线路写错了"
    with pytest.raises(Mistaken) as error:
        notices.update(town.session, notice, by=me, state=SLIP, words="范围", estates=[], buildings=[])
    assert set(error.value.mistakes) == {"estates"}
    with pytest.raises(Mistaken):
        notices.update(town.session, notice, by=me, state=SLIP, estates=[town.shore.id])
    with clock.at(clock.now() + HOUR), pytest.raises(Mistaken):
        notices.update(town.session, notice, by=me, state=SLIP, estates=[town.garden.id])


def test_news_corrected_to_nowhere_is_for_the_whole_grid(town: Cast) -> None:
    notice = published(town, kind=NoticeKind.safety, ends_at=None)
    notices.update(town.session, notice, by=town.me(town.wangfang), state=SLIP, estates=[], buildings=[])
    assert where(town, notice) == ["莲花园", "荷塘苑"]


def test_a_correction_tapped_twice_is_said_once_and_two_corrections_are_two(town: Cast) -> None:
    notice, me = published(town), town.me(town.wangfang)
    first = notices.update(town.session, notice, by=me, state=SLIP, words="错了", estates=[town.court.id])
    assert notices.update(town.session, notice, by=me, state=SLIP, words="错了", estates=[town.court.id]) is first
    wordless = notices.update(town.session, notice, by=me, state=SLIP, estates=[town.garden.id])
    assert notices.update(town.session, notice, by=me, state=SLIP, estates=[town.garden.id]) is wordless
    assert notices.update(town.session, notice, by=me, state=SLIP, line="宋北线") is not wordless
    assert notices.update(town.session, notice, by=me, state=SLIP, cause="跳闸") is not first
    assert (notice.line, notice.cause, notice.version) == ("宋北线", "跳闸", 5)


def test_progress_that_found_the_cause_replaces_it(town: Cast) -> None:
    notice, me = published(town, cause="正在查找原因"), town.me(town.wangfang)
    notices.update(town.session, notice, by=me, state=UpdateState.progress, words="找到了", cause="电缆接头烧坏", line="别的线")
    assert (notice.cause, notice.line, notice.updates[-1].words) == ("电缆接头烧坏", "10kV学院线916", "找到了")
    notices.update(town.session, notice, by=me, state=UpdateState.progress, cause="接头进水")
    assert (notice.cause, notice.updates[-1].words) == ("接头进水", "原因找到了：接头进水")


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_desk_offers_the_area_to_correct(told_town: Cast, signed_in: Callable[[Person], Client]) -> None:
    notice = published(told_town, starts_at=clock.now() - HOUR)
    told_town.session.commit()
    client, address = signed_in(told_town.wangfang), f"/desk/notices/{notice.number}"
    form = client.get(address).text
    assert f'name="estates" value="{told_town.garden.id}" checked' in form
    assert 'name="buildings"' in form
    assert 'name="cause"' in form
    named = {"state": "corrected", "places": "on", "estates": [str(told_town.court.id)], "words": "写错了"}
    done = client.post(f"{address}/updates", data=named)
    assert "范围更正为：荷塘苑" in done.text
    assert "荷塘苑" in client.get(f"/n/{notice.number}").text
    nowhere = client.post(f"{address}/updates", data={"state": "corrected", "places": "on", "words": "写错了"})
    assert (nowhere.status_code, "至少选一个小区" in nowhere.text) == (422, True)
    progress = {"state": "progress", "places": "on", "estates": [str(told_town.garden.id)], "words": "找到了", "cause": "接头烧坏"}
    assert "接头烧坏" in client.post(f"{address}/updates", data=progress).text
    assert "荷塘苑" in client.get(f"/n/{notice.number}").text


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_machine_corrects_the_area(told_town: Cast, machine: Callable[[Person], Client]) -> None:
    notice = published(told_town)
    told_town.session.commit()
    client, address = machine(told_town.wangfang), f"/api/v1/notices/{notice.number}"
    said = {"state": "corrected", "words": "范围有误", "estates": [told_town.court.id]}
    assert client.post(f"{address}/updates", json=said).status_code == 201
    assert client.get(address).json()["estates"] == [told_town.court.id]
    assert client.post(f"{address}/updates", json={"state": "corrected", "words": "线路", "line": "宋北线"}).status_code == 201
    assert client.get(address).json()["estates"] == [told_town.court.id]
    wrongs: list[dict[str, object]] = [{"estates": []}, {"estates": [2**63]}, {"estates": [told_town.shore.id]}, {"buildings": ["a"]}]
    for wrong in wrongs:
        assert client.post(f"{address}/updates", json={"state": "corrected", "words": "x", **wrong}).status_code in (400, 422)


@pytest.mark.parametrize("engine_name", ["postgres"])
def test_two_corrections_in_the_same_moment_say_what_holds_afterwards(told_town: Cast, database: Database) -> None:
    """The second waits for the first and then knows of it. SQLite lets nobody read a notice that it means to write meanwhile."""
    number = published(told_town).number
    told_town.session.commit()
    with database.session(writes=True) as first, database.session(writes=True) as second:
        early, late = cast.found(first), cast.found(second)
        one, two = (notices.find(town.session, number, for_=town.me(town.wangfang)) for town in (early, late))
        notices.update(first, one, by=early.me(early.wangfang), state=SLIP, estates=[early.garden.id, early.court.id])
        first.commit()
        told = notices.update(second, two, by=late.me(late.zhaomin), state=SLIP, estates=[late.garden.id])
        second.commit()
    assert "不再包括：荷塘苑" in told.words
    assert where(told_town, notices.by_number(told_town.session, number)) == ["莲花园"]
