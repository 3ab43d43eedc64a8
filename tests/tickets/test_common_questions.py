"""The commonest questions get their answer at once, whatever dangers are denied in them; what an outage did is not the dark."""

import tomllib
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tests.tickets.test_pages import ask as ask_on_the_page
from tickets import answers
from tickets.answers import book_uses

SENT = {
    "电费咋交": "where-pay", "怎么交电费": "where-pay", "表闪红灯": "meter-light",
    "怎么查电费": "bill-query", "电费怎么查？": "bill-query",
    "没有冒火也没有烟，就问过户": "transfer", "没有冒火也没有烟，就是想问怎么过户": "transfer",
    "冰箱烧了赔不赔": "outage-compensation", "昨天停电把我家冰箱烧了赔不赔": "outage-compensation",
}  # fmt: skip
NOT_SENT = (
    "水表亮红灯怎么办",
    "我手表闪红灯",
    "路由器红灯闪",
    "没有冒烟，就问水费",
    "洗衣机烧坏了哪里修",
    "冰箱不制冷了",
    "插座冒烟，顺便问过户",
    "停电了冰箱要坏了，几点来电",
)
PLAIN: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("plain_questions.toml").read_text())


def test_the_plainest_words_find_the_right_answer_first() -> None:
    found = {words: answers.find(words)[0].answer.id for words in PLAIN}
    assert {words: one for words, one in found.items() if one not in PLAIN[words]} == {}


def test_the_commonest_questions_are_answered_by_themselves() -> None:
    assert {words: getattr(book_uses.sure(words, answers.find(words)), "id", "") for words in SENT} == SENT
    assert [words for words in NOT_SENT if book_uses.sure(words, answers.find(words)) is not None] == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_is_over_is_not_the_dark_and_what_holds_on_is(ask: Ask, town: Cast) -> None:
    assert [ask(words).dark for words in ("昨天停电把我家冰箱烧了赔不赔", "停电到现在还没来，冰箱坏了赔吗", "停电了")] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_who_asks_where_to_pay_or_owes_is_led_there(resident: Client, told_town: Cast) -> None:
    pages = (ask_on_the_page(resident, "电费咋交"), "/g/104226/triage?a=none.lit.arrears")
    assert ['href="/g/104226/pay"' in resident.get(path).text for path in pages] == [True, True]
