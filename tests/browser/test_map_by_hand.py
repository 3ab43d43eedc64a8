"""The map editor with a thumb that is held down, over tiles of the operator's own server. The app itself, in real Chromium."""

import io
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from app.core import assets
from app.core.settings import Settings
from tests.browser.conftest import PHONE
from tests.browser.test_map_editor import drag, middle, spot
from tests.cast import Cast
from tests.client import Client

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not assets.map_library(), reason="npm has not fetched the map library"),
]
HELD = 900
"""Longer than a long press, in milliseconds."""


class TileServer(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Tile)
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Tile(BaseHTTPRequestHandler):
    server: TileServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        drawn = io.BytesIO()
        Image.new("RGB", (256, 256), "#b7d7a8").save(drawn, "PNG")
        self.send_response(200)
        self.send_header("content-type", "image/png")
        self.end_headers()
        self.wfile.write(drawn.getvalue())

    def log_message(self, *_said: object) -> None:
        pass


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def tiles() -> Iterator[TileServer]:
    with TileServer() as server:
        yield server
        server.shutdown()


@pytest.fixture
def chosen(chosen: Settings, tiles: TileServer) -> Settings:
    return msgspec.structs.replace(chosen, tiles=f"{tiles.host}/{{z}}/{{x}}/{{y}}.png")


@pytest.fixture
def editor(chromium: Browser, signed_in: Callable[..., Client], told_town: Cast) -> Iterator[Page]:
    """The administrator's phone; what it asks of us is answered by the app with all its headers."""
    client = signed_in(told_town.admin)

    def answer(route: Route) -> None:
        asked = route.request
        told = client.request(asked.method, asked.url.removeprefix("http://localhost:1"), follow_redirects=False)
        route.fulfill(status=told.status_code, headers=dict(told.headers), body=told.content)

    context = chromium.new_context(base_url="http://localhost:1", permissions=["local-network-access"], **PHONE)
    context.set_default_timeout(15_000)
    context.route("http://localhost:1/**", answer)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    yield page
    context.close()


REFUSED = """address => new Promise(told => {
    document.addEventListener("securitypolicyviolation", event => told(event.effectiveDirective));
    new Image().src = address;
})"""


def hold(page: Page, at: tuple[float, float]) -> None:
    """One finger, held down, and lifted again."""
    glass = page.context.new_cdp_session(page)
    glass.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": at[0], "y": at[1]}]})
    page.wait_for_timeout(HELD)
    glass.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_held_finger_pins_a_gate_adds_a_corner_and_takes_it_away_over_the_operator_s_tiles(
    editor: Page, tiles: TileServer, told_town: Cast
) -> None:
    editor.goto(f"/desk/estates/{told_town.garden.id}/gates")
    expect(editor.locator("img.leaflet-tile-loaded").first).to_be_visible()
    hold(editor, spot(editor, 120, 200))
    expect(editor.locator(".handle.gate")).to_have_count(1)
    assert middle(editor, ".handle.gate") == pytest.approx(spot(editor, 120, 200), abs=1.5), "it stands under the finger"
    before = editor.input_value("[name=lat]"), editor.input_value("[name=lon]")
    drag(editor, middle(editor, ".handle.gate"), 60, 40)
    assert middle(editor, ".handle.gate") == pytest.approx(spot(editor, 180, 240), abs=4)
    lat, lon = editor.input_value("[name=lat]"), editor.input_value("[name=lon]")
    assert lat < before[0]
    assert lon > before[1]

    editor.goto(f"/desk/admin/grids/{told_town.lotus.id}/boundary")
    expect(editor.locator("[data-drawn]")).to_be_attached()
    corners = editor.locator(".handle").count()
    hold(editor, spot(editor, 14, 14))
    expect(editor.locator(".handle")).to_have_count(corners + 1)
    hold(editor, middle(editor, ".handle.on"))
    expect(editor.locator(".handle")).to_have_count(corners)
    editor.tap("[data-undo]")
    expect(editor.locator(".handle")).to_have_count(corners + 1)
    editor.tap("[data-undo]")
    expect(editor.locator(".handle")).to_have_count(corners)

    assert tiles.asked
    assert all(path.endswith(".png") and len(path.split("/")) == 4 for path in tiles.asked)
    assert editor.evaluate(REFUSED, "http://127.0.0.1:9/1/1/1.png") == "img-src", "no other host is let in"
