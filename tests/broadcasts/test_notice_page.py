"""What a resident reads at /n/{number}, whatever link was forwarded."""

import gzip
from collections.abc import Callable
from datetime import timedelta

import icalendar
import pytest
import time_machine

from app.core import clock
from broadcasts import life, notices
from broadcasts.tables import NoticeKind, UpdateState
from grids.tables import Building, Person
from tests.broadcasts.stage import HOUR, NOON, draft, planned, published
from tests.cast import Cast
from tests.client import Client


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def building(town: Cast, name: str) -> int:
    return next(one.id for one in town.session.query(Building).filter_by(estate_id=town.garden.id) if one.name == name)


@pytest.mark.parametrize(
    ("estate", "number", "said"),
    [
        ("garden", "2", "会影响莲花园 2 号楼。"),
        ("garden", "２号楼", "会影响莲花园 2号楼。"),
        ("garden", "二", "会影响莲花园 2 号楼。"),
        ("garden", "3", "本通知不影响莲花园 3 号楼。"),
        ("garden", "99", "没有莲花园 99 号楼。"),
        ("garden", "99", "有这些：1–3号楼。"),
        ("garden", "abc", "没有莲花园 abc。"),
        ("garden", "", "莲花园只影响：1–2号楼。"),
        ("court", "1", "不影响荷塘苑 1 号楼。"),
    ],
)
def test_it_says_whether_it_affects_my_building(town: Cast, resident: Client, estate: str, number: str, said: str) -> None:
    notice = planned(town, estates=[], buildings=[building(town, "1号楼"), building(town, "2号楼")])
    town.session.commit()
    page = resident.get(f"/n/{notice.number}", params={"estate": getattr(town, estate).id, "building": number}).text
    assert said in page
    if said.startswith("会"):
        assert f"{clock.local(notice.starts_at):%H:%M}" in page.partition('class="answer"')[2].partition("</p>")[0]


def test_an_old_link_tells_first_of_the_outage_that_runs_there_now(told_town: Cast, resident: Client) -> None:
    me, places = told_town.me(told_town.wangfang), {"estates": [], "buildings": [building(told_town, "2号楼")]}
    old = published(told_town, **places)
    notices.update(told_town.session, old, by=me, state=UpdateState.restored)
    told_town.session.commit()
    home, link = {"estate": told_town.garden.id, "building": "2"}, f"/n/{old.number}"
    said = resident.get(link, params=home).text
    assert "影响过莲花园 2 号楼，已经结束。" in said
    assert "会影响" not in said
    other = published(told_town, estates=[], buildings=[building(told_town, "3号楼")])
    told_town.session.commit()
    assert f"/n/{other.number}" not in resident.get(link).text
    coming = planned(told_town, **places)
    told_town.session.commit()
    page = resident.get(link).text.partition("<main")[2]
    assert page.index("已复电") < page.index(f'href="/n/{coming.number}"'), "what is to come is not the present truth"
    new = published(told_town, **places)
    told_town.session.commit()
    page = resident.get(link, params=home).text.partition("<main")[2]
    assert page.index("正在停电") < page.index(f'href="/n/{new.number}"') < page.index("已复电")
    answer = page.partition('class="answer"')[2].partition("</p>")[0]
    assert "会影响莲花园 2 号楼。" in answer
    assert f'href="/n/{new.number}"' in answer
    assert "已复电" not in answer
    held = resident.get(link, params=home | {"building": "3"}).text.partition('class="answer"')[2].partition("</p>")[0]
    assert f'href="/n/{other.number}"' in held
    assert other.number not in resident.get(f"/n/{new.number}").text


def test_a_fresh_plan_stands_first_on_its_page_and_the_fault_that_runs_there_second(told_town: Cast, resident: Client) -> None:
    fault = published(told_town, estates=[], buildings=[building(told_town, "2号楼")])
    plan = planned(told_town, estates=[told_town.garden.id, told_town.court.id])
    told_town.session.commit()
    page = resident.get(f"/n/{plan.number}").text.partition("<main")[2].partition("<textarea")[0]
    assert page.index("计划停电") < page.index("另外，现在还有一处停电") < page.index("正在停电") < page.index(f'href="/n/{fault.number}"')
    assert "莲花园 2号楼" in page.partition("另外，现在还有一处停电")[2].partition("</section>")[0], "with its own area"
    assert "以前的通知" not in page
    notices.update(told_town.session, plan, by=told_town.me(told_town.wangfang), state=UpdateState.cancelled)
    told_town.session.commit()
    page = resident.get(f"/n/{plan.number}").text.partition("<main")[2]
    assert page.index("正在停电") < page.index("以前的通知") < page.index("已撤销")


def test_who_is_spared_by_this_notice_reads_that_first_and_then_of_the_other(told_town: Cast, resident: Client) -> None:
    mine = planned(told_town, estates=[], buildings=[building(told_town, "1号楼")])
    other = planned(told_town, estates=[], buildings=[building(told_town, "2号楼")])
    told_town.session.commit()
    said = resident.get(f"/n/{mine.number}", params={"estate": told_town.garden.id, "building": "2"}).text
    answer = said.partition('class="answer"')[2].partition("</p>")[0]
    assert answer.index("本通知不影响莲花园 2 号楼。") < answer.index("另一个通知会影响莲花园 2 号楼。") < answer.index(other.number)
    both = resident.get(f"/n/{mine.number}", params={"estate": told_town.garden.id, "building": "1"}).text
    assert "另一个通知" not in both
    assert f'value="{told_town.garden.id}" selected' in resident.get(f"/n/{mine.number}").text, "preset to one that it touches"


