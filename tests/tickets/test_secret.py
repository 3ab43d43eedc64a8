"""Numbers of identity and bank cards: nobody is asked for them, lists do not show them, and whoever wrote one is told so."""

import pytest

from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets.wording import personal, secret

IDENTITY, CARD = "11010519491231002X", "6222021001116245702"


@pytest.mark.parametrize(
    ("words", "hidden"),
    [
        (f"我的身份证{IDENTITY}，帮我过户", "我的身份证〔号码略〕，帮我过户"),
        ("身份证 110105 19491231 002x", "身份证 〔号码略〕"),
        (f"卡号{CARD}", "卡号〔号码略〕"),
        ("卡号4111-1111-1111-1111。", "卡号〔号码略〕。"),
        ("户号110105194912310021", "户号110105194912310021"),
        ("表号6222021001116245703", "表号6222021001116245703"),
        ("电话13800001111", "电话13800001111"),
    ],
)
def test_what_its_check_digit_proves_is_hidden_and_nothing_else(words: str, hidden: str) -> None:
    assert secret.hidden(words) == hidden
    assert secret.stands_in(words) is (words != hidden)
    if secret.stands_in(words):
        assert personal.read(words).taken, "the check before a text goes into a group finds it too"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_who_wrote_one_is_told_and_lists_do_not_show_it(ask: Ask, town: Cast, resident: Client) -> None:
    ticket, plain = ask(f"身份证{IDENTITY}过户要几天", token="a" * 40), ask("过户要几天", token="b" * 40)
    town.session.commit()
    assert IDENTITY not in ticket.subject
    assert "过户要几天" in ticket.subject + plain.subject
    page = resident.get(f"/q/{'a' * 40}").text
    assert "别发身份证号" in page
    assert f"/q/{'a' * 40}/data" in page
    assert "别发身份证号" not in resident.get(f"/q/{'b' * 40}").text
