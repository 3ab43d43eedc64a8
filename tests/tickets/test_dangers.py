"""A danger is called one, stands first, and nobody in it is told to wait for us or asked about the light alone."""

import re
import time
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import needs
from app.core import clock
from app.core.database import Database
from broadcasts import drafts, notices
from broadcasts.tables import NoticeKind, UpdateState
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation
from tickets.answers import book_uses
from tickets.clocks import nagging
from tickets.clocks.tables import Clock
from tickets.kinds.tables import DANGER, FAULT
from tickets.outages import telling
from tickets.tables import Channel, Ticket, TicketState
from tickets.triage import alarms, coming, dangers, whose_wire
from tickets.triage.tree import tree


@pytest.mark.parametrize(
    ("said", "which"),
    [
        # what is outside goes before what is within; sparks belong to the wire that is down
        ("楼下有电线掉下来了冒火花", "wire_down"), ("屋里有焦糊味，外面电线掉下来了", "wire_down fire"), ("电杆倒了", "wire_down"),
        ("吊车碰到高压线了", "at_line"), ("孩子的风筝挂在高压线上了", "at_line"), ("有人爬到铁塔上说不想活了", "climber"),
        ("我不想活了", "despair"),
        ("变压器着火了", "line_fire"), ("没电了，表箱冒烟", "box_fire"), ("楼道里闻到焦糊味", "fire"),
        # in the house
        ("燃气味很大，不敢开灯", "gas"), ("屋里开着发电机，我妈头晕恶心", "fumes"), ("有人被电到了", "shock"), ("摸水龙头手发麻", "shock"),
        ("配电箱门开着，有小孩在玩", "child"), ("地下车库进水了，灯还亮着", "flood"), ("水泡到了插座", "water"),
        ("停电了有人困在电梯里", "lift"), ("电梯打不开 我在里面", "lift"), ("有人被困", "trapped"),
        # who depends on a machine, where the power is out
        ("我妈在家用呼吸机，停电了，电池只剩半小时", "machine"), ("家里有老人用制氧机，什么时候来电？", "machine"),
        ("吸痰器用不了，断电了", "machine"), ("孩子在保温箱里，家里没电了", "machine"),
        # as people in a hurry say it; a place that is named after a pond is no pond
        ("电梯关着两个孩子", "lift"), ("电梯里有人没出来", "lift"), ("我妈在电梯里，停电了", "lift"), ("变压器着了", "line_fire"),
        ("楼下电瓶车着了", "fire"), ("屋里全是烟", "fire"), ("燃气报警器一直响", "gas"), ("活不下去了", "despair"), ("踩水麻脚", "shock"),
        ("停电了，老人没氧气了", "machine"), ("塘前村3号停电，奶奶的呼吸机快没电了", "machine"),
        ("没通知就停电，我爸的呼吸机停了", "machine"),
        ("trapped in the elevator", "lift"), ("power line is down", "wire_down"), ("怕着火，插座冒烟了", "fire"),
        ("上次修的电线又冒火花", "fire"),
        # what is denied, asked about, wished for in time, or something else
        ("电梯停了", ""), ("没有焦糊味，就是没电", ""), ("怎么防止触电", ""), ("手机麻烦充一下", ""), ("电线会不会着火", ""),
        ("燃气灶打火不着", ""), ("煤气费和电费一起交吗", ""), ("能在家里用发电机吗", ""), ("电梯里有人抽烟", ""), ("停电断电线路检修", ""),
        ("家里有呼吸机，想登记一下", ""), ("家里有呼吸机，停电前请打电话通知", ""), ("制氧机不能停电", ""), ("鱼塘停电了，氧气不够", ""),
        ("网线断线了", ""), ("电线垂直布管多少钱", ""), ("去年着火的赔偿到账没", ""), ("担心起火，能装充电棚吗", ""), ("煤气灶不打火", ""),
        ("被困惑的是阶梯电价", ""), ("触电保护器装不装", ""), ("快递保温箱停电化了", ""), ("水族店停电，增氧机停了", ""),
        ("电费高得我要跳楼", ""), ("跳楼价甩卖", ""), ("树枝碰到电线，麻烦修剪", ""),
    ],
)  # fmt: skip
def test_a_danger_is_what_holds_now_not_what_is_denied_or_asked_about(said: str, which: str) -> None:
    assert " ".join(one.leaf for one in alarms.heard(said)) == which


