"""A danger with neither place nor number is asked for both before all else; what is given stands with the manager at once."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core.database import Database
from app.core.errors import Mistaken
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tests.tickets.test_pages import ask as ask_on_the_page
from tickets import conversation, whereabouts
from tickets.tables import Ticket, TicketState

BLANKET = "俺老伴儿摔了个电褥子冒烟，咋办啊闺女"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_red_page_asks_first_where_and_how_to_ring_and_the_manager_sees_it_at_once(
    resident: Client, signed_in: Callable[[Person], Client], database: Database, told_town: Cast
) -> None:
    path, manager = ask_on_the_page(resident, BLANKET), signed_in(told_town.wangfang)
    page = resident.get(path).text
    assert page.index("马上离开") < page.index(f'action="{path}/whereabouts"') < page.index("险情已报")
    assert page.index("whereabouts") == min(
        page.index(form) for form in ("whereabouts", f"{path}/messages", 'class="thread"') if form in page
    )
    with database.reading() as session:
        ticket = session.scalars(sa.select(Ticket.id)).one()
    assert "地址、电话都还没有" in manager.get("/desk").text
    desk = manager.get(f"/desk/tickets/{ticket}").text
    assert ("住户的页面正在问" in desk, "请直接去现场" in desk) == (True, False)
    empty = resident.post(f"{path}/whereabouts", data={})
    assert (empty.status_code, "请写在哪里，或者留个电话" in empty.text) == (422, True)
    assert resident.post(f"{path}/whereabouts", data={"where": "东门口", "phone": "abc"}).status_code == 422
    resident.post(f"{path}/whereabouts", data={"where": "东门口第三根电杆旁"})
    assert "东门口第三根电杆旁" in manager.get("/desk").text
    page = resident.get(path).text
    assert ('name="where"' in page, 'name="phone"' in page) == (False, True)
    resident.post(f"{path}/whereabouts", data={"phone": "138 0000 1111"})
    page, today = resident.get(path).text, manager.get("/desk").text
    assert ('name="phone"' in page, "13800001111" in page, "我在：东门口第三根电杆旁" in page) == (False, False, True)
    assert "请马上打电话" in today
    desk = manager.get(f"/desk/tickets/{ticket}").text
    assert ("****1111" in desk, "哪个小区还不知道" in desk, "哪个小区还不知道" in today, "在哪个小区？" in page) == (True, True, True, True)
    resident.post(f"{path}/whereabouts", data={"phone": "138 0000 2222"})
    desk = manager.get(f"/desk/tickets/{ticket}").text
    assert ("****1111" in desk, "****2222" in desk, "13800002222" in desk) == (True, True, False)
    manager.post(f"/desk/tickets/{ticket}/looks", data={"reason": "call_back"})
    assert "tel:13800002222" in manager.get(f"/desk/tickets/{ticket}").text
    assert resident.post(f"{path}/whereabouts", data={"estate": str(told_town.garden.id)}).status_code < 400
    assert ("whereabouts" in resident.get(path).text, "哪个小区还不知道" in manager.get("/desk").text) == (False, False)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_an_answer_takes_neither_the_form_nor_the_red_line_away(
    resident: Client, signed_in: Callable[[Person], Client], database: Database, told_town: Cast
) -> None:
    path, manager = ask_on_the_page(resident, BLANKET), signed_in(told_town.wangfang)
    me, garden = told_town.me(told_town.wangfang), told_town.garden.id
    told_town.session.rollback()
    with database.writing() as session:
        found = session.scalars(sa.select(Ticket.id)).one()
        ticket = conversation.find(session, found, for_=me)
        conversation.answer(session, ticket, by=me, words="您在哪栋楼？")
        assert ticket.state is TicketState.answered
    assert ('name="where"' in resident.get(path).text, "还不知道在哪里" in manager.get(f"/desk/tickets/{found}").text) == (True, True)
    resident.post(f"{path}/whereabouts", data={"where": "2号楼1-201"})
    with database.reading() as session:
        ticket = session.get_one(Ticket, found)
        assert (ticket.estate_id, ticket.building, ticket.state) == (garden, "2号楼", TicketState.open)
    with database.writing() as session:
        ticket = conversation.find(session, found, for_=me)
        conversation.answer(session, ticket, by=me, words="我十分钟到")
        conversation.close(session, ticket, by=me, over=True)
    assert ("whereabouts" in resident.get(path).text, "没有留电话：请直接去" in manager.get(f"/desk/tickets/{found}").text) == (
        False,
        False,
    )


def test_the_home_is_the_tickets_and_what_is_known_is_not_written_over(ask: Ask, town: Cast) -> None:
    me = town.me(town.wangfang)

    def read(ticket: Ticket) -> Ticket:
        return conversation.find(town.session, ticket.id, for_=me)

    def wanted(ticket: Ticket) -> list[str]:
        return whereabouts.wanted(town.session, ticket)

    dark, bill = read(ask("停电了！！！！")), read(ask("这个月电费怎么高了"))
    assert (wanted(dark), wanted(bill)) == (["place", "phone"], [])
    whereabouts.tell(town.session, dark, estate=town.garden, where="1号楼 501", contact="")
    assert (dark.estate_id, dark.building, wanted(read(dark))) == (town.garden.id, "1号楼", [])
    smoke = read(ask("插座冒烟"))
    whereabouts.tell(town.session, smoke, estate=None, where="1号楼2单元", contact="")
    assert wanted(read(smoke)) == ["estate", "phone"]
    whereabouts.tell(town.session, smoke, estate=town.court, where="", contact="")
    assert (smoke.estate_id, smoke.building, wanted(read(smoke))) == (town.court.id, "1号楼", ["phone"])
    fire = read(ask("插座冒烟了", estate=town.garden, building="1号楼", room="502"))
    assert wanted(fire) == ["phone"]
    whereabouts.tell(town.session, fire, estate=None, where="2号楼", contact="13800002222")
    assert (fire.building, fire.reach_id is not None, wanted(read(fire))) == ("1号楼", True, [])
    with pytest.raises(Mistaken):
        whereabouts.tell(town.session, read(ask("着火了")), estate=None, where=" ", contact="")
