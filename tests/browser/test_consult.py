"""A consult in ten seconds: five taps, no letter typed, in the meter room without signal too."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Product, sign_in
from tests.browser.thumb import kept, rows, wait_until_sent

pytestmark = pytest.mark.browser
COUNT = """
addEventListener('touchend', () => sessionStorage.setItem('taps', 1 + Number(sessionStorage.getItem('taps'))), true);
addEventListener('keydown', () => sessionStorage.setItem('keys', 1 + Number(sessionStorage.getItem('keys'))), true);
"""
NOTED = "SELECT state, kind, building FROM tickets WHERE entered_by_id = (SELECT id FROM people WHERE phone = ?) ORDER BY id DESC LIMIT 3"


def test_a_consult_takes_five_taps_and_no_letter_with_and_without_signal(
    profile: Callable[..., BrowserContext], product: Product, tmp_path: Path
) -> None:
    context = profile()
    context.add_init_script(COUNT)
    page, manager = context.new_page(), product.person("manager")
    sign_in(page, manager)
    page.goto("/desk")
    page.wait_for_function("!navigator.serviceWorker || !!navigator.serviceWorker.controller")
    before = rows(product, "SELECT count(*) FROM tickets")[0][0]
    page.evaluate("sessionStorage.setItem('taps', 0); sessionStorage.setItem('keys', 0)")
    begun = time.monotonic()
    page.get_by_role("link", name="记一笔咨询").tap()
    page.locator("[name=home]").nth(1).tap()
    page.locator("label:has([value=tier_tariff])").tap()
    page.screenshot(path=tmp_path / "consult.png")
    page.locator("label:has([value=tier-how])").tap()
    page.get_by_role("button", name="已解决").tap()
    expect(page.get_by_role("status").filter(has_text="记好了")).to_be_visible()
    taken = time.monotonic() - begun
    assert page.evaluate("[Number(sessionStorage.getItem('taps')), Number(sessionStorage.getItem('keys'))]") == [5, 0]
    print(f"five taps in {taken:.1f} s")
    assert taken < 10
    wait_until_sent(page)
    page.wait_for_timeout(500)

    context.set_offline(True)
    page.goto("/desk/consults/new")
    expect(page.locator("[data-offline-copy]")).to_be_visible()
    for words in ("jtdj", "充值没到账"):
        page.locator("label:has([name=home][value=''])").tap()
        page.fill("[name=q]", words)
        page.locator("#cards [data-kinds]:visible").first.tap()
        page.get_by_role("button", name=re.compile("还没解决")).tap()
        expect(page.locator("[data-outbox-strip]")).to_contain_text("没有发出")
    assert kept(page) == 2
    page.screenshot(path=tmp_path / "consult-offline.png")
    assert rows(product, "SELECT count(*) FROM tickets")[0][0] == before + 1
    context.set_offline(False)
    wait_until_sent(page)
    assert rows(product, "SELECT count(*) FROM tickets")[0][0] == before + 3, "each once, though both were written on one kept page"
    found = rows(product, NOTED, manager["phone"])
    assert [state for state, _kind, _building in found] == ["open", "open", "closed"]
    assert [kind for _state, kind, _building in found] == ["remote_topup", "tier_tariff", "tier_tariff"]
    assert found[2][2], "of the home that was tapped"


def test_what_is_refused_comes_back_into_its_form_with_the_reason_and_bothers_no_other_page(
    profile: Callable[..., BrowserContext], product: Product
) -> None:
    page, manager = profile().new_page(), product.person("manager")
    sign_in(page, manager)
    page.goto("/desk/consults/new")
    page.locator("details.more summary").last.tap()
    page.fill("[name=words]", "老人问发票能不能寄到家里")
    page.locator("label:has([value=tier_tariff])").tap()
    page.locator("details.more summary").first.tap()
    page.fill("[name=room]", "501")
    page.get_by_role("button", name="已解决").tap()
    strip = page.locator("[data-outbox-strip]")
    expect(page.locator("form#consult [role=alert]")).to_contain_text("小区")
    assert page.input_value("[name=words]") == "老人问发票能不能寄到家里"
    page.goto("/desk/tickets")
    page.wait_for_timeout(300)
    expect(strip).to_be_hidden()
    page.goto("/desk")
    page.wait_for_timeout(300)
    expect(strip).to_be_hidden()
    page.goto("/desk/consults/new")
    expect(page.locator("[name=words]")).to_have_value("老人问发票能不能寄到家里")
    page.fill("[name=room]", "")
    page.get_by_role("button", name="已解决").tap()
    expect(page.get_by_role("status").filter(has_text="记好了")).to_be_visible()
    assert rows(product, NOTED, manager["phone"])[0][0] == "closed"
    assert kept(page) == 0

    # A new service worker takes over: what an old one kept goes, the answer book stays.
    page.evaluate("caches.open('old-1').then(() => navigator.serviceWorker.ready).then((one) => one.unregister())")
    page.goto("about:blank")
    page.goto("/desk")
    end = time.monotonic() + 15
    while "old-1" in (names := page.evaluate("caches.keys()")):
        assert time.monotonic() < end, names
        page.wait_for_timeout(200)
    assert "desk-book" in names
