"""What people see of time: the asker, the manager, the supervisor, the administrator."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts.promises import calls
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.test_unread_pages import seen
from tickets import conversation
from tickets.clocks import nagging
from tickets.clocks.tables import ServiceStandard
from tickets.kinds import kinds
from tickets.tables import Channel, Ticket

NOON, HOUR = datetime(2027, 7, 14, 4, 0, tzinfo=UTC), timedelta(hours=1)
TOKEN = "q" * 40
Browser = Callable[[Person], Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def matter(told_town: Cast) -> Ticket:
    """A meter is to be tested; asked at noon, answered an hour later."""
    me, session = told_town.me(told_town.wangfang), told_town.session
    with time_machine.travel(NOON, tick=False):
        ticket = conversation.ask(session, told_town.lotus, words="电表走得快，请校验", channel=Channel.web, token=TOKEN)
        kinds.choose(session, ticket, by=me, kind="meter_check")
        session.commit()
    return ticket


def test_the_clock_rests_by_one_form_and_the_asker_reads_for_what(
    matter: Ticket, signed_in: Browser, resident: Client, told_town: Cast
) -> None:
    page = f"/desk/tickets/{matter.id}"
    with time_machine.travel(NOON + HOUR, tick=False):
        manager = signed_in(told_town.wangfang)
        assert "等客户：先停表" not in manager.get(page).text, "who was not answered cannot be made to wait"
        assert manager.post(f"{page}/pauses", data={"reason": "户号", "days": "3"}).status_code == 409
        manager.post(f"{page}/answers", data={"words": "请问户号？", "seen": seen(manager.get(page).text)})
        assert "等客户：先停表" in manager.get(page).text
        empty = manager.post(f"{page}/pauses", data={"reason": " ", "days": "3"})
        assert empty.status_code == 422
        assert "请写明等客户带什么" in empty.text
        assert manager.post(f"{page}/pauses", data={"reason": "户号", "days": "400"}).status_code == 422
        manager.post(f"{page}/pauses", data={"reason": "请说<b>户号</b>", "days": "3"})
        assert "正在等客户" in manager.get(page).text
        asker = resident.get(f"/q/{TOKEN}").text
        assert "在等您回话" in asker
        assert "请说&lt;b&gt;户号&lt;/b&gt;" in asker
    with time_machine.travel(NOON + 2 * HOUR, tick=False):
        resident.post(f"/q/{TOKEN}/messages", data={"words": "3012"})
        assert "在等您回话" not in resident.get(f"/q/{TOKEN}").text
        assert "正在等客户" not in manager.get(page).text


def test_what_is_late_stands_on_today_in_the_inbox_and_in_the_review_with_who_was_called(
    matter: Ticket, signed_in: Browser, told_town: Cast, database: Database, chosen: Settings
) -> None:
    with time_machine.travel(NOON + 3 * HOUR, tick=False):
        work = Work(database=database, settings=chosen)
        nagging.sweep(work)
        calls.sweep(work)
        manager, boss = signed_in(told_town.wangfang), signed_in(told_town.liujie)
        today = manager.get("/desk").text
        assert today.count("还没有一部手机会响：去打开提醒") == 1
        assert "没有手机收到提醒" not in today + manager.get("/desk/tickets").text
        thread = manager.get(f"/desk/tickets/{matter.id}").text
        assert "已提醒" not in thread, "nobody heard"
        assert thread.count("没有手机收到提醒") == thread.count("主管没有手机收到提醒，请打电话") == 1
        above = boss.get(f"/desk/tickets/{matter.id}").text
        assert "台区经理、" in above.partition("没有手机收到提醒，请打电话")[0][-40:]
        numbers = [f'href="tel:{one.phone}"' in above for one in (told_town.wangfang, told_town.zhaomin, told_town.liujie)]
        assert numbers == [True, True, False], "a number beside what is asked, and never one's own"
        manager.post(
            f"/desk/tickets/{matter.id}/answers", data={"words": "受理了。", "seen": seen(manager.get(f"/desk/tickets/{matter.id}").text)}
        )
    with time_machine.travel(NOON + timedelta(days=20), tick=False):
        manager, boss = signed_in(told_town.wangfang), signed_in(told_town.liujie)
        assert "待办完" in manager.get("/desk").text
        assert "逾期" in manager.get("/desk/tickets?state=answered&unfinished=on").text
        review = boss.get("/review").text
        assert "1 件事到期没办完" in review
        assert review.count("0 %") >= 2, "no first answer, no end in time"
        assert review.count("共 1 次") >= 2
        for which in ("unfinished", "late_answers", "late_ends"):
            assert matter.subject in boss.get(f"/review/tickets?which={which}").text


def test_an_administrator_writes_a_new_version_and_reads_what_was_wrong(signed_in: Browser, told_town: Cast, database: Database) -> None:
    admin = signed_in(told_town.admin)
    said = {"measure": "completion", "kind": "meter_check", "amount": "3", "unit": "workdays"}
    said |= {"effective_on": "2026-06-01", "source": "〔2026〕1号"}
    for wrong, told in (
        ({"source": ""}, "依据哪份文件"),
        ({"amount": "251"}, "1 到 250"),
        ({"amount": "many"}, ""),
        ({"unit": "moons"}, ""),
    ):
        answer = admin.post("/desk/admin/standards", data={**said, **wrong})
        assert answer.status_code == 422
        assert told in answer.text
    assert admin.post("/desk/admin/standards", data=said, follow_redirects=False).status_code == 303
    page = admin.get("/desk/admin/standards").text
    assert "3 个工作日" in page
    assert "〔2026〕1号" in page
    refused = admin.post(
        "/desk/admin/duty-hours", data={"hours": "off", "manager_hours": "24/7", "effective_on": "2026-06-01", "source": "文件"}
    )
    assert "看不出什么时候有人值班" in refused.text
    with database.reading() as session:
        kept = session.scalars(sa.select(ServiceStandard.amount).where(ServiceStandard.kind == "meter_check").order_by(ServiceStandard.id))
        assert list(kept) == [5, 3]
