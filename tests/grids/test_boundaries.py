"""An administrator draws a grid's boundary anew, and keeps the holidays; what is wrong is said in plain words."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from shapely.geometry import shape
from sqlalchemy.orm import Session

from app.core import audit, settings
from app.core.audit import AuditEntry
from app.core.database import Database
from app.core.errors import Forbidden, Mistaken, Refused
from broadcasts.promises import company
from grids.calendar import calendar
from grids.calendar.tables import CalendarDay
from grids.importing.areas import kept
from grids.maps import boundaries, map_desk
from grids.tables import Settlement
from tests.cast import Cast, square
from tests.client import Client

SignedIn = Callable[..., Client]
SOUTHERN = "116.46 39.99\n116.47 39.99\n116.47 39.9935\n116.46 39.9935"
"""Of 莲花网格 only what lies south of 莲花园."""


def redraw(town: Cast, text: str, **more: Any) -> int:
    more.setdefault("before", boundaries.version(town.lotus))
    return boundaries.redraw(town.session, town.lotus, by=town.me(town.admin), boundary=boundaries.read(text), **more)


def acts(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEntry.act).where(AuditEntry.act == "boundaries.redraw")))


def test_estates_go_to_the_grid_they_then_lie_in(town: Cast) -> None:
    assert redraw(town, SOUTHERN) == 1
    assert (town.garden.grid_id, town.court.grid_id) == (None, town.lotus.id)
    wide = "116.46 39.99\n116.48 39.99\n116.48 40\n116.46 40"
    assert redraw(town, wide, overlapping=True) == 2
    assert (town.garden.grid_id, town.shore.grid_id) == (town.lotus.id, town.lotus.id)
    assert acts(town.session) == ["boundaries.redraw"] * 2
    assert audit.verify(town.session)[1] is None


def test_the_same_boundary_again_changes_nothing(town: Cast) -> None:
    assert redraw(town, boundaries.written(town.lotus.boundary)) == 0
    assert acts(town.session) == []


def test_ground_of_another_grid_is_taken_only_on_purpose(town: Cast) -> None:
    with pytest.raises(Mistaken) as refused:
        redraw(town, "116.46 39.99\n116.472 39.99\n116.472 40\n116.46 40")
    assert "南湖网格" in str(refused.value.mistakes["boundary"])
    assert redraw(town, "116.46 39.99\n116.47005 39.99\n116.47005 40\n116.46 40") == 0, "a sliver is no overlap"


def test_two_who_draw_at_once_do_not_undo_each_other(town: Cast) -> None:
    before = boundaries.version(town.lotus)
    redraw(town, SOUTHERN, before=before)
    with pytest.raises(Refused, match="刚被"):
        redraw(town, "116.46 39.99\n116.47 39.99\n116.47 40", before=before)


def test_only_administrators_draw(town: Cast) -> None:
    drawn = boundaries.read(SOUTHERN)
    with pytest.raises(Forbidden):
        boundaries.redraw(town.session, town.lotus, by=town.me(town.wangfang), boundary=drawn, before=boundaries.version(town.lotus))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "三个拐点"),
        ("116.46 39.99\n116.47 39.99", "三个拐点"),
        ("116.46 39.99\n116.46 39.99\n116.46 39.99", "三个拐点"),
        ("116.46 39.99\n116.47 北\n116.47 40", "第2行"),
        ("39.99 116.46\n39.99 116.47\n40 116.47", "中国"),
        ("0 0\n1 0\n1 1", "中国"),
        ("116.46 39.99\n116.47 40\n116.47 39.99\n116.46 40", "交叉"),
        ("116.46 39.99\n116.47 39.99\n116.48 39.99", "交叉"),
        ("{", "GeoJSON"),
        ('{"type": "Polygon"}', "GeoJSON"),
        ("{}", "GeoJSON"),
        ('{"type": "Point", "coordinates": [116.46, 39.99]}', "点或线"),
        ('{"type": "Polygon", "coordinates": [[["x", 1], [2, 3], [4, 5], ["x", 1]]]}', "GeoJSON"),
        ("1e999 39.99\n116.47 39.99\n116.47 40", "第1行"),
        ("\n".join(f"116.46{n:04d} {39.99 + n % 2 / 100}" for n in range(900)), "800"),
    ],
)
def test_what_is_no_boundary_is_refused_in_plain_words(text: str, why: str) -> None:
    with pytest.raises(Mistaken) as refused:
        boundaries.read(text)
    assert why in str(refused.value.mistakes["boundary"])


def test_what_is_written_is_read_the_same() -> None:
    hole = square(116.463, 39.993, 0.002)["coordinates"]
    outer = square(116.46, 39.99)["coordinates"]
    holed = {"type": "Polygon", "coordinates": [*outer, *hole]}  # type: ignore[misc]
    two = {"type": "MultiPolygon", "coordinates": [outer, square(116.48, 39.99)["coordinates"]]}
    for boundary in (square(116.46, 39.99), holed, two):
        assert boundaries.read(boundaries.written(boundary)) == kept(shape(boundary))
    said = boundaries.read("116.46，39.99\n116.47,39.99\n\t116.47\t40 ")
    assert said["coordinates"][0][0] == [116.46, 39.99]


def test_the_page_shows_again_what_was_written(signed_in: SignedIn, town: Cast, database: Database) -> None:
    town.session.commit()
    browser, address = signed_in(town.admin), f"/desk/admin/grids/{town.lotus.id}/boundary"
    answer = browser.post(address, data={"boundary": "<b>", "before": "x"})
    assert answer.status_code == 422
    assert "第1行" in answer.text
    assert "&lt;b&gt;" in answer.text
    before = boundaries.version(town.lotus)
    page = browser.post(address, data={"boundary": SOUTHERN, "before": before}).text
    assert "1个小区和缴费点" in page
    assert "116.460000 39.993500" in page


def test_an_administrator_says_that_a_grid_is_country_and_its_promises_follow(signed_in: SignedIn, town: Cast, database: Database) -> None:
    town.session.commit()
    browser, address = signed_in(town.admin), f"/desk/admin/grids/{town.lotus.id}"
    assert browser.post(f"{address}/settlement", data={"settlement": "moon"}).status_code == 422
    assert '<option value="rural" selected>农村' in browser.post(f"{address}/settlement", data={"settlement": "rural"}).text
    with database.reading() as session:
        assert company.of(session, town.lotus.id).settlement is Settlement.rural


def test_the_ground_shows_households_only_to_those_who_see_them(signed_in: SignedIn, town: Cast) -> None:
    town.session.commit()
    box = {"box": "116.45,39.98,116.49,40.01"}

    def seen(browser: Client) -> set[tuple[str, str]]:
        found = browser.get("/desk/map.geojson", params=box).json()["features"]
        return {(one["properties"]["what"], one["properties"]["name"]) for one in found}

    assert {("estate", "莲花园"), ("estate", "南湖东园"), ("grid", "南湖网格")} <= seen(signed_in(town.admin))
    assert ("estate", "南湖东园") not in seen(signed_in(town.wangfang))
    for wrong in ("", "1,2,3", "nan,1,2,3", "0,0,90,90", "2,2,1,1", "a,b,c,d"):
        assert signed_in(town.admin).get("/desk/map.geojson", params={"box": wrong}).status_code == 422, wrong


@pytest.mark.parametrize(
    "said", ["x", "ftp://t/{z}/{x}/{y}", "https://t/{z}/{x}", "https://t; script-src *//{z}/{x}/{y}", "//t/{z}/{x}/{y}"]
)
def test_tiles_that_are_no_address_are_refused_at_the_start(said: str, tmp_path: Any) -> None:
    with pytest.raises(ValueError, match="LINDIAN_TILES"):
        settings.load({"LINDIAN_HOME": str(tmp_path), "LINDIAN_TILES": said})


def test_only_the_tiles_host_is_let_in(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_desk.assets, "map_library", lambda: {"leaflet.js": "/static/x"})
    chosen = settings.load({"LINDIAN_HOME": str(tmp_path), "LINDIAN_TILES": "https://{s}.tiles.example.org:8443/{z}/{x}/{y}.png"})
    policy = map_desk.guarded(chosen)["content-security-policy"]
    assert "img-src 'self' data: blob: https://*.tiles.example.org:8443;" in policy
    assert policy.count("example.org") == 1


def test_an_administrator_keeps_the_holidays(signed_in: SignedIn, town: Cast, database: Database) -> None:
    calendar.seed(town.session)
    town.session.commit()
    browser = signed_in(town.admin)
    page = browser.post("/desk/admin/calendar", data={"day": "2027-02-06", "kind": "holiday", "name": "春节"}).text
    assert "2月6日" in page
    assert "同事改过" in page
    page = browser.post("/desk/admin/calendar/removal", data={"day": "2027-02-06"}).text
    assert "2月6日" not in page
    assert browser.post("/desk/admin/calendar/removal", data={"day": "2027-02-06"}).status_code == 404, "twice"
    for wrong in ({}, {"day": "2月6日", "kind": "holiday", "name": "春节"}, {"day": "0001-01-01", "kind": "workday", "name": "x"}):
        assert browser.post("/desk/admin/calendar", data=wrong).status_code == 422
    assert browser.get("/desk/admin/calendar", params={"year": "999999999999"}).status_code == 200
    with database.reading() as session:
        assert session.get(CalendarDay, calendar.date(2027, 2, 6)) is None


def test_a_day_that_was_taken_away_does_not_come_back_with_a_release(town: Cast) -> None:
    assert calendar.seed(town.session) == 0, "all that the library knows is there"
    day = calendar.date(2026, 10, 1)
    calendar.unmark(town.session, day, by=town.me(town.admin))
    assert calendar.seed(town.session) == 0
    assert town.session.get(CalendarDay, day) is None
