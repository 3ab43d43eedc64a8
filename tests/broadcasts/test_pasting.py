"""Paste what dispatch sent: the form is filled, drafts are kept, nothing typed is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock
from broadcasts import notices
from broadcasts.composer import pastes
from broadcasts.composer.tables import Paste
from broadcasts.composer.written import Written
from broadcasts.tables import Notice, NoticeKind
from grids.tables import Person
from tests.broadcasts.pasted import Form, at, day, paste, text
from tests.cast import Cast
from tests.client import Client

SignedIn = Callable[[Person], Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_pasted_text_fills_the_form_and_stands_above_it(told_town: Cast, signed_in: SignedIn) -> None:
    answer = paste(signed_in(told_town.wangfang), text())
    form = Form(answer.text)
    assert answer.url.path.startswith("/desk/pastes/")
    assert [form.value(name) for name in ("kind", "starts_at", "ends_at", "line", "cause")] == [
        "planned_outage", at(9, "08:00"), at(9, "17:00"), "10kV学院线916", "配网检修",
    ]  # fmt: skip
    assert form.ticked("estates") == {told_town.court.id}
    assert len(form.ticked("buildings")) == 2
    assert form.asked == []
    assert "10kV学院线916配网检修" in [one.text for one in form.page.xpath("//mark")]
    assert "900 户" in answer.text
    assert re.search("提前 [89] 天", answer.text)


def test_the_draft_keeps_the_text_who_pasted_it_and_when(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    preview = client.post("/desk/notices", data=Form(paste(client, text()).text).said)
    assert "调度发来的文字" in preview.text
    assert re.search(r"王芳 .* 粘贴", preview.text)
    number = client.post(f"{preview.url.path}/publication").url.path
    seen = signed_in(told_town.liujie).get(number).text  # The supervisor compares.
    assert "定于" in seen
    assert "王芳" in seen


def test_what_an_outage_needs_and_the_text_does_not_say_is_named(told_town: Cast, signed_in: SignedIn) -> None:
    form = Form(paste(signed_in(told_town.wangfang), "计划检修停电，10kV学院线916，影响荷塘苑").text)
    assert form.asked == ["文字里没写几点开始，请填上。"]
    assert form.value("starts_at") == ""


def test_several_notices_of_one_text_are_a_list_and_kept_as_drafts_with_one_tap(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    several = f"{day(9)}8:00-12:00检修停电，影响莲花园。\n{day(10)}8:00-12:00检修停电，影响荷塘苑。\n{day(11)}计划检修停电，影响荷塘苑。"
    listed = paste(client, several)
    assert "里面有 3 条通知" in listed.text
    assert "1 处要看" in listed.text
    kept = client.post(f"{listed.url.path}/drafts")
    again = client.post(f"{listed.url.path}/drafts")
    drafts = told_town.session.scalars(sa.select(Notice).order_by(Notice.id)).all()
    assert [one.title for one in drafts] == ["莲花园计划停电", "荷塘苑计划停电"]
    assert kept.text.count("已存草稿") == again.text.count("已存草稿") == 2
    form = Form(client.get(f"{listed.url.path}?part=2").text)
    assert form.asked == ["没写几点，从几点到几点？"]


def test_each_window_of_one_notice_is_a_draft(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    listed = paste(client, f"{day(9)}8:00-12:00、14:00-18:00检修停电，影响荷塘苑。")
    client.post(f"{listed.url.path}/drafts")
    starts = [clock.local(one.starts_at).hour for one in told_town.session.scalars(sa.select(Notice).order_by(Notice.id)) if one.starts_at]
    assert starts == [8, 14]


def test_the_same_part_written_twice_is_one_draft(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, text()).text)
    first, second = (client.post("/desk/notices", data=form.said | {"cause": [why]}) for why in ("检修", "配网检修"))
    assert first.url.path == second.url.path
    assert told_town.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 1


def test_pasting_twice_in_a_minute_is_one_paste(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    assert paste(client, text()).url.path == paste(client, text()).url.path
    assert told_town.session.scalar(sa.select(sa.func.count()).select_from(Paste)) == 1


def test_a_text_that_is_no_outage_is_met_kindly(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    answer = paste(client, "明天下午三点在会议室开会，请带笔记本。")
    assert answer.status_code == 200
    assert "没读出停电通知" in answer.text
    form = Form(client.get(f"{answer.url.path}?kind=service").text)
    assert (form.value("kind"), form.value("words")) == ("service", "明天下午三点在会议室开会，请带笔记本。")
    draft = client.post("/desk/notices", data=form.said)
    assert "会议室" in draft.text
    assert Form(client.get(f"{answer.url.path}?kind=fault_outage").text).value("words") == ""


def test_a_tip_is_kept_as_a_tip_with_its_words(told_town: Cast, signed_in: SignedIn) -> None:
    form = Form(paste(signed_in(told_town.wangfang), "【安全用电提示】雷雨天气请远离电线杆，发现断落电线不要靠近，防止触电。").text)
    assert form.value("kind") == "safety"
    assert "远离电线杆" in form.value("words")


@pytest.mark.parametrize("said", ["", " \n ", "停电" * 5000])
def test_an_empty_or_endless_text_comes_back_with_a_reason(told_town: Cast, signed_in: SignedIn, said: str) -> None:
    answer = paste(signed_in(told_town.wangfang), said)
    assert answer.status_code == 422
    assert 'id="text-said"' in answer.text
    assert said.strip() in answer.text


def test_a_mistake_brings_the_form_back_with_the_text_and_its_questions(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, text("荷塘苑、南湖东园")).text)
    again = client.post("/desk/notices", data=form.said | {"ends_at": [at(9, "07:00")]})
    assert again.status_code == 422
    assert "结束" in again.text
    assert Form(again.text).asked == form.asked
    assert Form(again.text).value("ends_at") == at(9, "07:00")


def test_a_shared_text_is_read_like_a_pasted_one(told_town: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(told_town.wangfang).post("/desk/share", data={"title": "", "text": text(), "url": ""}, files={"x": b""})
    assert Form(answer.text).value("line") == "10kV学院线916"


def test_the_reckoning_tells_reach_and_time_of_any_half_filled_form(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)

    def reckon(**said: Any) -> str:
        return str(client.get("/desk/notices/reckoning", params={"grid": "104226", **said}).text)

    court = told_town.court.id
    assert "1 个小区 · 300 户" in reckon(kind="planned_outage", estates=court, starts_at=at(9, "08:00"))
    assert re.search("提前 [89] 天", reckon(kind="planned_outage", estates=court, starts_at=at(9, "08:00")))
    assert 'class="ask"' in reckon(kind="planned_outage", estates=court, starts_at=at(2, "08:00"))
    assert "1,200 户" in reckon(kind="safety")
    assert "0 户" in reckon(kind="planned_outage", estates="x", buildings="99999999999999999999", starts_at="gestern")


def test_a_draft_written_from_a_text_shows_it_when_it_is_edited(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    address = client.post("/desk/notices", data=Form(paste(client, text()).text).said).url.path
    assert "调度发来的文字" in client.get(f"{address}/edit").text
    assert client.post(f"{address}/discarding").status_code == 200


def test_acts_keep_to_their_grid(told_town: Cast) -> None:
    me = told_town.me(told_town.wangfang)
    kept = pastes.keep(told_town.session, told_town.lotus, by=me, text=text())
    said = Written(kind=NoticeKind.fault_outage, estates=[told_town.court.id])
    notice = pastes.write(told_town.session, pastes.find(told_town.session, kept.id, for_=me), 0, said, by=me)
    assert pastes.behind(told_town.session, notice) is kept
    notices.publish(told_town.session, notice, by=me)
    another = pastes.write(told_town.session, kept, 0, said, by=me)
    assert another.id != notice.id  # What is published is not written over.
