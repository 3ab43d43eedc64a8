"""A time that was moved is told as the old one or not at all: no paper, page, message or feed says it as if it held."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from app.core import clock
from app.core.settings import Settings
from broadcasts import notices, shelf, texts, timely
from broadcasts.channels import opened
from broadcasts.channels.protocol import Message
from broadcasts.deliveries import posting
from broadcasts.feeds import signage
from broadcasts.present import present
from broadcasts.print import posters
from broadcasts.print.script import loudspeaker
from broadcasts.sending import fitted
from broadcasts.sending.tables import Group, Steward
from broadcasts.tables import Notice, UpdateState
from grids import grids
from grids.tables import Person
from tests.broadcasts.stage import HOUR, planned
from tests.cast import Cast
from tests.client import Client

WRITTEN = datetime(2027, 11, 26, 21, 0, tzinfo=clock.SHANGHAI)
FIRST = datetime(2027, 12, 5, 8, 0, tzinfo=clock.SHANGHAI)  # a Sunday
SECOND = datetime(2027, 12, 7, 9, 0, tzinfo=clock.SHANGHAI)  # a Tuesday
NOW = SECOND - timedelta(days=8)  # a Monday
OWN = "各位邻居，12月5日周日线路检修要停电，请提前存水。\n周日早上八点拉闸！\n1. 家里有呼吸机的请给我打电话"
Opening = Callable[[Person], Client]
STILL = "家里有呼吸机的请给我打电话"
OLD = re.compile(r"12月5日|12-05|周日|0?8:00|17:00|八点|十二月五日")
FORMER = re.compile(r"原定.*?\d\d:\d\d(–(\d+月\d+日\w+ )?\d\d:\d\d)?")


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def moved(town: Cast, **said: Any) -> Notice:
    with clock.at(WRITTEN):
        notice = planned(
            town, starts_at=FIRST, ends_at=FIRST + 9 * HOUR, words=OWN, title="12月5日莲花园检修停电", cause="线路检修（12月5日8:00开始）"
        )
    return _step(town, notice, UpdateState.new_time, starts_at=SECOND, ends_at=SECOND + 7 * HOUR, **said)


def _step(town: Cast, notice: Notice, state: UpdateState, **said: Any) -> Notice:
    with clock.at(NOW):
        notices.update(town.session, notice, by=town.me(town.wangfang), state=state, late_reason="物资未到", **said)
    town.session.commit()
    town.session.expire_all()
    return notices.by_number(town.session, notice.number)


def corrected(town: Cast) -> Notice:
    with clock.at(WRITTEN):
        notice = planned(town, starts_at=FIRST, ends_at=FIRST + 9 * HOUR, words=OWN)
    return _step(town, notice, UpdateState.corrected, starts_at=SECOND, ends_at=SECOND + 7 * HOUR, words="日子写错了。")


def twice(town: Cast) -> Notice:
    """The words of the first change name a day that is no more true either."""
    notice = moved(town, words="改到12月7日周二。呼吸机用户我会上门。")
    later = SECOND + timedelta(days=2)
    return _step(town, notice, UpdateState.new_time, starts_at=later, ends_at=later + 7 * HOUR)


def cancelled(town: Cast) -> Notice:
    return _step(town, moved(town), UpdateState.cancelled)


def back(town: Cast) -> Notice:
    notice = moved(town)
    with clock.at(SECOND + 6 * HOUR):
        notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.restored)
    town.session.commit()
    return notice


def written(town: Cast, notice: Notice, settings: Settings) -> dict[str, str]:
    """What is pasted, sent, spoken and printed of it."""
    session, base = town.session, settings.base_url
    truth, contact = present(notice, clock.now()), grids.contact(session, notice.grid_id)
    short, tall = (Group(name="群", greeting="", suffix="a", brief=brief) for brief in (True, False))
    told = posting.told(session, notice, notice.updates[-1].id, clock.now(), settings)
    said = {
        "group": fitted.for_group(notice, truth, contact, tall, notice.places, base_url=base),
        "short group": fitted.for_group(notice, truth, contact, short, notice.places, base_url=base),
        "steward": fitted.for_steward(notice, truth, contact, Steward(name="老李"), notice.places, base_url=base),
        "push": " ".join(texts.push(notice, truth)),
        "share card": texts.headline(notice, truth),
        "loudspeaker": "".join(loudspeaker(notice, contact).words),
        "poster": msgspec.json.encode(posters.data(posters.of_notice(notice, contact, base_url=base), "a4")).decode(),
        "slides": str(signage.slides(session, shelf.of_grid(session, notice.grid))),
    }
    channels = opened.every(settings) | opened.closed(settings)
    return said | {str(name): spelt(channel.compose(told)) for name, channel in channels.items()}


def spelt(message: Message) -> str:
    parts = msgspec.structs.asdict(message).values()
    return " ".join(part.decode() if isinstance(part, bytes) else str(part) for part in parts)


def served(number: str, resident: Client, boss: Client, robot: Client) -> dict[str, str]:
    """What is read at an address."""
    feeds = ("feed.atom", "outages.ics", "outages.geojson", f"cap.xml?notice={number}", "signage")
    said = {path: resident.get(f"/g/104226/{path}").text for path in feeds} | {"grid": resident.get("/g/104226").text}
    for name, address in {"page": "", "web poster": "/poster"}.items():
        said[name] = re.sub(r'<ol class="timeline">.*?</ol>', "", resident.get(f"/n/{number}{address}").text, flags=re.S)
    said["api"] = robot.get(f"/api/v1/notices/{number}").text.partition('"updates"')[0]
    return said | {"doors": boss.get(f"/desk/notices/{number}/doors").text, "send desk": boss.get(f"/desk/notices/{number}/sending").text}


@pytest.mark.parametrize(
    ("told", "at"), [(moved, NOW), (corrected, NOW), (twice, NOW), (cancelled, NOW), (back, SECOND + 6 * HOUR + timedelta(minutes=5))]
)  # fmt: skip
def test_no_carrier_ever_states_the_old_time_as_holding(
    told_town: Cast, resident: Client, signed_in: Opening, machine: Opening, chosen: Settings, told: Callable[[Cast], Notice], at: datetime
) -> None:
    with clock.at(at):
        boss, robot = signed_in(told_town.wangfang), machine(told_town.wangfang)
    notice = told(told_town)
    number = notice.number
    with clock.at(at):
        said = written(told_town, notice, chosen)
        told_town.session.rollback()
        said |= served(number, resident, boss, robot)
    assert len(said) > 18
    for name, words in said.items():
        # The number 271205-01 is no day, and a feed's stamps are the machine's.
        plain = re.sub(r"\d{6}-\d\d|\d{4}-\d\d-\d\dT[\d:.+Z-]+|\d{8}T\d{6}Z?", "", FORMER.sub("", words))
        assert not (found := OLD.search(plain)), (name, plain[max(0, found.start() - 60) : found.end() + 20] if found else "")
    if told is moved:
        for name in ("group", "poster", "page", "email", "api"):
            assert STILL in said[name], f"{name}: what names no time is told on"
        for name in ("group", "short group", "push", "share card", "poster", "page", "slides"):
            assert "停电" in said[name], f"{name} says what is moved"
        assert said["group"].startswith("【计划停电已改期】"), "a group's list shows its first words only"


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("12月5日停电。请存水。", "请存水。"), ("5号早8点拉闸", ""), ("明天要停电！备好手电。", "备好手电。"), ("8：00-17：00停电", ""),
        ("这次12月7日9:00开始。", "这次12月7日9:00开始。"), ("九点拉闸，下午四点送电", "九点拉闸，下午四点送电"),
        ("5号楼、8号楼", "5号楼、8号楼"), ("周二停电", "周二停电"), ("晚上停电。", ""), ("", ""),
        ("24小时可打95598。冰箱可保冷4小时。", "24小时可打95598。冰箱可保冷4小时。"),
    ],
)  # fmt: skip
def test_a_sentence_goes_with_the_time_that_it_names(town: Cast, words: str, kept: str) -> None:
    with clock.at(WRITTEN):
        notice = planned(town, starts_at=FIRST, ends_at=FIRST + 9 * HOUR, words=words)
    assert timely.words(notice) == words, "until something changes all of it is told"
    notice = _step(town, notice, UpdateState.new_time, starts_at=SECOND, ends_at=SECOND + 7 * HOUR)
    assert timely.words(notice) == kept


def test_the_manager_sees_which_words_go_and_is_asked_for_new_ones(told_town: Cast, signed_in: Opening) -> None:
    town, boss = told_town, []
    for day in (WRITTEN, NOW):
        with clock.at(day):
            boss.append(signed_in(town.wangfang))
    with clock.at(WRITTEN):
        notice = planned(town, starts_at=FIRST, ends_at=FIRST + 9 * HOUR, words=OWN)
        town.session.commit()
        here = f"/desk/notices/{notice.number}"
        form = boss[0].get(here).text.partition('class="of-start')[2].partition("</form>")[0]
    assert "<q>周日早上八点拉闸！</q>" in form
    assert STILL not in form
    _step(town, notice, UpdateState.new_time, starts_at=SECOND, ends_at=SECOND + 7 * HOUR)
    town.session.rollback()
    with clock.at(NOW):
        page = boss[1].get(here).text
    assert "<q>周日早上八点拉闸！</q>" in page.partition("已经不再发出")[2]
