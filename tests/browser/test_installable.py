"""Quality 1 and 2: the managers' app can be put on the home screen."""

import json
import struct
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser.conftest import CHROMIUM, PHONE, SWITCHES, Product, sign_in

pytestmark = pytest.mark.browser


def test_chromium_finds_nothing_against_installing(playwright: Playwright, product: Product, tmp_path: Path) -> None:
    context = playwright.chromium.launch_persistent_context(
        str(tmp_path), executable_path=CHROMIUM, args=SWITCHES, base_url=product.url, **PHONE
    )
    page = context.new_page()
    sign_in(page, product.person("manager"))
    page.goto("/desk")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    session = context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    context.close()
    assert manifest["errors"] == []
    assert errors == []


def test_every_address_of_the_manifest_answers_with_the_stated_size(product: Product) -> None:
    manifest = json.loads(fetch(f"{product.url}/manifest.webmanifest"))
    pictures = [*manifest["icons"], *manifest["screenshots"]]
    sizes = {(icon["sizes"], icon.get("purpose", "any")) for icon in manifest["icons"]}
    assert (manifest["id"], manifest["lang"]) == ("/desk", "zh-CN")
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    assert len([shot for shot in manifest["screenshots"] if shot["form_factor"] == "narrow"]) >= 2
    assert len(manifest["shortcuts"]) >= 3
    assert manifest["share_target"]["method"] == "POST"
    for picture in pictures:
        body = fetch(product.url + picture["src"])
        assert "x".join(map(str, struct.unpack(">II", body[16:24]))) == picture["sizes"], picture["src"]
    for shortcut in manifest["shortcuts"]:
        assert fetch(product.url + shortcut["url"])


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.status == 200
        return bytes(answer.read())
