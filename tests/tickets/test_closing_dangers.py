"""A danger is closed by who says that it is over. Until then it stands on Today and help stays on the asker's page."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import needs
from app.core import clock
from app.core.errors import Refused
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tests.tickets.test_pages import ask as ask_on_the_page
from tests.tickets.test_told_in_danger import NIGHT
from tests.tickets.test_unread_pages import seen
from tickets import conversation
from tickets.tables import Channel, Ticket, TicketState
from tickets.triage import dangers


def on_the_desk(town: Cast) -> str:
    """The page of the one question."""
    with town.session.begin():
        return f"/desk/tickets/{town.session.scalars(sa.select(Ticket.id)).one()}"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_send_and_close_sends_the_words_and_asks_first_whether_the_danger_is_over(
    resident: Client, signed_in: Callable[[Person], Client], told_town: Cast
) -> None:
    path, manager = ask_on_the_page(resident, "配电箱冒烟了", estate=told_town.garden.id), signed_in(told_town.wangfang)
    desk = on_the_desk(told_town)
    said = {"words": "我十分钟到", "solved": "on", "seen": seen(manager.get(desk).text)}
    sent = manager.post(f"{desk}/answers", data=said, follow_redirects=False)
    asks = manager.get(sent.headers["location"]).text
    assert ("险情已处理好？" in asks, "我十分钟到" in asks, "配电箱冒烟了" in asks) == (True, True, True)
    page = resident.get(path).text
    assert ("我十分钟到" in page, 'class="card red stack"' in page, "tel:119" in page, "tel:95598" in page) == (True, True, True, True)
    bare = manager.post(f"{desk}/closure", data={"seen": seen(asks)}, follow_redirects=False)
    assert (bare.status_code, "/over?" in bare.headers["location"]) == (303, True), "closing without another word asks as well"
    [form] = re.findall(r'<form method="post" action="([^"]+)">.*?</form>', asks, re.S)
    resident.post(f"{path}/messages", data={"words": "又冒烟了"})
    over = {"over": "on", "seen": seen(asks)}
    assert "又冒烟了" in manager.post(form, data=over).text, "what came meanwhile is read first"
    assert 'class="card red stack"' in resident.get(path).text
    manager.post(f"{desk}/answers", data={"words": "已断电换新，看过没事了", "seen": seen(manager.get(desk).text)})
    over["seen"] = seen(manager.get(desk).text)
    assert manager.post(form, data=over, follow_redirects=False).headers["location"] == "/desk/tickets"
    assert 'class="card red stack"' not in resident.get(path).text
    assert manager.get(f"{desk}/over", follow_redirects=False).headers["location"] == desk, "nothing to ask any more"


def test_no_danger_is_closed_by_anybody_who_has_not_said_that_it_is_over(ask: Ask, town: Cast) -> None:
    me, fire = town.me(town.wangfang), ask("插座冒烟了", estate=town.garden, room="501")
    conversation.answer(town.session, fire, by=me, words="我十分钟到")
    with pytest.raises(Refused, match="险情"):
        conversation.close(town.session, fire, by=me)
    noted = ask("表箱冒火", channel=Channel.phone, by=me, estate=town.garden, room="502")
    conversation.answer_at_once(town.session, noted, by=me, words="马上来人", solved=True)
    assert (fire.state, noted.state) == (TicketState.answered, TicketState.answered)
    conversation.close(town.session, fire, by=me, over=True)
    assert fire.state is TicketState.closed


def test_an_answered_danger_stays_on_today_until_it_is_closed_below_what_nobody_answered(ask: Ask, town: Cast) -> None:
    me, seen_by = town.me(town.wangfang), {"estate": town.garden}
    old = ask("插座冒烟了", room="501", **seen_by)
    conversation.answer(town.session, old, by=me, words="我十分钟到")
    new = ask("配电箱冒烟了", room="502", **seen_by)
    now = needs.of(town.session, me)
    assert ([one.ticket.id for one in now.dangers], [one.ticket.id for one in now.answered_dangers]) == ([new.id], [old.id])
    assert (now.nothing, old.id in now.threads) == (False, True), "it is kept on the phone as well"
    with clock.at(clock.now() + timedelta(minutes=5)):
        conversation.answer(town.session, new, by=me, words="到了")
    assert [one.ticket.id for one in needs.of(town.session, me).answered_dangers] == [new.id, old.id]
    assert len(dangers.answered_in(town.session, me.own, limit=1)) == 1
    for ticket in (old, new):
        conversation.close(town.session, ticket, by=me, over=True)
    assert needs.of(town.session, me).answered_dangers == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_supervisor_has_a_number_from_the_first_minute_and_is_told_what_he_can_do(
    resident: Client, signed_in: Callable[[Person], Client], told_town: Cast
) -> None:
    with clock.at(NIGHT):
        ask_on_the_page(resident, "楼道电表箱冒火星")
        desk = on_the_desk(told_town)
        page, manager = signed_in(told_town.liujie).get(desk).text, signed_in(told_town.wangfang)
        box = page.partition('class="card red stack near"')[2].partition("</section>")[0]
        assert box.index("tel:10000000001") < box.index("tel:10000000002"), "the manager first, as on the resident's page"
        assert "现在没有人值班" in page
        assert ("先在下面写" in page, "请先打电话给住户，再写" in page) == (False, False), "there is no form below"
        own = manager.get(desk).text
        assert ("先在下面写" in own, "tel:10000000001" in own) == (True, False)
        manager.post(f"{desk}/answers", data={"words": "我十分钟到", "seen": seen(own)})
        today = manager.get("/desk").text
        assert today.index("险情已答复，还没办结") < today.index(desk)
        assert "card red row urgent" not in today, "calm"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_asker_says_that_the_danger_is_over_once_somebody_has_answered(
    resident: Client, signed_in: Callable[[Person], Client], told_town: Cast
) -> None:
    path, manager = ask_on_the_page(resident, "楼下铁栏杆漏电"), signed_in(told_town.wangfang)
    desk, over = on_the_desk(told_town), f'action="{path}/working"'
    assert over not in resident.get(path).text
    assert resident.post(f"{path}/working", data={"over": "on"}).status_code == 409, "nobody has been there"
    manager.post(f"{desk}/answers", data={"words": "我十分钟到", "seen": seen(manager.get(desk).text)})
    page = resident.get(path).text
    assert (over in page, "还不知道险情排除了没有" in page) == (True, True)
    assert resident.post(f"{path}/working").status_code == 409, "not by the mere address"
    assert desk in manager.get("/desk").text.partition("险情已答复，还没办结")[2]
    resident.post(f"{path}/working", data={"over": "on"})
    settled = resident.get(path).text
    assert ('class="card red stack"' in settled, "您说险情已排除" in settled) == (False, True)
    assert "险情已答复，还没办结" not in manager.get("/desk").text
