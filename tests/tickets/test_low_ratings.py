"""Who says that the answer did not help is not thanked and forgotten: one tap leads on, and the manager has a line of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from app.core import clock
from app.core.errors import Forbidden
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation, low_ratings, ratings
from tickets.tables import TicketState

TOKEN = "s" * 40


def test_a_low_rating_waits_until_somebody_looked_answered_or_a_week_is_over(town: Cast, ask: Ask) -> None:
    session, me = town.session, town.me(town.wangfang)
    rated = []
    for stars in (1, 2, 2, 3, 5):
        ticket = ask(f"问题{stars}{len(rated)}")
        conversation.answer(session, ticket, by=me, words="请看看电表。")
        ratings.rate(session, ticket, stars=stars)
        rated.append(ticket)
    found = lambda: {one.ticket_id for one in low_ratings.open_in(session, [town.lotus.id])}  # noqa: E731 - said three times below
    low = {one.id for one in rated[:3]}
    assert found() == low
    with time_machine.travel(clock.now() + timedelta(days=8)):
        assert found() == set()
    with pytest.raises(Forbidden):
        low_ratings.look(session, rated[0], by=town.me(town.liujie))
    session.expire_all()
    for _twice in range(2):
        low_ratings.look(session, conversation.find(session, rated[0].id, for_=me), by=me)
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        conversation.answer(session, rated[1], by=me, words="我下午来看。")
        conversation.say_more(session, rated[2], words="还没解决，请再看一看。")
    assert found() == set()
    assert rated[2].state is TicketState.open, "and waits for an answer again"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_one_star_leads_on_by_one_tap_and_stands_on_today(
    told_town: Cast, ask: Ask, signed_in: Callable[[Person], Client], resident: Client
) -> None:
    me, session = told_town.me(told_town.wangfang), told_town.session
    ticket = ask("灯一闪一闪", token=TOKEN)
    conversation.answer(session, ticket, by=me, words="正常现象。")
    conversation.close(session, ticket, by=me)
    session.commit()
    manager, page = signed_in(told_town.wangfang), f"/q/{TOKEN}"
    assert "没帮上忙的" not in manager.get("/desk").text
    rated = resident.post(f"{page}/rating", data={"stars": "1"}).text
    box = rated[rated.index('id="rated"') - 60 :]
    assert "没帮上您，对不住" in box
    assert "green" not in box[:60]
    assert "谢谢您" not in box[: box.index("</section>")]
    assert "没帮上忙的" in manager.get("/desk").text
    assert "住户说没帮上" in manager.get(f"/desk/tickets/{ticket.id}").text
    again = resident.post(f"{page}/reopening", data={"words": "还没解决，请再看一看。"}).text
    assert "还没解决，请再看一看。" in again
    today = manager.get("/desk").text
    assert "没帮上忙的" not in today, "it waits for an answer: once is enough"
    assert "灯一闪一闪" in today
