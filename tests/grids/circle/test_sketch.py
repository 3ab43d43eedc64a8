"""The drawing of the payment circle."""

import re

import pytest
from sqlalchemy.orm import Session

from app.core import clock
from grids.circle import frames, sketch
from grids.circle.circle import PACE, choices
from grids.tables import MapFeature
from tests.cast import Cast
from tests.client import Client
from tests.grids.circle.reading import words_of
from tests.grids.test_circle import HOME, TUESDAY, circle, walk
from tests.grids.test_points import place


def test_the_sketch_shows_ring_numbers_streets_and_says_itself_in_words(resident: Client, told_town: Cast) -> None:
    html = resident.get(f"/g/104226/pay?estate={told_town.garden.id}").text
    drawing = re.search(r"(?s)<svg [^>]*role=\"img\" aria-label=\"([^\"]+)\">(.*?)</svg></figure>", html)
    assert drawing
    assert "莲花园周边示意图，标出2个缴费点" in drawing[1]
    for part in (
        'class="street"',
        'class="water"',
        'class="bound"',
        'class="area"',
        'class="home"',
        'class="unsure"',
        ">莲花路<",
        ">莲花园<",
    ):
        assert part in drawing[2]


def test_no_number_hides_home(session: Session) -> None:
    place(session, *HOME)
    drawn = sketch.draw(session, *HOME, circle.around(session, *HOME, at=TUESDAY), pace=PACE)
    (dot,) = drawn.dots
    assert abs(dot.x - drawn.home.x) + abs(dot.y - drawn.home.y) >= 20


def test_where_the_drawn_map_ends_within_the_ring_the_sketch_comes_nearer(session: Session) -> None:
    """Streets only to the east of home: no half of the sketch stands empty."""
    lat, lon = HOME
    lines = [([[lon - 0.001, lat + n / 1000], [lon + 0.02, lat + n / 1000]], lat + n / 1000) for n in range(-9, 10)]
    for line, at in lines:
        shape = {"type": "LineString", "coordinates": line}
        session.add(MapFeature(what="residential", name="", shape=shape, south=at, north=at, west=lon - 0.001, east=lon + 0.02))
    place(session, lat, lon + 0.004, opening_hours="24/7")
    ways = choices(circle.around(session, *HOME, at=TUESDAY))
    drawn = sketch.draw(session, *HOME, ways, pace=PACE, name="莲花园")
    (paths,) = [path for look, path in drawn.layers if look == "path"]
    assert min(int(x) for x in re.findall(r"M(-?\d+)", paths)) <= 40
    assert [dot.words for dot in drawn.dots] == ["1"]
    assert drawn.home.x < frames.WIDTH / 2
    assert drawn.beyond == []


def test_a_place_that_the_sketch_leaves_out_is_said_to_be_too_far(resident: Client, told_town: Cast) -> None:
    with clock.at(TUESDAY):
        for filters, left in (("", "3"), ("&open=1", "2")):
            html = resident.get(f"/g/104226/pay?estate={told_town.garden.id}{filters}").text
            numbers = re.findall(r'<text class="n"[^>]*>(\d+)<', html)
            assert left not in numbers
            assert f"离得太远，图上没画：第{left}个" in words_of(html)


def test_the_ring_is_as_large_as_ten_minutes(session: Session, town: Cast) -> None:
    walk(session, 300, opening_hours="24/7")
    ways = choices(circle.around(session, *HOME, at=TUESDAY))
    drawn = sketch.draw(session, *HOME, ways, pace=PACE, name="莲花园")
    (dot,) = drawn.dots
    metres = (drawn.home.y - dot.y) / drawn.ring * circle.reach(PACE)
    assert metres == pytest.approx(300, abs=8)
    assert dot.look == "open"


def test_numbers_on_one_spot_step_aside(session: Session) -> None:
    for _number in range(5):
        walk(session, 200)
    drawn = sketch.draw(session, *HOME, circle.around(session, *HOME, at=TUESDAY), pace=PACE)
    spots = [(dot.x, dot.y) for dot in drawn.dots]
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) >= 20 for n, a in enumerate(spots) for b in spots[:n])


# The manager's side
