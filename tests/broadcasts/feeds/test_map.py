"""A grid's outages on a map."""

from collections.abc import Callable
from datetime import timedelta

from shapely.geometry import shape

from app.core import clock
from broadcasts.tables import NoticeKind, UpdateState
from grids.tables import Grid
from tests.broadcasts.feeds.reading import CAP, alert, features, kept
from tests.broadcasts.stage import published
from tests.cast import Cast, square
from tests.client import Client


class TestMap:
    def test_an_outage_stands_where_its_homes_stand(self, told_town: Cast, resident: Client) -> None:
        notice = published(told_town, estates=[told_town.garden.id, told_town.court.id])
        published(told_town, kind=NoticeKind.safety, title="雨季用电", ends_at=None)
        kept(told_town)
        [one] = features(resident)
        assert (one["id"], one["properties"]["state"], one["properties"]["households"]) == (notice.number, "in_progress", 1200)
        assert one["geometry"] == {"type": "MultiPoint", "coordinates": [[116.462, 39.992], [116.465, 39.995]]}
        assert not {"王芳", "10000000001"} & set(map(str, one["properties"].values()))

    def test_where_a_home_is_not_on_the_map_the_grid_is_drawn_against_the_clock(self, told_town: Cast, resident: Client) -> None:
        told_town.garden.lat = told_town.garden.lon = None
        east = square(116.46, 39.99)["coordinates"]
        turned = {"type": "MultiPolygon", "coordinates": [[east[0][::-1]], square(116.5, 39.99)["coordinates"]]}  # type: ignore[index]
        told_town.session.get_one(Grid, told_town.lotus.id).boundary = turned
        published(told_town)
        kept(told_town)
        [one] = features(resident)
        assert one["geometry"]["type"] == "MultiPolygon"
        assert all(shape({"type": "Polygon", "coordinates": part}).exterior.is_ccw for part in one["geometry"]["coordinates"])
        assert len(alert(resident).findall(f".//{CAP}polygon")) == 2

    def test_what_is_over_is_not_on_the_map(self, told_town: Cast, resident: Client, change: Callable[..., None]) -> None:
        with clock.at(clock.now() - timedelta(days=3)):
            notice = published(told_town)
            change(notice, UpdateState.restored)
        kept(told_town)
        assert features(resident) == []
