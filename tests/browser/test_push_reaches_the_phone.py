"""The whole way: a resident's Chromium subscribes on the grid's page, the manager publishes, the worker sends, the phone shows it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser.conftest import PHONE, Product, running, sign_in
from tests.browser.test_the_main_job import ESTATE, publish_fault
from tests.pwa import loopback
from tests.pwa.chromium import HOST, Device, Phone, gcm_phone
from tests.pwa.loopback import unb64

pytestmark = pytest.mark.browser

POST = """async (wish) => (await fetch("/push/subscriptions",
  { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(wish) })).status"""


@pytest.fixture
def pushing(planted: Path, tmp_path: Path) -> Iterator[Product]:
    """The product as it is run, told that the push service is on this machine."""
    with running(shutil.copytree(planted, tmp_path / "home"), LINDIAN_PUSH_LOOPBACK="1") as started:
        yield started


@pytest.fixture
def phone(playwright: Playwright, tmp_path: Path, pushing: Product) -> Iterator[Phone]:
    with gcm_phone(playwright, tmp_path, site=pushing.url, base_url=pushing.url, **PHONE) as opened:
        yield opened


def subscribe_on_the_page(phone: Phone, code: str) -> Device:
    """The button of the page, a true pushManager.subscribe(), and what the page posts of it."""
    phone.page.goto(f"/g/{code}")
    button = phone.page.locator("push-subscribe button")
    with phone.page.expect_response("**/push/subscriptions") as posted:
        button.click()
    assert posted.value.status == 201, posted.value.text()
    expect(button).to_be_disabled()
    said = posted.value.request.post_data_json
    assert said["grid"] == code
    return Device(said["endpoint"], unb64(said["keys"]["p256dh"]), unb64(said["keys"]["auth"]))


def renew(phone: Phone, device: Device, endpoint: str, *, old: str) -> None:
    """The push service gives the browser another address: the row is the same."""
    keys = {"p256dh": loopback.b64(device.p256dh), "auth": loopback.b64(device.auth)}
    assert phone.page.evaluate(POST, {"endpoint": endpoint, "keys": keys, "grid": None, "estate": None, "old": old}) == 201


def leave(phone: Phone, code: str) -> None:
    """By the link beside the bell. The page opened again does not subscribe the phone anew."""
    phone.page.goto(f"/g/{code}")
    phone.page.locator("push-subscribe a").click()
    phone.page.locator("form[action$='/leaving'] button").click()
    expect(phone.page.locator("[data-push-end]")).to_be_attached()
    phone.page.wait_for_function("navigator.serviceWorker.ready.then((ours) => ours.pushManager.getSubscription()).then((now) => !now)")
    phone.page.goto(f"/g/{code}")
    expect(phone.page.locator("push-subscribe button")).to_be_enabled()


def test_the_residents_phone_shows_the_managers_notice(phone: Phone, pushing: Product, chromium: Browser) -> None:
    manager = chromium.new_context(base_url=pushing.url, **PHONE).new_page()
    sign_in(manager, pushing.person("manager"))
    device = subscribe_on_the_page(phone, pushing.offers["grids"][0]["code"])
    assert device.endpoint.startswith(f"https://{HOST}/")
    with loopback.running() as service:
        here = phone.answer_for(device, service)  # On this machine, so that the product may send there.
        renew(phone, device, here, old=device.endpoint)
        number = publish_fault(manager)
        [shown] = phone.wait_for("Notification displayed", seconds=20)
        assert "正在停电" in shown["Title"]
        assert ESTATE in shown["Title"]
        [message] = service.received
        assert message.plain is None, "only Chromium holds the key"
        assert message.headers["urgency"] == "high"
    [seen] = phone.notifications()
    assert (seen["tag"], seen["data"]) == (number, f"{pushing.url}/n/{number}")
    phone.page.goto(seen["data"])
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text("正在停电")
    assert phone.context.cookies() == []
    renew(phone, device, device.endpoint, old=here)
    leave(phone, pushing.offers["grids"][0]["code"])
    manager.context.close()
