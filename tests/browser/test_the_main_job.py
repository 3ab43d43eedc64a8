"""The main job, end to end, as issue 2 tells it: one outage, one question, one place to pay."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Product, sign_in

pytestmark = pytest.mark.browser
ESTATE = "望京明苑"
ASKED = "我家老人在用制氧机，能不能先给我们接个发电机？"
ANSWERED = "看到了，应急电源十五分钟内送到楼下，您别下楼。"


def test_one_outage_one_question_one_place_to_pay(profile: Callable[..., BrowserContext], product: Product, tmp_path: Path) -> None:
    desk, outside = profile(), profile(java_script_enabled=False)
    manager, resident = desk.new_page(), outside.new_page()

    def look(page: Page, name: str) -> None:
        page.screenshot(path=tmp_path / f"{name}.png")

    sign_in(manager, product.person("manager"))
    expect(manager.get_by_role("heading", name="今天", exact=True)).to_be_visible()
    look(manager, "1-today")

    number = publish_fault(manager)
    look(manager, "2-published")

    resident.goto(f"/n/{number}")
    expect(resident.get_by_role("heading", level=1)).to_contain_text("正在停电")
    expect(resident.locator("body")).to_contain_text(ESTATE)
    look(resident, "3-notice")

    resident.get_by_role("link", name="问一问").click()
    thread = ask(resident)
    look(resident, "4-asked")

    ticket = answer(manager)
    look(manager, "5-answered")

    resident.goto(thread)
    expect(resident.locator("body")).to_contain_text(ANSWERED)
    look(resident, "6-answer")

    nearest_open(resident, product)
    look(resident, "7-pay")

    supervisor = profile().new_page()
    sign_in(supervisor, product.person("supervisor"))
    supervisor.goto("/review/notices?which=out")
    expect(supervisor.locator(f"a[href='/desk/notices/{number}']")).to_be_visible()
    supervisor.goto("/review/tickets?which=today")
    expect(supervisor.locator(f"a[href='{ticket}']")).to_be_visible()
    supervisor.goto("/review")
    look(supervisor, "8-review")
    assert outside.cookies() == []


def publish_fault(manager: Page) -> str:
    """A fault outage for one estate: written, previewed, published."""
    manager.goto("/desk/notices/new")
    manager.get_by_role("radio", name="故障停电").check()
    manager.get_by_label(re.compile(f"^{ESTATE}")).check()
    manager.fill("[name=cause]", "电缆接头故障，正在抢修")
    manager.fill("[name=words]", "各位邻居，抢修班已经到场，有进展马上告诉大家。")
    manager.get_by_role("button", name="预览").click()
    expect(manager.locator("body")).to_contain_text("正在停电")
    manager.get_by_role("button", name=re.compile("发布")).click()
    manager.wait_for_url(re.compile(r"/desk/notices/\d{6}-\d+$"))
    return manager.url.rpartition("/")[2]


def ask(resident: Page) -> str:
    resident.fill("[name=words]", ASKED)
    resident.select_option("[name=estate]", label=ESTATE)
    resident.fill("[name=building]", "2号楼")
    resident.fill("[name=room]", "602")
    resident.locator("form button.main").click()
    resident.wait_for_url(re.compile(r"/q/[0-9a-f]{32,}$"))
    expect(resident.locator("body")).to_contain_text(ASKED)
    return resident.url


def answer(manager: Page) -> str:
    """The manager finds the question under Questions, with what is known above the answer box."""
    manager.goto("/desk/tickets")
    manager.get_by_text("能不能先给我们接个发电机").first.click()
    expect(manager.locator(".mem")).to_contain_text("停电")
    manager.fill("[name=words]", ANSWERED)
    with manager.expect_response(lambda answer: answer.url.endswith("/answers")):
        manager.get_by_role("button", name="发送", exact=True).click()
    expect(manager.locator(".thread:not([data-unsent])")).to_contain_text(ANSWERED)
    return urlsplit(manager.url).path


def nearest_open(resident: Page, product: Product) -> None:
    resident.goto(f"/g/{product.offers['grids'][0]['code']}/pay")
    resident.get_by_role("link", name=ESTATE).click()
    expect(resident.locator("ol.list > li, ol.list > *").first).to_contain_text("分")
    expect(resident.locator("svg").first).to_be_visible()


def test_a_notice_is_one_small_request_without_cookie_or_foreign_host(phone: Page, product: Product) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    answer = phone.goto(f"/n/{product.offers['notices'][0]}", wait_until="commit")
    assert answer is not None
    body = answer.body()
    phone.wait_for_load_state("networkidle")
    blocking = [url for url in asked if not re.search(r"\.(js|svg|png)$|sw\.js|offline|manifest", url)]
    assert len(gzip.compress(body)) <= 10_000
    assert blocking == [answer.url]
    assert all(url.startswith(product.url) for url in asked)
    assert "set-cookie" not in answer.all_headers()
    assert phone.context.cookies() == []
