"""Which writings are one building or one home, which are two, and which nobody can tell."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grids import dwellings

FIGURES = "零一二三四五六七八九"
SIDES = ["", "东", "西", "南", "北", "中", "前院", "后院", "左", "右", "上", "下", "甲", "乙"]

Home = tuple[str, str, str, str]
"""Unit, floor, number and side, as far as somebody names them."""

units = st.sampled_from(["", "1", "2", "12", "A"])
floors = st.sampled_from(["", "1", "2", "11", "地下1"])
numbers = st.sampled_from(["", "1", "2", "101", "102", "201", "1101"])
homes = st.tuples(units, floors, numbers, st.sampled_from(SIDES)).filter(lambda one: any(one[1:]))


def same(one: Home) -> Home:
    """A floor that the number names already says nothing more."""
    unit, floor, number, side = one
    return (unit, "" if floor and number[:-2] == floor else floor, number, side)


def numeral(figure: str, how: random.Random) -> str:
    """The number as people write it: 12, １２, 012, 十二, 一二."""
    if not figure.isdigit():
        return figure
    plain = "".join(FIGURES[int(one)] for one in figure)
    tens = {"11": "十一", "12": "十二", "1101": "一一零一"}.get(figure, plain)
    wide = "".join(chr(ord(one) + 0xFEE0) for one in figure)
    return how.choice([figure, figure, wide, "0" + figure, plain, tens])


def written(home: Home, how: random.Random) -> str:
    unit, floor, number, side = home
    said = ""
    if unit:
        said += numeral(unit, how) + (how.choice(["单元", "门", "單元", "-", "－", " 单元 ", "/"]) if floor or number else "单元")
    if floor:
        figure = numeral(floor.removeprefix("地下"), how)
        said += ("地下" if floor.startswith("地") else "") + figure + how.choice(["层", "楼", "層"])
    if number:
        said += numeral(number, how) + how.choice(["", "室", "号", "户", "" if side else "房"])
    return said + (how.choice(["", "-", " "]) + side + how.choice(["", "户"]) if side else "")


@settings(max_examples=150, deadline=None)
@given(homes, st.lists(homes, max_size=12), st.integers(0, 10**9))
def test_distinct_homes_are_never_one_and_one_home_is_one_however_it_is_written(one: Home, others: list[Home], seed: int) -> None:
    how = random.Random(seed)
    mine = {dwellings.room(written(one, how)) for _ in range(6)}
    assert len(mine) == 1, mine
    for other in others:
        theirs = dwellings.room(written(other, how))
        assert (theirs in mine) == (same(one) == same(other)), (one, other, theirs)
        assert dwellings.room(theirs) == theirs


TWO_ROOMS = """
    2层东户 2层西户 2层南户 2层北户 2号东户 2单元东户 | 501东 501西 501 501中 | 3单元东 3单元西 3单元 | 12号东院 12号西院 12号院 12
    前院2号 后院2号 2 | 地下1 1层 -1层 1 地下1层 | 二单元501 三单元501 501 | A座501 B座501 501 | 5单元501 501 501房东 501东户
    2单元501 2501 25-01 | 2层1号 2单元1号 21 | 负101 101 | 501甲 501乙 | 301A 301B 301
"""
ONE_ROOM = """
    2单元501 2-501 二单元501 2单元501室 02-501 ２－５０１ 2门501 贰单元五〇一 2/501 2单元5层501 2#501 2號501
    501 五〇一 0501 501室 501号房 5楼501
    2层东户 2楼东 二层东户 2樓東戶 | 501东 501-东户 501室东 501(东) | A单元501 a-501 | 负1层 -1层 －1楼
    12号东院 十二号东院 12東院 | 2--101 2单元-101
"""
TWO_BUILDINGS = """
    甲2号楼 乙2号楼 2号楼 2甲号楼 | 1区3号楼 1区4号楼 1号楼 A1栋 东1楼 西1楼 B1栋 3号楼 2区3号楼 | 314号楼A座 314号楼B座 314号楼 A座
    一期2号楼 二期2号楼 2号楼 | 12号院3号楼 3号楼 12号院 | 东楼 西楼 | 1-3号楼 1号楼 3号楼 13号楼 | 锦绣楼 芙蓉楼
