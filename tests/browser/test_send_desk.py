"""The send desk with a thumb, without signal, without JavaScript: quality 8 and the send desk's half of journey 1."""

import random
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import PHONE, Product, running, sign_in, wait_until_kept
from tests.browser.thumb import POSTINGS, TAPS, kept, open_desk, publish, rows, standing, wait_until_sent

pytestmark = pytest.mark.browser
Profile = Callable[..., BrowserContext]
NO_SYNC = "delete window.SyncManager; delete ServiceWorkerRegistration.prototype.sync;"


@pytest.fixture
def manager(profile: Profile, product: Product) -> Page:
    """王芳's phone, which lets her copy."""
    return manager_on(profile(permissions=["clipboard-read", "clipboard-write"]), product)


def manager_on(context: BrowserContext, product: Product) -> Page:
    page = context.new_page()
    sign_in(page, product.person("manager"))
    return page


def test_twenty_groups_in_two_minutes_with_one_thumb(manager: Page, product: Product, tmp_path: Path) -> None:
    number = publish(manager)
    manager.get_by_role("link", name=re.compile("发送台")).click()
    open_desk(manager, number)
    manager.evaluate(TAPS)
    groups = manager.locator("[aria-labelledby=groups] .send")
    assert groups.count() == 20
    begun, texts = time.monotonic(), []
    for row in groups.all():
        row.locator("[data-copy]").tap()
        expect(row).to_have_class(re.compile("copied"))
        texts.append(manager.evaluate("navigator.clipboard.readText()"))
        row.locator("button[name=to]").tap()
        expect(row).to_have_attribute("data-state", re.compile("kept|posted"))
    taken = time.monotonic() - begun
    manager.screenshot(path=tmp_path / "twenty-done.png")
    wait_until_sent(manager)
    assert manager.evaluate("window.taps") == 40
    assert taken < 120
    assert len({re.search(r"\?g=(\w+)$", text)[1] for text in texts}) == 20  # type: ignore[index]
    assert all(number in text and "95598" in text for text in texts)
    only_two_oh_three = next(text for text in texts if "望京西园二区 203号楼" in text)
    assert "一区" not in only_two_oh_three
    found = rows(product, f"SELECT target, people.name {POSTINGS} AND withdrawn_at IS NULL", number)
    assert len(found) == 20
    assert {name for _to, name in found} == {"王芳"}
    manager.goto(f"/desk/notices/{number}/sending")
    expect(manager.locator("[aria-labelledby=groups]")).to_contain_text(re.compile(r"已由王芳 \d\d:\d\d 发到群里"))
    expect(manager.locator("[aria-labelledby=groups] h2")).to_contain_text("20/20")
    print(f"twenty groups: 40 taps in {taken:.1f} s of the browser")


def test_a_swipe_ticks_and_a_swipe_back_takes_it_back(manager: Page, profile: Profile, product: Product) -> None:
    """And where a colleague had ticked it meanwhile, the page that was open before says so."""
    number = publish(manager)
    open_desk(manager, number)
    row = manager.locator("[aria-labelledby=groups] .send").first
    for far, state in ((160, "posted"), (-160, "todo")):
        row.evaluate(
            """(row, far) => {
              const touch = (x) => new Touch({ identifier: 1, target: row, clientX: x, clientY: 300 });
              row.dispatchEvent(new TouchEvent("touchstart", { touches: [touch(200)], bubbles: true }));
              row.dispatchEvent(new TouchEvent("touchend", { changedTouches: [touch(200 + far)], bubbles: true }));
            }""",
            far,
        )
        expect(row).to_have_attribute("data-state", state)
    wait_until_sent(manager)
    assert standing(product, number) == []
    assert rows(product, f"SELECT COUNT(*) {POSTINGS}", number) == [(1,)]
    colleague = profile().new_page()
    sign_in(colleague, product.person("manager") | {"phone": "15400000107"})  # 马晓东, her deputy.
    open_desk(colleague, number)
    for page in (colleague, manager):
        page.locator("[aria-labelledby=groups] .send button[name=to]").first.tap()
        wait_until_sent(page)
    expect(row.locator("[data-said]")).to_contain_text(re.compile(r"^已由马晓东 \d\d:\d\d 发到群里$"))


def test_in_the_meter_room_without_signal(manager: Page, product: Product, tmp_path: Path) -> None:
    """The page is there, copies and ticks work, it says what has not gone out, and it goes out once."""
    number = publish(manager)
    open_desk(manager, number)
    manager.wait_for_timeout(500)
    manager.context.set_offline(True)
    manager.reload()
    expect(manager.locator("[data-offline-copy]")).to_be_visible()
    groups = manager.locator("[aria-labelledby=groups] .send")
    groups.nth(1).locator("[data-copy]").tap()
    assert number in manager.evaluate("navigator.clipboard.readText()")
    for nth in (0, 1, 2):
        groups.nth(nth).locator("button[name=to]").tap()
    groups.nth(0).locator("button[name=to]").tap()
    expect(groups.nth(1)).to_have_attribute("data-state", "kept")
    expect(groups.nth(1)).to_contain_text("有信号自动上报")
    expect(manager.locator("[data-outbox-strip]")).to_contain_text("还有 4 条没有发出")
    manager.screenshot(path=tmp_path / "no-signal.png")
    manager.reload()
    expect(groups.nth(2)).to_have_attribute("data-state", "kept")
    expect(groups.nth(0)).to_have_attribute("data-state", "todo")
    manager.context.set_offline(False)
    wait_until_sent(manager)
    expect(manager.locator("[data-outbox-strip]")).to_be_hidden()
    assert len(standing(product, number)) == 2
    assert rows(product, f"SELECT COUNT(*) {POSTINGS}", number) == [(3,)]


