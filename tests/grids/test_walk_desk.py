"""The manager on the spot: gates by a tap, a walk by two taps or a watch; an administrator keeps the ways of paying."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from geopy.distance import geodesic

from app.core.database import Database
from grids.circle import frames
from grids.points import pay_ways
from grids.points.tables import PayWay
from grids.reaching import homes
from grids.reaching.tables import EstateGate, TimedWalk
from tests.cast import Cast
from tests.client import Client
from tests.grids.test_points import place

SignedIn = Callable[..., Client]
HOME = (39.995, 116.465)


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def told_town(town: Cast) -> Cast:
    place(town.session, HOME[0] + 0.003, HOME[1], name="邮局")
    homes.settle(town.session)
    pay_ways.seed(town.session)
    town.session.commit()
    return town


def gates(database: Database) -> list[EstateGate]:
    with database.reading() as session:
        return list(session.scalars(sa.select(EstateGate)))


def test_a_tap_on_the_sketch_pins_a_gate_where_it_was_tapped(signed_in: SignedIn, told_town: Cast, database: Database) -> None:
    browser = signed_in(told_town.wangfang)
    address = f"/desk/estates/{told_town.garden.id}"
    assert browser.get(f"{address}/sketch.svg").text.startswith("<svg")
    page = browser.post(f"{address}/gates", data={"name": "", "x": "160", "y": "34"}).text
    assert "1号门" in page
    (gate,) = gates(database)
    assert geodesic((gate.lat, gate.lon), HOME).m == pytest.approx(frames.ESTATE_M * 100 / 134, abs=4), "straight above the middle"
    assert gate.lat > HOME[0]
    drawn = browser.get(f"{address}/sketch.svg").text
    assert "1号门" in drawn


def test_where_one_stands_with_hours_in_chinese(signed_in: SignedIn, told_town: Cast, database: Database) -> None:
    browser = signed_in(told_town.wangfang)
    address = f"/desk/estates/{told_town.garden.id}/gates"
    browser.post(address, data={"name": "东门", "lat": "39.9946", "lon": "116.465", "opening_hours": "每天6:00-22:00"})
    (gate,) = gates(database)
    assert (gate.name, gate.opening_hours) == ("东门", "Mo-Su 06:00-22:00")
    page = browser.post(f"{address}/{gate.id}/removal").text
    assert "东门" not in page
    assert gates(database)[0].removed_at is not None


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"lat": "x", "lon": "1"},
        {"lat": "91", "lon": "0"},
        {"x": "-1", "y": "2"},
        {"lat": "30", "lon": "110"},
        {"x": "9" * 30, "y": "1"},
    ],
)
def test_a_gate_nowhere_is_asked_again(signed_in: SignedIn, told_town: Cast, database: Database, said: dict[str, str]) -> None:
    answer = signed_in(told_town.wangfang).post(f"/desk/estates/{told_town.garden.id}/gates", data={"name": "门", **said})
    assert answer.status_code == 422
    assert gates(database) == []


def test_a_walk_by_the_watch_is_kept_once_and_without_a_position(signed_in: SignedIn, told_town: Cast, database: Database) -> None:
    browser = signed_in(told_town.wangfang)
    address = f"/desk/estates/{told_town.garden.id}/walks"
    form = browser.get(address).text
    nonce = re.search(r'name="nonce" value="([^"]+)"', form)
    point = re.search(r'<select id="point".*?<option value="(\d+)"', form, re.DOTALL)
    home = re.search(r'<select id="home".*?<option value="(\d+)"', form, re.DOTALL)
    assert nonce
    assert point
    assert home
    said = {"home": home[1], "point": point[1], "nonce": nonce[1], "minutes": "7.5", "from_lat": "39.9951", "from_lon": "116.465"}
    for _twice in range(2):
        assert "邮局" in browser.post(address, data=said).text
    with database.reading() as session:
        (walk,) = session.scalars(sa.select(TimedWalk))
        assert walk.seconds == 450
        assert "39.9951" not in str(session.execute(sa.select(TimedWalk.__table__)).all())


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"minutes": "0"}, "十秒到一小时"), ({"minutes": "0.5"}, "骑车"), ({}, "十秒到一小时"),
        ({"minutes": "7", "to_lat": "39.9", "to_lon": "116.4"}, "手机离那里"),
    ],
)  # fmt: skip
def test_what_was_no_such_walk_is_said(signed_in: SignedIn, told_town: Cast, said: dict[str, str], why: str) -> None:
    with_ids = {"home": "1", "point": "1", "nonce": "n", **said}
    answer = signed_in(told_town.wangfang).post(f"/desk/estates/{told_town.garden.id}/walks", data=with_ids)
    assert answer.status_code == 422
    assert why in answer.text


def test_an_administrator_ends_a_way_of_paying_and_residents_read_of_it_no_more(
    signed_in: SignedIn, told_town: Cast, database: Database, resident: Client
) -> None:
    address = f"/g/104226/pay?estate={told_town.garden.id}"
    assert "南网在线" in resident.get(address).text
    browser = signed_in(told_town.admin)
    with database.reading() as session:
        key = session.scalar(sa.select(PayWay.id).where(PayWay.key == "csg_app"))
    assert "南网在线" in browser.get("/desk/admin/pay-ways").text
    form = {"name": "南网在线App", "steps": "打开App", "source": "官网", "rank": "20", "official": "on"}
    assert browser.post(f"/desk/admin/pay-ways/{key}", data=form).status_code == 200
    assert "南网在线" not in resident.get(address).text
    assert browser.post(f"/desk/admin/pay-ways/{key}", data={**form, "name": ""}).status_code == 422
    with database.writing() as session:
        assert pay_ways.seed(session) == 0, "a new release brings nothing back"


def test_there_are_twenty_ways_and_the_official_ones_come_first(town: Cast) -> None:
    ways = pay_ways.standing(town.session)
    assert len(ways) >= 20
    assert ways[0].key == "sgcc_app"
    at_home = [way.official for way in ways if way.walk.value == "home"]
    assert at_home == sorted(at_home, reverse=True)
