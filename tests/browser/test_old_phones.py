"""Phones that send no Sec-Fetch-Site: old ones, and all of them over plain http. They say only where a form comes from."""

import re

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.conftest import CHROMIUM, PHONE, SWITCHES, Product

pytestmark = pytest.mark.browser


def test_a_question_is_asked_without_sec_fetch_site(playwright: Playwright, product: Product) -> None:
    grid, port = product.offers["grids"][0]["code"], product.url.rpartition(":")[2]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*SWITCHES, "--host-resolver-rules=MAP lindian.test 127.0.0.1"])
    page = browser.new_context(java_script_enabled=False, **PHONE).new_page()
    sent: list[dict[str, str]] = []
    page.on("request", lambda request: sent.append(request.headers) if request.method == "POST" else None)
    page.goto(f"http://lindian.test:{port}/g/{grid}/ask")
    page.fill("[name=words]", "电费在哪里交")
    page.locator("form button.main").click()
    page.wait_for_url(re.compile(r"/q/[0-9a-f]{32,}$"))
    expect(page.locator("body")).to_contain_text("电费在哪里交")
    browser.close()
    assert "sec-fetch-site" not in sent[0]