def test_today_keeps_the_desk_for_where_there_is_no_signal(manager: Page, product: Product) -> None:
    manager.wait_for_function("!!navigator.serviceWorker.controller || location.reload()")
    manager.goto("/desk")
    link = manager.locator("a[data-keep][href*='/sending']").first
    address = (link.get_attribute("href") or "").partition("#")[0]
    wait_until_kept(manager, address)
    manager.context.set_offline(True)
    link.click()
    expect(manager.locator("[aria-labelledby=groups] .send").first).to_be_visible()
    manager.wait_for_function("!!customElements.get('send-desk')")
    manager.context.set_offline(False)


def test_a_tick_made_while_the_server_is_dead_is_there_once_afterwards(chromium: Browser, planted: Path, tmp_path: Path) -> None:
    """Also where no background sync exists. The server is killed with SIGKILL between page and tick."""
    server = running(shutil.copytree(planted, tmp_path / "home"))
    product = server.__enter__()
    context = chromium.new_context(base_url=product.url, **PHONE)
    context.add_init_script(NO_SYNC)
    page = manager_on(context, product)
    number = publish(page)
    open_desk(page, number)
    server.kill()
    row = page.locator("[aria-labelledby=groups] .send").first
    row.locator("button[name=to]").tap()
    expect(row).to_have_attribute("data-state", "kept")
    assert kept(page) == 1
    server.start()
    try:
        wait_until_sent(page)
        assert len(standing(product, number)) == 1
    finally:
        context.close()
        server.__exit__()


def test_a_hundred_ticks_over_a_wire_that_loses_and_doubles_are_each_there_once(chromium: Browser, product: Product) -> None:
    """Requests are lost, answers are lost, requests arrive twice: seeded, so that a failure can be seen again."""
    chance, context = random.Random(20261125), chromium.new_context(base_url=product.url, service_workers="block", **PHONE)
    context.add_init_script(NO_SYNC)
    page = manager_on(context, product)
    number = publish(page)
    page.goto(f"/desk/notices/{number}/sending")
    page.wait_for_function("!!customElements.get('send-desk')")

    def wire(route: Route) -> None:
        what = chance.choice(["lost", "answer lost", "twice", "through", "through"])
        if what == "lost":
            return route.abort()
        answer = route.fetch()
        if what == "twice":
            answer = route.fetch()
        return route.abort() if what == "answer lost" else route.fulfill(response=answer)

    page.route("**/postings*", wire)
    page.route("**/postings/withdrawal", wire)
    buttons = page.locator("[aria-labelledby=groups] .send button[name=to]")
    ticked: dict[int, bool] = {}
    made = 0
    for _ in range(100):
        nth = chance.randrange(20)
        ticked[nth] = not ticked.get(nth, False)
        made += ticked[nth]
        buttons.nth(nth).evaluate("(button) => button.click()")
        expect(page.locator("[aria-labelledby=groups] .send").nth(nth)).to_have_attribute(
            "data-state", re.compile("kept|posted" if ticked[nth] else "todo")
        )
    page.unroute("**/postings*")
    page.unroute("**/postings/withdrawal")
    wait_until_sent(page, 60)
    assert len(standing(product, number)) == sum(ticked.values())
    assert rows(product, f"SELECT COUNT(*) {POSTINGS}", number) == [(made,)]
    context.close()


def test_where_the_phone_refuses_to_copy_the_words_are_marked(manager: Page, product: Product) -> None:
    number = publish(manager)
    manager.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no')); document.execCommand = () => false;")
    open_desk(manager, number)
    row = manager.locator("[aria-labelledby=groups] .send").first
    row.locator("[data-copy]").tap()
    expect(row.locator("textarea")).to_be_visible()
    assert number in manager.evaluate("getSelection().toString() || document.activeElement.value")
    expect(row).not_to_have_class(re.compile("copied"))


