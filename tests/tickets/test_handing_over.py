"""A question goes to another grid: it is asked first where that looks wrong, and everybody reads who has it now."""

from collections.abc import Callable
from datetime import datetime

import pytest

from app.core import clock
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import threads
from tickets.tables import TicketState

TOKEN = "b2" * 20


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_it_is_asked_first_and_the_thread_tells_who_has_it_now(ask: Ask, town: Cast, signed_in: Callable[[Person], Client]) -> None:
    with clock.at(datetime(2026, 11, 26, 1, 0)):
        ticket = ask("路灯不亮", token=TOKEN, estate=town.garden, building="1号楼", room="101")
        due = ticket.due_at
        town.session.commit()
        manager, there = signed_in(town.wangfang), signed_in(town.chengang)
        form = {"grid": town.lake.id, "note": "是你们那边的"}
        path = f"/desk/tickets/{ticket.id}/handovers"
        asked = manager.post(path, data=form)
        assert asked.status_code == 422
        assert "地址在您的网格：莲花园 1号楼。 南湖网格现在没人值班，08:00 上班。 还是要转给南湖网格吗？" in asked.text
        assert 'name="sure" value="on"' in asked.text
        assert "是你们那边的" in asked.text
        town.session.expire_all()
        assert ticket.grid_id == town.lotus.id, "nothing is done yet"
        town.session.commit()
        assert manager.post(path, data={**form, "sure": "on"}, follow_redirects=False).status_code == 303
        told = manager.get(f"/q/{TOKEN}").text
        assert "王芳 把这件转给了南湖网格，由那边答复，您还是在这里看。现在由陈刚负责。时限不变：最晚" in told
        assert "王芳 把这件转给了南湖网格" in there.get(f"/desk/tickets/{ticket.id}").text
        town.session.expire_all()
        assert (ticket.due_at, ticket.state, ticket.answered_at) == (due, TicketState.open, None)
        assert not threads.answered_by_a_person(town.session, ticket), "that is no answer"
