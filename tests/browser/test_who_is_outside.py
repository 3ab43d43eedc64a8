"""Journey 10: who is outside the circle on Sunday at eight in the evening, and which place would help most?"""

import csv
import io
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Product, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def supervisor(profile: Callable[..., BrowserContext], product: Product) -> Page:
    """刘洁's colleague at the desk of all grids, once the worker has reckoned the walks."""
    page = profile().new_page()
    sign_in(page, product.person("supervisor"))
    for _try in range(120):
        page.goto("/desk/circle/coverage?at=workday")
        if page.locator("text=还没有算好").count() == 0 and page.locator(".covers b").inner_text() != "0%":
            return page
        time.sleep(0.5)
    raise AssertionError("The demo town's walks were not reckoned.")


def share(page: Page) -> int:
    return int(page.locator(".covers b").inner_text().rstrip("%"))


def test_a_supervisor_finds_who_is_left_out_and_what_would_help(supervisor: Page, product: Product, tmp_path: Path) -> None:
    supervisor.goto("/review")
    supervisor.click("text=谁在缴费圈外")
    on_sunday = share(supervisor)
    supervisor.screenshot(path=tmp_path / "1-grids.png", full_page=True)
    supervisor.click("a.chip:has-text('工作日 10:00')")
    assert share(supervisor) > on_sunday, "on a workday's morning more places are open"
    supervisor.click("a.chip:has-text('周日 20:00')")
    supervisor.click(".list a.row >> nth=0")
    expect(supervisor.locator("figure.cover svg")).to_be_visible()
    expect(supervisor.locator("svg.heat[role=img] rect.s0, svg.heat[role=img] rect.s1").first).to_be_attached()
    helpful = supervisor.locator(".row:has-text('旁边新设一处')").first
    adds = int(re.sub(r"\D", "", helpful.locator(".clock").inner_text()))
    supervisor.screenshot(path=tmp_path / "2-grid.png", full_page=True)
    outside = households_left_out(supervisor)
    assert 0 < adds <= outside
    slow = share(supervisor)
    supervisor.click("a.chip[aria-current=true]:has-text('我走得慢些')")
    expect(supervisor.locator("a.chip[aria-current=true]:has-text('我走得慢些')")).to_have_count(0)
    assert share(supervisor) >= slow, "who walks at 80 m a minute reaches all that a slow walker does"
    assert supervisor.evaluate("document.documentElement.scrollWidth") <= 390


def households_left_out(page: Page) -> int:
    """As the table says that is taken away."""
    with page.expect_download() as download:
        page.click("a:has-text('导出 CSV')")
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    return sum(int(row[2]) for row in rows[1:])
