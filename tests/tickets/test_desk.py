"""The staff's pages of questions."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core.database import Database
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tests.tickets.test_pages import NASTY, nonce
from tests.tickets.test_unread_pages import seen
from tickets import conversation, ratings
from tickets.tables import Entry, Ticket, TicketState

Browser = Callable[..., Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def asked(town: Cast, ask: Ask) -> Ticket:
    """Two questions of one home: the first answered and closed, the second waiting."""
    home = {"estate": town.garden, "building": "2", "room": "501", "contact": "10000000009"}
    before = ask("阶梯电价怎么算？", **home)
    conversation.answer(town.session, before, by=town.me(town.wangfang), words="分三档。")
    conversation.close(town.session, before, by=town.me(town.wangfang))
    ticket = ask("这个月怎么又高了？", **home)
    town.session.commit()
    return ticket


def heard(town: Cast, page: str, **more: object) -> dict[str, object]:
    found = re.search(r'name="nonce" value="([^"]+)"', page)
    assert found
    return {"nonce": found[1], "grid": "104226", "channel": "phone", "words": "过户要带什么？", "estate": town.garden.id, **more}


def test_the_manager_sees_before_answering(signed_in: Browser, asked: Ticket, told_town: Cast) -> None:
    browser = signed_in(told_town.wangfang)
    assert f"/desk/tickets/{asked.id}" in browser.get("/desk/tickets").text
    page = browser.get(f"/desk/tickets/{asked.id}").text
    memory = page[page.index('class="mem"') : page.index('class="thread"')]
    assert "阶梯电价怎么算" in memory
    assert "已办结" in memory
    assert "没有已知停电" in memory
    assert "100****0009" in memory
    assert page.index('class="mem"') < page.index("<textarea")


def test_the_memory_reads_as_chinese_is_written(signed_in: Browser, asked: Ticket, told_town: Cast) -> None:
    page = signed_in(told_town.wangfang).get(f"/desk/tickets/{asked.id}").text
    memory = page[page.index('class="mem"') : page.index('class="thread"')]
    assert re.search(r"上次 [^<]*：</a>阶梯电价怎么算", memory)


def test_a_reopening_is_seen_by_the_manager_with_the_earlier_rating(signed_in: Browser, asked: Ticket, told_town: Cast) -> None:
    session, me = told_town.session, told_town.me(told_town.wangfang)
    conversation.answer(session, asked, by=me, words="七月进了第二档。")
    ratings.rate(session, asked, stars=2)
    conversation.close(session, asked, by=me)
    conversation.reopen(session, asked)
    session.commit()
    page = signed_in(told_town.wangfang).get(f"/desk/tickets/{asked.id}").text
    thread = page[page.index('class="thread"') : page.index('id="now"')]
    assert re.search(r"\d\d:\d\d</time> 提问人说还没解决", thread)
    assert "再次等待答复" in page
    assert "2 星" in page
    rated = signed_in(told_town.liujie).get("/review/tickets?which=rated").text
    assert "2 星" in rated


def test_a_room_is_one_word_in_every_list(signed_in: Browser, asked: Ticket, told_town: Cast) -> None:
    for person, address in ((told_town.wangfang, "/desk"), (told_town.wangfang, "/desk/tickets"), (told_town.sunli, "/desk/tickets")):
        page = signed_in(person).get(address).text
        assert '<span class="whole">2号楼</span> <span class="whole">501</span>' in page


def test_a_clerks_building_without_its_estate_is_asked_about(signed_in: Browser, told_town: Cast) -> None:
    browser = signed_in(told_town.sunli)
    said = heard(told_town, browser.get("/desk/tickets/new").text, estate="", building="1号楼", room="501")
    again = browser.post("/desk/tickets", data=said)
    assert again.status_code == 422
    assert "请把小区也选上" in again.text
    assert "过户要带什么？" in again.text


def test_the_manager_answers_and_closes_in_one_go(signed_in: Browser, asked: Ticket, told_town: Cast, database: Database) -> None:
    browser = signed_in(told_town.wangfang)
    read = {"seen": seen(browser.get(f"/desk/tickets/{asked.id}").text)}
    for _ in range(2):
        sent = browser.post(f"/desk/tickets/{asked.id}/answers", data={"words": "七月进了第二档。", **read}, follow_redirects=False)
        assert sent.headers["location"] == f"/desk/tickets/{asked.id}#now"
    closed = browser.post(
        f"/desk/tickets/{asked.id}/answers", data={"words": "算法见附页。", "solved": "on", **read}, follow_redirects=False
    )
    assert closed.headers["location"] == "/desk/tickets"
    with database.reading() as session:
        ticket = session.get_one(Ticket, asked.id)
        words = session.scalars(sa.select(Entry.words).where(Entry.ticket_id == asked.id).order_by(Entry.id)).all()
    assert ticket.state is TicketState.closed
    assert words == ["这个月怎么又高了？", "七月进了第二档。", "算法见附页。"]
    assert browser.post(f"/desk/tickets/{asked.id}/closure").status_code == 409


def test_an_empty_answer_is_asked_again(signed_in: Browser, asked: Ticket, told_town: Cast) -> None:
    again = signed_in(told_town.wangfang).post(f"/desk/tickets/{asked.id}/answers", data={"words": " "})
    assert again.status_code == 422
    assert "请填写" in again.text


def test_another_grids_manager_finds_nothing(signed_in: Browser, asked: Ticket, told_town: Cast) -> None:
    browser = signed_in(told_town.chengang)
    assert "这个月怎么又高了" not in browser.get("/desk/tickets").text
    assert browser.get(f"/desk/tickets/{asked.id}").status_code == 404
    for act in ("answers", "closure"):
        assert browser.post(f"/desk/tickets/{asked.id}/{act}", data={"words": "我来"}).status_code == 404


def test_supervisors_and_clerks_read_and_do_not_answer(signed_in: Browser, asked: Ticket, told_town: Cast) -> None:
    for person in (told_town.liujie, told_town.sunli):
        browser = signed_in(person)
        page = browser.get(f"/desk/tickets/{asked.id}")
        assert page.status_code == 200
        assert "<textarea" not in page.text
        assert browser.post(f"/desk/tickets/{asked.id}/answers", data={"words": "我来"}).status_code == 403


def test_searching_the_lists(signed_in: Browser, asked: Ticket, told_town: Cast) -> None:
    browser = signed_in(told_town.wangfang)
    assert "又高了" in browser.post("/desk/lookups", data={"q": "501"}).text
    assert "阶梯电价" in browser.post("/desk/lookups", data={"q": "阶梯"}).text
    assert "没有找到" in browser.post("/desk/lookups", data={"q": "%"}).text
    for query in ("state=lost", "n=0", "n=99999999999999999999", "estate=99999999999999999999", "kind=%00&state=closed"):
        assert browser.get(f"/desk/tickets?{query}").status_code in (200, 422)


def test_a_clerk_enters_what_was_solved_at_the_counter_and_hands_over_the_address(
    signed_in: Browser, resident: Client, told_town: Cast, database: Database
) -> None:
    clerk = signed_in(told_town.sunli)
    said = heard(told_town, clerk.get("/desk/tickets/new").text, channel="counter", answer="带身份证。", solved="on", grid="104227")
    noted = [clerk.post("/desk/tickets", data=said) for _ in range(2)]
    assert [page.status_code for page in noted] == [201, 201]
    found = re.search(r"/q/[0-9a-f]{40}", noted[0].text)
    assert found
    assert "带身份证。" in resident.get(found[0]).text
    assert "还没解决" in resident.get(found[0]).text
    with database.reading() as session:
        ticket = session.scalars(sa.select(Ticket)).one()
    assert (ticket.state, ticket.grid_id, ticket.entered_by_id) == (TicketState.closed, told_town.lotus.id, told_town.sunli.id)


def test_solved_without_an_answer_is_asked_again_and_nothing_is_kept(signed_in: Browser, told_town: Cast, database: Database) -> None:
    clerk = signed_in(told_town.sunli)
    again = clerk.post("/desk/tickets", data=heard(told_town, clerk.get("/desk/tickets/new").text, solved="on"))
    assert again.status_code == 422
    assert "过户要带什么？" in again.text
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 0


def test_who_may_not_enter_questions(signed_in: Browser, told_town: Cast) -> None:
    assert signed_in(told_town.liujie).get("/desk/tickets/new").status_code == 403
    manager = signed_in(told_town.chengang)
    said = heard(told_town, manager.get("/desk/tickets/new").text)
    assert manager.post("/desk/tickets", data=said).status_code == 422


@pytest.mark.parametrize("words", NASTY)
def test_whatever_was_heard_is_only_text(signed_in: Browser, told_town: Cast, words: str) -> None:
    manager = signed_in(told_town.wangfang)
    new = manager.get("/desk/tickets/new")
    said = heard(told_town, new.text, words=words, building=words[:40], room=words[:40], contact=words, answer=words)
    assert nonce(new)
    noted = manager.post("/desk/tickets", data=said)
    found = re.search(r"/desk/tickets/(\d+)", noted.text)
    assert found
    for page in (
        noted,
        manager.get(found[0]),
        manager.get("/desk/tickets?state=answered"),
        manager.get("/desk/tickets", params={"q": words}),
    ):
        assert page.status_code in (200, 201)
        assert "\u202e" not in page.text
        for mark in ("<script>alert", "<img src=x", 'href="javascript', '"><b>'):
            assert mark not in page.text
