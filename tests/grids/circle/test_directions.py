"""The way to a place in each map's own datum."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy.distance import geodesic

from grids.circle import directions
from grids.datum import Datum, to_wgs84
from grids.tables import PaymentPoint


@pytest.mark.parametrize(("lat", "lon"), [(39.909230, 116.397428), (22.54, 114.06), (31.23, 121.47), (45.75, 126.64)])
def test_every_map_is_given_the_place_in_its_own_datum(lat: float, lon: float) -> None:
    amap, baidu, tencent, apple = [one.address for one in directions.links(PaymentPoint(name="点&厅;1", lat=lat, lon=lon, address=""))]
    queries = [parse_qs(urlsplit(one).query) for one in (amap, baidu, tencent, apple)]
    assert queries[0]["coordinate"] == queries[1]["coord_type"] == ["wgs84"]
    east, north = map(float, queries[0]["position"][0].split(","))
    assert (north, east) == (pytest.approx(lat, abs=1e-6), pytest.approx(lon, abs=1e-6))
    assert queries[1]["location"] == [f"{lat:.6f},{lon:.6f}"]
    marker = re.search(r"coord:([\d.]+),([\d.]+);title:(.*?);addr:", tencent)
    assert marker
    assert marker[3] == "%E7%82%B9%26%E5%8E%85%3B1"
    for said in (",".join(marker.groups()[:2]), queries[3]["ll"][0]):
        there = to_wgs84(*map(float, said.split(",")), Datum.gcj02)
        assert geodesic(there, (lat, lon)).m < 5
    assert queries[0]["name"] == queries[3]["q"] == ["点&厅;1"]


def test_the_known_vector_of_tiananmen() -> None:
    apple = directions.links(PaymentPoint(name="x", lat=39.909230, lon=116.397428, address=""))[3].address
    north, east = map(float, parse_qs(urlsplit(apple).query)["ll"][0].split(","))
    assert geodesic((north, east), (39.910634, 116.403672)).m < 5
