"""What a pasted text leaves open is asked, with answers to tap."""

from collections.abc import Callable
from typing import Any

import pytest

from grids.tables import Person
from tests.broadcasts.pasted import Form, at, day, opened, paste, tapped, text, west
from tests.cast import Cast
from tests.client import Client

SignedIn = Callable[[Person], Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


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
