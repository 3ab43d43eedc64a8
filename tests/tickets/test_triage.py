"""Whose wire is it: the reviewed rules on messages of our own, and on the labelled ones where they lie beside the project."""

import csv
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.core import words
from tests.trials import triage as trial
from tickets.triage import judge
from tickets.triage.rules import rules

MESSAGES = tomllib.loads(Path(__file__).with_name("triage_messages.toml").read_text(encoding="utf-8"))["message"]


def test_our_own_messages_are_told_apart_from_what_only_sounds_electric() -> None:
    right = [judge(one["text"]).about_electricity == one.get("about", True) for one in MESSAGES]
    assert sum(right) / len(right) >= 0.95


def test_where_it_is_sure_it_is_right() -> None:
    sure = [(judge(one["text"]), one) for one in MESSAGES if one.get("about", True)]
    named = [(said.responsible, one["who"]) for said, one in sure if said.sure]
    assert len(named) / len(sure) >= 0.5
    assert sum(said == who for said, who in named) / len(named) >= 0.95


def test_where_it_is_not_sure_it_says_what_to_ask_next() -> None:
    for one in MESSAGES:
        said = judge(one["text"])
        if said.about_electricity and not said.sure:
            assert said.next_question in words.catalogue("zh_CN")
        else:
            assert not said.next_question


def test_a_wire_on_the_ground_is_asked_about_before_anything_else() -> None:
    said = judge("家门口一根线断了掉在地上，不知道是不是带电")
    assert said.about_electricity
    assert not said.sure
    assert said.asks == "danger"


def test_no_words_at_all_are_about_nothing() -> None:
    for nothing in ("", "   ", "？？？", "\x00", "好的谢谢"):
        assert not judge(nothing).about_electricity


def test_a_very_long_letter_is_judged_in_time() -> None:
    said = judge("我们村电压太低，空调带不动。" * 2000)
    assert said.responsible == "utility"


def test_every_rule_says_why_and_from_where() -> None:
    assert rules().reviewed_on.year >= 2026
    assert all(rule.why and rule.source for rule in rules().rules)
    assert {rule.id for rule in rules().rules}.__len__() == len(rules().rules)


@pytest.mark.skipif(not trial.SHARED.exists(), reason="the labelled messages are not beside the project")
def test_the_labelled_messages_reach_the_bar() -> None:
    figures = trial.measure(trial.messages(), trial.by_rules)
    assert figures.about / figures.messages >= 0.9
    assert figures.sure / figures.electric >= 0.5
    assert figures.right / figures.sure >= 0.9
    keywords = trial.measure(trial.messages(), trial.by_keywords)
    assert figures.about > keywords.about
    assert figures.right / figures.sure > keywords.right / keywords.sure


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_batch_answers_row_by_row(tmp_path: Path, encoding: str) -> None:
    file, out = tmp_path / "messages.csv", tmp_path / "judged.csv"
    file.write_text('编号,内容\n7,"物业不交电费，\n整个小区被停电"\n8,\n9,电话打不通\n', encoding=encoding)
    done = CliRunner().invoke(main, ["tickets", "triage", str(file), "--column", "内容", "--out", str(out)])
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert list(rows[0]) == ["row", "about_electricity", "responsible", "confidence", "sure"]
    assert [row["row"] for row in rows] == ["1", "2", "3"]
    assert [row["about_electricity"] for row in rows] == ["true", "false", "false"]
    assert rows[0]["responsible"] == "property_or_developer"
    assert rows[0]["sure"] == "true"


def test_a_column_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text("编号,内容\n1,停电了\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["tickets", "triage", str(file), "--column", "text", "--out", str(tmp_path / "o.csv")])
    assert done.exit_code == 2
    assert "编号, 内容" in done.output


@pytest.mark.parametrize(("rows", "out", "told"), [('1,"停电了\n2,没电\n', "o.csv", "引号"), ("1,停电了\n", "none/o.csv", "写不进去")])
def test_what_cannot_be_read_or_written_is_told_and_leaves_no_file(tmp_path: Path, rows: str, out: str, told: str) -> None:
    """A mark that never closes would swallow every row after it."""
    file = tmp_path / "messages.csv"
    file.write_text("编号,内容\n" + rows, encoding="utf-8")
    done = CliRunner().invoke(main, ["tickets", "triage", str(file), "--column", "内容", "--out", str(tmp_path / out)])
    assert done.exit_code == 2
    assert told in done.output
    assert list(tmp_path.iterdir()) == [file]
