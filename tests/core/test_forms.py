"""What a form or a body got wrong is said in Chinese, and says what would be right."""

from typing import Annotated

import msgspec
import pytest

from app.core import forms
from app.core.errors import Mistaken


class Wish(msgspec.Struct):
    minutes: Annotated[int, msgspec.Meta(ge=15, le=240)] = 15
    people: Annotated[int, msgspec.Meta(ge=1)] = 1
    share: Annotated[float, msgspec.Meta(le=1)] = 0


@pytest.mark.parametrize(
    ("field", "said", "told"),
    [
        ("minutes", "5", "请填 15 到 240 之间。"), ("minutes", "9" * 40, "请填 15 到 240 之间。"), ("minutes", "半小时", "请填一个数字。"),
        ("people", "-3", "请填不小于 1 的数。"), ("share", "1.5", "请填不大于 1 的数。"), ("share", "x", "请填一个数字。"),
    ],
)  # fmt: skip
def test_a_number_out_of_range_is_told_its_range(field: str, said: str, told: str) -> None:
    with pytest.raises(Mistaken) as wrong:
        forms.read(Wish, {field: said})
    assert str(wrong.value.mistakes[field]) == told


@pytest.mark.parametrize(
    "raw", [b'{"minutes": 5}', b'{"minutes": "x"}', b'{"people": 0}', b'{"share": 2.5}', b'{"minutes": null}', b'{"minutes": [1]}']
)
def test_what_the_library_says_of_a_body_is_said_in_chinese(raw: bytes) -> None:
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.json.decode(raw, type=Wish)
    said = str(forms.reason(str(wrong.value)))
    assert said.startswith(("请填不", "这里要的是")), said
