"""A small file for each import, as it should look: made from the columns that the import knows, to be filled in and sent back."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from app.core import sheets
from app.core.errors import Missing
from app.core.words import phrase as _
from grids.importing import headers


class Sample(msgspec.Struct, frozen=True):
    fields: list[str]
    rows: list[list[str]]
    lines: list[list[tuple[float, float]]] = []
    """Of streets: the shapes of the rows."""


@cache
def all_() -> dict[str, Sample]:
    said = tomllib.loads(Path(__file__).with_name("samples.toml").read_text("utf-8"))
    return msgspec.convert(said, dict[str, Sample])


def file(what: str) -> tuple[str, str, bytes]:
    """Its name, its kind and its bytes: a workbook, or GeoJSON where the rows are lines. Raises Missing."""
    sample = all_().get(what)
    if sample is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    if sample.lines:
        return f"lindian-{what}.geojson", "application/geo+json", _geojson(sample)
    head = [headers.column(field) for field in sample.fields]
    return f"lindian-{what}.xlsx", sheets.XLSX, sheets.workbook({what: [head, *sample.rows]})


def _geojson(sample: Sample) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": dict(zip(sample.fields, row, strict=True)),
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for row, line in zip(sample.rows, sample.lines, strict=True)
    ]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})
