"""Journey 5: whose wire is it? From "no power" to who repairs it, in the dark, with a thumb, without script."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Product, sign_in

pytestmark = pytest.mark.browser
Profile = Callable[..., BrowserContext]


def shoot(page: Page, tmp_path: Path, name: str) -> None:
    page.screenshot(path=tmp_path / f"{name}.png", full_page=True)


def test_from_no_power_to_who_repairs_it_and_back_to_light(profile: Profile, product: Product, tmp_path: Path) -> None:
    code = product.offers["grids"][0]["code"]
    page = profile(java_script_enabled=False).new_page()
    page.goto(f"/g/{code}")
    page.click("a:has-text('没电了')")
    if page.locator("text=不是这一处").count():
        shoot(page, tmp_path, "1-known")
        page.click("text=不是这一处")
    shoot(page, tmp_path, "2-danger")
    for choice in page.locator("main .btn").all():
        assert (choice.bounding_box() or {"height": 0})["height"] >= 60
    page.click("text=都没有")
    page.click("text=有，就我家没电")
    shoot(page, tmp_path, "3-meter")
    page.click("text=屏幕不亮")
    page.click("text=供电公司（网上国网")
    expect(page.locator("figure svg")).to_be_visible()
    shoot(page, tmp_path, "4-who-repairs")
    page.click("text=发给台区经理")
    page.click("button:has-text('发给')")
    expect(page.locator("button:has-text('有电了')")).to_be_visible()
    shoot(page, tmp_path, "5-thread")
    thread = page.url.partition("#")[0]
    desk = profile().new_page()
    sign_in(desk, product.person("manager"))
    desk.goto("/desk/tickets")
    desk.click("main .list a:has-text('我家没电了') >> nth=-1")
    expect(desk.locator("text=五问结果")).to_be_visible()
    shoot(desk, tmp_path, "6-desk")
    page.goto(f"{thread}/triage?on=1")
    page.click("text=都没有")
    page.click("text=有，就我家没电")
    page.click("text=亮着，显示欠费")
    expect(page.locator("text=您的回答已经交给台区经理")).to_be_visible()
    page.click("button:has-text('有电了')")
    expect(page.locator("text=您说来电了").or_(page.locator("text=谢谢")).first).to_be_visible()
    shoot(page, tmp_path, "7-light")


def test_a_danger_stops_with_telephones(profile: Profile, product: Product, tmp_path: Path) -> None:
    page = profile(java_script_enabled=False, color_scheme="dark", viewport={"width": 360, "height": 640}).new_page()
    page.goto(f"/g/{product.offers['grids'][0]['code']}/triage?on=1")
    page.click("text=焦糊味")
    expect(page.locator("main a[href='tel:119']").first).to_be_in_viewport()
    shoot(page, tmp_path, "8-danger-dark")
    page.goto(f"/g/{product.offers['grids'][0]['code']}/triage?a=none.dark.dark.property")
    shoot(page, tmp_path, "9-property-dark")


def uses(page: Page) -> int:
    """How often the manager used the card about the tiers: the demo town and other tests have used it too."""
    page.goto("/desk/answers")
    found = re.search(r"用过 (\d+) 次", page.locator("summary:has-text('阶梯电价怎么算')").inner_text())
    return int(found[1]) if found else 0


def test_the_answer_book_is_found_without_signal_and_fills_the_box(profile: Profile, product: Product, tmp_path: Path) -> None:
    context = profile()
    page = context.new_page()
    code = product.offers["grids"][0]["code"]
    page.goto(f"/g/{code}/ask")
    page.fill("[name=words]", "电费怎么突然变高")
    page.click("button:has-text('发给')")
    expect(page.locator("text=自动答复，来自答案库")).to_be_visible()
    shoot(page, tmp_path, "a-by-itself")
    sign_in(page, product.person("manager"))
    before = uses(page)
    page.goto("/desk/tickets")
    with page.expect_response("**/desk/answers.json"):
        page.click("main .list a:has-text('电费怎么突然变高')")
    page.wait_for_timeout(500)
    page.locator("#book").scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "b-chips.png")
    context.set_offline(True)
    for words in ("阶梯电价", "jietidianjia", "jtdj"):
        page.fill("[name=q]", words)
        expect(page.locator("#book-found [data-card=tier-how]")).to_be_visible()
    page.click("#book-found [data-card=tier-how]")
    assert "三档" in page.input_value("textarea[name=words]")
    page.screenshot(path=tmp_path / "c-filled.png")
    context.set_offline(False)
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/answers")):
        page.click("button.main:has-text('发送')")
    expect(page.locator(".thread:not([data-unsent]) .say.me:has-text('超出的度数')")).to_be_visible()
    assert uses(page) == before + 1
    shoot(page, tmp_path, "d-book")
