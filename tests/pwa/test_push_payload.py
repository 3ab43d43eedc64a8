import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pwa.push import payload
from pwa.push.sealing import LONGEST, TooLong

NOTICE = {"title": "Planned outage", "body": "Saturday 8:00-17:00", "navigate": "https://grid.example/n/7", "tag": "notice-7"}


def test_the_declarative_form() -> None:
    assert json.loads(payload.declarative(**NOTICE)) == {
        "web_push": 8030,
        "notification": {**NOTICE, "lang": "zh-CN", "silent": False},
    }


@given(title=st.text(max_size=300), body=st.text(max_size=6000))
def test_any_words_fit_into_one_message(title: str, body: str) -> None:
    encoded = payload.declarative(title=title, body=body, navigate="https://grid.example/n/7", tag="notice-7")
    assert len(encoded) <= LONGEST
    assert json.loads(encoded)["web_push"] == 8030


def test_a_megabyte_is_cut_with_an_ellipsis() -> None:
    said = json.loads(payload.declarative(**{**NOTICE, "body": "\u505c" * 350_000}))["notification"]["body"]
    assert said.endswith("\u505c\u2026")
    assert len(said) > 1000


def test_what_turns_the_writing_round_does_not_pass() -> None:
    said = json.loads(payload.declarative(**{**NOTICE, "title": "a\u202eb\u2066c\x00d", "body": "one\ntwo\x1b[31m \ud800"}))["notification"]
    assert said["title"] == "a b c d"
    assert said["body"] == "one\ntwo [31m"


@pytest.mark.parametrize("address", ["/n/7", "javascript:alert(1)", "http://grid.example/n/7", "//grid.example/n/7", ""])
def test_only_a_whole_address_can_be_opened(address: str) -> None:
    with pytest.raises(ValueError, match="whole address"):
        payload.declarative(**{**NOTICE, "navigate": address})


def test_an_endless_address_is_refused() -> None:
    with pytest.raises(TooLong):
        payload.declarative(**{**NOTICE, "navigate": "https://grid.example/" + "x" * 4000})
