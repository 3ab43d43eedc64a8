"""Columns' names: what people add to them taken away, and the fields that they stand for by columns.toml."""

import re
import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from app.core.words import Phrase
from app.core.words import phrase as _
from grids.datum import Datum
from grids.importing import texts

# A longer cell is a sentence, not a name.
LONGEST = 16
COLUMNS = Path(__file__).with_name("columns.toml")


def found(names: list[str], field: str, rule: str) -> list[int]:
    patterns = _synonyms().get(field, {}).get(rule, [])
    if rule == "exact":
        return [n for pattern in patterns for n, name in enumerate(names) if name == pattern]
    others = all_names()
    return [
        n
        for pattern in patterns
        for n, name in enumerate(names)
        if len(name) <= LONGEST and fnmatchcase(name, pattern) and name not in others
    ]


def field_words(field: str) -> Phrase:
    return FIELDS[field]


def field_of(said: str) -> str:
    """Our field that is called so, in our words or the reader's; what nobody knows stays as it was said."""
    return next((field for field, words in FIELDS.items() if str(words) == said), said)


def column(field: str) -> str:
    """How a file of ours calls it: the first Chinese name that is known."""
    rules = tomllib.loads(COLUMNS.read_text("utf-8"))
    return next((name for name in rules[field]["exact"] if not name.isascii()), field)


FIELDS = {
    "id": _("number"), "osm_type": _("OSM type"), "name": _("name"), "name_zh": _("Chinese name"), "name_en": _("English name"),
    "lon": _("longitude"),
    "lat": _("latitude"), "place": _("longitude and latitude in one"), "lon+lat": _("longitude and latitude"), "address": _("address"),
    "area_code": _("area code"), "phone": _("telephone"), "kind": _("type"), "district": _("district"), "methods": _("ways to pay"),
    "opening_hours": _("opening hours"), "brand": _("brand"), "building_count": _("number of buildings"), "floors": _("floors"),
    "transformer": _("transformer area"),
    "households": _("number of households"), "note": _("note"), "grid": _("grid's short code"), "estate": _("estate"),
    "building": _("building"), "code": _("grid's short code"),
    "district_code": _("code"), "organisation": _("organisation"), "shape": _("boundary"), "what": _("what it is"),
}  # fmt: skip


_DATUMS = (
    (Datum.wgs84, re.compile(r"wgs(84)?")), (Datum.gcj02, re.compile(r"gcj(02)?|amap|gaode|\u9ad8\u5fb7|\u706b\u661f")),
    (Datum.bd09, re.compile(r"bd(09)(ll)?|baidu|\u767e\u5ea6|^bd(?=l|x|y)|(?<=[gty])bd$")),
)  # fmt: skip


def datum_of(cell: str) -> Datum | None:
    return next((datum for datum, pattern in _DATUMS if pattern.search(bare(cell))), None)


def key(cell: str) -> str:
    """A column's name without what people add to it: units and remarks in brackets, the datum, spaces, capitals."""
    if cell.startswith("@"):
        return cell
    name = bare(re.sub(r"[(\[\uff08\u3010].*?[)\]\uff09\u3011]", "", cell)) or bare(cell)
    for _which, pattern in _DATUMS:
        name = pattern.sub("", name) or name
    return name


def bare(cell: str) -> str:
    return re.sub(r"[\W_]+", "", texts.plain(cell))


@cache
def all_names() -> frozenset[str]:
    return frozenset(name for rules in _synonyms().values() for name in rules.get("exact", ()))


@cache
def _synonyms() -> dict[str, dict[str, list[str]]]:
    rules = tomllib.loads(COLUMNS.read_text("utf-8"))
    return {field: {"exact": [_own(name) for name in of.get("exact", ())], "like": list(of.get("like", ()))} for field, of in rules.items()}


def _own(name: str) -> str:
    """Names with @ are those that reading.py gives to what GeoJSON says outside its properties."""
    return name if name.startswith("@") else bare(name)