def test_a_danger_is_heard_however_it_is_said_and_a_plain_question_in_the_same_words_is_none() -> None:
    said = tomllib.loads(Path(__file__).with_name("danger_words.toml").read_text(encoding="utf-8"))
    missed = said.pop("missed")
    told = [
        (which, words, [one.leaf for one in alarms.heard(words)])
        for part in said.values()
        for which, all_ in part.items()
        for words in all_
    ]
    assert [words for which, words, heard in told if which != "plain" and which not in heard] == missed
    assert [(words, heard) for which, words, heard in told if which == "plain" and heard] == []


def test_a_long_cry_is_read_in_no_time() -> None:
    begun = time.process_time()
    for words in ("电线", "电梯里有", "如果没", "孩子摸", "水", "挖电缆"):
        alarms.heard((words * 2000)[:2000])
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("said", "holds", "comes"),
    [
        # a day to come is named, and nothing says that it is out now
        ("过两天停电，我妈用呼吸机", "", "machine"), ("12月6号停电，老伴在家透析怎么办", "", "machine"),
        ("29号停电到几点，家里有制氧机", "", "machine"), ("后天要停电了，老人吸氧", "", "machine"), ("明天停电", "", ""),
        # it is out, may be out, or somebody is unwell, whatever day is named beside it
        ("停电了，说后天才来电，我妈用呼吸机", "machine", ""), ("26号停电，我妈用呼吸机", "machine", ""),
        ("昨天停电到现在，我妈用呼吸机", "machine", ""),
        ("6号楼停电，我妈用呼吸机", "machine", ""), ("明天停电，现在已经停了，我妈用呼吸机", "machine", ""),
        ("过两天停电，我妈用呼吸机，喘不上气", "machine", ""), ("过两天停电，呼吸机电池只剩半小时", "machine", ""),
        ("明天停电，配电箱冒烟", "box_fire", ""),
    ],
)  # fmt: skip
def test_an_outage_on_a_day_to_come_is_no_danger_yet(said: str, holds: str, comes: str) -> None:
    with clock.at(datetime(2026, 11, 26, 4, 0, tzinfo=UTC)):
        found = [" ".join(one.leaf for one in some(said)) for some in (alarms.heard, alarms.ahead)]
    assert found == [holds, comes]


def test_who_lives_by_a_machine_and_hears_of_an_outage_to_come_gets_the_book_and_a_person_in_due_time(ask: Ask, town: Cast) -> None:
    with clock.at(clock.now()):
        ticket = ask("过两天停电，我妈用呼吸机，怎么办", estate=town.garden, room="501")
        used = book_uses.answer_by_itself(town.session, ticket, "过两天停电，我妈用呼吸机，怎么办")
        assert used is not None
        assert used.answer == "outage-medical"
        conversation.say_more(town.session, ticket, words="呼吸机是租来的，可以先登记吗")
        assert (ticket.kind == DANGER, ticket.state, ticket.answered_by_notice) == (False, TicketState.open, False)
        assert (ticket.due_at - ticket.asked_at).total_seconds() > 600
    with clock.at(ticket.asked_at + timedelta(days=2)):
        conversation.say_more(town.session, ticket, words="我妈的呼吸机停了")
        assert ticket.kind == DANGER, "by now it may be out"


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("明天停电，我妈用呼吸机", 11), ("过两天停一整天，我母亲卧床，气垫床一直插电", 35), ("30号停电，我爸在家透析", 83),
        ("下个月停电，我爸吸氧", None), ("明天停电", None), ("明天停电，冰箱怎么办", None),
    ],
)  # fmt: skip
def test_the_earliest_hour_of_an_outage_to_come_is_told_from_the_words(said: str, hours: int | None) -> None:
    evening = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    with clock.at(evening):
        ahead, begins = alarms.ahead(said), coming.begins(said)
    assert (begins - evening if ahead and begins else None) == (timedelta(hours=hours) if hours else None)


