"""Journey 6: where do I pay, now, on foot, with cash? Without script, without telling where one is, and with."""

import gzip
import re
import struct
import time
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Product

pytestmark = pytest.mark.browser
Profile = Callable[..., BrowserContext]


ESTATE = "望京新城"


@pytest.fixture
def grid(product: Product) -> str:
    """The page of the grid in which the estate lies."""
    pages = [f"/g/{one['code']}/pay" for one in product.offers["grids"]]
    return next(page for page in pages if f"<strong>{ESTATE}</strong>" in read(product.url + page))


@pytest.fixture
def estate(product: Product, grid: str) -> str:
    """The worker reckons the demo town's walks when it starts: until then the line is told."""
    row = read(product.url + grid).split(f"<strong>{ESTATE}</strong>")[0]
    address = row.rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    for _try in range(120):
        if "走路时间按路网算" in read(product.url + address):
            return address
        time.sleep(0.5)
    raise AssertionError("The demo town's walks were not reckoned on its paths.")


def test_without_script_and_position_a_place_is_found_for_the_building_the_hour_the_purse_and_the_pace(
    profile: Profile, product: Product, grid: str, estate: str
) -> None:
    page = profile(java_script_enabled=False).new_page()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(grid)
    page.click(f"a.row.bare:has-text('{ESTATE}')")
    expect(page.locator("svg path.area")).to_be_visible()
    expect(page.locator("text=走路时间按路网算").first).to_be_attached()
    now = first_minutes(page)
    page.click("text=我走得慢些")
    assert first_minutes(page) > now
    page.click("a.chip:has-text('现金')")
    page.click("a.chip:has-text('周日 20:00')")
    assert "slow=1" in page.url
    assert "need=cash" in page.url
    assert "at=2" in page.url
    assert page.input_value("select[name=building]") == "", "nobody has said the building, and it is not pretended"
    ours = page.locator("select[name=building] option").nth(1)
    name, key = ours.inner_text(), ours.get_attribute("value")
    page.select_option("select[name=building]", key)
    page.click("button:has-text('按我家这栋算')")
    assert f"building={key}" in page.url
    assert "need=cash" in page.url, "what was chosen stays chosen"
    expect(page.locator("h1 + small")).to_have_text(f"从{ESTATE} {name}出发")
    page.click("summary:has-text('换一栋楼')")
    assert page.input_value("select[name=building]") == key
    assert hosts == {product.url.split("/")[2]}, "no other host is asked"


def test_with_its_sketch_the_page_is_small(product: Product, estate: str) -> None:
    body = urllib.request.urlopen(product.url + estate).read()
    assert b"<svg" in body
    assert len(gzip.compress(body)) <= 15_000


def test_a_position_is_used_by_a_tap_only_and_kept_nowhere(profile: Profile, product: Product, estate: str) -> None:
    context = profile(geolocation={"latitude": 39.99712, "longitude": 116.46641}, permissions=["geolocation"])
    page = context.new_page()
    page.goto(estate)
    page.click("button[data-position]")
    page.wait_for_url("**lat=39.99712**")
    expect(page.locator("h1 + p, h1 + small, header").first).to_be_visible()
    assert "走路时间按路网算" in page.content(), "beside a home its walks hold"
    assert context.cookies() == []
    written = b"".join(
        path.read_bytes() for path in product.home.rglob("*") if path.is_file() and path.suffix in (".db", ".db-wal", ".log")
    )
    # The walked outlines have so many digits that the latitude alone may stand there by chance.
    both = rb"39\.99712.{0,60}116\.46641|116\.46641.{0,60}39\.99712"
    assert not re.search(both, written, re.DOTALL), "the position stands in no table and no log"
    assert struct.pack(">d", 39.99712) not in written, "nor as a number"


def read(address: str) -> str:
    return str(urllib.request.urlopen(address).read().decode())


def first_minutes(page: Page) -> int:
    said = page.locator("ol.card .end strong").first.inner_text()
    return int("".join(filter(str.isdigit, said)))
