"""What stands below the red box fits the danger, and of who hears of it no more is said than is so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from broadcasts.promises.tables import Call
from grids.tables import Part, Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tests.tickets.test_pages import ask as ask_on_the_page
from tickets import conversation
from tickets.answers import book_uses
from tickets.answers.tables import AnswerUse
from tickets.clocks import acknowledging, nagging
from tickets.tables import Ticket
from tickets.triage import dangers

NIGHT, MORNING = datetime(2026, 11, 26, 17, 0, tzinfo=UTC), datetime(2026, 11, 27, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_receipt_names_whom_this_danger_needs_and_the_book_says_nothing(ask: Ask, town: Cast) -> None:
    def told(*said: str) -> tuple[str, str]:
        ticket = ask(said[0])
        for words in said[1:]:
            conversation.say_more(town.session, ticket, words=words)
        assert book_uses.answer_by_itself(town.session, ticket, said[-1]) is None
        return acknowledging.words_for(town.session, ticket), " ".join(dangers.of(town.session, ticket)[0].leaf.numbers)

    despair, numbers = told("我不想活了")
    assert ("119" in despair, "12356" in despair, numbers) == (False, True, "110 120 12356")
    assert told("他把药全吞了，不想活了")[1] == "120 110 12356"
    lift, numbers = told("电梯停了，里面有个大爷胸口疼")
    assert (lift.index("120") < lift.index("119"), numbers) == (True, "120 119 110")
    assert told("电梯里困人了")[1] == "119 110 120"
    assert told("电梯里困人了", "没有人受伤")[1] == "119 110 120"
    assert told("电梯里困人了", "老人晕过去了")[1] == "120 119 110"
    wire = told("楼下有电线掉下来了")[0]
    assert "请断电" in wire
    assert "先出屋" in told("厨房有股煤气味")[0]
    assert "别拍" in str(dangers.of(town.session, ask("有人爬电线杆偷电线"))[0].leaf.safe)
    assert book_uses.answer_by_itself(town.session, ask("有人爬电线杆偷电线，我不想管"), "有人爬电线杆偷电线") is None
    assert town.session.scalars(sa.select(AnswerUse)).all() == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_it_is_told_whose_phone_rang_and_never_that_it_was_seen(resident: Client, told_town: Cast) -> None:
    with clock.at(MORNING):
        path = ask_on_the_page(resident, "插座冒烟了")
        page = resident.get(path).text
        assert "手机没有响过，不一定马上看到" in page
        assert "最前面一条" not in page
        session = told_town.session
        running = session.scalars(sa.select(Ticket)).one()
        clock_id = conversation.find(session, running.id, for_=told_town.me(told_town.wangfang)).clocks[-1].id
        now = clock.now()
        called = {"due_at": now, "sent_at": now, "phones": 2, "tries": 1}
        session.add(Call(subject=f"clock/{clock_id}", grid_id=running.grid_id, part=Part.manager, minutes=0, **called))
        session.commit()
        assert "已经提醒值班的王芳的手机" in resident.get(path).text
        assert not nagging.rang(session, conversation.find(session, running.id, for_=told_town.me(told_town.wangfang)), Part.deputy)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_supervisor_reads_the_words_that_raised_it_and_that_nobody_is_on_duty(
    resident: Client, signed_in: Callable[[Person], Client], told_town: Cast
) -> None:
    with clock.at(NIGHT):
        first = ask_on_the_page(resident, "明天能不能给我们楼送电？")
        with clock.at(NIGHT + timedelta(minutes=1)):
            ask_on_the_page(resident, "楼道电表箱冒火星")
        with clock.at(NIGHT + timedelta(minutes=2)):
            resident.post(f"{first}/messages", data={"words": "我不想活了"})
            supervisor, manager = signed_in(told_town.liujie), signed_in(told_town.wangfang)
            for listed in (supervisor.get("/review/tickets?which=dangers").text, manager.get("/desk").text):
                assert "“明天能不能" not in listed
                assert listed.index("有人想不开") < listed.index("我不想活了") < listed.index("楼道电表箱冒火星")
            off = "现在没有人值班，08:00 上班"
            ticket = told_town.session.scalar(sa.select(Ticket).order_by(Ticket.id.desc()).limit(1))
            assert ticket is not None
            pages = ("/review", "/review/tickets?which=dangers", f"/desk/tickets/{ticket.id}")
            assert [off in supervisor.get(path).text for path in pages] == [True] * 3
            assert "由本网格当班的经理" not in supervisor.get(pages[-1]).text