def test_who_lives_by_the_light_is_called_before_the_outage_begins_not_after_the_night(ask: Ask, town: Cast) -> None:
    me, evening = town.me(town.wangfang), datetime(2026, 11, 26, 12, 40, tzinfo=UTC)
    with clock.at(evening - timedelta(days=8)):
        begun = {"starts_at": evening + timedelta(hours=11, minutes=20), "ends_at": evening + timedelta(hours=20)}
        outage = drafts.write(
            town.session, town.lotus, by=me, kind=NoticeKind.planned_outage, title="停", estates=[town.garden.id], **begun
        )
        notices.publish(town.session, outage, by=me)
    with clock.at(evening):
        plain = ask("明天停电，能改天停吗", estate=town.garden, room="502")
        bed = ask("明天停电，我母亲卧床，气垫床怎么办", estate=town.garden, room="501")
        far = ask("明天停电，我爸吸氧", room="")
        assert "请在下面写个电话" in conversation.find(town.session, bed.id, for_=me).acknowledgements[0].words
        assert bed.due_at == begun["starts_at"] - timedelta(hours=1) < plain.due_at, "an hour before it begins"
        assert (clock.local(far.due_at).hour, bed.kind, bed.state) == (6, "", TicketState.open), "seven is the earliest hour"
        now = needs.of(town.session, me)
        assert ([one.id for one in now.beforehand], now.dangers) == ([far.id, bed.id], [])
        assert [one.id for one in now.waiting] == [plain.id]
        conversation.answer(town.session, bed, by=me, words="明早七点给您送一块电池来。")
        assert [one.id for one in needs.of(town.session, me).beforehand] == [far.id]
    with clock.at(begun["starts_at"] + timedelta(minutes=5)):
        conversation.say_more(town.session, bed, words="停了，气垫床瘪了")
        assert needs.of(town.session, me).beforehand == []
        assert bed.due_at > begun["starts_at"] + timedelta(minutes=15), "what begins after it is measured as ever"


def test_what_the_form_offers_to_send_is_heard_as_the_danger_it_reports() -> None:
    offered = {leaf.id: leaf.report for leaf in tree().leaves.values() if leaf.report}
    assert {name: [[one.leaf for one in alarms.heard(words)] for words in (said.zh, said.en)] for name, said in offered.items()} == {
        name: [[name], [name]] for name in offered
    }


def test_a_danger_has_a_thread_of_its_own_a_clock_of_minutes_and_the_first_place(ask: Ask, town: Cast) -> None:
    home = {"estate": town.garden, "building": "1号楼", "room": "501", "contact": "13800001111", "channel": Channel.phone}
    bill, dark = ask(**home), ask("我家没电了", **home)
    fire = ask("配电箱冒烟了", **home)
    assert len({bill.id, dark.id, fire.id}) == 3
    assert (dark.kind, fire.kind, fire.subject) == (FAULT, DANGER, "配电箱冒烟了")
    assert 299 < (fire.due_at - fire.asked_at).total_seconds() < 302
    said = "".join(one.words for one in conversation.find(town.session, fire.id, for_=town.me(town.wangfang)).acknowledgements)
    assert "119" in said
    assert "不在岗" not in said
    assert ask("我这里还在冒烟", **home).id == fire.id
    now = needs.of(town.session, town.me(town.wangfang))
    assert [one.ticket.id for one in now.dangers] == [fire.id]
    assert [(one.leaf.id, one.said) for one in now.dangers[0].dangers] == [("box_fire", "配电箱冒烟了"), ("fire", "我这里还在冒烟")]
    assert fire.id not in [one.id for one in now.waiting]
    running = town.session.scalars(sa.select(Clock.id).where(Clock.ticket_id == fire.id, Clock.ended_at.is_(None))).one()
    rings = nagging.spoken(town.session, running)
    assert rings is not None
    assert rings.title.startswith("有人报险情")
    lift = ask("我妈被关在电梯里了", estate=town.garden, building="1号楼", room="502")
    told = conversation.find(town.session, lift.id, for_=town.me(town.wangfang)).acknowledgements[0].words
    assert ("物业；没人应打 119" in told, "断电" in told) == (True, False), "by the danger itself"


