"""A danger is called one, stands first, and nobody in it is told to wait for us or asked about the light alone."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app import needs
from app.core import clock
from app.core.database import Database
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation
from tickets.clocks import nagging
from tickets.clocks.tables import Clock
from tickets.kinds.tables import DANGER, FAULT
from tickets.outages import signs
from tickets.tables import Channel, Ticket, TicketState
from tickets.triage import dangers, whose_wire


@pytest.mark.parametrize(
    ("said", "which"),
    [
        ("楼道里闻到焦糊味", "fire"), ("没电了，表箱冒烟", "fire"), ("电线掉下来了", "wire_down"), ("水泡到了插座", "water"),
        ("摸水龙头手发麻", "shock"), ("电梯里有人被困", "lift"), ("电梯停了", ""), ("没有焦糊味，就是没电", ""), ("怎么防止触电", ""),
        ("手机麻烦充一下", ""), ("电线会不会着火", ""), ("燃气灶打火不着", ""),
    ],
)  # fmt: skip
def test_a_danger_is_what_holds_now_not_what_is_denied_or_asked_about(said: str, which: str) -> None:
    assert signs.alarm(said) == which


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
    assert [one.id for one in now.dangers] == [fire.id]
    assert fire.id not in [one.id for one in now.waiting]
    running = town.session.scalars(sa.select(Clock.id).where(Clock.ticket_id == fire.id, Clock.ended_at.is_(None))).one()
    rings = nagging.spoken(town.session, running)
    assert rings is not None
    assert rings.title.startswith("有人报险情")


def test_a_thread_that_turns_dangerous_begins_its_minutes_then_and_whoever_came_may_settle_it(ask: Ask, town: Cast) -> None:
    me, ticket = town.me(town.wangfang), ask("我家没电了", estate=town.garden, room="501")
    conversation.answer(town.session, ticket, by=me, words="请看一下空开。")
    conversation.say_more(town.session, ticket, words="空开冒火花了")
    assert (ticket.kind, ticket.state) == (DANGER, TicketState.open)
    assert (ticket.due_at - clock.now()).total_seconds() > 290
    whose_wire.record(town.session, ticket, ["shock"])
    leaf = dangers.leaf(town.session, ticket)
    assert leaf is not None
    assert leaf.id == "shock"
    conversation.answer(town.session, ticket, by=me, words="人已送医，线路已断开。")
    conversation.close(town.session, ticket, by=me)
    assert ticket.state is TicketState.closed


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
    assert "请先打电话给住户" in desk
    assert "险情已排除" in desk
