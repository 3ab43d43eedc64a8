"""Notices for machines."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core import clock
from grids.tables import Person
from tests.broadcasts.stage import HOUR, planned, published
from tests.cast import Cast
from tests.client import Client

Machine = Callable[[Person], Client]


@pytest.fixture(params=["sqlite", "postgres"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def body(town: Cast, **said: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "grid": "104226", "kind": "fault_outage", "title": "莲花园停电", "words": "正在抢修", "cause": "跳闸", "line": "10kV学院线916",
        "starts_at": now.isoformat(), "ends_at": (now + 2 * HOUR).isoformat(), "estates": [town.garden.id],
    } | said  # fmt: skip


def test_a_machine_publishes_at_once(told_town: Cast, machine: Machine) -> None:
    client = machine(told_town.wangfang)
    answer = client.post("/api/v1/notices", json=body(told_town))
    assert answer.status_code == 201
    told = answer.json()
    assert set(told) == {"number", "url", "state"}
    assert told["state"] == "in_progress"
    assert told["url"].endswith(f"/n/{told['number']}")
    assert told["url"].startswith("http")
    assert "正在停电" in client.get(f"/n/{told['number']}").text


def test_a_notice_is_read_back_whole(told_town: Cast, machine: Machine) -> None:
    client = machine(told_town.wangfang)
    number = client.post("/api/v1/notices", json=body(told_town)).json()["number"]
    said = client.get(f"/api/v1/notices/{number}").json()
    assert said["estates"] == [told_town.garden.id]
    assert (said["grid"], said["kind"], said["households"], said["line"]) == ("104226", "fault_outage", 900, "10kV学院线916")
    assert [update["state"] for update in said["updates"]] == ["published"]
    assert said["updates"][0]["by"] == "王芳"


def test_updates_change_the_state(told_town: Cast, machine: Machine) -> None:
    client = machine(told_town.wangfang)
    number = client.post("/api/v1/notices", json=body(told_town)).json()["number"]
    later = (clock.now() + timedelta(hours=5)).isoformat()
    for said, state in (
        ({"state": "progress", "words": "到场"}, "in_progress"),
        ({"state": "new_time", "words": "", "ends_at": later}, "in_progress"),
        ({"state": "restored", "words": "已送电"}, "restored"),
    ):
        answer = client.post(f"/api/v1/notices/{number}/updates", json=said)
        assert (answer.status_code, answer.json()["state"]) == (201, state), said
    assert client.get(f"/api/v1/notices/{number}").json()["version"] == 4


def test_a_key_publishes_once(told_town: Cast, machine: Machine) -> None:
    client, asked = machine(told_town.wangfang), body(told_town)
    first = client.post("/api/v1/notices", json=asked, headers={"idempotency-key": "k1"})
    again = client.post("/api/v1/notices", json=asked, headers={"idempotency-key": "k1"})
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert len(client.get("/api/v1/notices").json()["items"]) == 1


def test_states_are_listed_page_by_page(told_town: Cast, machine: Machine) -> None:
    published(told_town)
    coming = {planned(told_town).number for _ in range(3)}
    told_town.session.commit()
    client, found, cursor = machine(told_town.liujie), [], None
    while True:
        params = {"grid": "104226", "state": "scheduled", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = client.get("/api/v1/notices", params=params).json()
        found += [item["number"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(found) == 3
    assert set(found) == coming
    assert len(client.get("/api/v1/notices?state=in_progress").json()["items"]) == 1
    assert client.get("/api/v1/notices?state=finished").json()["items"] == []


def test_a_machine_may_do_what_its_person_may(told_town: Cast, machine: Machine) -> None:
    number = machine(told_town.wangfang).post("/api/v1/notices", json=body(told_town)).json()["number"]
    say = {"state": "cancelled", "words": ""}
    for person, status in ((told_town.chengang, 404), (told_town.liujie, 403), (told_town.sunli, 403)):
        client = machine(person)
        assert client.post("/api/v1/notices", json=body(told_town)).status_code == status
        assert client.post(f"/api/v1/notices/{number}/updates", json=say).status_code == status
    assert machine(told_town.chengang).get(f"/api/v1/notices/{number}").status_code == 404
    assert machine(told_town.chengang).get("/api/v1/notices?grid=104226").json()["items"] == []
    assert machine(told_town.liujie).get(f"/api/v1/notices/{number}").status_code == 200


def test_without_a_token_nothing(told_town: Cast, resident: Client) -> None:
    for answer in (resident.get("/api/v1/notices"), resident.post("/api/v1/notices", json=body(told_town))):
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "wrong",
    [
        {"estates": [2**63]}, {"estates": [2**63 - 1]}, {"estates": [0]}, {"estates": ["a"]}, {"estates": []}, {"estates": None},
        {"grid": "999999"}, {"grid": "\u0000"}, {"grid": 104226}, {"kind": "blackout"}, {"kind": None}, {"title": "长" * 121},
        {"words": "长" * 1_000_000}, {"starts_at": "gestern"}, {"starts_at": 2**63}, {"ends_at": "0001-01-01T00:00:00+08:00"},
        {"ends_at": "9999-12-31T23:59:59-08:00"}, {"starts_at": "2026-07-14T10:00:00+08:00", "ends_at": "2026-07-14T09:00:00+08:00"},
        {"kind": "planned_outage", "starts_at": None}, {"buildings": [2**62]}, {"title": {"a": 1}},
    ],
)  # fmt: skip
def test_bad_input_is_a_problem_with_a_reason(told_town: Cast, machine: Machine, wrong: dict[str, Any]) -> None:
    answer = machine(told_town.wangfang).post("/api/v1/notices", json=body(told_town, **wrong))
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"]


@pytest.mark.parametrize("raw", [b"", b"[" * 100_000, b'{"grid":"\xff"}', b'{"grid":"\\ud800"}', b"null", b"[]", b"1"])
def test_bodies_that_are_no_notice(told_town: Cast, machine: Machine, raw: bytes) -> None:
    client = machine(told_town.wangfang)
    answer = client.post("/api/v1/notices", content=raw, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500, answer.text
    answer = client.post("/api/v1/notices/260714-01/updates", content=raw, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize("address", ["%00", "9" * 30, "260714-99", "draft-00", "%F0%9F%98%80", "..%2f..%2f"])
def test_numbers_of_nothing(told_town: Cast, machine: Machine, address: str) -> None:
    client = machine(told_town.wangfang)
    assert client.get(f"/api/v1/notices/{address}").status_code == 404
    assert client.post(f"/api/v1/notices/{address}/updates", json={"state": "progress", "words": "x"}).status_code == 404


@pytest.mark.parametrize("query", ["state=draft", "state=x", "limit=0", "limit=999999", "cursor=%00", "cursor=OTk5", "grid=%00", "grid=1"])
def test_questions_that_make_no_sense(told_town: Cast, machine: Machine, query: str) -> None:
    answer = machine(told_town.wangfang).get(f"/api/v1/notices?{query}")
    assert answer.status_code < 500
    assert answer.status_code >= 400 or query == "cursor=OTk5"


def test_control_characters_do_not_reach_the_database(told_town: Cast, machine: Machine) -> None:
    client = machine(told_town.wangfang)
    answer = client.post("/api/v1/notices", json=body(told_town, words="a\u0000b\u202ec", title="\u0000"))
    assert answer.status_code == 201
    assert client.get(f"/api/v1/notices/{answer.json()['number']}").json()["words"] == "a b c"
    update = client.post(f"/api/v1/notices/{answer.json()['number']}/updates", json={"state": "progress", "words": "\u0000"})
    assert update.status_code == 422
