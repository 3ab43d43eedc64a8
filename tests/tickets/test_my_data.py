"""What the page of my data says is so: who said what, where I live, and what happens once I ask to have it erased."""

from collections.abc import Callable

import pytest

from app.core import words
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets.privacy import requests

TOKEN = "c3" * 20


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_receipt_is_not_mine_my_room_is_and_erasing_is_asked_for(ask: Ask, town: Cast, signed_in: Callable[[Person], Client]) -> None:
    ticket = ask("电费怎么高了", token=TOKEN, estate=town.garden, building="1号楼", room="301")
    due = words.day(requests.done_by(town.session, ticket.grid_id))
    town.session.commit()
    me = signed_in(town.wangfang)
    me.post(f"/q/{TOKEN}/data", data={"wish": "copy"})
    copy = me.get(f"/q/{TOKEN}/data/copy").text
    assert "莲花园 · 1号楼 · 301" in copy
    assert copy.count("</time> 您</small>") + copy.count(" 您</small>") == 1, "the question alone is mine"
    assert " 自动回执</small>" in copy
    asks = me.get(f"/q/{TOKEN}/data").text
    assert f"最晚 {due} 完成；完成之前可以在这里撤回" in asks
    assert "申请删除" not in me.get(f"/q/{TOKEN}").text
    me.post(f"/q/{TOKEN}/data", data={"wish": "erasure"})
    assert f"您申请了删除，最晚 {due} 完成。" in me.get(f"/q/{TOKEN}").text
