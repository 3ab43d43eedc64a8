"""Whose wire is it: the reviewed rules on messages of our own, and on the labelled ones where they lie beside the project."""

import csv
import time
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import main
from app.core import words
from tests.trials import triage as trial
from tickets.triage import Judgement, judge
from tickets.triage.rules import rules
from tickets.triage.unsaid import unsaid

OURS = ("triage_messages.toml", "triage_unsaid.toml", "triage_asides.toml")


@cache
def ours(name: str) -> list[tuple[Judgement, dict[str, Any]]]:
    read = tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))["message"]
    return [(judge(one["text"]), one) for one in read]


@pytest.mark.parametrize("name", OURS)
def test_our_own_messages_are_told_apart_from_what_only_sounds_electric(name: str) -> None:
    right = [said.about_electricity == one.get("about", True) for said, one in ours(name)]
    assert sum(right) / len(right) >= 0.95


@pytest.mark.parametrize("name", OURS)
def test_where_it_is_sure_it_is_right(name: str) -> None:
    asked = [(said, one) for said, one in ours(name) if one.get("about", True)]
    named = [(said.responsible, one["who"].split("|")) for said, one in asked if said.sure]
    assert len(named) / len(asked) >= 0.5
    assert sum(said in who for said, who in named) / len(named) >= 0.95


@pytest.mark.parametrize(
    "text", ["冒充银行来电骗走老人十二万，请公安追查。", "学低压电工证交了钱拿不到，请人社局查。", "电信的杆立在我家田中间，走的是光纤。"]
)
def test_the_word_in_another_trade_is_not_the_supply(text: str) -> None:
    assert not judge(text).about_electricity


def test_what_speaks_of_another_network_takes_away_what_all_networks_have() -> None:
    assert judge("上门换表的人把我家院墙打了三个洞没有补，报修也没有人来。").about_electricity
    assert not judge("自来水公司上门换表的人把我家院墙打了三个洞没有补，报修也没有人来。").about_electricity


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("楼下酒吧天天唱到两点，上回停电那晚才睡了个好觉。请环保来测一测噪声。", False),
        ("停电那晚到现在都没有来电，楼下酒吧自己有发电机照样唱。请派人来抢修。", True),
        ("我要说的是隔壁砌墙占了过道，电表箱也挡住了。请国土所来量界址。", False),
        ("隔壁砌墙把我家的电表箱挡住了，抄表和跳闸都进不去。请供电所来把表箱移出来。", True),
    ],
)
def test_what_a_letter_asks_for_decides_and_not_a_word_in_passing(text: str, about: bool) -> None:
    assert judge(text).about_electricity == about


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("建议发改委把峰谷电价的低谷时段提前到晚上九点，现在的划分不合理。", "government"),
        ("没有申请峰谷电价，账单却按峰谷算，营业厅说是系统转的，请把多收的退给我。", "utility"),
        ("门面关了改成自己住，电费还按商业算，商改民要什么材料？", "utility"),
        ("公共能耗每户摊八十块，物业不给看总表的数。", "property_or_developer"),
        ("装充电桩供电公司要盖章，物业就是不盖，说怕起火。", "property_or_developer"),
        ("一到夏天整栋楼跳闸，电力公司说变压器容量不足，开发商每户只按四千瓦设计。", "property_or_developer"),
    ],
)
def test_who_decides_who_bills_and_who_built_are_told_apart(text: str, who: str) -> None:
    said = judge(text)
    assert said.sure
    assert said.responsible == who


def test_the_company_on_somebody_elses_ground_needs_more_than_one_word() -> None:
    asked, owned = "向供电公司反映多次，没有人来。", "房东也不管。"
    assert judge(asked).sure
    assert not judge(asked + owned).sure
    assert judge(asked + owned).next_question


def test_the_ground_decides_where_no_rule_speaks_but_never_over_a_danger() -> None:
    dark = "从昨天到现在我们这条弄里六家都没有电，点着蜡烛，师傅的手机不通。"
    assert judge(dark).responsible == "utility"
    assert judge(dark).wire
    assert not judge(dark + "线断了掉在地上。").sure


def test_where_it_is_not_sure_it_says_what_to_ask_next() -> None:
    for said, _one in [read for name in OURS for read in ours(name)]:
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
    started = time.process_time()
    for said_often in ("我们村电压太低，空调带不动。", "表箱没有门，", "杆子立换移一", "公园湖灯箱灯带"):
        judge((said_often * 10_000)[:20_000])
    judge("停电" + "501" * 20_000)
    assert time.process_time() - started < 10
    assert judge("我们村电压太低，空调带不动。" * 2000).responsible == "utility"


def test_every_rule_says_why_and_from_where() -> None:
    assert rules().reviewed_on.year >= 2026
    assert all(rule.why and rule.source for rule in rules().rules)
    assert {kind.id for kind in unsaid().kinds}.__len__() == len(unsaid().kinds)
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
    assert csv.field_size_limit() < 200_000, "what a command reads changes nothing of the process"
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


@pytest.mark.parametrize(
    ("rows", "out", "told"),
    [('1,"停电了\n2,没电\n', "o.csv", "引号"), ("1,停电了\n", "none/o.csv", "写不进去"), ("1,停电了\n", "messages.csv", "盖掉")],
)
def test_what_cannot_be_read_or_written_is_told_and_leaves_no_file(tmp_path: Path, rows: str, out: str, told: str) -> None:
    """A mark that never closes would swallow every row after it."""
    file = tmp_path / "messages.csv"
    file.write_text("编号,内容\n" + rows, encoding="utf-8")
    done = CliRunner().invoke(main, ["tickets", "triage", str(file), "--column", "内容", "--out", str(tmp_path / out)])
    assert done.exit_code == 2
    assert told in done.output
    assert list(tmp_path.iterdir()) == [file]
