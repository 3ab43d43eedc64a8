"""Questions over /api/v1."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core.database import Database
from app.core.idempotency import KeptAnswer
from grids.staff import staff
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tickets import conversation
from tickets.clocks import waiting
from tickets.kinds import kinds
from tickets.tables import Entry, Ticket

Machine = Callable[[Person], Client]


@pytest.fixture(params=["sqlite", "postgres"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def asked(town: Cast, **more: object) -> dict[str, object]:
    return {"grid": "104226", "estate": town.garden.id, "words": "电费怎么高了？", "contact": "10000000009", **more}


def test_a_machine_asks_reads_and_answers(machine: Machine, resident: Client, told_town: Cast) -> None:
    wangfang = machine(told_town.wangfang)
    made = wangfang.post("/api/v1/tickets", json=asked(told_town))
    assert made.status_code == 201, made.text
    body = made.json()
    assert body["state"] == "open"
    assert body["url"].startswith("http://127.0.0.1:8000/q/")
    assert "电费怎么高了" in resident.get(body["url"].partition(":8000")[2]).text
    answered = wangfang.post(f"/api/v1/tickets/{body['id']}/answers", json={"words": "七月进了第二档。"})
    assert (answered.status_code, answered.json()["state"], answered.json()["id"]) == (201, "answered", body["id"])
    assert "/q/" not in answered.text
    one = wangfang.get(f"/api/v1/tickets/{body['id']}").json()
    assert (one["grid"], one["estate"], one["contact"]) == ("104226", told_town.garden.id, "100****0009")
    assert [(entry["words"], entry["by"]) for entry in one["entries"]] == [("电费怎么高了？", None), ("七月进了第二档。", "王芳")]


def test_the_list_is_paged_and_filtered(machine: Machine, told_town: Cast) -> None:
    wangfang = machine(told_town.wangfang)
    made = [wangfang.post("/api/v1/tickets", json=asked(told_town, words=f"第{n}问", room=f"50{n}")).json()["id"] for n in range(3)]
    wangfang.post(f"/api/v1/tickets/{made[1]}/answers", json={"words": "好"})
    first = wangfang.get("/api/v1/tickets?limit=2").json()
    rest = wangfang.get(f"/api/v1/tickets?limit=2&cursor={first['next']}").json()
    assert [item["id"] for item in first["items"] + rest["items"]] == made
    assert rest["next"] is None
    assert [item["id"] for item in wangfang.get("/api/v1/tickets?state=answered&grid=104226").json()["items"]] == [made[1]]
    assert wangfang.get("/api/v1/tickets?grid=104227").json() == {"items": [], "next": None}


def test_an_idempotency_key_asks_once_and_its_token_is_kept_nowhere(machine: Machine, told_town: Cast, database: Database) -> None:
    sunli = machine(told_town.sunli)
    answers = [sunli.post("/api/v1/tickets", json=asked(told_town), headers={"idempotency-key": "k1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"
    other = sunli.post("/api/v1/tickets", json=asked(told_town, words="别的"), headers={"idempotency-key": "k1"})
    assert other.status_code == 422
    token = answers[0].json()["url"].rpartition("/")[2]
    assert len(token) == 40
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1
        assert token not in session.scalars(sa.select(KeptAnswer.body)).one().decode()


def test_an_answer_with_a_key_is_given_once(machine: Machine, told_town: Cast, database: Database) -> None:
    wangfang = machine(told_town.wangfang)
    which = wangfang.post("/api/v1/tickets", json=asked(told_town)).json()["id"]
    for _ in range(2):
        wangfang.post(f"/api/v1/tickets/{which}/answers", json={"words": "好"}, headers={"idempotency-key": "a1"})
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 2


def test_what_a_person_may_not_do_her_machine_may_not_either(machine: Machine, told_town: Cast) -> None:
    which = machine(told_town.wangfang).post("/api/v1/tickets", json=asked(told_town)).json()["id"]
    for person, asking, reading, answering in (
        (told_town.chengang, 404, 404, 404),
        (told_town.liujie, 403, 200, 403),
        (told_town.sunli, 201, 200, 403),
    ):
        client = machine(person)
        assert client.post("/api/v1/tickets", json=asked(told_town)).status_code == asking
        assert client.get(f"/api/v1/tickets/{which}").status_code == reading
        assert client.post(f"/api/v1/tickets/{which}/answers", json={"words": "我来"}).status_code == answering


def test_without_a_token_nothing_is_told(resident: Client, told_town: Cast) -> None:
    for method, path in (("GET", "/tickets"), ("GET", "/tickets/1"), ("POST", "/tickets"), ("POST", "/tickets/1/answers")):
        assert resident.request(method, f"/api/v1{path}", json={"words": "x", "grid": "104226"}).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"words": ""}, {"words": "  "}, {"words": "电" * 2001}, {"words": "没\x00电"}, {"words": 5}, {"words": None}, {"grid": "999999"},
        {"grid": 104226}, {"grid": "\x00"}, {"estate": 2**63}, {"estate": 0}, {"estate": -1}, {"estate": 10**6},
        {"contact": "\x00"}, {"contact": "1" * 81}, {"room": "\x00"}, {"building": "楼" * 90},
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_in_words(machine: Machine, told_town: Cast, change: dict[str, object]) -> None:
    answer = machine(told_town.wangfang).post("/api/v1/tickets", json=asked(told_town, **change))
    assert answer.status_code in (400, 404, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    for said in (answer.json()["title"], *answer.json().get("mistakes", {}).values()):
        assert re.search("[\u4e00-\u9fff]", said), said


@pytest.mark.parametrize("body", [b"", b"[" * 200_000, b'{"grid":"104226","words":"\\ud800"}', b'\xff\xfe{"a"', b"null", b"5"])
def test_unreadable_bodies_are_refused(machine: Machine, told_town: Cast, body: bytes) -> None:
    for path in ("/api/v1/tickets", "/api/v1/tickets/1/answers"):
        answer = machine(told_town.wangfang).post(path, content=body, headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500, (path, answer.status_code)


@pytest.mark.parametrize(
    "query",
    [f"tickets/{2**63}", "tickets/0", "tickets/-1", "tickets?state=lost", "tickets?limit=0", "tickets?limit=9999999999999999999999",
     "tickets?cursor=!!", "tickets?cursor=" + "9" * 60, "tickets/99999999999999999999999/answers"],
)  # fmt: skip
def test_strange_addresses_are_refused(machine: Machine, told_town: Cast, query: str) -> None:
    assert 400 <= machine(told_town.wangfang).get(f"/api/v1/{query}").status_code < 500


def test_a_cursor_beyond_the_last_number_ends_the_list(machine: Machine, told_town: Cast) -> None:
    import base64

    beyond = base64.urlsafe_b64encode(str(2**70).encode()).decode().rstrip("=")
    for query in (f"cursor={beyond}", "grid=%00", "grid=%ED%A0%80"):
        answer = machine(told_town.wangfang).get(f"/api/v1/tickets?{query}")
        assert (answer.status_code == 200 and answer.json()["items"] == []) or 400 <= answer.status_code < 500


def test_a_machine_sees_both_clocks_with_their_papers_and_when_they_rested(machine: Machine, told_town: Cast, database: Database) -> None:
    wangfang = machine(told_town.wangfang)
    made = wangfang.post("/api/v1/tickets", json=asked(told_town, words="新房装表，要几天？", customer="low_voltage")).json()["id"]
    with database.writing() as session:
        ticket = conversation.find(session, made, for_=staff.as_me(session, told_town.wangfang))
        kinds.choose(session, ticket, by=staff.as_me(session, told_town.wangfang), kind="new_connection")
    wangfang.post(f"/api/v1/tickets/{made}/answers", json={"words": "六个工作日。"})
    with database.writing() as session:
        me = staff.as_me(session, told_town.wangfang)
        waiting.begin(session, conversation.find(session, made, for_=me), by=me, reason="请拍合同", days=3)
    one = wangfang.get(f"/api/v1/tickets/{made}").json()
    first, end = sorted(one["clocks"], key=lambda running: str(running["measure"]), reverse=True)
    assert (first["measure"], first["amount"], first["unit"], first["ended_at"] is None) == ("first_answer", 120, "duty_minutes", False)
    assert (end["measure"], end["amount"], end["unit"], end["ended_at"]) == ("completion", 6, "workdays", None)
    assert "第六条" in end["source"]
    assert (one["customer"], one["completion_due_at"]) == ("low_voltage", end["due_at"])
    assert [(rest["reason"], rest["by"], rest["ended_at"]) for rest in one["pauses"]] == [("请拍合同", "王芳", None)]
    assert wangfang.get("/api/v1/tickets").json()["items"] == [one]
