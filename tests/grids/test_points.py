"""The nearest places to pay, on both databases."""

from typing import Any

import pytest
import sqlalchemy as sa
from geopy.distance import geodesic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.core import clock, words
from grids.points import points, trade
from grids.tables import PaymentPoint
from tests.cast import Cast


def place(session: Session, lat: float, lon: float, **more: Any) -> PaymentPoint:
    number = session.scalar(sa.select(sa.func.count()).select_from(PaymentPoint))
    facts = {
        "name": f"点{number}",
        "kind": "convenience",
        "methods": trade.default_methods("convenience"),
        "source_key": str(number),
    } | more
    point = PaymentPoint(lat=lat, lon=lon, source="test", source_datum="wgs84", imported_at=clock.now(), **facts)
    session.add(point)
    session.flush()
    return point


def brute_force(session: Session, lat: float, lon: float, radius: float) -> list[int]:
    found = [(geodesic((lat, lon), (one.lat, one.lon)).m, one.id) for one in session.scalars(sa.select(PaymentPoint))]
    return [key for metres, key in sorted(found) if metres <= radius]


near_home = st.tuples(st.floats(-0.02, 0.02), st.floats(-0.03, 0.03))
anywhere = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(home=anywhere, steps=st.lists(near_home, max_size=40), radius=st.sampled_from([50.0, 384.0, 800.0, 2000.0]))
def test_the_nearest_are_those_that_measuring_every_point_finds(
    session: Session, home: tuple[float, float], steps: list[tuple[float, float]], radius: float
) -> None:
    lat, lon = home
    session.execute(sa.delete(PaymentPoint))
    for north, east in steps:
        place(session, max(-90, min(90, lat + north)), max(-180, min(180, lon + east)))
    assert [one.point.id for one in points.near(session, lat, lon, radius)] == brute_force(session, lat, lon, radius)


@pytest.mark.parametrize(("lat", "lon"), [(89.99, 10.0), (-90.0, 0.0), (0.0, 179.999), (10.0, -180.0), (0.0, 0.0)])
def test_the_poles_and_the_date_line_lose_nobody(session: Session, lat: float, lon: float) -> None:
    for east in range(-180, 181, 15):
        place(session, lat, float(east))
    place(session, lat, -179.9995)
    assert [one.point.id for one in points.near(session, lat, lon, 5000)] == brute_force(session, lat, lon, 5000)


def test_a_point_on_the_edge_of_the_index_s_rounding_is_found(session: Session) -> None:
    edge = place(session, 39.99512345678, 116.46512345678)
    metres = geodesic((39.99, 116.46), (edge.lat, edge.lon)).m
    assert [one.point for one in points.near(session, 39.99, 116.46, metres + 0.001)] == [edge]
    assert points.near(session, 39.99, 116.46, metres - 0.001) == []


def test_a_point_that_moved_or_went_is_found_where_it_is(session: Session) -> None:
    moved = place(session, 39.995, 116.465)
    moved.lat = 39.9
    session.flush()
    assert points.near(session, 39.995, 116.465, 500) == []
    assert [one.point for one in points.near(session, 39.9, 116.465, 500)] == [moved]
    session.delete(moved)
    session.flush()
    assert points.near(session, 39.9, 116.465, 500) == []


def test_methods_come_back_as_a_list(session: Session) -> None:
    place(session, 39.995, 116.465, methods=["cash", "24h"])
    session.expunge_all()
    assert points.near(session, 39.995, 116.465, 10)[0].point.methods == ["cash", "24h"]


def test_the_index_is_used(session: Session, town: Cast) -> None:
    postgres = session.get_bind().dialect.name == "postgresql"
    if postgres:
        session.execute(sa.text("SET enable_seqscan = off"))
    text = f"EXPLAIN {points.POSTGRESQL}" if postgres else f"EXPLAIN QUERY PLAN {points.SQLITE}"
    plan = " ".join(str(row) for row in session.execute(sa.text(text), points._box(39.995, 116.465, 800)))
    assert "ix_payment_points_point" in plan if postgres else "VIRTUAL TABLE INDEX" in plan and "SCAN payment_points" not in plan


def test_every_kind_and_method_has_a_word_in_chinese() -> None:
    spoken = words.catalogue("zh_CN")
    assert all(one.label in spoken for one in (*trade.table().methods.values(), *trade.table().kinds.values()))
    assert all(method in trade.table().methods for kind in trade.table().kinds.values() for method in kind.methods)


def test_importing_promises_nothing_for_an_unknown_kind() -> None:
    assert trade.default_methods("spaceport") == []
    assert "cash" in trade.default_methods("hall")
