"""Opening hours as people say them."""

import pytest

from app.core import words
from grids.hours.spoken_hours import spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Mo-Fr 09:00-17:00", "周一至周五 09:00–17:00"),
        ("Mo-Fr 09:00-17:00; PH off", "周一至周五 09:00–17:00；节假日休息"),
        ("Mo-Su 08:00-20:00", "每天 08:00–20:00"),
        ("09:00-18:00", "每天 09:00–18:00"),
        ("Mo-Fr 09:00-12:00,13:30-17:00; Sa,Su 10:00-16:00", "周一至周五 09:00–12:00、13:30–17:00；周六、周日 10:00–16:00"),
        ("Mo-Sa,PH 09:00-17:00; Su off", "周一至周六、节假日 09:00–17:00；周日休息"),
        ("Mo-Fr 00:00-24:00", "周一至周五 24小时"),
        ("24/7", "24小时"),
        ("", ""),
    ],
)
def test_common_hours_are_said_in_words(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize("written", ["Mo[1] 09:00-17:00", "Apr-Oct Mo-Fr 09:00-17:00", "sunrise-sunset", "随缘", 'Mo-Fr 09:00-17:00 "x"'])
def test_what_is_not_common_stays_as_it_is_written(written: str) -> None:
    assert spoken(written) == written


def test_they_are_said_in_english_too() -> None:
    token = words.language.set("en")
    try:
        assert spoken("Mo-Fr 09:00-17:00; PH off") == "Mon to Fri 09:00–17:00; public holidays closed"
    finally:
        words.language.reset(token)
