"""Whoever asks about an announced outage is not in the dark: its notice answers the question, and what becomes of it is told there."""

from datetime import datetime, timedelta

import pytest

from app.core import clock
from app.core.jobs import Work
from broadcasts import drafts, notices
from broadcasts.tables import Notice, NoticeKind, UpdateState
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation
from tickets.households import memory
from tickets.kinds.tables import FAULT
from tickets.outages import signs, suspicions, updates
from tickets.tables import Channel, Entry, Ticket, TicketState

FRIDAY = datetime(2026, 11, 27, 7, 30)
OF_A_DAY_TO_COME = (
    "12月5号停电，我家是2号楼，请问几点来电？", "下周五停电几点来电呀", "12月5号停电我家停多久", "周末停电通知是真的吗？", "明天停电吗",
    "明天又停电？", "听说下周要停电", "5号停电几点开始", "停电是12月5号吗", "12.5停电我们楼有吗", "通知说停电，影响3号楼吗",
    "计划停电几点结束", "会停电吗", "几号停电", "下周没电吗？",
)  # fmt: skip
OF_NOW = (
    "没电了，几点来电？", "停电了吗？家里全黑了", "停电了", "怎么停电了也不通知", "几点来电", "说好12月5号停，今天怎么就没电了",
    "通知12月5号停电，今天怎么就停电了", "不是说12月5号停电吗，现在就没电了", "通知说今天停电到5点，怎么还没来电",
    "没收到停电通知，怎么停电了", "昨天停电到现在还没来", "3号楼停电", "我家3-5停电", "今天停电几点来电", "没通知就停电，几点来",
    "明天要考试，家里停电怎么办", "周末停电到现在没来电", "为什么停电", "12月5号停电改到今天了？我家已经停了",
)  # fmt: skip


def test_a_day_to_come_or_an_announcement_is_no_report_of_no_power() -> None:
    with clock.at(FRIDAY):
        assert [words for words in OF_A_DAY_TO_COME if signs.is_dark(words)] == []
        assert [words for words in OF_NOW if not signs.is_dark(words)] == []


def planned(town: Cast, day: datetime, **area: list[int]) -> Notice:
    me, where = town.me(town.wangfang), area or {"estates": [town.garden.id]}
    window = {"starts_at": day.replace(hour=8), "ends_at": day.replace(hour=17)}
    return notices.publish(
        town.session, drafts.write(town.session, town.lotus, by=me, kind=NoticeKind.planned_outage, **window, **where), by=me
    )


def told(town: Cast, ticket: Ticket) -> list[str]:
    """What notices said in a thread, as it begins."""
    said = town.session.query(Entry).filter(Entry.ticket_id == ticket.id, Entry.update_id.is_not(None)).order_by(Entry.id)
    return [one.words.split("】")[0].lstrip("【") for one in said]


