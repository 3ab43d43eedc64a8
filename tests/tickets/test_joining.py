"""Two threads of one household about one thing are joined with one tap: one answer is read at both, and they can be parted."""

from collections.abc import Callable

import pytest

from app.core.errors import Refused
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation, joining, parting, threads
from tickets.tables import Channel, Ticket, TicketState

PHONE = "13500000009"


def words(town: Cast, ticket: Ticket) -> list[str]:
    return [line.words for line in threads.lines(threads.read(town.session, ticket.id)) if not line.received]


def test_one_answer_is_read_at_both_and_parted_each_waits_as_before(town: Cast, ask: Ask) -> None:
    session, me, home = town.session, town.me(town.wangfang), {"estate": town.garden, "building": "1号楼", "room": "501"}
    first, second, other = ask("楼道灯不亮", **home), ask("灯还是不亮", **home), ask("发票怎么开", estate=town.garden, room="602")
    assert [one.id for one in joining.alike(session, second)] == [first.id]
    due = second.due_at
    for one, beside in ((second, first), (first, second)):  # Tapped twice, from either page.
        assert joining.join(session, one, beside, by=me).id == first.id
    assert (second.state, joining.of(session, second)) == (TicketState.closed, first)
    with pytest.raises(Refused):
        joining.join(session, first, other, by=me)
    parting.part(session, second, by=me)
    assert (second.state, second.due_at) == (TicketState.open, due), "as it was"
    joining.join(session, first, second, by=me)
    for _twice in range(2):
        conversation.answer(session, first, by=me, words="明天上午换灯。")
    assert (words(town, first), words(town, second)) == (["楼道灯不亮", "明天上午换灯。"], ["灯还是不亮", "明天上午换灯。"])
    conversation.reopen(session, threads.read(session, second.id), words="是另一盏灯")
    assert (second.state, joining.of(session, second)) == (TicketState.open, None), "who says more is heard"
    conversation.answer(session, first, by=me, words="换好了。")
    assert words(town, second)[-1] == "是另一盏灯"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_manager_is_asked_on_the_page_and_both_askers_are_told(ask: Ask, town: Cast, signed_in: Callable[[Person], Client]) -> None:
    token = "a1" * 20
    first = ask("路灯不亮", contact=PHONE, channel=Channel.phone, by=town.me(town.wangfang))
    second = ask("门口路灯坏了", contact=PHONE, token=token, estate=town.garden, room="501")
    town.session.commit()
    manager = signed_in(town.wangfang)
    page = manager.get(f"/desk/tickets/{second.id}").text
    assert f"同一个号码还问了 第 {first.id} 件" in page
    assert f'action="/desk/tickets/{second.id}/joins"' in page
    assert "路灯不亮”。是同一件事吗？" in page
    joined = manager.post(f"/desk/tickets/{second.id}/joins", data={"ticket": first.id})
    assert f'action="/desk/tickets/{second.id}/parting"' in joined.text
    resident = manager.get(f"/q/{token}").text
    assert "这和您另一次问的是同一件事，一起答复" in resident
    assert "王芳 在" not in resident, "nothing is settled yet"
    manager.post(f"/desk/tickets/{first.id}/answers", data={"words": "灯泡换了。", "solved": "on"})
    assert "灯泡换了。" in manager.get(f"/q/{token}").text
