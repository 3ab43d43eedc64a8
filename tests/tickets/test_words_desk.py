"""The page of a thread says what of its words matters: to the manager, to who asked, to the supervisor."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core.database import Database
from tests.cast import Cast
from tests.client import Client
from tests.tickets.test_photo_pages import ask, count
from tests.tickets.test_unread_pages import seen
from tickets.tables import Entry, Rating
from tickets.wording.tables import AbuseMark

Browser = Callable[..., Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_an_answer_goes_into_a_group_without_what_is_the_households_own(signed_in: Browser, told_town: Cast) -> None:
    me = signed_in(told_town.wangfang)
    heard = {
        "grid": "104226", "channel": "wechat", "words": "给您看个东西", "nonce": "heard-in-the-group", "contact": "小雨点",
        "answer": "小雨点您好，2单元501的表明天换，有事打13800001234。",
    }  # fmt: skip
    assert me.post("/desk/tickets", data=heard).status_code == 201
    page = me.get("/desk/tickets/1").text
    assert re.search(r'id="group-words"[^>]*>这位住户您好，〔房号略〕的表明天换，有事打〔电话略〕。<', page)
    assert "<mark>小雨点</mark>" in page
    assert "这条答复要您贴到微信里，里面有姓名、房号、电话" in page
    assert 'id="group-words"' not in signed_in(told_town.liujie).get("/desk/tickets/1").text


def test_hints_come_without_script_too_and_send_nothing(resident: Client, signed_in: Browser, told_town: Cast, database: Database) -> None:
    ask(resident)
    me = signed_in(told_town.wangfang)
    page = me.post("/desk/tickets/1/wording", data={"words": "台区过负荷<b>，张阿姨您好"}).text
    assert "“台区”住户可能不懂，可以说“您家这一片的变压器”" in page
    assert "有姓名“张阿姨”" in page
    assert "台区过负荷&lt;b&gt;，张阿姨您好</textarea>" in page
    assert count(database, Entry) == 1


def test_an_angry_message_is_folded_and_marked_by_one_tap_each(
    resident: Client, signed_in: Browser, told_town: Cast, database: Database
) -> None:
    path = ask(resident, words="你们这帮傻逼 1234567")
    me = signed_in(told_town.wangfang)
    page = me.get("/desk/tickets/1").text
    fold = page[page.index('<details class="fold">') :]
    assert "傻逼" in fold[: fold.index("</details>")]
    assert "傻逼" not in page[: page.index('<details class="fold">')]
    assert "傻逼" not in me.get("/desk/tickets").text
    page = me.post("/desk/tickets/1/marks", data={"entry": "1", "reason": "insult"}).text
    assert "王芳标为辱骂" in page
    told = resident.get(path).text
    assert "我们想帮您把事办好" in told
    assert "辱骂" not in told
    assert 'name="words"' in told
    me.post("/desk/tickets/1/marks/1/undoing")
    assert "标为辱骂" not in me.get("/desk/tickets/1").text
    assert count(database, AbuseMark) == 1


def test_a_low_rating_taken_on_the_telephone_stands_before_the_supervisor(
    resident: Client, signed_in: Browser, told_town: Cast, database: Database
) -> None:
    path = ask(resident)
    me = signed_in(told_town.wangfang)
    assert "代记评价" not in me.get("/desk/tickets/1").text
    me.post("/desk/tickets/1/answers", data={"words": "看到了", "seen": seen(me.get("/desk/tickets/1").text)})
    assert "代记评价" in me.get("/desk/tickets/1").text
    assert "2 星" in me.post("/desk/tickets/1/rating", data={"stars": "2"}).text
    assert "代记评价" not in me.get("/desk/tickets/1").text
    boss = signed_in(told_town.liujie)
    assert "1 条低评价" in boss.get("/review").text
    assert "2 星 · 王芳代记" in boss.get("/review/tickets?which=low").text
    assert 'name="stars"' in resident.get(path).text, "the asker's own tap counts more, so it is offered still"
    low = resident.post(f"{path}/rating", data={"stars": "1"}).text
    assert all(words in low for words in ("您给了 1 分", "还没解决，请再看看", 'id="words"', "点错了？改一下"))
    assert "还没解决，请再看看" not in resident.post(f"{path}/rating", data={"stars": "5"}).text, "changed by another tap"
    with database.reading() as session:
        assert session.execute(sa.select(Rating.stars, Rating.taken_by_id)).all() == [(5, None)]
    assert "低评价</" not in boss.get("/review").text
