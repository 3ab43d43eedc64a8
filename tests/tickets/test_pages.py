"""Asking and following a question with JavaScript off: forms and addresses only."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from httpx import Response

from app.core import clock
from app.core.database import Database
from app.core.tokens import digest
from grids.staff import staff
from grids.tables import Estate
from tests.cast import Cast
from tests.client import Client
from tests.tickets.test_inbox import outage
from tickets import conversation, floods, limits
from tickets.tables import Address, Entry, Rating, Ticket

NASTY = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    "javascript:alert(1)",
    "左\u202e右",
    "<img src=x onerror=alert(1)>",
    '"><b>',
    "{% raise %}",
]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def nonce(page: Response) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', page.text)
    assert found
    return found[1]


def ask(resident: Client, words: str = "这个月电费怎么高了？", **more: object) -> str:
    """The thread's path."""
    said = {"nonce": nonce(resident.get("/g/104226/ask")), "words": words, **more}
    answer = resident.post("/g/104226/ask", data=said, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def answer(database: Database, town: Cast, words: str = "七月进了第二档。", close: bool = False) -> None:
    with database.writing() as session:
        ticket = session.scalars(sa.select(Ticket)).one()
        me = staff.as_me(session, town.wangfang)
        conversation.answer(session, ticket, by=me, words=words)
        if close:
            conversation.close(session, ticket, by=me)


def test_a_question_is_asked_and_followed_without_script_login_or_cookie(resident: Client, database: Database, told_town: Cast) -> None:
    path = ask(resident, estate=told_town.garden.id, building="2", room="501", phone="100 0000 0009")
    thread = resident.get(path)
    assert "这个月电费怎么高了" in thread.text
    assert "自动回执" in thread.text
    assert "前答复您。" in thread.text
    answer(database, told_town)
    assert "七月进了第二档。" in resident.get(path).text
    assert resident.post(f"{path}/messages", data={"words": "那八月呢？"}, follow_redirects=False).status_code == 303
    assert "那八月呢？" in resident.get(path).text
    assert not resident.cookies


def test_the_address_has_more_than_128_bits_and_only_its_hash_is_kept(resident: Client, database: Database) -> None:
    token = ask(resident).removeprefix("/q/")
    assert re.fullmatch(r"[0-9a-f]{40}", token)
    with database.reading() as session:
        kept = session.execute(sa.select(Address.__table__)).mappings().one()
    assert token not in str(dict(kept))
    assert kept["token_hash"] == digest(token)


def test_every_form_has_another_number(resident: Client) -> None:
    pages = [resident.get("/g/104226/ask") for _ in range(2)]
    assert nonce(pages[0]) != nonce(pages[1])
    assert {page.headers["cache-control"] for page in pages} == {"no-store"}


def test_unknown_addresses_look_like_ended_ones_and_nothing_is_stored(resident: Client) -> None:
    path = ask(resident)
    unknown = [resident.get(f"/q/{token}") for token in ("0" * 40, "x", path.removeprefix("/q/")[:-1] + "z", "%00", "%ED%A0%80")]
    assert {page.status_code for page in unknown} == {404}
    assert len({page.text for page in unknown}) == 1
    for page in (resident.get(path), resident.get(f"{path}/qr.svg"), *unknown):
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
    assert resident.get(path).headers["x-robots-tag"] == "noindex, nofollow"


def test_the_same_form_sent_twice_leads_to_the_same_thread(resident: Client, database: Database) -> None:
    said = {"nonce": nonce(resident.get("/g/104226/ask")), "words": "没电了"}
    paths = {resident.post("/g/104226/ask", data=said, follow_redirects=False).headers["location"] for _ in range(3)}
    assert len(paths) == 1
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 1


def test_a_home_and_a_telephone_added_to_the_form_that_was_sent_are_not_dropped(
    resident: Client, database: Database, told_town: Cast
) -> None:
    said = {"nonce": nonce(resident.get("/g/104226/ask")), "words": "没电了"}
    home = {**said, "estate": told_town.garden.id, "building": "2", "room": "501", "phone": "10000000009"}
    first, *again = (resident.post("/g/104226/ask", data=form, follow_redirects=False).headers["location"] for form in (said, home, home))
    assert len(set(again)) == 1
    assert first not in again
    with database.reading() as session:
        ticket = session.scalars(sa.select(Ticket).order_by(Ticket.id.desc()).limit(1)).one()
        assert ticket.household_id is not None
        assert ticket.reach_id is not None


@pytest.mark.parametrize("number", ["", "short", "0" * 81])
def test_a_form_without_its_number_never_leads_to_a_guessable_thread(resident: Client, number: str) -> None:
    said = {"nonce": number, "words": "没电了"}
    answers = [resident.post("/g/104226/ask", data=said, follow_redirects=False) for _ in range(2)]
    assert answers[0].status_code in (303, 422)
    assert answers[0].headers.get("location") != answers[1].headers.get("location") or answers[0].status_code == 422


def test_mistakes_are_shown_beside_the_fields_and_nothing_written_is_lost(resident: Client) -> None:
    said = {"nonce": nonce(resident.get("/g/104226/ask")), "words": "很长的话", "phone": "abc", "estate": "99999"}
    again = resident.post("/g/104226/ask", data=said)
    assert again.status_code == 422
    assert "很长的话" in again.text
    assert said["nonce"] in again.text
    assert "请从列表里选" in again.text or "不像电话号码" in again.text
    assert resident.post("/g/104226/ask", data={**said, "words": ""}).status_code == 422


@pytest.mark.parametrize("home", [{"building": "1号楼"}, {"building": "9号楼"}, {"room": "3-501"}, {"building": "1号楼", "room": "3-501"}])
def test_a_building_without_its_estate_is_asked_about_and_nothing_written_is_lost(resident: Client, home: dict[str, str]) -> None:
    said = {"nonce": nonce(resident.get("/g/104226/ask")), "words": "没电了", "phone": "10000000009", **home}
    again = resident.post("/g/104226/ask", data=said)
    assert again.status_code == 422
    assert "请把小区也选上" in again.text
    for written in said.values():
        assert written in again.text


@pytest.mark.parametrize(
    ("building", "estate"),
    [("2栋", "莲花园"), ("莲花园2号楼", "莲花园"), ("荷塘苑2号楼", ""), ("门面2号", ""), ("第2单元", ""), ("2楼", "")],
)
def test_a_building_that_only_one_estate_has_needs_no_estate_and_nothing_else_is_guessed(
    resident: Client, database: Database, building: str, estate: str
) -> None:
    """2楼 may be a floor; who names another estate is asked."""
    said = {"nonce": nonce(resident.get("/g/104226/ask")), "words": "没电了", "building": building, "room": "501"}
    answer = resident.post("/g/104226/ask", data=said, follow_redirects=False)
    with database.reading() as session:
        asked = session.scalars(sa.select(Estate.name).join(Ticket, Ticket.estate_id == Estate.id)).all()
    assert (answer.status_code, asked) == ((303, [estate]) if estate else (422, []))


def test_the_only_estate_is_chosen_already(resident: Client, told_town: Cast) -> None:
    notice = outage(told_town, told_town.garden)
    told_town.session.commit()
    garden, shore = (f'<option value="{estate.id}" selected>' for estate in (told_town.garden, told_town.shore))
    assert garden in resident.get(f"/g/104226/ask?notice={notice.number}").text
    assert shore in resident.get("/g/104227/ask").text
    assert garden not in resident.get("/g/104226/ask").text


@pytest.mark.parametrize("notice", ["260714-99", "%00", "<script>", "'"])
def test_a_notice_that_leads_nowhere_does_not_stand_in_the_way(resident: Client, notice: str) -> None:
    assert resident.get(f"/g/104226/ask?notice={notice}").status_code == 200
    assert ask(resident, notice=notice)


def test_asking_about_a_notice_shows_its_present_truth_first(resident: Client, database: Database, told_town: Cast) -> None:
    notice = outage(told_town, told_town.garden)
    told_town.session.commit()
    for address in (f"/g/104226/ask?notice={notice.number}", "/g/104226/ask?about=outage"):
        page = resident.get(address).text
        assert "正在停电" in page
        assert page.index("正在停电") < page.index("<form")
    path = ask(resident, notice=notice.number)
    assert "正在停电" in resident.get(path).text
    with database.reading() as session:
        assert session.scalars(sa.select(Ticket.notice_id)).one() == notice.id


def test_no_power_without_a_known_outage_says_so(resident: Client) -> None:
    page = resident.get("/g/104226/ask?about=outage").text
    assert "目前没有已知的停电" in page
    assert "我家没电了。" in page


def test_an_answer_is_rated_by_one_tap_once_and_a_slip_is_put_right_within_the_day(
    resident: Client, database: Database, told_town: Cast
) -> None:
    path = ask(resident)
    assert 'name="stars"' not in resident.get(path).text
    assert resident.post(f"{path}/rating", data={"stars": "5"}).status_code == 409
    answer(database, told_town)
    assert resident.get(path).text.count('name="stars"') == 5
    for _ in range(2):
        assert resident.post(f"{path}/rating", data={"stars": "4"}, follow_redirects=False).status_code == 303
    assert resident.post(f"{path}/rating", data={"stars": "3"}, follow_redirects=False).status_code == 303
    with clock.at(clock.now() + timedelta(days=2)):
        assert resident.post(f"{path}/rating", data={"stars": "1"}).status_code == 409
    for stars in ("0", "6", "x", "", str(2**63)):
        assert resident.post(f"{path}/rating", data={"stars": stars}).status_code == 422
    with database.reading() as session:
        assert session.scalars(sa.select(Rating.stars)).all() == [3]


def test_a_closed_question_is_reopened_by_its_asker(resident: Client, database: Database, told_town: Cast) -> None:
    path = ask(resident)
    assert resident.post(f"{path}/reopening").status_code == 409
    answer(database, told_town, close=True)
    assert "还没解决" in resident.get(path).text
    assert resident.post(f"{path}/messages", data={"words": "还没好"}).status_code == 409
    assert resident.post(f"{path}/reopening", data={"words": "还没好"}, follow_redirects=False).status_code == 303
    assert "再次等待答复" in resident.get(path).text


def test_a_reopening_without_a_word_stands_in_the_thread_and_the_rating_stays(
    resident: Client, database: Database, told_town: Cast
) -> None:
    path = ask(resident)
    answer(database, told_town, close=True)
    resident.post(f"{path}/rating", data={"stars": "2"})
    assert resident.post(f"{path}/reopening", data={"words": ""}, follow_redirects=False).status_code == 303
    page = resident.get(path).text
    thread = page[page.index('class="thread"') : page.index('id="now"')]
    assert re.search(r"\d\d:\d\d</time> 您说还没解决", thread)
    assert thread.index("七月进了第二档。") < thread.index("您说还没解决")
    assert "再次等待答复" in page
    assert "前答复您。" in page[page.index('id="now"') :]
    assert "已收到" not in page
    assert "上次的答复您给了 2 分" in page
    assert 'name="stars"' not in page


def test_a_reopening_with_words_comes_before_them(resident: Client, database: Database, told_town: Cast) -> None:
    path = ask(resident)
    answer(database, told_town, close=True)
    resident.post(f"{path}/reopening", data={"words": "灯还是不亮"})
    page = resident.get(path).text
    assert page.index("您说还没解决") < page.index("灯还是不亮")


def test_a_reopening_that_is_too_long_is_shown_again_and_changes_nothing(resident: Client, database: Database, told_town: Cast) -> None:
    path = ask(resident)
    answer(database, told_town, close=True)
    again = resident.post(f"{path}/reopening", data={"words": "还没好" * 700})
    assert again.status_code == 422
    assert "还没好还没好" in again.text
    assert "已办结" in resident.get(path).text


def test_too_many_is_said_in_chinese_with_a_time(resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ask(resident)
    monkeypatch.setattr(limits, "MESSAGES", 1)
    monkeypatch.setattr(floods, "AT_ALL", 1)
    for slowed in (
        resident.post(f"{path}/messages", data={"words": "再一句"}),
        resident.post("/g/104226/ask", data={"words": "再问", "nonce": nonce(resident.get("/g/104226/ask"))}),
    ):
        assert slowed.status_code == 429
        assert 0 < int(slowed.headers["retry-after"]) <= 3601
        assert "请" in slowed.text
    assert 'href="tel:95598"' in slowed.text


def test_what_was_written_too_often_is_shown_again(
    resident: Client, database: Database, told_town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ask(resident)
    monkeypatch.setattr(limits, "MESSAGES", 1)
    monkeypatch.setattr(floods, "AT_ALL", 1)
    said = {"words": "再问一次", "building": "2号楼", "room": "3-501", "estate": str(told_town.garden.id)}
    number = nonce(resident.get("/g/104226/ask"))
    asked = resident.post("/g/104226/ask", data={**said, "nonce": number})
    more = resident.post(f"{path}/messages", data={"words": "再问一次"})
    answer(database, told_town, close=True)
    reopened = resident.post(f"{path}/reopening", data={"words": "再问一次"})
    for slowed in (asked, more, reopened):
        assert slowed.status_code == 429
        assert int(slowed.headers["retry-after"]) > 0
        assert "再问一次</textarea>" in slowed.text
        assert 'role="alert"' in slowed.text
    assert nonce(asked) == number
    assert "3-501" in asked.text
    assert f'<option value="{told_town.garden.id}" selected>' in asked.text
    assert "已办结" in resident.get(path).text


def test_a_late_answer_is_admitted(resident: Client, told_town: Cast) -> None:
    path = ask(resident)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):  # Also of what was asked in the evening.
        assert "我们答复晚了" in resident.get(path).text


@pytest.mark.parametrize("words", NASTY)
def test_whatever_is_written_is_only_text(resident: Client, told_town: Cast, words: str) -> None:
    path = ask(resident, words, estate=told_town.garden.id, building=words[:40], room=words[:40])
    page = resident.get(path).text
    assert words not in page or words in ("{{7*7}}", "javascript:alert(1)", "{% raise %}")
    assert "49" not in re.findall(r'class="say me">([^<]*)', page)[0]
    assert "\u202e" not in page
    assert 'href="javascript' not in page


def test_a_word_of_one_megabyte_is_refused(resident: Client) -> None:
    said = {"nonce": nonce(resident.get("/g/104226/ask")), "words": "电" * 1_000_000}
    assert resident.post("/g/104226/ask", data=said).status_code in (413, 422)


def test_the_code_for_another_phone_holds_the_address(resident: Client) -> None:
    drawn = resident.get(f"{ask(resident)}/qr.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert b"<script" not in drawn.content


def test_the_form_says_what_we_never_ask_for_and_whom_to_call_in_danger(resident: Client) -> None:
    page = resident.get("/g/104226/ask").text
    assert "tel:95598" in page
    assert "银行卡" in page
    assert "回电话" in page


def test_an_unknown_grid_is_not_there(resident: Client) -> None:
    for code in ("999999", "x", "%00"):
        assert resident.get(f"/g/{code}/ask").status_code == 404
        assert resident.post(f"/g/{code}/ask", data={"words": "x"}).status_code == 404