"""
ONE_BUILDING = """
    2 2号 2号楼 2栋 2幢 二号楼 第2栋 02 2# 2#楼 ２号楼 贰号楼 2號樓 第二幢 | 甲2号楼 甲2 甲二栋
    1区3号楼 一区3栋 1区-3 | 314号楼A座 314-A 314栋a座
    12号院3号楼 12号院3栋 十二号院三号楼 | A座 A栋 a A号楼 | 十二号楼 12栋
"""


def groups(listed: str) -> list[list[str]]:
    return [group.split() for line in listed.strip().splitlines() for group in line.split("|")]


def test_rooms_that_differ_in_a_side_a_floor_or_a_numeral_are_two() -> None:
    for one, other in itertools.chain.from_iterable(itertools.combinations(group, 2) for group in groups(TWO_ROOMS)):
        assert dwellings.room(one) != dwellings.room(other), (one, other)
    for group in groups(ONE_ROOM):
        assert len({dwellings.room(one) for one in group}) == 1, [(one, dwellings.room(one)) for one in group]
    for nothing in ("", "  ", "号", "🏠", "-"):
        assert dwellings.room(nothing) in {"", nothing}


def test_buildings_with_another_prefix_or_part_are_two() -> None:
    for one, other in itertools.chain.from_iterable(itertools.combinations(group, 2) for group in groups(TWO_BUILDINGS)):
        assert dwellings.building(one) != dwellings.building(other), (one, other)
    for group in groups(ONE_BUILDING):
        found = {dwellings.building(one) for one in group}
        assert len(found) == 1, found


LIST = ["1号楼", "甲2号楼", "1区3号楼", "1区4号楼", "A1栋", "东1楼", "314号楼A座", "314号楼B座"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1", "1号楼"), ("一号楼", "1号楼"), ("第01栋", "1号楼"), ("乙2号楼", None), ("2号楼", None), ("甲1号楼", None),
        ("1区4号楼", "1区4号楼"), ("一区4栋", "1区4号楼"), ("4号楼", "1区4号楼"), ("西1楼", None), ("B1栋", None), ("314号楼", None),
        ("314B座", None), ("314-b", "314号楼B座"), ("", None), ("我家", None), ("莲花园3号楼", "1区3号楼"),
    ],
)  # fmt: skip
def test_the_one_building_that_can_be_meant_is_found_and_no_other(said: str, meant: str | None) -> None:
    assert dwellings.meant(said, LIST, "莲花园") == meant
    assert dwellings.meant("3", ["1区3号楼", "2区4号楼"]) is None, "there may be a 3 in the other as well, which the list lacks"
    assert dwellings.meant("2栋", ["2号楼", "2幢"]) is None
    assert dwellings.meant("2幢", ["2号楼", "2幢"]) == "2幢"


def test_what_contradicts_is_no_and_what_only_says_less_is_open() -> None:
    for one, other in (
        ("1区3号楼", "1区4号楼"),
        ("1号楼", "1区3号楼"),
        ("A1栋", "B1栋"),
        ("甲2号楼", "乙2号楼"),
        ("314号楼A座", "314号楼B座"),
        ("东1楼", "西1楼"),
    ):
        assert not dwellings.may_be(one, other)
    for one, other in (
        ("3号楼", "1区3号楼"),
        ("314号楼", "314号楼A座"),
        ("2号楼", "甲2号楼"),
        ("A1栋", "1栋"),
        ("我家", "3号楼"),
        ("3-1", "3号楼"),
    ):
        assert dwellings.may_be(one, other)
        assert dwellings.may_be(other, one)


@pytest.mark.parametrize(
    ("building", "room", "parted"),
    [
        ("2号楼", "3单元501", "2号楼 3单元501"), ("2号楼3单元", "501", "2号楼 3单元501"), ("", "2号楼3单元501", "2号楼 3单元501"),
        ("2栋", "2号楼501", "2栋 501"), ("1区", "3号楼501", "1区3号楼 501"), ("", "501", " 501"), ("", "5楼501", " 5楼501"),
        ("", "2-3-501", " 2-3-501"), ("二号楼二单元", "东户", "2号楼 2单元东户"), ("2号楼", "", "2号楼 "), ("", "2号楼", "2号楼 "),
        ("3单元", "501", "3单元 501"),
    ],
)  # fmt: skip
def test_a_building_in_the_rooms_field_and_a_unit_in_the_buildings_stand_where_they_belong(building: str, room: str, parted: str) -> None:
    assert " ".join(dwellings.parted(building, room)) == parted
