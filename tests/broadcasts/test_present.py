"""The present truth, as a pure function of a notice and a time."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from app.core import clock
from broadcasts import numbers, texts
from broadcasts.cards import prose
from broadcasts.present import present
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeKind, NoticeState, Update, UpdateState
from grids.tables import Person
from tests.broadcasts.stage import HOUR, NOON

WANGFANG = Person(name="王芳")


def told(state: UpdateState, at: datetime, starts_at: datetime | None, ends_at: datetime | None) -> Update:
    return Update(state=state, at=at, by=WANGFANG, starts_at=starts_at, ends_at=ends_at, words="")


def outage(
    starts_at: datetime, ends_at: datetime | None, kind: NoticeKind = NoticeKind.planned_outage, state: NoticeState = NoticeState.published
) -> Notice:
    first = told(UpdateState.published, NOON - 100 * HOUR, starts_at, ends_at)
    return Notice(kind=kind, state=state, title="计划停电", words="", starts_at=starts_at, ends_at=ends_at, updates=[first], places=[])


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def test_a_coming_outage_is_planned_and_says_its_window() -> None:
    now = present(outage(NOON + 24 * HOUR, NOON + 27 * HOUR), NOON)
    assert (now.state, now.named, now.word, now.time) == ("planned", "scheduled", "计划停电", "7月15日周四 12:00–15:00")


def test_a_moved_outage_says_what_was_said_before() -> None:
    notice = outage(NOON + 24 * HOUR, NOON + 27 * HOUR)
    notice.starts_at, notice.ends_at = NOON + 48 * HOUR, NOON + 51 * HOUR
    notice.updates.append(told(UpdateState.new_time, NOON, notice.starts_at, notice.ends_at))
    now = present(notice, NOON)
    assert (now.state, now.named, now.word, now.was) == ("moved", "scheduled", "计划停电已改期", "原定 7月15日周四 12:00–15:00")
    assert (now.by, now.updated_at) == ("王芳", NOON)


def test_a_corrected_slip_of_the_pen_is_no_moving() -> None:
    notice = outage(NOON + 24 * HOUR, NOON + 27 * HOUR)
    notice.ends_at = NOON + 28 * HOUR
    notice.updates.append(told(UpdateState.corrected, NOON, notice.starts_at, notice.ends_at))
    assert present(notice, NOON).state == "planned"


def test_an_outage_is_out_from_its_start_to_its_end() -> None:
    notice = outage(NOON - HOUR, NOON + 8 * HOUR + HOUR / 2)
    now = present(notice, NOON)
    assert (now.state, now.named, now.word, now.words, now.time) == ("out", "in_progress", "正在停电", "预计 20:30 来电", "20:30")
    assert present(outage(NOON, NOON + HOUR), NOON).state == "out"


def test_an_unknown_end_is_said_to_be_unknown() -> None:
    now = present(outage(NOON - HOUR, None, NoticeKind.fault_outage), NOON)
    assert (now.state, now.time) == ("out", "")
    assert "还不确定" in now.words


def test_past_its_promise_nobody_claims_that_the_power_is_back() -> None:
    notice = outage(NOON - 3 * HOUR, NOON - HOUR)
    now = present(notice, NOON)
    assert (now.state, now.named, now.word) == ("overdue", "in_progress", "正在核实")
    assert "台区经理正在核实" in now.words
    late = present(notice, NOON + 30 * HOUR)
    assert (late.state, late.named) == ("finished", "finished")
    assert "已复电" not in late.word


def test_restored_and_cancelled_say_so_first() -> None:
    back = present(outage(NOON - 3 * HOUR, NOON - HOUR, state=NoticeState.restored), NOON)
    assert (back.state, back.word, back.time) == ("restored", "已复电", "11:00")
    off = present(outage(NOON + 3 * HOUR, NOON + 4 * HOUR, state=NoticeState.cancelled), NOON)
    assert (off.state, off.word) == ("cancelled", "已撤销")
    assert "照常用电" in off.words
    never = present(outage(NOON - HOUR, None, NoticeKind.fault_outage, NoticeState.cancelled), NOON)
    assert (never.words, never.time) == ("这条通知不作数了。您家要是没电，请告诉我们。", ""), "nobody had planned a fault"


def test_news_holds_until_its_end() -> None:
    news = outage(NOON, None, NoticeKind.safety)
    assert (present(news, NOON).state, present(news, NOON).look) == ("published", "safety")
    news.ends_at = NOON + HOUR
    assert present(news, NOON + 2 * HOUR).state == "finished"


def test_a_title_is_good_on_a_share_card() -> None:
    notice = outage(NOON - HOUR, NOON + HOUR)
    assert texts.headline(notice, present(notice, NOON)).startswith("正在停电 · ")
    assert texts.headline(notice, present(notice, NOON)).endswith("预计13:00来电")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("104226", ("grid", "104226")),
        ("104 226", ("grid", "104226")),
        ("１０４２２６", ("grid", "104226")),
        (" 260714-03 ", ("notice", "260714-03")),
        ("260714 03", ("notice", "260714-03")),
        ("26071403", ("notice", "260714-03")),
        ("260714—03", ("notice", "260714-03")),
        ("https://lindian.example/n/260714-03?from=wx", ("notice", "260714-03")),
        ("https://lindian.example/g/104226/", ("grid", "104226")),
        ("你好", ("", "")),
        ("1" * 5000, ("", "")),
        ("\u0000", ("", "")),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str, read: tuple[str, str]) -> None:
    assert numbers.read(typed) == read


def test_runs_of_buildings_are_shortened() -> None:
    assert audiences.runs(["1号楼", "2号楼", "3号楼", "5号楼"]) == ["1–3号楼", "5号楼"]
    assert audiences.runs(["A座", "10号楼", "9号楼"]) == ["A座", "9–10号楼"]


def test_words_become_paragraphs_and_lists() -> None:
    found = prose.blocks("您好：\n请注意\n\n1. 别乘电梯\n2、关冰箱\n- 一\n• 二\n0.4883元一度\n\n再见")
    assert [(block.kind, block.lines) for block in found] == [
        ("p", ["您好：", "请注意"]),
        ("ol", ["别乘电梯", "关冰箱"]),
        ("ul", ["一", "二"]),
        ("p", ["0.4883元一度"]),
        ("p", ["再见"]),
    ]
    assert prose.blocks("") == []
