"""What a pasted text left open is said again before it goes out; nobody publishes past it by accident."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from lxml import html

from app.core import clock
from app.core.errors import Mistaken
from broadcasts.composer import pastes, unanswered
from broadcasts.composer.written import Written, local
from broadcasts.tables import Notice, NoticeKind
from grids.tables import Person
from tests.broadcasts.pasted import Form, paste
from tests.broadcasts.stage import NOON
from tests.cast import Cast
from tests.client import Client

SignedIn = Callable[[Person], Client]
OPEN = "各位：接调度，10kV学院线916今天下午3点半左右恢复不了，抢修到晚上8点，莲花园1号楼没电，电缆头故障"
TIMES = "写了好几个时间，从几点到几点停？"
LOOKED = "都看过了，就这样发布"


def questions(page: str) -> list[str]:
    return [one.text_content().strip() for one in html.fromstring(page).xpath("//*[@id='open']//*[@class='open-question']/p")]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_open_questions_stand_in_the_preview_with_a_way_back_and_need_one_clear_tap(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, OPEN).text)
    assert form.asked == [TIMES]
    neither = client.post("/desk/notices", data=form.said)
    assert neither.status_code == 422, "no end and no tick that it is unknown: nobody said so"
    assert "来电时间不知道就勾上" in neither.text
    preview = client.post("/desk/notices", data=form.said | {"unknown": ["on"]})
    assert questions(preview.text) == [TIMES]
    [back] = html.fromstring(preview.text).xpath("//*[@class='open-question']//a/@href")
    again = client.get(back.partition("#")[0])
    assert Form(again.text).asked == [TIMES]
    assert f'id="{back.partition("#")[2]}"' in again.text
    passed = client.post(f"{preview.url.path}/publication", data={})
    assert passed.status_code == 422
    assert f"这几处还没有确认：{TIMES}" in passed.text
    assert LOOKED in passed.text
    assert "正在停电" in client.post(f"{preview.url.path}/publication", data={"looked": "on"}).text


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_question_is_settled_by_its_answer_or_by_changing_what_it_is_about(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, OPEN).text)
    address, said = form.answer("我自己填")
    answered = Form(client.post(address, data=said).text)
    preview = client.post("/desk/notices", data=answered.said | {"unknown": ["on"]})
    assert questions(preview.text) == []
    assert Form(client.get(f"{preview.url.path}/edit").text).asked == [], "the answer is kept with the draft"
    typed = client.post("/desk/notices", data=form.said | {"ends_at": [local(clock.now() + timedelta(hours=5))]})
    assert (typed.url.path, questions(typed.text)) == (preview.url.path, [])


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_was_open_can_be_answered_from_the_draft(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, "莲花园1号楼、11号楼故障停电，预计今天23:30恢复").text)
    preview = client.post("/desk/notices", data=form.said)
    assert questions(preview.text) == ["莲花园没有11号楼，是1号楼吗？"]
    again = Form(client.get(f"{preview.url.path}/edit").text)
    assert again.asked == ["莲花园没有11号楼，是1号楼吗？"]
    address, said = again.answer("1号楼")
    answered = Form(client.post(address, data=said).text)
    assert questions(client.post("/desk/notices", data=answered.said).text) == []
    # The draft's own form keeps an answer as well.
    address, said = again.answer("我自己勾")
    said = {name: value for name, value in said.items() if name != "answer"} | {"answered": [said["answer"]]}
    assert questions(client.post(f"{preview.url.path}/edit", data=said).text) == []


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_question_about_buildings_says_which(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    page = html.fromstring(paste(client, "5号楼、6号楼故障停电，预计今天23:30恢复").text)
    [said] = {one.text_content() for one in page.xpath("//form//div[@class='question']//q")}
    assert "5号楼" in said


def test_what_was_passed_over_stands_in_the_log(town: Cast) -> None:
    me, session = town.me(town.wangfang), town.session
    kept = pastes.keep(session, town.lotus, by=me, text=OPEN)
    said = Written(kind=NoticeKind.fault_outage, estates=[town.garden.id], unknown=True)
    notice = pastes.write(session, pastes.find(session, kept.id, for_=me), 0, said, by=me)
    assert [str(one.words) for one in unanswered.of(notice, pastes.read_again(session, notice))] == [TIMES]
    with pytest.raises(Mistaken):
        unanswered.must_be_looked_at(session, notice, by=me, looked=False)
    unanswered.must_be_looked_at(session, notice, by=me, looked=True)
    found: Any = session.execute(sa.text("SELECT subject FROM audit_entries WHERE act = 'notices.look'")).scalars().all()
    assert found == [f"notice/{notice.id}"]
    assert session.scalars(sa.select(Notice.id)).all() == [notice.id]
