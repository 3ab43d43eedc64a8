"""Lotus grid with three places to pay at known distances, and two streets."""

import pytest
from sqlalchemy.orm import Session

from grids.points import trade
from grids.tables import MapFeature
from tests.cast import Cast
from tests.grids.test_circle import walk


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def told_town(town: Cast) -> Cast:
    walk(town.session, 150, name="邮政储蓄", kind="bank", methods=["cash", "card", "staff"], grid_id=town.lotus.id)
    walk(town.session, 250, name="莲花便利店", opening_hours="24/7", phone="010-64000000;95598", address="莲花路1号", grid_id=town.lotus.id)
    walk(town.session, 1600, name="望京营业厅", kind="hall", methods=trade.default_methods("hall"), opening_hours="09:00-17:00")
    streets(town.session)
    town.session.commit()
    return town


def streets(session: Session) -> None:
    for what, name, line in (
        ("secondary", "莲花路", [[116.45, 39.996], [116.48, 39.996]]),
        ("water", "", [[116.45, 39.992], [116.48, 39.993]]),
    ):
        shape = {"type": "LineString", "coordinates": line}
        session.add(MapFeature(what=what, name=name, shape=shape, south=39.992, north=39.996, west=116.45, east=116.48))
