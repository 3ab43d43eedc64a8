"""Journey 3, who asked gets answered, and journey 4, see before you answer: with a thumb, without script, without signal."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Product, running, sign_in, wait_until_kept
from tests.browser.test_the_main_job import ESTATE, publish_fault

pytestmark = pytest.mark.browser
Profile = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def product(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A town of its own: in the one that all tests share others may have put the same estate in the dark."""
    with running(shutil.copytree(planted, tmp_path_factory.mktemp("asked"), dirs_exist_ok=True)) as started:
        yield started


def shot(page: Page, tmp_path: Path, name: str) -> None:

    page.screenshot(path=tmp_path / f"{name}.png")


def height(box: Locator) -> float:
    return float(box.evaluate("it => it.getBoundingClientRect().height"))


def ask(page: Page, code: str, room: str) -> None:
    """No power at home: the button on the grid's page, without a line of script."""
    page.goto(f"/g/{code}/ask?about=outage")
    page.select_option("[name=estate]", label=ESTATE)
    page.fill("[name=building]", "3号楼")
    page.fill("[name=room]", room)
    page.locator("form button.main").click()
    page.wait_for_url(re.compile(r"/q/[0-9a-f]{32,}$"))


def wait_for(page: Page, words: str) -> None:
    """The worker tells; who looks again sees it."""
    end = time.monotonic() + 30
    while words not in page.locator("body").inner_text():
        assert time.monotonic() < end, page.locator("body").inner_text()
        time.sleep(0.3)
        page.reload()


def test_who_asked_gets_answered(profile: Profile, product: Product, tmp_path: Path) -> None:
    code = product.offers["grids"][0]["code"]
    manager = profile().new_page()
    sign_in(manager, product.person("manager"))
    number = publish_fault(manager)
    time.sleep(13)  # Within ten seconds it may still be undone, so nobody is told of it yet.
    dark, light = (profile(java_script_enabled=False).new_page() for _ in range(2))
    for page, room in ((dark, "9091"), (light, "9092")):
        ask(page, code, room)
        expect(page.locator(".thread")).to_contain_text("正在停电")
        expect(page.locator("#now")).to_contain_text("已答复")
    shot(dark, tmp_path, "3-known-truth-at-once")

    manager.goto(f"/desk/notices/{number}")
    manager.get_by_role("radio", name="已复电").check()
    manager.get_by_role("button", name=re.compile("告诉大家")).click()
    for page in (dark, light):
        wait_for(page, "您家来电了吗")
    shot(light, tmp_path, "3-is-yours-back")
    light.get_by_role("button", name="有电了").click()
    expect(light.locator("#now")).to_contain_text("已经来电")
    dark.get_by_role("button", name="还没有").click()
    expect(dark).to_have_url(re.compile("/triage$"))  # It leads on to the five questions.
    dark.go_back()
    dark.reload()
    expect(dark.locator("#now")).to_contain_text("还没来电")
    shot(dark, tmp_path, "3-still-dark")

    manager.goto(f"/desk/notices/{number}/askers")
    expect(manager.locator(".tiles")).to_contain_text(re.compile(r"还没来电\s*1"))
    shot(manager, tmp_path, "3-who-asked")
    manager.goto("/desk/tickets")
    expect(manager.locator("body")).to_contain_text("9091")
    assert manager.locator(".row", has_text="9092").count() == 0


def test_the_call_list_and_the_suspected_fault_on_today(profile: Profile, product: Product, tmp_path: Path) -> None:
    manager = profile().new_page()
    sign_in(manager, product.person("manager"))
    expect(manager.locator("body")).to_contain_text("可能是同一处故障")
    shot(manager, tmp_path, "today")
    manager.goto(f"/desk/notices/{product.offers['notices'][0]}/askers")
    shot(manager, tmp_path, "askers")
    manager.goto("/desk/tickets")
    shot(manager, tmp_path, "inbox")


def test_seen_before_answered_also_without_signal_and_sent_once(profile: Profile, product: Product, tmp_path: Path) -> None:
    context = profile(color_scheme="dark")
    page, thrown = context.new_page(), list[str]()
    page.on("pageerror", lambda error: thrown.append(str(error)))
    sign_in(page, product.person("manager"))
    # The first visit is not yet looked after by the service worker: what it keeps then may go with the one before it.
    page.wait_for_function("!!navigator.serviceWorker.controller || location.reload()")
    # Today alone was opened: the list, its threads, what runs, the composer and one's own page are pulled by it.
    page.goto("/desk")
    outage = str(page.locator(".urgent[data-keep]").first.get_attribute("href"))
    for wanted in ("/desk/tickets", outage, "/desk/notices/new", "/desk/me"):
        wait_until_kept(page, wanted)
    pulled = page.locator("[hidden] > a[data-keep]").evaluate_all("them => them.map((it) => it.getAttribute('href'))")
    assert len(pulled) < 50
    for wanted in pulled:
        wait_until_kept(page, wanted)
    page.goto("/desk/tickets")
    thread = page.locator("a.row", has_text="2单元501").or_(page.locator("a.row", has_text="2-501")).first
    address = str(thread.get_attribute("href"))
    context.set_offline(True)
    begun = time.monotonic()
    page.goto(address)
    expect(page.locator(".mem")).to_contain_text("承诺")
    assert time.monotonic() - begun < 5
    expect(page.locator(".mem .late").first).to_contain_text("逾期")
    expect(page.locator("html")).to_have_attribute("data-kept-at", re.compile(r"^\d{4}-"))
    assert page.locator(".mem > div").count() <= 3
    page.locator(".mem").tap(position={"x": 2, "y": 4})
    box = page.locator(".dock")
    assert height(box) < 0.12 * 844, "small until it is touched"
    shot(page, tmp_path, "4-box")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.evaluate("scrollTo(0, 0)")
    assert box.evaluate("it => it.getBoundingClientRect().top") > 844, "with large letters it covers nothing"
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.locator("[name=words]").tap()
    expect(page.get_by_role("button", name="发送并办结")).to_be_visible()
    shot(page, tmp_path, "4-seen-before-answered")
    page.fill("[name=words]", "我今晚到表箱看过，读数对得上。")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.locator("[data-outbox-strip]")).to_contain_text("没有发出")
    waits = page.locator(".thread .say.me", has_text="待发")
    expect(waits).to_contain_text("读数对得上")
    shot(page, tmp_path, "4-kept-on-the-phone")
    page.reload()
    expect(waits).to_contain_text("读数对得上")
    assert thrown == []
    context.set_offline(False)
    # By itself, as soon as there is a signal: the page then shows the thread as the server has it.
    expect(page.locator("html:not([data-kept-at]) .say.me", has_text="读数对得上")).to_have_count(1, timeout=30_000)
    expect(waits).to_have_count(0)
    page.goto(address)
    expect(page.locator(".say.me", has_text="读数对得上")).to_have_count(1)
