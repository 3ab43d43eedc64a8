"""What a colleague may say of where a question was heard."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.client import Client


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("channel", ["web", "api", "pigeon"])
def test_a_question_is_heard_by_telephone_at_the_counter_or_on_wechat(
    signed_in: Callable[..., Client], told_town: Cast, channel: str
) -> None:
    clerk = signed_in(told_town.sunli)
    answer = clerk.post("/desk/tickets", data={"grid": "104226", "channel": channel, "words": "电价", "nonce": "heard-once"})
    assert answer.status_code == 422
    assert "请从给出的选项里选" in answer.text
