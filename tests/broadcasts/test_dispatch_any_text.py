"""Any text at all is answered, and soon."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import Refused
from broadcasts import dispatch
from broadcasts.dispatch import Place
from tests.broadcasts.tally import TODAY


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered(text: str) -> None:
    dispatch.read(text, today=TODAY)


PIECES = [
    "5月8日",
    "8:00",
    "-17:00",
    "至次日6:00",
    "30日",
    "2月30日",
    "24:00",
    "今晚",
    "下周一",
    "周八",
    "约3小时",
    "10kV宋北线937",
    "停电",
    "影响",
    "望京西园三区",
    "1-6号楼",
    "6-1号楼",
    "、",
    ",",
    "。",
    ";",
    "(",
    ")",
    "【",
    "】",
    ":",
    "停电时间",
    "停电范围:",
    "停电原因：",
    "一、",
    "1.",
    "(专)",
    "部分",
    "及",
    "和",
    "故障",
    "检修",
    "因",
    "对",
    "造成",
    "99999999",
    "一二三",
    "|",
    "?",
    "每日",
    "至",
    "如遇雨",
    "原定",
    "改为",
    "取消",
]


@given(st.lists(st.sampled_from([*PIECES, "\n", "\t"]), max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_shuffled_notice_is_answered_with_sound_windows(pieces: list[str]) -> None:
    for found in dispatch.read("".join(pieces), today=TODAY, places=[Place("望京西园三区", ("1号楼", "3号楼"))]):
        assert all(one.start is None or one.end is None or one.start < one.end for one in found.windows)


LONG = ["停电", "5月8日8:00-17:00", "10kV", "望京西园三区、", "1-6号楼、", "影响", "(", "因", "一", "1、", "停电时间:", "对", "造成", "因a"]


@pytest.mark.parametrize("piece", [*LONG, "\n", "( ", " \t", "8 ", "\n影响", "( 停电", "恢复供电 影响", "哪些小区停电(", "\n因"])
def test_a_text_four_times_as_long_is_not_ten_times_the_work(piece: str) -> None:
    """Work that grows with the square would be sixteen times as much."""
    short, long = (worked(piece, letters) for letters in (2_000, 8_000))
    assert long < 10 * short


def worked(piece: str, letters: int) -> float:
    """Seconds of the processor."""
    begun = time.process_time()
    dispatch.read((piece * letters)[:letters], today=TODAY)
    return time.process_time() - begun


def test_a_text_of_a_megabyte_is_refused_with_a_reason() -> None:
    with pytest.raises(Refused, match="文字太长"):
        dispatch.read("停电" * 500_000, today=TODAY)


@given(st.lists(st.sampled_from(["\n", "\n\n", "停电", "5月8日8:00-17:00检修停电，影响望京西园三区。", "甲" * 5_000]), max_size=30))
@settings(max_examples=60, deadline=None)
def test_a_long_file_is_cut_into_stretches_without_loss(pieces: list[str]) -> None:
    text = "".join(pieces)
    parts = list(dispatch.portions(text))
    assert "".join(parts) == text
    assert all(len(part) <= dispatch.LONGEST for part in parts)
