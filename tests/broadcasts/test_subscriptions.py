from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.database import Database
from broadcasts.subscribers import subscribers, subscriptions
from broadcasts.subscribers.tables import Subscriber, Subscription
from pwa.push import guard
from pwa.tables import Device
from tests.cast import Cast
from tests.client import Client
from tests.pwa import loopback

SERVICE = loopback.PushService("https://updates.push.services.mozilla.com")


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def wish(**more: Any) -> dict[str, Any]:
    """What a browser sends for a fresh subscription to 莲花网格."""
    return {**SERVICE.subscribe().to_json(), "grid": "104226", "estate": None, **more}


def kept(database: Database) -> tuple[list[Device], list[Subscription]]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Device))), list(session.scalars(sa.select(Subscription)))


def device_of(database: Database, subscription: Subscription) -> int | None:
    with database.reading() as session:
        return session.get_one(Subscriber, subscription.subscriber_id).device_id


def test_a_resident_subscribes_and_the_same_at_each_start_changes_nothing(resident: Client, database: Database, town: Cast) -> None:
    asked = wish(estate=town.garden.id)
    for _ in range(3):
        answer = resident.post("/push/subscriptions", json=asked)
        assert answer.status_code == 201, answer.text
        assert "set-cookie" not in answer.headers
    [device], [subscription] = kept(database)
    assert (device.endpoint, device.sign_in, subscription.estate_id) == (asked["endpoint"], None, town.garden.id)


def test_newer_keys_and_a_changed_address_reach_the_same_device(resident: Client, database: Database) -> None:
    first, second = wish(), wish()
    resident.post("/push/subscriptions", json=first)
    [before], _ = kept(database)
    moved = {**second, "grid": None, "old": first["endpoint"]}
    assert resident.post("/push/subscriptions", json=moved).status_code == 201
    [after], [subscription] = kept(database)
    assert (after.id, after.endpoint, device_of(database, subscription)) == (before.id, second["endpoint"], before.id)
    assert after.p256dh != before.p256dh


def test_who_left_does_not_come_back_by_opening_a_page(resident: Client, database: Database) -> None:
    asked = wish()
    start = {**asked, "again": True}
    manage = resident.post("/push/subscriptions", json=asked).json()["manage"]
    assert resident.post("/push/subscriptions", json=start).json()["manage"] == manage
    other_grid = resident.post("/push/subscriptions", json={**start, "grid": "104227"})
    assert (other_grid.json()["manage"], len(kept(database)[1])) == ("", 1)
    left = resident.post(f"{manage}/leaving")
    assert "data-push-end" in left.text
    for again in (start, {**start, "grid": None}, {**start, "old": asked["endpoint"], "endpoint": f"{asked['endpoint']}2"}):
        answer = resident.post("/push/subscriptions", json=again)
        assert (answer.status_code, answer.json()["manage"], kept(database)) == (201, "", ([], []))
    assert resident.post("/push/subscriptions", json=asked).json()["manage"]
    assert len(kept(database)[1]) == 1


def test_unsubscribing_forgets_the_device_and_all_it_wanted(resident: Client, database: Database) -> None:
    asked = wish()
    resident.post("/push/subscriptions", json=asked)
    for _ in range(2):
        answer = resident.request("DELETE", "/push/subscriptions", json={"endpoint": asked["endpoint"]})
        assert answer.status_code == 204
    assert kept(database) == ([], [])


POINT_NOT_ON_CURVE = loopback.b64(b"\x04" + b"\x01" * 64)
WRONG: list[tuple[str, dict[str, Any], int, str]] = [
    ("another host", {"endpoint": "https://example.org/push/1"}, 422, "推送"),
    ("this machine", {"endpoint": "http://169.254.169.254/latest"}, 422, "推送"),
    ("user info", {"endpoint": "https://updates.push.services.mozilla.com@evil.example/1"}, 422, "推送"),
    ("half a key", {"keys": {"p256dh": "BAAA", "auth": "AAAA"}}, 422, "密钥"),
    ("no point", {"keys": {"p256dh": POINT_NOT_ON_CURVE, "auth": loopback.b64(b"0" * 16)}}, 422, "密钥"),
    ("no base64", {"keys": {"p256dh": "网格" * 9, "auth": "*"}}, 422, "密钥"),
    ("no such grid", {"grid": "999999"}, 404, "短码"),
    ("another grid's estate", {"estate": 3}, 404, "小区"),
    ("too big a number", {"estate": 2**63}, 400, ""),
    ("no keys", {"keys": None}, 400, ""),
]


@pytest.mark.parametrize(("wrong", "status", "reason"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_no_browser_gives_is_refused_with_a_reason(
    resident: Client, database: Database, wrong: dict[str, Any], status: int, reason: str
) -> None:
    answer = resident.post("/push/subscriptions", json=wish(**wrong), headers={"accept": "application/json"})
    assert answer.status_code == status, answer.text
    assert reason in answer.text
    assert kept(database) == ([], [])


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
def test_only_json_is_read(resident: Client, kind: str) -> None:
    for method in ("POST", "DELETE"):
        answer = resident.request(method, "/push/subscriptions", content=b'{"endpoint": "x"}', headers={"content-type": kind})
        assert answer.status_code == 415


def test_the_public_key_is_offered_and_stays(resident: Client) -> None:
    first = resident.get("/push/key")
    assert first.headers["content-type"].startswith("text/plain")
    assert len(loopback.unb64(first.text)) == 65
    assert resident.get("/push/key").text == first.text


def test_a_phone_hears_of_twenty_places_at_most_and_a_grid_is_not_flooded(session: Session, town: Cast, monkeypatch: Any) -> None:
    def device() -> Subscriber:
        from pwa import devices

        phone = SERVICE.subscribe().to_json()
        keys: Any = phone["keys"]
        kept = devices.enrol(session, endpoint=str(phone["endpoint"]), **keys, hosts=guard.hosts(), loopback=False)
        return subscribers.of_device(session, kept)

    one = device()
    monkeypatch.setattr(subscriptions, "MOST_OF_ONE", 1)
    subscriptions.subscribe(session, one, grid=town.lotus)
    with pytest.raises(subscriptions.TooMany):
        subscriptions.subscribe(session, one, grid=town.lotus, estate=town.garden)
    monkeypatch.setattr(subscriptions, "MOST_OF_A_GRID", 2)
    subscriptions.subscribe(session, device(), grid=town.lotus)
    with pytest.raises(subscriptions.TooMany) as refused:
        subscriptions.subscribe(session, device(), grid=town.lotus)
    assert refused.value.retry_after == 60
    subscriptions.subscribe(session, device(), grid=town.lake)
