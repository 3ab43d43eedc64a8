"""The screen in the hall: readable from afar, turning by itself, and never blank."""

import http.client
import http.server
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Product, sign_in, wait_until_kept
from tests.browser.test_the_main_job import publish_fault

pytestmark = pytest.mark.browser
WIDE, TALL = {"width": 1920, "height": 1080}, {"width": 1080, "height": 1920}
MINUTES = 3 * 60_000
PIXEL = 535 / 1080
"""Millimetres, of a 43-inch screen of 1080 lines: a small one for a hall."""
LETTER = 5000 / 300
"""Millimetres that a letter needs to be read from five metres: a three-hundredth of the way."""
SHOWN = (
    "() => [...document.querySelectorAll('.slide')].filter(one => getComputedStyle(one).visibility === 'visible').map(one => one.innerText)"
)
ALL_ROUND = """() => [...Array(8).keys()].flatMap(more => {
  const main = document.querySelector('main'), many = more + 2;
  main.className = `of${many}`;
  main.replaceChildren(...Array.from({ length: many }, () => document.querySelector('.slide').cloneNode(true)));
  const turning = document.getAnimations().filter(one => one.animationName === `of${many}`);
  return [...Array(many).keys()].map(place => {
    for (const one of turning) { one.pause(); one.currentTime = place * 8000; }
    return [...main.children].filter(one => getComputedStyle(one).visibility === 'visible').length;
  });
})"""
"""How many slides stand on the screen at each change, of two to nine."""
CUT = """() => [...document.querySelectorAll('.slide')].filter(one => {
  const box = one.getBoundingClientRect();
  return [...one.querySelectorAll('.said, .sign')].filter(part => part.offsetParent).some(part => {
    const { top, bottom, left, right } = part.getBoundingClientRect();
    return top < box.top || bottom > box.bottom || left < box.left || right > box.right;
  });
}).map(one => one.textContent)"""
SMALLEST = (
    "() => Math.min(...[...document.querySelectorAll('p, span, strong, h1, time')].map(one => parseFloat(getComputedStyle(one).fontSize)))"
)
INSIDE = "() => document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"
LONG = """() => {
  for (const one of document.querySelectorAll('.slide')) {
    one.querySelector('.of').textContent = '\\u671b'.repeat(24);
    const [word, words] = [one.querySelector('h1'), one.querySelector('.words')];
    word.textContent = '\\u671b'.repeat(36);
    word.className = 'longer';
    one.classList.add('much');
    words.textContent = '\\u671b'.repeat(60);
  }
}"""

BACK = """() => {
  for (const one of document.querySelectorAll('.slide.much')) {
    one.querySelector('h1').textContent = '\\u5df2\\u590d\\u7535';
    one.querySelector('h1').className = '';
    one.querySelector('.words').textContent = '\\u671b'.repeat(46);
  }
}"""


@pytest.fixture
def screen(profile: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A large screen: `screen(TALL)`."""

    def open_one(viewport: dict[str, int] = WIDE, **more: Any) -> Page:
        return profile(viewport=viewport, device_scale_factor=1, is_mobile=False, has_touch=False, **more).new_page()

    return open_one


class Cable:
    """The wire between the screen and the product, which somebody may pull."""

    def __init__(self, product: Product) -> None:
        cable, there = self, urlsplit(product.url).netloc

        class Wire(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if cable.pulled:
                    self.connection.close()
                    return
                upstream = http.client.HTTPConnection(there)
                upstream.request("GET", self.path, headers={"accept": self.headers.get("accept", "*/*")})
                answer = upstream.getresponse()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "transfer-encoding"):
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.read())
                upstream.close()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.pulled = False
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Wire)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def cable(product: Product) -> Iterator[Cable]:
    laid = Cable(product)
    yield laid
    laid.server.shutdown()
    laid.server.server_close()


@pytest.fixture
def address(product: Product) -> str:
    return f"/g/{product.offers['grids'][0]['code']}/signage"


@pytest.mark.parametrize("viewport", [WIDE, TALL])
def test_all_of_it_is_on_the_screen_and_readable_from_five_metres(screen: Callable[..., Page], product: Product, viewport: Any) -> None:
    page = screen(viewport)
    for grid in product.offers["grids"]:
        page.goto(f"/g/{grid['code']}/signage")
        assert page.evaluate(CUT) == []
        assert page.evaluate(SMALLEST) * PIXEL >= LETTER
        assert page.evaluate(INSIDE)
    for much in (LONG, BACK):
        page.evaluate(much)
        assert page.evaluate(CUT) == []


def test_it_turns_without_javascript_one_thing_at_a_time(screen: Callable[..., Page], address: str) -> None:
    page = screen(java_script_enabled=False)
    page.goto(address)
    page.wait_for_timeout(3000)
    [first] = page.evaluate(SHOWN)
    page.wait_for_timeout(8000)
    [second] = page.evaluate(SHOWN)
    assert first != second
    assert "停电" in first
    assert page.locator("meta[http-equiv=refresh]").count() == 1


def test_one_thing_goes_as_the_next_one_comes(screen: Callable[..., Page], address: str) -> None:
    page = screen()
    page.goto(address)
    assert page.evaluate(ALL_ROUND) == [1] * 44


def test_a_lost_network_leaves_what_was_there_and_says_since_when(screen: Callable[..., Page], cable: Cable, address: str) -> None:
    page = screen()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.clock.install()
    page.goto(cable.url + address)
    lost, before = page.locator("[data-lost]"), page.locator("h1").all_text_contents()
    expect(lost).to_be_hidden()
    cable.pulled = True
    page.clock.fast_forward(MINUTES)
    expect(lost).to_be_visible()
    expect(lost.locator("time")).to_have_text(re.compile(r"\d+/\d+ \d\d:\d\d"))
    assert page.locator("h1").all_text_contents() == before
    cable.pulled = False
    page.clock.fast_forward(MINUTES)
    expect(lost).to_be_hidden()
    assert errors == []


def test_a_screen_that_starts_without_network_shows_its_copy_and_its_age(screen: Callable[..., Page], cable: Cable, address: str) -> None:
    page = screen()
    page.goto(cable.url + address)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    wait_until_kept(page, address)
    page.reload(wait_until="networkidle")
    cable.pulled = True
    page.reload()
    expect(page.locator("[data-lost]")).to_be_visible()
    expect(page.locator("[data-lost] time")).to_have_text(re.compile(r"\d+/\d+ \d\d:\d\d"))
    assert len(page.evaluate(SHOWN)) == 1


def test_a_new_outage_comes_up_by_itself(
    screen: Callable[..., Page], profile: Callable[..., BrowserContext], product: Product, address: str
) -> None:
    page, manager = screen(), profile().new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.clock.install()
    page.goto(address)
    page.evaluate("() => { window.same = true; }")
    sign_in(manager, product.person("manager"))
    number = publish_fault(manager)
    page.clock.fast_forward(MINUTES)
    expect(page.locator("main")).to_contain_text(number)
    assert page.evaluate("() => window.same")
    assert complaints == []
