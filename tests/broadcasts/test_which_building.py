"""A notice for one building says yes to nobody of another, and neither yes nor no where it may be either."""

import pytest
import sqlalchemy as sa

from broadcasts import homes, notices, outages
from broadcasts.homes import Touch
from broadcasts.subscribers import audiences
from grids.tables import Building
from tests import cast
from tests.broadcasts.stage import published
from tests.cast import Cast

NAMES = ("1号楼", "甲2号楼", "1区3号楼", "1区4号楼", "2区3号楼", "A1栋", "东1楼", "314号楼A座", "314号楼B座")


@pytest.mark.parametrize(
    ("told", "yes", "no", "open_"),
    [
        ("1区3号楼", "1区3号楼 一区3栋 望京花园1区3号楼", "1区4号楼 1号楼 A1栋 东1楼 4号楼 2区3号楼", "3号楼 三栋"),
        ("314号楼A座", "314号楼A座 314栋a座", "314号楼B座 1号楼", "314号楼 314"),
        ("甲2号楼", "甲2号楼 甲二栋", "乙2号楼 1号楼", "2号楼 2"),
        ("1号楼", "1 一号楼 第01幢 1#楼", "东1楼 A1栋 1区3号楼 314号楼A座", ""),
    ],
)
def test_only_the_building_that_is_surely_meant_is_answered_surely(town: Cast, told: str, yes: str, no: str, open_: str) -> None:
    session = town.session
    estate = cast.estate(session, town.lotus, "望京花园", 900, 39.994, 116.464, NAMES)
    one = session.scalars(sa.select(Building.id).where(Building.estate_id == estate.id, Building.name == told)).one()
    number = published(town, estates=[], buildings=[one]).number
    session.expire_all()
    audiences.of_grid(session, town.lotus)
    notice = notices.by_number(session, number)
    asked = {said: homes.ask(notice, estate, said) for said in f"{yes} {no} {open_}".split()}
    may = {said for said in asked if notice in outages.affecting(session, estate.id, said)}
    assert {said for said, answer in asked.items() if answer.touch is Touch.yes} == set(yes.split())
    assert {said for said, answer in asked.items() if answer.touch in (Touch.no, Touch.unknown)} == set(no.split())
    assert {said for said, answer in asked.items() if answer.touch is Touch.part} == set(open_.split())
    assert may == {*yes.split(), *open_.split()}
    assert homes.ask(notice, estate, "99号楼").touch is homes.ask(notice, estate, "我家").touch is Touch.unknown
