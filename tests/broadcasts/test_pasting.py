"""Paste what dispatch sent: the form is filled, doubts are asked with answers to tap, nothing typed is lost."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from lxml import html

from app.core import clock
from broadcasts import notices
from broadcasts.composer import pastes
from broadcasts.composer.tables import Paste
from broadcasts.composer.written import Written
from broadcasts.tables import Notice, NoticeKind
from grids.tables import Person
from tests.cast import Cast, estate
from tests.client import Client

SignedIn = Callable[[Person], Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def day(ahead: int) -> str:
    when = clock.local(clock.now() + timedelta(days=ahead))
    return f"{when.month}月{when.day}日"


def at(ahead: int, hour: str) -> str:
    return f"{clock.local(clock.now() + timedelta(days=ahead)).date()}T{hour}"


def text(where: str = "莲花园1-2号楼、荷塘苑") -> str:
    return f"因10kV学院线916配网检修，定于{day(9)}8:00-17:00停电，范围：{where}。"


class Form:
    """The composer as a page shows it: what is in its fields, and what it asks."""

    def __init__(self, page: str) -> None:
        self.page = html.fromstring(page)
        [self.form] = self.page.xpath("//form[@id='compose']")
        self.asked = [" ".join(one.itertext()).strip() for one in self.page.xpath("//form//div[@class='question']//p")]

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for name, value in self.form.form_values():
            said.setdefault(name, []).append(value)
        return said

    def value(self, name: str) -> str:
        return str(self.said.get(name, [""])[0]).strip()

    def ticked(self, name: str) -> set[int]:
        return {int(one) for one in self.said.get(name, [])}

    def answer(self, words: str) -> tuple[str, dict[str, Any]]:
        """What a tap on this chip sends, and where to."""
        button = next(one for one in self.page.xpath("//button[@name='answer']") if one.text_content() == words)
        return button.get("formaction").partition("#")[0], {**self.said, "answer": button.get("value")}


def paste(client: Client, said: str) -> Any:
    return client.post("/desk/pastes", data={"grid": "104226", "text": said})


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


def test_one_question_with_answers_to_tap_and_nothing_typed_is_lost(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, text("莲花园4号楼、荷塘苑")).text)
    assert form.asked == ["莲花园没有4号楼，是哪一栋？"]
    assert form.ticked("estates") == {told_town.court.id}  # Not all of 莲花园: its building is in question.
    client.post("/desk/pastes", data={})
    form = Form(paste(client, text("莲花园11号楼")).text)
    assert form.asked == ["莲花园没有11号楼，是1号楼吗？"]
    address, said = form.answer("1号楼")
    answered = Form(client.post(address, data=said | {"words": ["请留意电梯"], "cause": ["改接电缆"]}).text)
    assert answered.asked == []
    assert [answered.value(name) for name in ("words", "cause", "line")] == ["请留意电梯", "改接电缆", "10kV学院线916"]
    assert len(answered.ticked("buildings")) == 1


def west(town: Cast, *numbers: int) -> None:
    """An estate whose buildings dispatch calls 1 to 6."""
    estate(town.session, town.lotus, "望京西园一区", 600, 39.993, 116.463, tuple(f"{n}号楼" for n in numbers))
    town.session.commit()


def opened(form: Form) -> list[str]:
    return [one.text for one in form.page.xpath("//mark[@class='open']")]


def tapped(client: Client, form: Form, chip: str) -> Form:
    address, said = form.answer(chip)
    return Form(client.post(address, data=said).text)


@pytest.mark.parametrize(
    ("written", "question", "chip", "count"),
    [
        ("1-6号楼", "没有1-6号楼，是101-106号楼吗？", "101–106号楼，共6栋", 6),
        ("1、3、5号楼", "没有1号楼、3号楼、5号楼，是101号楼、103号楼、105号楼吗？", "101号楼、103号楼、105号楼，共3栋", 3),
        ("1-2、4-5号楼", "没有1-2号楼、4-5号楼，是101-102号楼、104-105号楼吗？", "101–102号楼、104–105号楼，共4栋", 4),
        ("1-6号楼（3号楼除外）", "没有1-6号楼，是101-106号楼吗？", "101–102号楼、104–106号楼，共5栋", 5),
    ],
)
def test_a_range_under_other_numbers_is_one_question_that_ticks_all_of_it(
    told_town: Cast, signed_in: SignedIn, written: str, question: str, chip: str, count: int
) -> None:
    west(told_town, *range(101, 107))
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, text(f"望京西园一区{written}")).text)
    assert form.asked == [f"望京西园一区{question}"]
    assert form.ticked("buildings") == set()
    answered = tapped(client, form, chip)
    assert answered.asked == opened(answered) == []
    assert len(answered.ticked("buildings")) == count
    assert "发布前请核对" not in client.post("/desk/notices", data=answered.said).text


@pytest.mark.parametrize(
    ("numbers", "question", "chip", "left", "count"),
    [
        ((101, 102, 103, 105, 106), "没有1-6号楼，是101-103号楼、105-106号楼吗？", "101–103号楼、105–106号楼，共5栋", "没有4号楼", 5),
        ((1, 2, 3, 4), "没有1-6号楼，是1-4号楼吗？", "1–4号楼，共4栋", "没有5-6号楼", 4),
    ],
)
def test_what_of_a_range_has_no_building_stays_asked_and_is_said_above_publish(
    told_town: Cast, signed_in: SignedIn, numbers: tuple[int, ...], question: str, chip: str, left: str, count: int
) -> None:
    west(told_town, *numbers)
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, text("望京西园一区1-6号楼")).text)
    assert form.asked == [f"望京西园一区{question}", f"望京西园一区{left}，是哪一栋？"]
    answered = tapped(client, form, chip)
    assert answered.asked == [f"望京西园一区{left}，是哪一栋？"]
    assert len(answered.ticked("buildings")) == count
    aside = tapped(client, answered, "我自己勾")
    assert opened(answered) == opened(aside) == ["1-6号楼"]
    for one in (answered, aside):
        assert f"望京西园一区写了6栋，现在勾了{count}栋。发布前请核对。" in client.post("/desk/notices", data=one.said).text


def test_a_range_that_nobody_answered_is_said_above_publish(told_town: Cast, signed_in: SignedIn) -> None:
    west(told_town, *range(101, 107))
    client = signed_in(told_town.wangfang)
    for name in ("望京西园一区", "望京西园1区小区"):
        form = Form(paste(client, text(f"{name}1-6号楼、荷塘苑")).text)
        assert "望京西园一区写了6栋，现在勾了0栋。发布前请核对。" in client.post("/desk/notices", data=form.said).text


def test_buildings_of_an_unknown_estate_are_not_counted_to_one_that_the_text_names(told_town: Cast, signed_in: SignedIn) -> None:
    west(told_town, *range(101, 107))
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, text("望京西园三区1-6号楼、望京西园一区101-103号楼")).text)
    assert form.asked == ["网格里没有叫“望京西园三区”的，是望京西园一区吗？"]
    assert "栋，现在勾了" not in client.post("/desk/notices", data=form.said).text


def test_a_bracket_that_no_tick_can_say_is_asked_and_kept_in_the_notices_words(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, text("莲花园1-2号楼（部分）、荷塘苑(专)、恒达公司(专)")).text)
    asked = ["莲花园1-2号楼（部分）", "荷塘苑(专)"]
    limits = [one for one in form.asked if "已整个勾上" in one]
    assert [one.split("”")[0] for one in limits] == [f"“{one}" for one in asked]
    assert form.value("words") == f"停电范围原文：{'、'.join(asked)}。"
    assert "已整个勾上" in client.post("/desk/notices", data=form.said).text
    typed = Form(client.post(form.answer("这样写对")[0], data=form.answer("这样写对")[1] | {"words": "大家早点备水"}).text)
    assert len([one for one in typed.asked if "已整个勾上" in one]) == 1
    assert typed.value("words") == "大家早点备水"


def test_two_numberings_of_one_estate_are_both_offered(told_town: Cast, signed_in: SignedIn) -> None:
    west(told_town, 101, 102, 201, 202)
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, text("望京西园一区1-2号楼")).text)
    assert len(tapped(client, form, "201–202号楼，共2栋").ticked("buildings")) == 2
    assert len(tapped(client, form, "101–102号楼，共2栋").ticked("buildings")) == 2


def test_another_grids_estate_is_asked_about_and_let_go_with_one_tap(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, text("荷塘苑、南湖东园")).text)
    assert form.asked == ["网格里没有“南湖东园”。是本网格的，请在下面勾选。"]
    answered = Form(client.post(*form.answer("不是本网格的")[:1], data=form.answer("不是本网格的")[1]).text)
    assert answered.asked == []
    assert answered.ticked("estates") == {told_town.court.id}


def test_an_estate_by_another_name_is_read_with_its_buildings_once_it_is_answered(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, text("莲花苑1-2号楼")).text)
    assert form.asked == ["网格里没有叫“莲花苑”的，是莲花园吗？"]
    assert form.ticked("buildings") == set()
    address, said = form.answer("莲花园")
    answered = Form(client.post(address, data=said).text)
    assert answered.asked == []
    assert len(answered.ticked("buildings")) == 2


def test_a_time_that_may_be_read_in_two_ways_offers_both(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, f"{day(9)}2点到5点检修停电，影响荷塘苑").text)
    assert form.value("starts_at") == ""
    chip = next(one.text_content() for one in form.page.xpath("//button[@name='answer']") if "14:00–17:00" in one.text_content())
    address, said = form.answer(chip)
    answered = Form(client.post(address, data=said).text)
    assert (answered.value("starts_at"), answered.value("ends_at")) == (at(9, "14:00"), at(9, "17:00"))


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


@pytest.mark.parametrize("wrong", [{"part": "9"}, {"part": "-1"}, {"part": "x"}, {"answer": ""}, {"answer": "x"}, {"answered": ["."]}])
def test_a_crooked_answer_does_no_harm(told_town: Cast, signed_in: SignedIn, wrong: dict[str, Any]) -> None:
    client = signed_in(told_town.wangfang)
    answer = paste(client, text("莲花园11号楼"))
    form = Form(answer.text)
    assert client.post(f"{answer.url.path}/answers", data=form.said | {"answer": "x.-"} | wrong).status_code == 200


def test_an_answer_to_a_text_that_asked_nothing_leads_back_to_it(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    kept = paste(client, "大家好，今天天气不错。").url.path
    sent = {"part": "0", "kind": "planned_outage", "answer": "x.-", "grid": told_town.lotus.code}
    assert client.post(f"{kept}/answers", data=sent).url.path == kept


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