def test_signing_out_says_what_would_be_lost_and_then_leaves_nothing(manager: Page, product: Product) -> None:
    number = publish(manager)
    open_desk(manager, number)
    manager.goto("/desk/me")
    manager.wait_for_function("navigator.serviceWorker.controller")
    manager.goto(f"/desk/notices/{number}/sending")
    manager.wait_for_function("!!customElements.get('send-desk')")
    manager.route("**/postings", lambda route: route.abort())
    manager.locator("[aria-labelledby=groups] .send button[name=to]").first.tap()
    expect(manager.locator("[data-outbox-strip]")).to_be_visible()
    manager.goto("/desk/me")
    manager.get_by_role("button", name="退出登录").tap()
    expect(manager.locator("[data-outbox-strip]")).to_contain_text("现在退出会丢失")
    assert "/desk/me" in manager.url
    manager.get_by_role("button", name="退出登录").tap()
    manager.wait_for_url(re.compile("/sign-in"))
    left = manager.evaluate(
        "async () => [(await indexedDB.databases()).length, (await caches.keys()).filter((name) => /desk/.test(name)).length]"
    )
    assert left == [0, 0]


def test_without_javascript_there_is_a_text_to_mark_and_a_button_to_tick(profile: Profile, product: Product, manager: Page) -> None:
    number = publish(manager)
    page = profile(java_script_enabled=False).new_page()
    sign_in(page, product.person("manager"))
    page.goto(f"/desk/notices/{number}/sending")
    row = page.locator("[aria-labelledby=groups] .send").first
    row.locator("summary").click()
    assert number in row.locator("textarea").input_value()
    row.locator("button[name=to]").click()
    expect(row).to_have_attribute("data-state", "posted")
    expect(row).to_contain_text("已由王芳")
    row.locator("button[name=to]").click()
    expect(row).to_have_attribute("data-state", "todo")
    assert standing(product, number) == []


def test_a_groups_link_counts_its_openings_and_the_page_is_the_same_for_everybody(manager: Page, phone: Page, product: Product) -> None:
    number = publish(manager)
    open_desk(manager, number)
    text = manager.locator("[aria-labelledby=groups] textarea").first.input_value()
    address = text.rpartition("\n")[2]
    assert address.startswith(product.url)
    bodies = []
    for one in (address, address, f"{product.url}/n/{number}"):
        answer = phone.goto(one, wait_until="commit")
        assert answer is not None
        bodies.append((answer.body(), answer.headers["etag"]))
    assert bodies[0] == bodies[1] == bodies[2]
    assert phone.context.cookies() == []
    for _ in range(40):
        if rows(product, "SELECT count FROM openings JOIN notices ON notices.id = notice_id WHERE number = ?", number) == [(2,)]:
            break
        manager.wait_for_timeout(250)
    manager.reload()
    expect(manager.locator("send-desk")).to_contain_text("已读打开 2")


def test_nobody_without_a_smartphone_is_left_out(manager: Page, product: Product, tmp_path: Path) -> None:
    """Journey 7: poster, loudspeaker, stewards, doors; what nothing has reached is red until something does."""
    number = publish(manager, estates=("望京明苑",))
    here = f"/desk/notices/{number}"
    manager.goto(f"{here}/reached")
    expect(manager.locator(".missed").first).to_contain_text("6 栋还没有任何渠道通知到")
    manager.screenshot(path=tmp_path / "all-red.png")
    for address, kind in (
        (f"/n/{number}/poster.pdf", "pdf"),
        (f"/n/{number}/poster.pdf?size=a3", "pdf"),
        (f"/n/{number}/poster.png", "png"),
    ):
        file = manager.request.get(address)
        assert (file.status, file.headers["content-type"].rpartition("/")[2]) == (200, kind)
    manager.goto(f"{here}/loudspeaker")
    expect(manager.locator("#script")).to_contain_text("九五五九八")
    manager.screenshot(path=tmp_path / "loudspeaker.png")
    manager.goto(f"{here}/sending")
    steward = manager.locator("[aria-labelledby=stewards] .send")
    expect(steward).to_contain_text("赵淑珍")
    expect(steward).not_to_contain_text("15400000907")
    sms = unquote(steward.get_by_role("link", name="发短信").get_attribute("href") or "")
    assert sms.startswith("sms:15400000907?body=赵淑珍，请转告 望京明苑")
    assert steward.get_by_role("link", name="打电话").get_attribute("href") == "tel:15400000907"
    manager.locator("#stewards").scroll_into_view_if_needed()
    manager.screenshot(path=tmp_path / "stewards.png")
    manager.goto(f"{here}/doors")
    house = manager.locator(".houses > section").first
    for button in house.locator(".spots button").all():
        button.tap()
    expect(house.locator(".spots [data-state=todo]")).to_have_count(0)
    manager.screenshot(path=tmp_path / "doors.png")
    wait_until_sent(manager)
    manager.goto(f"{here}/reached")
    expect(manager.locator(".missed").first).to_contain_text("5 栋")
    manager.screenshot(path=tmp_path / "one-reached.png")
    manager.locator("button", has_text="海报已贴").first.tap()
    wait_until_sent(manager)
    manager.goto(f"{here}/sending")
    manager.locator("[aria-labelledby=posters] button[name=to]").tap()
    wait_until_sent(manager)
    manager.goto(f"{here}/reached")
    expect(manager.locator(".got").first).to_contain_text("每栋楼都已有渠道通知到")
    manager.screenshot(path=tmp_path / "all-reached.png")