def test_four_who_ask_about_a_day_to_come_are_answered_by_its_notice_and_told_what_becomes_of_it(town: Cast, ask: Ask, work: Work) -> None:
    """From the grid's page, without the notice in the address, and in a thread that stands: no fault is suspected of them."""
    home = {"estate": town.garden, "building": "1号楼"}
    with clock.at(FRIDAY):
        notice, other = planned(town, datetime(2026, 12, 4)), planned(town, datetime(2026, 12, 8))
        asked = [
            ask(words, room=str(n), **home)
            for n, words in enumerate(("12月4号停电几点来电？", "下周五停电几点来电呀", "4号停电我家停多久"))
        ]
        ill = ask("下周五停电几点来电？家里有个满月的婴儿", room="9", **home)
        vague, bill = ask("停电通知是真的吗？", room="10", **home), ask("电费怎么查？", room="11", **home)
        conversation.say_more(town.session, bill, words="下周五停电到几点？")
        assert [(one.dark, one.notice_id, one.state, told(town, one)) for one in asked] == [
            (False, notice.id, TicketState.answered, ["计划停电"])
        ] * 3
        assert [(one.notice_id, one.state, told(town, one)) for one in (ill, bill)] == [(notice.id, TicketState.open, ["计划停电"])] * 2
        assert (vague.notice_id, suspicions.open_in(town.session, [town.lotus.id])) == (None, []), "it may be either"
        assert {one.notice.id for one in memory.outages(town.session, vague)} == {notice.id, other.id}
        conversation.say_more(town.session, vague, words="12月8号那次")
        assert (vague.notice_id, told(town, vague)) == (other.id, ["计划停电"])
        notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.cancelled)
        key = notice.id
        town.session.commit()
        updates.tell_askers(work, notice_id=key)
        town.session.expire_all()
        assert [told(town, one) for one in (*asked, ill, bill)] == [["计划停电", "已撤销"]] * 5
        assert ask("下周五停电还停吗", room="1", **home).id != asked[1].id
        assert ask("停电通知是真的吗？", room="12", **home).notice_id == other.id, "the only one that is left"


def test_each_matter_of_a_household_keeps_its_own_thread(town: Cast, ask: Ask) -> None:
    home = {
        "estate": town.garden,
        "building": "1号楼",
        "room": "501",
        "contact": "13800001111",
        "channel": Channel.phone,
        "by": town.me(town.wangfang),
    }
    with clock.at(FRIDAY):
        notice, other = planned(town, datetime(2026, 12, 4)), planned(town, datetime(2026, 12, 8))
        bill, first = ask("电费怎么查？", **home), ask("下周五停电几点来电", **home)
        again, second, more = ask("下周五停电到几点结束", **home), ask("12月8号停电几点来电", **home), ask("电表怎么看？", **home)
        assert (first.id == again.id, bill.id == more.id) == (True, True)
        assert len({first.id, second.id, bill.id}) == 3
        assert (first.notice_id, second.notice_id, bill.notice_id) == (notice.id, other.id, None)


def test_who_asked_about_a_day_to_come_and_is_dark_now_waits_as_a_fault(town: Cast, ask: Ask) -> None:
    with clock.at(FRIDAY):
        planned(town, datetime(2026, 12, 4))
        ticket = ask("下周五停电几点来电", estate=town.garden, building="1号楼", room="501")
        conversation.say_more(town.session, ticket, words="怎么今天就没电了")
        assert (ticket.dark, ticket.kind, ticket.state) == (True, FAULT, TicketState.open)
        assert ticket.due_at - clock.now() == timedelta(minutes=30)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_day_that_no_notice_has_is_not_answered_with_another_day(told_town: Cast, resident: Client) -> None:
    """Neither from the grid's page nor from that of a notice of another day; of a day that has one nothing else is said."""
    town, form = told_town, {"estate": str(told_town.garden.id), "building": "1号楼", "contact": ""}
    with clock.at(FRIDAY):
        planned(town, datetime(2026, 12, 4))
        other = planned(town, datetime(2026, 12, 8))
        town.session.commit()

        def page(words: str, **said: str) -> str:
            given = {**form, "words": words, "nonce": f"{words}{said}".ljust(30, "-"), **said}
            asked = resident.post("/g/104226/ask", data=given, follow_redirects=False)
            assert asked.status_code == 303, asked.text
            return resident.get(asked.headers["location"].split("#")[0]).text

        for words, room, day in (("12月9号停电停到几点", "101", "12月9日"), ("下周二停电停到几点", "102", "12月1日")):
            for number in ("", other.number):
                text = page(words, room=room, notice=number)
                assert f"截至11月27日周五 07:30，这里没有公布过 莲花园 1号楼 {day}停电的通知" in text
                assert "8:00–17:00" not in text
        text = page("12月8号停电停到几点", room="103")
        assert ("没有公布过" in text, "8:00–17:00" in text) == (False, True)
