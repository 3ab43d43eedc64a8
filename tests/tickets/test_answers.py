"""The answer book: true to its own promises, and found from residents' own words."""

import csv
import json
import time
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from tests.trials import answers as trial
from tickets import answers
from tickets.answers import approved as pages

TODAY = trial.TODAY


def test_the_book_has_enough_answers_and_each_says_who_answers_for_it() -> None:
    book = answers.book()
    assert len(book) >= 60
    assert len({one.id for one in book}) == len({one.title for one in book}) == len(book)
    for one in book:
        assert one.words
        assert one.owner
        assert one.source
        assert one.steps
        assert len(one.asked) >= 4
        assert one.holds_until > one.reviewed_on


def test_all_twelve_kinds_and_all_four_enquiry_categories_occur() -> None:
    assert len({one.kind for one in answers.book()}) == 12
    assert {one.category for one in answers.book()} == {"tier_tariff", "remote_top_up", "procedures", "other"}


@pytest.mark.parametrize("part", ["tuning", "later", "last", "own", "strangers"])
def test_the_right_answer_is_found(part: str) -> None:
    figures = trial.measure(trial.questions()[part], trial.unfitted()[part])
    assert figures.first / figures.asked >= 0.85
    assert figures.among_three / figures.asked >= 0.95
    assert figures.silent / figures.unfitted >= 0.9
    assert figures.sent_right >= 0.95 * figures.sent
    assert figures.median < 50


def test_there_are_questions_enough() -> None:
    assert sum(map(len, trial.questions().values())) >= 150
    assert sum(map(len, trial.unfitted().values())) >= 60


def test_no_question_stands_in_the_book_as_it_is_written() -> None:
    said = {text for one in answers.book() for text in (one.title, *one.asked)}
    asked = {question for part in trial.questions().values() for question in part}
    assert len(asked & said) <= len(asked) // 20


def test_an_expired_answer_is_never_found() -> None:
    question = "交了电费怎么还没来电"
    found = answers.find(question, today=TODAY)[0].answer
    assert found.id == "top-up-missing"
    last = found.holds_until
    assert answers.find(question, today=last)[0].answer.id == found.id
    assert found.id not in [hit.answer.id for hit in answers.find(question, today=last + timedelta(days=1))]
    assert not answers.find(question, today=date(2040, 1, 1))


def test_a_year_after_the_29th_of_february_is_the_28th() -> None:
    assert pages.months_after(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert pages.months_after(date(2026, 11, 22), 12) == date(2027, 11, 22)
    assert pages.months_after(date(2026, 10, 31), 4) == date(2027, 2, 28)


def test_another_province_is_not_told_this_ones_rules() -> None:
    question = "北京阶梯电价是按年算吗"
    assert answers.find(question, province="北京", today=TODAY)[0].answer.id == "tier-beijing"
    assert "tier-beijing" not in [hit.answer.id for hit in answers.find(question, province="浙江", today=TODAY)]


def test_who_names_the_province_is_told_its_rules() -> None:
    assert answers.find("北京阶梯电价是按年算吗", today=TODAY)[0].answer.id == "tier-beijing"
    assert answers.find("东莞的档位冬天是不是少些", today=TODAY)[0].answer.id == "tier-guangdong"
    told = {hit.answer.id for hit in answers.find("阶梯电价是按年算吗", today=TODAY)}
    assert not told & {"tier-beijing", "tier-guangdong"}


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("dianfei zai nali jiao", "where-pay"),
        ("dianfeizainalijiao", "where-pay"),
        ("tingdianle", "outage-now"),
        ("wsgw", "app-how"),
        ("dbgh", "transfer"),
        ("店表过户", "transfer"),
        ("充直没到帐", "top-up-missing"),
        ("冇电", "outage-now"),
    ],
)
def test_pinyin_initials_dialect_and_slips_arrive(typed: str, right: str) -> None:
    assert answers.find(typed, today=TODAY)[0].answer.id == right


@pytest.mark.parametrize("said", ["转人工", "你们答应周五来的 电还没好", "水费怎么交", "谢谢", "我要找记者曝光你们停电", "停电" * 40])
def test_it_stays_silent_where_a_person_is_wanted_or_it_is_not_ours(said: str) -> None:
    assert not any(hit.sends_itself for hit in answers.find(said, today=TODAY))


@pytest.mark.parametrize(
    "said",
    [
        "电动车充电棚什么时候有电",
        "电动车充电棚停电了",
        "充电桩为什么没电",
        "我家电动车没电",
        "充电棚为啥没得电",
        "手机没电了",
        "电瓶车棚啥时候通电",
    ],
)
def test_when_and_why_there_is_no_power_is_answered_by_no_card_about_something_else(said: str) -> None:
    sent = {hit.answer.topic for hit in answers.find(said, today=TODAY) if hit.sends_itself}
    assert sent <= {"outage"}


def test_only_the_first_is_ever_sent_by_itself() -> None:
    for question in trial.questions()["tuning"]:
        hits = answers.find(question, today=TODAY)
        assert len(hits) <= 3
        assert not any(hit.sends_itself for hit in hits[1:])
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_whatever_is_written_is_survived(text: str) -> None:
    assert all(0 <= hit.score <= 1 for hit in answers.find(text, today=TODAY))


def test_a_million_characters_do_not_hold_it_up() -> None:
    started = time.perf_counter()
    answers.find("电费怎么交" * 200_000, today=TODAY)
    answers.find("a" * 1_000_000, today=TODAY)
    assert time.perf_counter() - started < 1


def test_the_book_goes_to_the_phone_as_plain_data() -> None:
    book = json.loads(json.dumps(answers.export(today=TODAY), ensure_ascii=False))
    assert len(book["answers"]) >= 60
    assert book["sounds"]["电"] == "dian"
    assert {one["province"] for one in book["answers"]} == {"", "北京", "广东"}
    assert not answers.export(today=date(2040, 1, 1))["answers"]


def test_a_batch_keeps_its_columns_and_adds_the_three_best(tmp_path: Path) -> None:
    file, out = tmp_path / "questions.csv", tmp_path / "answered.csv"
    file.write_text("编号,问题\n1,充值没到账\n2,=1+1\n3,邻居家有电，我家没电\n4\n", encoding="gb18030")
    done = CliRunner().invoke(main, ["answers", "find", str(file), "--column", "问题", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert done.output == ""
    with out.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    added = ["answer_1", "score_1", "answer_2", "score_2", "answer_3", "score_3", "sends_itself"]
    assert list(rows[0]) == ["编号", "问题", *added]
    assert rows[0]["answer_1"] == "充了电费没到账、没来电"
    assert [row["sends_itself"] for row in rows] == ["true", "false", "false", "false"]
    assert rows[1]["问题"] == "'=1+1"
    assert float(rows[0]["score_1"]) >= float(rows[0]["score_2"] or 0)


def test_the_book_is_well_spelled_toml_without_two_of_one_name() -> None:
    said = tomllib.loads(pages.FILE.read_text(encoding="utf-8"))
    assert {"reviewed_on", "holds_months"} <= set(said["defaults"])
