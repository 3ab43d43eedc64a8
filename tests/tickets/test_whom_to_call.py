"""After a piece of news the manager reads whom it reached, whom to call, and whom no telephone reaches."""

from collections.abc import Callable

import pytest

from app.core import clock
from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import bringing, drafts, notices, texts
from broadcasts.present import present
from broadcasts.tables import NoticeKind, UpdateState
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tickets import conversation
from tickets.outages import updates
from tickets.tables import Channel


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_who_left_a_number_is_called_and_who_left_none_is_listed_apart(
    told_town: Cast, database: Database, chosen: Settings, signed_in: Callable[[Person], Client]
) -> None:
    session, me = told_town.session, told_town.me(told_town.wangfang)
    fault = drafts.write(session, told_town.lotus, by=me, kind=NoticeKind.fault_outage, words="正在抢修。", estates=[told_town.garden.id])
    notices.publish(session, fault, by=me)
    fault.undo_until = None
    for room, contact in (("501", "10000000021"), ("502", ""), ("503", "李婶")):
        who = {"channel": Channel.phone, "token": room * 14, "estate": told_town.garden, "room": room, "contact": contact}
        conversation.ask(session, told_town.lotus, words="停电了", notice=fault, by=me, **who)
    number = fault.number
    session.commit()
    updates.tell_askers(Work(database=database, settings=chosen), notice_id=fault.id)
    assert bringing.of(session, fault.id) == bringing.Brought(asked=3, told=3, calls=1, unreachable=2)
    session.commit()
    manager = signed_in(told_town.wangfang)
    page = manager.get(f"/desk/notices/{number}").text
    assert "要打电话 1 户 · 没留电话 2 户" in page
    assert "这里没有手机订阅" in page
    apart = manager.get(f"/desk/notices/{number}/askers").text.partition("没留电话，打不了")[2]
    assert "入户通知单" in apart
    assert ("502" in apart, "503" in apart, "501" in apart) == (True, True, False)


def test_after_the_power_is_back_no_text_says_that_it_is_being_repaired(town: Cast) -> None:
    me = town.me(town.wangfang)
    fault = drafts.write(town.session, town.lotus, by=me, kind=NoticeKind.fault_outage, words="正在抢修。", estates=[town.garden.id])
    notices.publish(town.session, fault, by=me)
    notices.update(town.session, fault, by=me, state=UpdateState.progress, words="接头要重做。")
    notices.update(town.session, fault, by=me, state=UpdateState.restored)
    known = notices.by_number(town.session, fault.number)
    text = texts.group(known, present(known, clock.now()), None, base_url="https://x.cn")
    assert "已复电" in text
    assert not any(old in text for old in ("接头要重做", "正在抢修"))


def test_without_a_gateway_only_what_exists_is_offered_also_without_script(chosen: Settings, told_town: Cast, resident: Client) -> None:
    (chosen.home / "gateways.toml").write_text("")
    page = resident.get("/g/104226/subscribe").text
    assert all(way in page for way in ("/g/104226/outages.ics", "/g/104226/feed.atom", "小区微信群", "没有开通短信和邮件"))
    assert not any(lie in page for lie in ("短码", "每条消息里", 'name="channel"'))
