"""The outages of a grid on a map: GeoJSON as RFC 7946 has it."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from shapely.geometry import mapping, shape
from shapely.geometry.polygon import orient

from broadcasts import texts, timely
from broadcasts.feeds.feeds import Feed
from broadcasts.feeds.weighing import changed
from broadcasts.shelf import Told
from broadcasts.subscribers import audiences
from broadcasts.tables import Place
from grids.tables import Grid

DECIMALS = 6
"""Of a degree: a hand's breadth."""
Ring = list[tuple[float, float]]


def geojson(feed: Feed) -> bytes:
    """The outages that hold or come, where their homes stand."""
    shown = [told for told in (*feed.shelf.out, *feed.shelf.coming) if told.notice.kind.is_outage]
    features = [_feature(feed, told) for told in shown]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


def _feature(feed: Feed, told: Told) -> dict[str, Any]:
    notice = told.notice
    seen: dict[str, Any] = {name: getattr(notice, name) for name in ("number", "kind", "title", "cause", "line", "version")}
    seen |= {"words": timely.words(notice), "url": texts.address(feed.base_url, notice), "state": told.now.named, "grid": feed.grid.code}
    seen |= {name: getattr(notice, name) for name in ("starts_at", "ends_at", "published_at")}
    seen |= {
        "estates": list(dict.fromkeys(place.estate_id for place in notice.places)),
        "buildings": [place.building_id for place in notice.places if place.building_id],
        "places": audiences.lines(notice.places), "households": audiences.households(notice.places), "updated_at": changed(notice),
    }  # fmt: skip
    return {"type": "Feature", "id": notice.number, "geometry": _where(feed.grid, notice.places), "properties": seen}


def _where(grid: Grid, places: Iterable[Place]) -> dict[str, Any] | None:
    """A point for each home that is meant; where one is not on the map, the whole grid: too wide is better than forgotten.

    Of a grid that is not drawn yet those that are known; none is the standard's "nobody knows where".
    """
    spots = [_spot(place) for place in places]
    known = [spot for spot in spots if spot]
    if known and len(known) == len(spots):
        return {"type": "MultiPoint", "coordinates": list(dict.fromkeys(known))}
    parts = list(rings(grid))
    if not parts:
        return {"type": "MultiPoint", "coordinates": list(dict.fromkeys(known))} if known else None
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _spot(place: Place) -> tuple[float, float] | None:
    for home in (place.building, place.estate):
        if home and home.lat is not None and home.lon is not None:
            return round(home.lon, DECIMALS), round(home.lat, DECIMALS)
    return None


def rings(grid: Grid) -> Iterator[list[Ring]]:
    """Each part of the grid's area: its outline, against the clock as the standard wants it, then its holes."""
    area = shape(grid.boundary)
    for part in [] if area.is_empty else getattr(area, "geoms", [area]):
        drawn: Any = mapping(orient(part))["coordinates"]
        yield [[(round(lon, DECIMALS), round(lat, DECIMALS)) for lon, lat, *_height in ring] for ring in drawn]