@pytest.mark.parametrize("words", ["线路视为带电，不要碰。", "请提前备水。"])
def test_a_planned_notice_says_once_that_the_line_is_live(told_town: Cast, resident: Client, words: str) -> None:
    notice = planned(told_town, words=words)
    told_town.session.commit()
    assert resident.get(f"/n/{notice.number}").text.partition("<textarea")[0].count("视为带电") == 1


@pytest.mark.parametrize("asked", ["estate=abc&building=1", "estate=99999999999999999999", "building=1", "estate=&building=%00"])
def test_a_home_that_nobody_knows_changes_nothing(told_town: Cast, resident: Client, asked: str) -> None:
    notice = published(told_town)
    told_town.session.commit()
    page = resident.get(f"/n/{notice.number}?{asked}")
    assert page.status_code == 200
    assert 'class="answer"' not in page.text


@time_machine.travel(NOON, tick=False)  # after midnight the day is told as well
def test_the_next_news_is_promised_on_the_page_and_owned_up_to_when_it_is_late(told_town: Cast, resident: Client) -> None:
    me, soon = told_town.me(told_town.wangfang), clock.now() + timedelta(minutes=30)
    notice = notices.publish(told_town.session, draft(told_town), by=me, next_update_at=soon)
    told_town.session.commit()
    assert f"下次更新 {clock.local(soon):%H:%M} 前" in resident.get(f"/n/{notice.number}").text
    notice.next_update_at = clock.now() - timedelta(minutes=5)
    told_town.session.commit()
    assert "还没有新消息" in resident.get(f"/n/{notice.number}").text
    notices.update(told_town.session, notice, by=me, state=UpdateState.restored)
    told_town.session.commit()
    page = resident.get(f"/n/{notice.number}").text
    assert "还没有新消息" not in page
    assert "已复电" in page


def test_a_replaced_notice_says_so_first_and_leads_to_the_new_one(told_town: Cast, resident: Client) -> None:
    me = told_town.me(told_town.wangfang)
    old = planned(told_town)
    new = life.replacement(told_town.session, old, by=me)
    notices.publish(told_town.session, new, by=me)
    told_town.session.commit()
    page = resident.get(f"/n/{old.number}").text.partition("<main")[2]
    assert page.index("已有新通知") < page.index("请看新的通知") < page.index('class="timeline"')
    assert f'href="/n/{new.number}"' in page
    assert f"/n/{old.number}" not in resident.get("/g/104226").text.partition("<details")[0]


def test_a_number_taken_back_says_that_it_does_not_hold(told_town: Cast, resident: Client) -> None:
    me = told_town.me(told_town.wangfang)
    notice = notices.publish(told_town.session, draft(told_town), by=me, grace=life.GRACE)
    number = notice.number
    life.undo(told_town.session, notice, by=me)
    told_town.session.commit()
    page = resident.get(f"/find?code={number}")
    assert page.url.path == f"/n/{number}"
    assert page.status_code == 200
    assert "已撤回" in page.text
    assert "/g/104226" in page.text
    assert number not in resident.get("/g/104226").text


def test_the_calendar_of_one_notice_holds_its_one_event(told_town: Cast, resident: Client) -> None:
    notice = planned(told_town)
    planned(told_town, estates=[told_town.court.id])
    told_town.session.commit()
    page = resident.get(f"/n/{notice.number}").text
    assert page.index(f"/n/{notice.number}/calendar.ics") < page.index('id="home"'), "with the time, not among what the neighbours are told"
    answer = resident.get(f"/n/{notice.number}/calendar.ics")
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(event["UID"]).partition("@")[0] for event in events] == [notice.number]
    assert events[0].decoded("DTSTART") == notice.starts_at.replace(microsecond=0)
    news = published(told_town, kind=NoticeKind.service, ends_at=None)
    told_town.session.commit()
    assert resident.get(f"/n/{news.number}/calendar.ics").status_code == 404


def test_the_page_of_a_long_story_stays_within_ten_thousand_bytes(told_town: Cast, resident: Client) -> None:
    me = told_town.me(told_town.wangfang)
    notice = published(told_town, ends_at=None)
    for number in range(4):
        notices.update(told_town.session, notice, by=me, state=UpdateState.progress, words=f"第{number}段已接好，正在试验。")
    notices.update(told_town.session, notice, by=me, state=UpdateState.new_time, ends_at=clock.now() + 2 * HOUR)
    told_town.session.commit()
    page = resident.get(f"/n/{notice.number}", params={"estate": told_town.garden.id, "building": "2"})
    assert len(gzip.compress(page.content, 9, mtime=0)) <= 10_000


def test_a_faults_page_names_the_service_promise_while_its_end_is_unknown(told_town: Cast, resident: Client) -> None:
    notice = published(told_town, ends_at=None)
    told_town.session.commit()
    assert "一般 3 小时内恢复供电" in resident.get(f"/n/{notice.number}").text


def test_the_manager_undoes_with_one_tap_and_two_taps_are_one(told_town: Cast, signed_in: Callable[[Person], Client]) -> None:
    notice_id = draft(told_town).id
    told_town.session.commit()
    client = signed_in(told_town.wangfang)
    page = client.post(f"/desk/notices/{notice_id}/publication", data={})
    number = page.url.path.rpartition("/")[2]
    assert "可以撤回" in page.text
    for _tap in range(2):
        back = client.post(f"/desk/notices/{number}/undo", data={})
        assert (back.status_code, back.url.path) == (200, f"/desk/notices/{notice_id}")
    again = client.post(f"/desk/notices/{notice_id}/publication", data={})
    assert again.url.path.rpartition("/")[2] != number
