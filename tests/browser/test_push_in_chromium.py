"""Quality 10: a real encrypted push shows in Chromium, and something is shown whatever comes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from pwa.push import guard, payload, vapid
from pwa.push.sealing import seal
from pwa.push.sending import Envelope, Label, Outcome, send
from tests.pwa import loopback
from tests.pwa.chromium import HOST, Device, Phone, gcm_phone, small_site

pytestmark = pytest.mark.browser

TITLE, BODY = "\u8ba1\u5212\u505c\u7535", "\u83b2\u82b1\u5c0f\u533a \u5468\u516d 8:00\u201317:00"


@pytest.fixture
def site() -> Iterator[str]:
    with small_site() as address:
        yield address


@pytest.fixture
def phone(playwright: Playwright, tmp_path: Path, site: str) -> Iterator[Phone]:
    with gcm_phone(playwright, tmp_path, site=site) as opened:
        opened.page.goto(site)
        yield opened


@pytest.fixture
def signer(tmp_path: Path) -> vapid.Vapid:
    return vapid.opened(tmp_path / "vapid.pem", subject="mailto:duty@lindian.example")


def pushed(phone: Phone, device: Device, signer: vapid.Vapid, words: bytes, *, key: int = 1) -> Outcome:
    body = seal(words, p256dh=device.p256dh, auth=device.auth)
    header = signer.authorization(device.endpoint)
    envelope = Envelope(key=key, target=phone.target(device), body=body, label=Label(authorization=header, ttl_s=60, topic="notice-7"))
    return send([envelope], certificates=phone.certificates)[0]


def test_a_sealed_message_is_decrypted_and_shown_by_chromium_itself(phone: Phone, signer: vapid.Vapid, site: str) -> None:
    device = phone.subscribe(signer.public_key)
    assert device.endpoint.startswith(f"https://{HOST}/fcm/send/")
    words = payload.declarative(title=TITLE, body=BODY, navigate=f"{site}/n/7", tag="notice-7")

    assert pushed(phone, device, signer, words) == Outcome(1, 201)

    [received] = phone.wait_for("Push message received")
    assert received["Was Encrypted"] == "Yes"
    assert json.loads(received["Payload"]) == json.loads(words)
    assert phone.wait_for("Notification displayed") == [{"Title": TITLE, "Body": BODY}]
    assert phone.wait_for("Push event completed") == [{"Status": "Success"}]
    [shown] = phone.notifications()
    assert (shown["title"], shown["body"], shown["tag"], shown["lang"]) == (TITLE, BODY, "notice-7", "zh-CN")
    assert not shown["silent"]
    [message] = phone.service.received
    assert message.plain is None, "only Chromium holds the key"
    assert message.claims["aud"] == f"https://{HOST}"


def test_the_same_notice_twice_is_one_notification(phone: Phone, signer: vapid.Vapid, site: str) -> None:
    device = phone.subscribe(signer.public_key)
    for body in ("8:00-17:00", "8:00-19:00"):
        pushed(phone, device, signer, payload.declarative(title=TITLE, body=body, navigate=f"{site}/n/7", tag="notice-7"))
    phone.wait_for("Notification displayed", 2)
    assert [shown["body"] for shown in phone.notifications()] == ["8:00-19:00"]


def test_a_message_with_another_installations_key_is_refused(phone: Phone, signer: vapid.Vapid, site: str, tmp_path: Path) -> None:
    device = phone.subscribe(signer.public_key)
    stranger = vapid.opened(tmp_path / "other.pem", subject="mailto:a@lindian.example")
    words = payload.declarative(title=TITLE, body=BODY, navigate=f"{site}/n/7", tag="notice-7")
    assert pushed(phone, device, stranger, words).status == 403
    assert not phone.events


def test_a_message_sealed_for_another_device_is_not_shown(phone: Phone, signer: vapid.Vapid, site: str) -> None:
    device = phone.subscribe(signer.public_key)
    with loopback.running() as elsewhere:
        other = elsewhere.subscribe()
    words = payload.declarative(title=TITLE, body=BODY, navigate=f"{site}/n/7", tag="notice-7")
    pushed(phone, Device(device.endpoint, other.p256dh, other.auth), signer, words)
    pushed(phone, device, signer, words, key=2)
    phone.wait_for("Notification displayed")
    assert len(phone.told("Push event dispatched")) == 1


@pytest.mark.parametrize("words", [b"\n", b"not json", b"[]", b"null", b'{"web_push":9,"other":1}', b'{"notification":7}', b"\xff\xfe"])
def test_something_is_shown_whatever_comes(phone: Phone, signer: vapid.Vapid, words: bytes) -> None:
    device = phone.subscribe(signer.public_key)
    assert pushed(phone, device, signer, words).status == 201
    phone.wait_for("Push event completed")
    [shown] = phone.wait_for("Notification displayed")
    assert shown["Title"]
    assert len(phone.notifications()) == 1


def test_something_is_shown_for_a_push_without_data(phone: Phone, signer: vapid.Vapid) -> None:
    phone.subscribe(signer.public_key)
    phone.page.bring_to_front()
    phone.push_event("")
    [shown] = phone.wait_for("Notification displayed")
    assert shown["Title"]


def test_a_product_told_to_push_to_the_loopback_reaches_chromium(phone: Phone, signer: vapid.Vapid, site: str) -> None:
    device = phone.subscribe(signer.public_key)
    words = payload.declarative(title=TITLE, body=BODY, navigate=f"{site}/n/7", tag="notice-7")
    with loopback.running() as service:
        endpoint = phone.answer_for(device, service)
        target = guard.check(endpoint, allowed=guard.hosts(), loopback=True)
        body = seal(words, p256dh=device.p256dh, auth=device.auth)
        assert send([Envelope(key=1, target=target, body=body, label=Label(authorization=signer.authorization(endpoint), ttl_s=60))]) == [
            Outcome(1, 201)
        ]
    assert phone.wait_for("Notification displayed") == [{"Title": TITLE, "Body": BODY}]