def test_a_thread_that_turns_dangerous_begins_its_minutes_then_and_whoever_came_may_settle_it(ask: Ask, town: Cast) -> None:
    me, ticket = town.me(town.wangfang), ask("我家没电了", estate=town.garden, room="501")
    conversation.answer(town.session, ticket, by=me, words="请看一下空开。")
    conversation.say_more(town.session, ticket, words="空开冒火花了")
    assert (ticket.kind, ticket.state) == (DANGER, TicketState.open)
    assert (ticket.due_at - clock.now()).total_seconds() > 290
    whose_wire.record(town.session, ticket, ["shock"])
    told = [(one.leaf.id, one.said, one.chosen) for one in dangers.of(town.session, ticket)]
    assert told == [("shock", "有人触电，或者摸到东西发麻", True), ("fire", "空开冒火花了", False)]
    conversation.answer(town.session, ticket, by=me, words="人已送医，线路已断开。")
    conversation.close(town.session, ticket, by=me, over=True)
    assert ticket.state is TicketState.closed


def test_a_known_outage_is_told_to_who_depends_on_a_machine_and_settles_nothing(ask: Ask, town: Cast) -> None:
    me, now = town.me(town.wangfang), clock.now()
    begun = {"starts_at": now - timedelta(minutes=9), "ends_at": now + timedelta(hours=2)}
    outage = drafts.write(town.session, town.lotus, by=me, kind=NoticeKind.fault_outage, title="停", estates=[town.garden.id], **begun)
    notices.publish(town.session, outage, by=me)
    plain = ask("停电了", estate=town.garden, building="1号楼", room="502")
    ill = ask("停电了", estate=town.garden, building="1号楼", room="501")
    assert plain.state is ill.state is TicketState.answered
    conversation.say_more(town.session, ill, words="我爸用着呼吸机呢")
    assert (ill.kind, ill.state, ill.notice_id) == (DANGER, TicketState.open, outage.id)
    assert book_uses.answer_by_itself(town.session, ill, "我爸用着呼吸机呢") is None, "what is safe stands above the thread"
    conversation.say_more(town.session, ill, words="还停着电")
    back = notices.update(town.session, outage, by=me, state=UpdateState.restored)
    telling.tell(town.session, outage, back, [plain.id, ill.id])
    town.session.refresh(ill, ["state"])
    assert (plain.answered_by_notice, ill.answered_by_notice, ill.state) == (True, False, TicketState.open)
    assert [one.leaf.id for one in dangers.of(town.session, ill)] == ["machine"], "the book's words are not the asker's"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_from_the_leaf_to_the_desk_a_fire_stays_a_fire(
    resident: Client, signed_in: Callable[[Person], Client], database: Database, told_town: Cast
) -> None:
    link = re.search(r'href="(/g/104226/ask\?[^"]*triage=smell)"', resident.get("/g/104226/triage?a=smell").text)
    assert link is not None
    form = resident.get(link[1].replace("&amp;", "&")).text
    assert "报告险情" in form
    assert "焦糊味" in form
    assert "我家没电" not in form
    assert form.index("tel:119") < form.index("<textarea")
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    asked = resident.post("/g/104226/ask", data={**fields, "words": "我这里有焦糊味"}, follow_redirects=False)
    thread = resident.get(asked.headers["location"]).text
    assert "险情已报" in thread
    assert "现在有电了吗" not in thread
    assert thread.index("tel:119") < thread.index("险情已报")
    assert "tel:110" in thread
    with database.reading() as session:
        fire = session.scalars(sa.select(Ticket).where(Ticket.kind == DANGER)).one()
    manager = signed_in(told_town.wangfang)
    today = manager.get("/desk").text
    assert today.index(f"/desk/tickets/{fire.id}") == today.index("/desk/tickets/"), "nothing before it"
    desk = manager.get(f"/desk/tickets/{fire.id}").text
    assert "住户的页面正在问" in desk, "neither place nor number"
    assert "请先打电话给住户" not in desk
    assert "险情已排除" in desk


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_who_writes_of_a_wire_or_a_ventilator_reads_the_right_words_and_the_staff_read_theirs(
    resident: Client, signed_in: Callable[[Person], Client], told_town: Cast
) -> None:
    def asks(words: str) -> str:
        asked = resident.post("/g/104226/ask", data={"words": words, "nonce": words}, follow_redirects=False)
        return resident.get(asked.headers["location"]).text

    with clock.at(clock.now() - timedelta(days=1)):
        bill = asks("上个月电费怎么高了一百多？")
    wire, ill = asks("楼下有电线掉下来了冒火花"), asks("我妈在家用呼吸机，停电了，电池只剩半小时")
    assert "八米以外" in wire
    assert "总开关" not in wire, "nothing of a fire in the house"
    assert [text for text in (wire, ill, bill) if "请人上门" in text] == [bill], "nobody in danger chooses a time"
    assert ill.index("tel:120") < ill.index("tel:10000000001") < ill.index("险情已报")
    assert "先换备用电池、氧气瓶" in ill
    assert "来自答案库" not in ill, "what is safe stands above, and nothing below says otherwise"
    manager, supervisor = signed_in(told_town.wangfang), signed_in(told_town.liujie)
    listed = manager.get("/desk/tickets").text
    assert listed.index("家里靠医疗设备") < listed.index("断线、倒杆") < listed.index("电费怎么高了"), "what nobody has seen yet, first"
    assert listed.count("电线掉下来了冒火花") == 1, "it stands at the head alone"
    assert "住户原话：“楼下有电线掉下来了冒火花”" in listed
    page = manager.get(re.findall(r"/desk/tickets/\d+", listed)[1]).text
    assert "险情：断线、倒杆" in page
    assert "焦糊味" not in page
    review = supervisor.get("/review").text
    assert review.index("2 处险情等着处理") < review.index("逾期")
    assert supervisor.get("/review/tickets?which=dangers").text.count("险情：") == 2


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_with_gas_in_the_room_everybody_is_told_to_go_out_before_they_call_and_nobody_rings_there(
    resident: Client, signed_in: Callable[[Person], Client], told_town: Cast
) -> None:
    asked = resident.post(
        "/g/104226/ask", data={"words": "停电了，厨房有股煤气味", "nonce": "n", "phone": "13800001111"}, follow_redirects=False
    )
    page = resident.get(asked.headers["location"]).text
    assert "请先出屋，到没有气味的地方再打电话" in page
    assert "别等回复：请先到屋外，再打电话" in page
    assert [words for words in ("请马上打电话", "请先打电话", "95598 断电", "请断电打") if words in page] == []
    manager = signed_in(told_town.wangfang)
    today = manager.get("/desk").text
    assert "别打屋里的电话，请去现场或请人去看" in today
    thread = manager.get(re.findall(r"/desk/tickets/\d+", today)[0]).text
    assert "别先打住户的电话" in thread
    assert "请先打电话给住户" not in thread
    assert "data-card=" not in thread, "no card that is merely near"
    assert "接着问" not in thread
