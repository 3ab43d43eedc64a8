"""Letters twice as large: no page of these is wider than the phone, be it small or a little larger."""

import re
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import Product, sign_in

pytestmark = pytest.mark.browser
PHONES = ((390, 844), (360, 640))
PAGES = {
    "": (
        "/", "/g/{code}", "/g/{code}/pay", "{circle}", "/g/{code}/triage", "/g/{code}/triage?on=1", "/g/{code}/ask",
        "/g/{code}/poster", "/n/{number}",
    ),
    "manager": (
        "/desk", "/desk/notices/new", "/desk/notices/{number}/doors", "/desk/tickets", "/desk/circle", "/desk/circle/upkeep",
        "/desk/circle/coverage",
    ),
    "administrator": ("/desk/admin/calendar", "/desk/admin/doubles", "/desk/admin/imports", "/desk/circle/coverage"),
}  # fmt: skip


def test_no_page_is_wider_than_the_phone(profile: Callable[..., BrowserContext], product: Product) -> None:
    code = product.offers["grids"][0]["code"]
    listed = urllib.request.urlopen(f"{product.url}/g/{code}/pay").read().decode()
    circle = re.findall(r'<a class="row bare" href="([^"]+)"', listed)[0]
    known = {"code": code, "number": product.offers["notices"][0], "circle": circle}
    wider = []
    for role, pages in PAGES.items():
        page = profile().new_page()
        if role:
            sign_in(page, product.person(role))
        for address in pages:
            answer = page.goto(address.format(**known), wait_until="domcontentloaded")
            assert answer
            assert answer.ok, address
            for width, height in PHONES:
                page.set_viewport_size({"width": width, "height": height})
                for letters in ("100%", "200%"):
                    page.evaluate("size => { document.documentElement.style.fontSize = size }", letters)
                    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                        wider.append(f"{address} at {letters}: {wide} of {width}")
    assert not wider
