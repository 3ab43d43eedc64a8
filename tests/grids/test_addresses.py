"""Who is asked for a building and writes the whole address is understood."""

import pytest

from grids import addresses

NAMES = ["101号楼", "102号楼", "3-2号楼"]


@pytest.mark.parametrize("said", ["101-3-502", "101号楼3单元", "101号楼3单元502", "101楼502", "101 3 502", "101#2-501", "莲花园101-502"])
def test_the_building_is_the_one_that_the_address_begins_with(said: str) -> None:
    assert addresses.building(said, NAMES, "莲花园") == "101号楼"


@pytest.mark.parametrize("said", ["", "3单元", "250", "1013502", "12-101", "2-101"])
def test_what_begins_with_none_of_them_stays_as_it_was_said(said: str) -> None:
    assert addresses.building(said, NAMES, "莲花园") == said


def test_the_longer_name_goes_first() -> None:
    assert addresses.building("3-2-501", [*NAMES, "3号楼"]) == "3-2号楼"
