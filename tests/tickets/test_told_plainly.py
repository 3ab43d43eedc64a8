"""What the asker and the colleague read about a question is one truth, and leads on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.core import clock
from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import drafts, notices
from broadcasts.tables import NoticeKind, UpdateState
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tickets import conversation, promises
from tickets.clocks import acknowledging
from tickets.clocks.tables import Acknowledgement, Clock
from tickets.outages import homecoming, signs, updates
from tickets.tables import Channel, Closure, Ticket, TicketState
from tickets.triage import forwarding

NOON, HOUR = datetime(2027, 7, 14, 4, 0, tzinfo=UTC), timedelta(hours=1)
TOKEN = "p" * 40
Browser = Callable[[Person], Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(town: Cast, words: str) -> Ticket:
    return conversation.ask(
        town.session, town.lotus, words=words, channel=Channel.web, token=TOKEN, estate=town.garden, building="1号楼", room="501"
    )


def restored(town: Cast, database: Database, chosen: Settings, words: str = "没电了") -> Ticket:
    """Asked in the dark, and told that the power is back."""
    me, session = town.me(town.wangfang), town.session
    with clock.at(NOON):
        notice = drafts.write(session, town.lotus, by=me, kind=NoticeKind.fault_outage, estates=[town.garden.id])
        notices.publish(session, notice, by=me)
        ask(town, words)
    with clock.at(NOON + HOUR):
        notices.update(session, notice, by=me, state=UpdateState.restored)
        session.commit()
        updates.tell_askers(Work(database=database, settings=chosen), notice_id=notice.id)
    session.expire_all()
    return conversation.by_token(session, TOKEN)


def test_a_promise_is_read_by_whom_it_was_made_to(told_town: Cast, resident: Client) -> None:
    me, session = told_town.me(told_town.wangfang), told_town.session
    with time_machine.travel(NOON, tick=False):
        entry = conversation.answer(session, ask(told_town, "电表走得快"), by=me, words="明天来校。")
        made = promises.make(session, entry, by=me, day=clock.today() + timedelta(days=1))
        session.commit()
        assert "承诺：7月15日周四 18:00 前" in resident.get(f"/q/{TOKEN}").text
    with time_machine.travel(NOON + 40 * HOUR, tick=False):
        assert "时间已过，还没有办好" in resident.get(f"/q/{TOKEN}").text
        promises.keep(session, promises.find(session, made.id, for_=me), by=me)
        session.commit()
        page = resident.get(f"/q/{TOKEN}").text
        assert "承诺已办到" in page
        assert "比承诺的晚了" in page


def test_after_the_power_is_back_who_is_still_dark_is_led_on(
    told_town: Cast, resident: Client, signed_in: Browser, database: Database, chosen: Settings
) -> None:
    ticket = restored(told_town, database, chosen)
    number = ticket.notice.number if ticket.notice else ""
    told_town.session.commit()
    with time_machine.travel(NOON + HOUR, tick=False):
        form = resident.get(f"/g/104226/ask?notice={number}&about=outage").text
        assert "正在处理" not in form
        assert "已经复电，您家还没来电？" in form
        assert f"/q/{TOKEN}/triage" in resident.get(f"/q/{TOKEN}").text
        asked = resident.post(f"/q/{TOKEN}/homecoming", data={"back": "no"}).text
        assert asked.index("收到了：您家还没来电") < asked.index("现在有没有下面这些情况") < asked.index("呼吸机") < asked.index("都没有")
        assert "btn main" not in asked, "what denies a danger is not the first to be tapped"
        assert f'href="/q/{TOKEN}">回到我的诉求' in asked
        assert 'href="/g/104226">莲花网格' in asked
        assert "说自家还没来电" in signed_in(told_town.wangfang).get(f"/desk/tickets/{ticket.id}").text


def test_after_the_power_is_back_who_lives_by_a_machine_reads_120_first_and_no_questions_about_wires(
    told_town: Cast, resident: Client, signed_in: Browser, database: Database, chosen: Settings
) -> None:
    ticket = restored(told_town, database, chosen, "停电了，我爸用着制氧机")
    told_town.session.commit()
    with time_machine.travel(NOON + HOUR, tick=False):
        page = resident.get(f"/q/{TOKEN}").text
        assert "您家来电了吗" in page
        assert "/triage" not in page
        desk = signed_in(told_town.wangfang).get(f"/desk/tickets/{ticket.id}").text
        assert "没有留电话：请直接去现场或请人去看" in desk
        after = resident.post(f"/q/{TOKEN}/homecoming", data={"back": "no"}).text
        assert after.index("tel:120") < after.index("收到了：您家还没来电") < after.index("喘不上气，或者电池快用完")
        assert "/triage" not in after
        assert "他家还没来电" in signed_in(told_town.wangfang).get("/desk").text


def test_after_the_power_is_back_who_is_shut_in_a_lift_is_not_asked_about_the_light(
    told_town: Cast, resident: Client, signed_in: Browser, database: Database, chosen: Settings
) -> None:
    ticket = restored(told_town, database, chosen, "停电了有人困在电梯里")
    told_town.session.commit()
    with time_machine.travel(NOON + HOUR, tick=False):
        page = resident.get(f"/q/{TOKEN}").text
        assert [words for words in ("您家来电了吗", "/triage", "/homecoming") if words in page] == []
        assert "别扒门" in page
        assert "就是问这次停电" not in signed_in(told_town.wangfang).get(f"/desk/tickets/{ticket.id}").text


def test_a_question_that_the_notice_cannot_answer_says_why(told_town: Cast, database: Database, chosen: Settings) -> None:
    said = str(signs.why_a_person(restored(told_town, database, chosen, "停电了，家里老人在用制氧机")))
    assert "老人" in said
    assert "制氧" in said


def test_flipping_is_it_back_leaves_a_handful_of_rows_and_the_last_word(told_town: Cast, database: Database, chosen: Settings) -> None:
    ticket, session = restored(told_town, database, chosen), told_town.session
    for n in range(61):
        with clock.at(NOON + HOUR + timedelta(seconds=n)):
            told = homecoming.tell(session, ticket, back=bool(n % 2))
    rows = [session.query(table).filter_by(ticket_id=ticket.id).count() for table in (Closure, Acknowledgement, Clock)]
    assert (told.back, ticket.state, rows) == (False, TicketState.open, [3, 1, 5])


def test_the_receipt_and_the_page_say_one_time_and_nobody_on_duty_is_said(told_town: Cast, resident: Client) -> None:
    with time_machine.travel(datetime(2027, 7, 14, 15, 0, tzinfo=UTC), tick=False):  # 23:00 in Shanghai.
        ticket = ask(told_town, "家里没电，跳闸了")
        told_town.session.commit()
        receipt, page = acknowledging.words_for(told_town.session, ticket), resident.get(f"/q/{TOKEN}").text
    assert "那时没有人值班" in receipt
    assert page.count(receipt.partition("按标准")[2]) == 2, "below the receipt it is said again, and no hour that nobody knows"
    assert ("最晚" in receipt + page, "比标准的" in page) == (False, False)


def test_the_receipt_stands_below_the_words_it_answers(told_town: Cast, resident: Client) -> None:
    me, session = told_town.me(told_town.wangfang), told_town.session
    conversation.answer(session, ask(told_town, "电表走得快"), by=me, words="已校。")
    conversation.close(session, conversation.by_token(session, TOKEN), by=me)
    session.commit()
    resident.post(f"/q/{TOKEN}/reopening", data={"words": "还是走得快"})
    page = resident.get(f"/q/{TOKEN}").text
    assert page.index("还是走得快") < page.rindex("自动回执")


def test_where_the_property_comes_first_no_other_number_is_the_main_button(resident: Client, told_town: Cast) -> None:
    page = resident.get("/g/104226/triage?a=none.dark.dark.property").text
    assert "电话我们这里没有" in page
    assert 'class="btn main" href="tel:' not in page
    assert page.index('href="tel:95598"') < page.index('href="tel:12345"')


def test_the_words_to_forward_name_the_home_that_is_known(told_town: Cast) -> None:
    known = forwarding.Home("莲花园", "1号楼", "501")
    assert forwarding.filled("＿＿小区＿＿栋＿＿室没电", known) == "莲花园1号楼501室没电"
    assert forwarding.filled("＿＿小区＿＿栋＿＿室没电", forwarding.Home("莲花园", "3", "")) == "莲花园3栋＿＿室没电"


def test_the_desk_says_who_is_still_dark_and_that_the_home_asks_another_thing(
    told_town: Cast, signed_in: Browser, resident: Client, database: Database, chosen: Settings
) -> None:
    ticket, me = restored(told_town, database, chosen), told_town.me(told_town.wangfang)
    told_town.session.commit()
    with time_machine.travel(NOON + HOUR, tick=False):
        resident.post(f"/q/{TOKEN}/homecoming", data={"back": "no"})
        conversation.ask(
            told_town.session, told_town.lotus, words="电费怎么涨了", channel=Channel.phone, token="o" * 40, estate=told_town.garden,
            building="1号楼", room="501", by=me,
        )  # fmt: skip
        told_town.session.commit()
        manager = signed_in(told_town.wangfang)
        thread, today = manager.get(f"/desk/tickets/{ticket.id}").text, manager.get("/desk").text
    assert "他家还没来电" in thread
    assert "这一户另有一条没答复" in thread
    assert "他家还没来电" in today
    assert "起步值" not in thread


def test_the_form_keeps_the_home_that_was_looked_up(told_town: Cast, resident: Client) -> None:
    me, session = told_town.me(told_town.wangfang), told_town.session
    notice = drafts.write(session, told_town.lotus, by=me, kind=NoticeKind.fault_outage, estates=[told_town.garden.id])
    notices.publish(session, notice, by=me)
    session.commit()
    page = resident.get(f"/n/{notice.number}?estate={told_town.garden.id}&building=2").text
    assert f"&amp;estate={told_town.garden.id}&amp;building=2" in page
    form = resident.get(f"/g/104226/ask?notice={notice.number}&estate={told_town.garden.id}&building=2").text
    assert 'name="building" value="2"' in form


def test_an_answer_by_the_notice_is_called_so_and_promises_no_time_that_has_passed(told_town: Cast, resident: Client) -> None:
    me, session = told_town.me(told_town.wangfang), told_town.session
    with clock.at(NOON):
        notice = drafts.write(session, told_town.lotus, by=me, kind=NoticeKind.fault_outage, estates=[told_town.garden.id])
        notices.publish(session, notice, by=me, next_update_at=NOON + HOUR)
    with time_machine.travel(NOON + HOUR + timedelta(minutes=6), tick=False):
        ask(told_town, "没电了")
        session.commit()
        page = resident.get(f"/q/{TOKEN}").text
    assert "按通知自动答复" in page
    assert "原定 13:00 更新，还没有新消息" in page
    assert "下次更新" not in page
    assert "帮到您了吗" not in page


def test_an_overdue_promise_in_a_settled_question_has_its_box(told_town: Cast, resident: Client, signed_in: Browser) -> None:
    me, session = told_town.me(told_town.wangfang), told_town.session
    ticket = ask(told_town, "电表走得快")
    promises.make(session, conversation.answer(session, ticket, by=me, words="明天告诉您。"), by=me, day=clock.today())
    conversation.close(session, ticket, by=me)
    session.commit()
    desk = signed_in(told_town.wangfang)
    assert "承诺的答复" in desk.get(f"/desk/tickets/{ticket.id}").text
    desk.post(f"/desk/tickets/{ticket.id}/answers", data={"words": "表是准的。"})
    assert "表是准的。" in resident.get(f"/q/{TOKEN}").text


@pytest.mark.parametrize(("words", "shown"), [("下次停电停到几点？", True), ("电费怎么这么高", False)])
def test_who_asks_of_an_outage_to_come_sees_its_notice_and_so_does_the_manager(
    words: str, shown: bool, town: Cast, resident: Client, signed_in: Browser
) -> None:
    start = clock.now() + timedelta(days=8)
    wangfang = town.me(town.wangfang)
    window = {"starts_at": start, "ends_at": start + HOUR}
    planned = drafts.write(town.session, town.lotus, by=wangfang, kind=NoticeKind.planned_outage, estates=[town.garden.id], **window)
    notice = notices.publish(town.session, planned, by=wangfang)
    ticket = ask(town, words)
    town.session.commit()
    assert (f"/n/{notice.number}" in resident.get(f"/q/{TOKEN}").text) is shown
    page = signed_in(town.wangfang).get(f"/desk/tickets/{ticket.id}").text
    assert (f"/desk/notices/{notice.number}" in page, "就是问这次停电" in page) == (True, shown)
    assert ticket.notice_id is None, "nothing is told before its time"
