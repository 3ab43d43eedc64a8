"""The map editor with a thumb: a boundary's corner is dragged, a gate is pinned by a tap, and no other host hears of it."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.core import assets
from tests.browser.conftest import Product, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not assets.map_library(), reason="npm has not fetched the map library"),
]
Opened = Callable[[str], Page]


@pytest.fixture
def hosts() -> set[str]:
    return set()


@pytest.fixture
def as_(profile: Callable[..., BrowserContext], product: Product, hosts: set[str]) -> Opened:
    """A colleague's phone of which every request is noted, and every complaint of the browser is an error."""

    def opened(role: str) -> Page:
        page = profile().new_page()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.on("console", lambda said: pytest.fail(said.text) if said.type == "error" else None)
        sign_in(page, product.person(role))
        return page

    return opened


def kept(product: Product, statement: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(product.home / "lindian.db") as base:
        return base.execute(statement).fetchall()


def drag(page: Page, start: tuple[float, float], across: int, down: int) -> None:
    """One finger on the glass, as Chromium's own input sees it."""
    glass = page.context.new_cdp_session(page)

    def touch(kind: str, *at: dict[str, float]) -> None:
        glass.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(at)})

    touch("touchStart", {"x": start[0], "y": start[1]})
    for step in range(1, 9):
        touch("touchMove", {"x": start[0] + across * step / 8, "y": start[1] + down * step / 8})
    touch("touchEnd")


def middle(page: Page, selector: str, *, number: int = 0) -> tuple[float, float]:
    box = page.locator(selector).nth(number).bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) >= (44, 44)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


INKED = """() => {
    const paper = document.querySelector('.leaflet-line-pane canvas');
    return paper.getContext('2d').getImageData(0, 0, paper.width, paper.height).data.filter((one, n) => n % 4 === 3 && one > 200).length;
}"""


def spot(page: Page, across: int, down: int) -> tuple[float, float]:
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    return box["x"] + across, box["y"] + down


def test_an_administrator_drags_a_corner_and_saves(as_: Opened, product: Product, hosts: set[str], tmp_path: Path) -> None:
    page = as_("administrator")
    page.goto("/desk/me")
    page.click("text=网格边界图")
    page.click("text=望京西园网格")
    expect(page.locator("[data-drawn]")).to_be_attached()
    before = page.input_value("[name=boundary]").splitlines()
    assert page.locator(".handle").count() == len(before), "a handle a corner"
    assert page.evaluate(INKED) > 1_000, "the line itself is drawn, not only its corners"
    page.screenshot(path=tmp_path / "boundary.png")
    page.locator("[data-map]").evaluate("place => place.scrollIntoView({block: 'center'})")
    drag(page, middle(page, ".handle"), 14, 10)
    after = page.input_value("[name=boundary]").splitlines()
    assert [old == new for old, new in zip(before, after, strict=True)] == [False] + [True] * (len(before) - 1)
    page.click("[data-undo]")
    assert page.input_value("[name=boundary]").splitlines() == before
    drag(page, middle(page, ".handle"), 14, 10)
    page.screenshot(path=tmp_path / "dragged.png")
    page.check("[name=overlapping]")
    page.click("button:has-text('保存')")
    expect(page.locator(".banner:has-text('已保存')")).to_be_visible()
    assert page.input_value("[name=boundary]").splitlines()[0] == after[0]
    page.screenshot(path=tmp_path / "saved.png", full_page=True)
    assert len(kept(product, "SELECT 1 FROM audit_entries WHERE act = 'boundaries.redraw'")) == 1
    assert hosts == {urlsplit(product.url).netloc}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_tap_adds_a_corner_and_a_press_takes_it_away(as_: Opened) -> None:
    page = as_("administrator")
    page.goto("/desk/admin/grids/2/boundary")
    expect(page.locator("[data-drawn]")).to_be_attached()
    corners = page.locator(".handle").count()
    page.tap("[data-map]", position={"x": 12, "y": 12})
    expect(page.locator(".handle")).to_have_count(corners + 1)
    assert middle(page, ".handle.on") == pytest.approx(spot(page, 12, 12), abs=1.5), "it stands under the finger"
    page.tap("button:has-text('删除拐点')")
    expect(page.locator(".handle")).to_have_count(corners)
    page.tap("[data-undo]")
    expect(page.locator(".handle")).to_have_count(corners + 1)


def test_a_manager_pins_a_gate_by_a_tap(as_: Opened, product: Product, hosts: set[str], tmp_path: Path) -> None:
    page = as_("manager")
    (estate,) = kept(product, f"SELECT estates.id FROM estates JOIN duties USING (grid_id) JOIN people ON people.id = person_id"
                              f" WHERE phone = '{product.person('manager')['phone']}' AND lat IS NOT NULL LIMIT 1")[0]  # fmt: skip
    page.goto(f"/desk/estates/{estate}/gates")
    expect(page.locator("[data-drawn]")).to_be_attached()
    expect(page.locator("[data-sketch]")).to_be_hidden()
    page.fill("[name=name]", "西南门")
    page.tap("[data-map]", position={"x": 120, "y": 300})
    expect(page.locator(".handle.gate")).to_be_visible()
    assert middle(page, ".handle.gate") == pytest.approx(spot(page, 120, 300), abs=1.5), "it stands under the finger"
    page.screenshot(path=tmp_path / "gate.png", full_page=True)
    said = (page.input_value("[name=lat]"), page.input_value("[name=lon]"))
    page.click("button:has-text('把门标在这里')")
    expect(page.locator("li:has-text('西南门')")).to_be_visible()
    (pinned,) = kept(product, "SELECT lat, lon FROM gates WHERE name = '西南门'")
    assert tuple(f"{value:.6f}" for value in pinned) == said
    assert hosts == {urlsplit(product.url).netloc}


def test_without_script_the_boundary_is_text(profile: Callable[..., BrowserContext], product: Product, tmp_path: Path) -> None:
    page = profile(java_script_enabled=False).new_page()
    sign_in(page, product.person("administrator"))
    page.goto("/desk/admin/grids/3/boundary")
    page.click("summary:has-text('用文字写坐标')")
    page.fill("[name=boundary]", "116.46 39.99\n116.47 四十")
    page.click("button:has-text('保存')")
    expect(page.locator(".banner:visible")).to_contain_text("第2行读不懂")
    assert re.fullmatch(r"116\.46 39\.99\s+116\.47 四十\s*", page.input_value("[name=boundary]"))
    page.screenshot(path=tmp_path / "text.png", full_page=True)
