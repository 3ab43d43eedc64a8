"""The demo town holds together: what everybody sees first must not contradict itself."""

import csv
import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
import shapely
from geopy.distance import geodesic
from shapely import Point

from app.demo.make.town import FRAME
from grids.datum import Datum, to_wgs84

TOWN = Path(__file__).parents[2] / "app" / "demo"
NOON = 12 * 60


def rows(name: str) -> list[dict[str, str]]:
    with (TOWN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words(name: str) -> dict[str, Any]:
    return tomllib.loads((TOWN / name).read_text(encoding="utf-8"))


def minutes(moment: dict[str, Any]) -> int:
    """From now on, were it noon."""
    if "minutes" in moment:
        return int(moment["minutes"])
    hour, minute = map(int, moment["at"].split(":"))
    return int(moment["days"]) * 1440 + hour * 60 + minute - NOON


@pytest.fixture(scope="module")
def grids() -> dict[str, shapely.Geometry]:
    drawn = json.loads((TOWN / "grids.geojson").read_text(encoding="utf-8"))["features"]
    return {it["properties"]["code"]: shapely.geometry.shape(it["geometry"]) for it in drawn}


@pytest.fixture(scope="module")
def grid_of(grids: dict[str, shapely.Geometry]) -> dict[str, str]:
    found = {}
    for estate in rows("estates.csv"):
        lat, lon = to_wgs84(float(estate["latitude"]), float(estate["longitude"]), Datum.bd09)
        here = Point(lon, lat)
        [found[estate["NAME"]]] = [code for code, area in grids.items() if area.contains(here)]
    return found


def test_grids_tile_the_box_without_gap_or_overlap(grids: dict[str, shapely.Geometry]) -> None:
    areas = list(grids.values())
    assert shapely.coverage_is_valid(areas)
    assert shapely.union_all(areas).symmetric_difference(FRAME).area < 1e-12


def test_every_estate_lies_in_one_grid_and_every_grid_has_work_for_one_manager(grid_of: dict[str, str]) -> None:
    assert len(grid_of) == 34
    assert all(4 <= n <= 9 for n in Counter(grid_of.values()).values())
    households: Counter[str] = Counter()
    for building in rows("buildings.csv"):
        households[grid_of[building["estate"]]] += int(building["households"])
    assert all(500 <= n <= 8_000 for n in households.values())


def test_buildings_stand_in_the_grid_of_their_estate_and_add_up(grids: dict[str, shapely.Geometry], grid_of: dict[str, str]) -> None:
    buildings = rows("buildings.csv")
    for it in buildings:
        assert grids[grid_of[it["estate"]]].contains(Point(float(it["lon"]), float(it["lat"]))), it
    assert len({(it["estate"], it["building"]) for it in buildings}) == len(buildings)
    for estate in rows("estates.csv"):
        its = [int(it["households"]) for it in buildings if it["estate"] == estate["NAME"]]
        said = [int("".join(filter(str.isdigit, text))) for text in list(estate.values())[6:8]]
        assert said == [len(its), sum(its)], estate


def test_nobody_can_be_rung() -> None:
    for person in words("people.toml")["people"]:
        assert len(person["phone"]) == 11
        assert not phonenumbers.is_valid_number(phonenumbers.parse(person["phone"], "CN"))


def test_notices_name_real_places_and_were_announced_in_time(grid_of: dict[str, str]) -> None:
    built = {(it["estate"], it["building"]) for it in rows("buildings.csv")}
    allowed = {"planned_outage": 7 * 1440, "temporary_outage": 1440}
    for notice in words("notices.toml")["notices"]:
        for place in notice["places"]:
            assert grid_of[place["estate"]] == notice["grid"]
            assert {(place["estate"], it) for it in place.get("buildings", [])} <= built
        said = [minutes(notice["published"]), *(minutes(it["at"]) for it in notice.get("updates", []))]
        assert said == sorted(said), notice["key"]
        assert said[-1] < 0, notice["key"]
        if ahead := allowed.get(notice["kind"]):
            in_time = minutes(notice["starts"]) - minutes(notice["published"]) >= ahead
            assert in_time != ("late_reason" in notice), notice["key"]


def test_questions_come_from_homes_and_are_answered_by_the_grid_s_own_people(grid_of: dict[str, str]) -> None:
    people = {it["key"]: it for it in words("people.toml")["people"]}
    notices = {it["key"]: it for it in words("notices.toml")["notices"]}
    built = {(it["estate"], it["building"]) for it in rows("buildings.csv")}
    for ticket in words("tickets.toml")["tickets"]:
        assert (ticket["estate"], ticket["building"]) in built
        for key in {it["by"] for it in ticket["entries"] if "by" in it} | {ticket.get("entered_by", "wu")}:
            its = [code for how in ("manages", "takes_over", "stands_in") for code in people[key].get(how, [])]
            assert people[key]["role"] != "manager" or grid_of[ticket["estate"]] in its, ticket["subject"]
        assert "notice" not in ticket or notices[ticket["notice"]]["grid"] == grid_of[ticket["estate"]]


def test_threads_run_forward_and_end_before_now() -> None:
    for ticket in words("tickets.toml")["tickets"]:
        moments = [it["at"] for it in ticket["entries"]] + [ticket[it]["at"] for it in ("closed", "rating") if it in ticket]
        run = [minutes(it) for it in moments]
        assert run == sorted(run), ticket["subject"]
        assert run[-1] < 0, ticket["subject"]
        assert "closed" in ticket or "rating" not in ticket
        assert "closed" not in ticket or any("by" in it for it in ticket["entries"])


def test_a_cause_that_was_found_is_no_longer_looked_for() -> None:
    for notice in words("notices.toml")["notices"]:
        causes = [notice.get("cause", ""), *(it["cause"] for it in notice.get("updates", []) if "cause" in it)]
        told = any("找到了" in it["words"] or "确认是" in it["words"] for it in notice.get("updates", []))
        assert not (told and "查找" in causes[-1]), notice["key"]
        assert "找到了" not in notice["words"]


def test_two_estates_have_two_gates_each_round_their_buildings() -> None:
    gates = words("gates.toml")["gates"]
    assert Counter(gate["estate"] for gate in gates) == {"慧谷阳光": 2, "大西洋新城A区": 2}
    for gate in gates:
        (estate,) = [row for row in rows("estates.csv") if row["NAME"] == gate["estate"]]
        middle = to_wgs84(float(estate["latitude"]), float(estate["longitude"]), Datum.bd09)
        assert 50 < geodesic(middle, (gate["lat"], gate["lon"])).m < 200, gate["name"]
