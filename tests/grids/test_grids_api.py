"""What machines are told of grids and of places to pay."""

from collections.abc import Callable, Iterator

import pytest

from app.core import clock
from tests.cast import Cast
from tests.client import Client
from tests.grids.test_circle import TUESDAY, walk

Machine = Callable[..., Client]
NEAR = "/api/v1/payment-points?lat=39.995&lon=116.465"


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def told_town(town: Cast) -> Cast:
    for number, metres in enumerate((900, 100, 300)):
        walk(town.session, metres, name=f"店{number}", opening_hours="Mo-Fr 09:00-17:00; PH off")
    walk(town.session, 200, name="夜店", methods=["wechat"], opening_hours="24/7")
    walk(town.session, 400, name="银行")
    town.session.commit()
    return town


@pytest.fixture
def in_july() -> Iterator[None]:
    """Hours are answered for a year from now."""
    with clock.at(TUESDAY):
        yield


@pytest.fixture
def client(machine: Machine, told_town: Cast) -> Client:
    return machine(told_town.wangfang)


def test_a_colleague_s_machine_sees_her_grids_with_manager_and_estates(client: Client) -> None:
    answer = client.get("/api/v1/grids").json()
    (grid,) = answer["items"]
    assert answer["next"] is None
    assert (grid["code"], grid["name"], grid["manager"]) == ("104226", "莲花网格", {"name": "王芳", "phone": "10000000001"})
    garden = next(one for one in grid["estates"] if one["name"] == "莲花园")
    assert {**garden, "id": 0} == {"id": 0, "name": "莲花园", "households": 900, "lat": 39.995, "lon": 116.465}


def test_a_supervisor_sees_all_grids_below_page_by_page(machine: Machine, told_town: Cast) -> None:
    supervisor = machine(told_town.liujie)
    first = supervisor.get("/api/v1/grids?limit=1").json()
    second = supervisor.get("/api/v1/grids", params={"limit": 1, "cursor": first["next"]}).json()
    assert [one["items"][0]["code"] for one in (first, second)] == ["104226", "104227"]
    assert second["next"] is None


def test_without_a_token_nothing_is_told(resident: Client) -> None:
    assert resident.get("/api/v1/grids").status_code == 401
    assert resident.get(NEAR).status_code == 401


@pytest.mark.usefixtures("in_july")
def test_points_come_nearest_first_with_walk_answer_and_hours(client: Client) -> None:
    items = client.get(f"{NEAR}&at=2026-07-14T10:00").json()["items"]
    assert [one["name"] for one in items] == ["店1", "夜店", "店2", "银行", "店0"]
    assert [one["answer"] for one in items] == ["yes", "yes", "yes", "yes", "no"]
    assert (items[0]["open"], items[0]["open_until"]) == (True, "2026-07-14T09:00:00Z")
    assert (items[1]["open"], items[1]["open_until"], items[3]["open"]) == (True, None, None)
    assert items[0]["distance_m"] == pytest.approx(100, abs=1)
    assert items[0]["walk_minutes"] == pytest.approx(1.7, abs=0.1)
    assert {one["method"] for one in items} == {"line"}
    assert client.get(f"{NEAR}&at=2026-12-31T10:00").json()["holidays_known"] is True
    assert client.get(f"{NEAR}&at=2027-01-01T10:00").json()["holidays_known"] is False


@pytest.mark.usefixtures("in_july")
def test_time_pace_distance_and_need_are_heeded(client: Client) -> None:
    def names(more: str) -> list[str]:
        return [one["name"] for one in client.get(f"{NEAR}{more}").json()["items"]]

    assert names("&within=250") == ["店1", "夜店"]
    assert names("&need=cash") == ["店1", "店2", "银行", "店0"]
    assert names("&need=cash,staff&need=alipay") == ["店1", "店2", "银行", "店0"]
    assert names("&need=24h") == ["夜店"]
    slow = client.get(f"{NEAR}&pace=48&at=2026-07-14T19:00:00%2B08:00").json()["items"]
    assert (slow[2]["answer"], slow[2]["open"], slow[2]["walk_minutes"]) == ("about", False, pytest.approx(8.3, abs=0.1))


@pytest.mark.usefixtures("in_july")
@pytest.mark.parametrize("offset", ["", "%2B08:00", "+08:00"])
def test_a_naive_time_is_shanghai_s(client: Client, offset: str) -> None:
    assert client.get(f"{NEAR}&at=2026-07-14T16:59{offset}").json()["items"][0]["open"] is True
    assert client.get(f"{NEAR}&at=2026-07-14T17:00{offset}").json()["items"][0]["open"] is False


def test_many_points_come_page_by_page(client: Client) -> None:
    first = client.get(f"{NEAR}&limit=3").json()
    rest = client.get(f"{NEAR}&limit=3&cursor={first['next']}").json()
    assert [len(one["items"]) for one in (first, rest)] == [3, 2]
    assert rest["next"] is None


WRONG = [
    "lat=91&lon=0", "lat=-90.1&lon=0", "lat=0&lon=181", "lat=nan&lon=0", "lat=0&lon=inf", "lat=&lon=", "lat=x&lon=0", "lon=0",
    *(f"lat=39.995&lon=116.465&{more}" for more in (
        "pace=0", "pace=-1", "pace=nan", "pace=inf", "pace=1e400", "within=0", "within=10001", "within=nan", "at=garbage", "at=",
        "at=2026-13-01", "at=2099-10-01T10:00", "at=0001-01-01T00:00", "at=9999-12-31T23:59:59-12:00", "at=1e999",
        "need=magic", "need=%00", "limit=0", "limit=9223372036854775808",
        "limit=201", "cursor=!!!", "cursor=OTIyMzM3MjAzNjg1NDc3NTgwOA", "cursor=LTE", "cursor=%ED%A0%80", "within=9223372036854775808",
    )),
]  # fmt: skip


@pytest.mark.parametrize("query", WRONG)
def test_what_cannot_be_read_is_said_clearly(client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/payment-points?{query}")
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["title"]


@pytest.mark.parametrize("query", ["limit=0", "limit=9223372036854775808", "cursor=!!!", "cursor=OTIyMzM3MjAzNjg1NDc3NTgwOA", "limit=x"])
def test_a_wrong_page_of_grids_is_said_clearly(client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/grids?{query}")
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


def test_both_addresses_are_described(resident: Client) -> None:
    described = resident.get("/api/v1/openapi.json").json()
    asked = {one["name"]: one for one in described["paths"]["/api/v1/payment-points"]["get"]["parameters"]}
    assert set(asked) == {"lat", "lon", "at", "within", "pace", "need", "cursor", "limit"}
    assert "Metres" in asked["within"]["description"]
    assert "/api/v1/grids" in described["paths"]
