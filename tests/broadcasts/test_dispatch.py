"""Where a field stands in the paste, and what is asked: precisely, with answers, never taken for its neighbour."""

from datetime import date

import pytest

from broadcasts import dispatch
from broadcasts.dispatch import Place
from tests.broadcasts.tally import TODAY


@pytest.mark.parametrize(
    "said", ["“莲花园”、荷塘苑", "应为莲花园、荷塘苑", "莲花园、荷塘苑两个小区都停", "莲花园、荷塘苑，不含南湖东园", "莲花园、荷塘苑-"]
)
def test_a_name_holds_no_quote_no_verb_and_no_open_end(said: str) -> None:
    [found] = dispatch.read(f"5月8日8:00-17:00检修停电，停电范围：{said}。", today=TODAY)
    assert found.estates in (["莲花园", "荷塘苑"], ["莲花园"])
    assert len(found.estates) == 2 or "estates" in found.unsure


def test_every_field_knows_where_it_stands_in_the_text_as_it_was_pasted() -> None:
    text = "⚡因１０ｋＶ学院线９１６配网检修，定于５月８日（周五）８：００—１７：００停电，范围：望京西园三区1–6号楼。"
    [found] = dispatch.read(text, today=TODAY)
    said = {field: [text[lo:hi] for lo, hi in spans] for field, spans in found.spans.items()}
    assert said["line"] == ["１０ｋＶ学院线９１６"]
    assert said["cause"] == ["配网检修"]
    assert said["windows"] == ["５月８日（周五）８：００—１７：００"]
    assert said["estates"] == ["望京西园三区"]
    assert said["buildings"] == ["1–6号楼"]


def test_a_building_that_is_not_there_is_asked_about_with_the_one_that_is() -> None:
    places = [Place("南湖东园", ("111号楼", "112号楼", "2号楼"))]
    text = "5月8日8:00-17:00检修停电，影响南湖东园122号楼。"
    [found] = dispatch.read(text, today=TODAY, places=places)
    [doubt] = found.doubts
    assert str(doubt.question) == "南湖东园没有122号楼，是112号楼吗？"
    assert doubt.choices[0] == "112号楼"
    assert doubt.span is not None
    assert text[slice(*doubt.span)] == "122号楼"
    assert found.buildings == {}


def test_an_estate_is_never_taken_for_its_neighbour() -> None:
    places = [Place("望京西园三区", ("301号楼",)), Place("望京西园四区", ("401号楼",))]
    [found] = dispatch.read("5月8日8:00-17:00检修停电，影响望京西园五区。", today=TODAY, places=places)
    assert found.estates == ["望京西园五区"]
    assert found.unsure == ["estates"]


def test_an_old_text_with_its_year_left_out_is_no_outage_of_next_year() -> None:
    """Pasted in November, 5月8日 was half a year ago: it is asked about, never taken for May of the year to come."""
    [found] = dispatch.read("5月8日8:00-17:00，10kV宋北线937检修，影响望京西园三区。", today=date(2026, 11, 26))
    assert ([one for one in found.windows if one.start or one.end], "windows" in found.unsure) == ([], True)
    assert "哪一年" in " ".join(str(one.question) for one in found.doubts)


@pytest.mark.parametrize(
    "said",
    [
        "12月5日至8日每天8:00-17:00，10kV宋北线检修停电，影响莲花园，其中6日、7日不停。",
        "12月5、6、7、8日每天8:00-17:00停电检修，影响莲花园，6日、7日正常供电。",
    ],
)
def test_a_day_among_them_that_is_spared_is_no_window(said: str) -> None:
    [found] = dispatch.read(said, today=date(2026, 11, 28))
    assert [one.start.day for one in found.windows if one.start] == [5, 8]


def test_power_that_is_normal_after_the_last_hour_spares_no_day() -> None:
    [found] = dispatch.read("12月5日至6日每天8:00-17:00停电检修，影响莲花园。6日17:00后正常供电。", today=date(2026, 11, 28))
    assert [one.start.day for one in found.windows if one.start] == [5, 6]


@pytest.mark.parametrize("said", ["8:30至17.00", "8:30到17.00", "8.30至17:00", "8:30-17.00"])
def test_an_hour_with_a_dot_beside_one_with_a_colon_is_an_hour(said: str) -> None:
    [found] = dispatch.read(f"5月8日{said}莲花园计划停电检修", today=date(2026, 4, 30))
    assert [(one.start.hour, one.start.minute, one.end.hour) for one in found.windows if one.start and one.end] == [(8, 30, 17)]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("原定5月8日8:00-17:00停电顺延至5月9日，范围莲花园", 9),
        ("因天气原因，莲花园5月8日8:00-17:00停电延期至5月9日", 9),
        ("5月8日8:00-17:00莲花园停电检修，如遇雨天顺延一天。", 8),
        ("原定5月8日8:00-17:00莲花园停电顺延至5月9日，具体时间另行通知", None),
        ("5月8日8:00-17:00莲花园停电检修，因下雨停电时间顺延一小时", None),
        ("莲花园停电时间顺延至5月9日", None),
    ],
)
def test_an_outage_put_off_is_read_where_it_is_clear_and_asked_about_elsewhere(said: str, day: int | None) -> None:
    [found] = dispatch.read(said, today=date(2026, 4, 30))
    assert [(one.start.day, one.start.hour, one.end.hour) for one in found.windows if one.start and one.end] == (
        [(day, 8, 17)] if day else []
    )
    assert ("windows" in found.unsure) is (day is None)
