"""Datum: quality of every place we keep."""

import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from grids.datum import Datum, from_wgs84, to_wgs84

TIANANMEN = {Datum.wgs84: (39.909230, 116.397428), Datum.gcj02: (39.910634, 116.403672), Datum.bd09: (39.916973, 116.410044)}
LATITUDES, LONGITUDES = st.floats(5, 52), st.floats(75, 134)
DATUMS = st.sampled_from(list(Datum))


@pytest.mark.parametrize("datum", list(Datum))
def test_the_known_place_is_where_each_map_has_it(datum: Datum) -> None:
    assert from_wgs84(*TIANANMEN[Datum.wgs84], datum) == pytest.approx(TIANANMEN[datum], abs=1e-6)
    assert to_wgs84(*TIANANMEN[datum], datum) == pytest.approx(TIANANMEN[Datum.wgs84], abs=1e-6)


@given(LATITUDES, LONGITUDES, DATUMS)
def test_there_and_back_is_less_than_a_tenth_of_a_millimetre(lat: float, lon: float, datum: Datum) -> None:
    back = to_wgs84(*from_wgs84(lat, lon, datum), datum)
    assert geodesic((lat, lon), back).meters < 0.0001


@given(LATITUDES, LONGITUDES)
def test_the_maps_differ_by_more_than_a_street(lat: float, lon: float) -> None:
    assert geodesic(from_wgs84(lat, lon, Datum.gcj02), from_wgs84(lat, lon, Datum.bd09)).meters > 400


@pytest.mark.parametrize("place", [(48.85, 2.35), (-33.86, 151.2), (35.68, 139.7), (0.0, 0.0)])
def test_outside_china_nothing_is_shifted(place: tuple[float, float]) -> None:
    for datum in Datum:
        assert from_wgs84(*place, datum) == place
        assert to_wgs84(*place, datum) == place
