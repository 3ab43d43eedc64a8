"""A flood at a grid's door is slowed; who is known, who can be found and who is in danger come through it."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.errors import TooMany
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets import floods
from tickets.tables import Channel

DARK, DANGER = "家里没电了", "我爸触电倒地了救命"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with fewer."""
    for name, many in (("OF_ONE", 2), ("ALIKE", 2), ("NAMELESS", 4), ("ALIKE_IN_DANGER", 3), ("AT_ALL", 10)):
        monkeypatch.setattr(floods, name, many)


def let_in(ask: Ask, words: list[str], **more: object) -> int:
    """How many of them were."""
    for number, one in enumerate(words):
        try:
            ask(one, **more)
        except TooMany as slowed:
            return number if 0 < slowed.retry_after <= 601 else -1
    return len(words)


def test_a_flood_of_one_text_is_slowed_and_shuts_nobody_else_out(town: Cast, ask: Ask) -> None:
    home: dict[str, object] = {"estate": town.garden, "building": "1号楼"}
    assert let_in(ask, [f"垃圾{number}！" for number in range(9)]) == 2
    ask(DARK)
    ask("再问", **home)
    ask(DANGER)
    assert let_in(ask, [f"电线断了掉在地上{number}" for number in range(9)]) == 3
    ask(DANGER)
    ask("电线断了掉在地上", **home)


def test_ever_other_words_shut_out_who_is_nobody_and_never_a_danger_or_a_home(town: Cast, ask: Ask) -> None:
    assert let_in(ask, list("甲乙丙丁戊己庚辛")) == 4
    with pytest.raises(TooMany, match="小区"):
        ask(DARK)
    ask(DARK, contact="13800138000")
    ask(DARK, estate=town.garden, building="1号楼", room="101")
    ask(DANGER)
    ask(grid=town.lake)
    with clock.at(clock.now() + timedelta(minutes=11)):
        ask(DARK)


def test_where_no_people_could_write_so_much_who_was_heard_before_still_comes_through(town: Cast, ask: Ask) -> None:
    ask("怎么过户", channel=Channel.phone, by=town.me(town.wangfang), contact="13800138000")
    assert let_in(ask, [f"漏电了{one}" for one in "甲乙丙丁戊己庚辛壬癸子丑"], estate=town.garden, building="1号楼") == 10
    for _ in range(2):
        ask(DARK, contact="13800138000")
    with pytest.raises(TooMany):
        ask("又停电了", contact="13800138000")
    with pytest.raises(TooMany):
        ask(DARK, contact="13900139000")
