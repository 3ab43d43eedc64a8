"""Who opened the grid's page once finds what it leads to without signal, and where nothing is kept, what to do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Product, wait_until_kept

pytestmark = pytest.mark.browser


def test_what_a_grids_page_leads_to_opens_without_signal(profile: Callable[..., BrowserContext], product: Product) -> None:
    context = profile()
    page, grid = context.new_page(), f"/g/{product.offers['grids'][0]['code']}"
    page.goto(grid)
    for part in ("pay", "cards", "triage"):
        wait_until_kept(page, f"{grid}/{part}")
    context.set_offline(True)
    page.goto(f"{grid}/pay")
    expect(page.locator("h1")).not_to_contain_text("没有信号")
    page.goto(f"{grid}/ask")
    expect(page.locator("main")).to_contain_text("想提问或报修")
