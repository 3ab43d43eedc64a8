"""The product as it is started by `make run`, and real Chromium in front of it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Product:
    """A running Lindian with its demo town."""

    url: str
    home: Path
    offers: dict[str, Any]

    def person(self, role: str) -> dict[str, str]:
        return next(one for one in self.offers["people"] if one["role"] == role)


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that the first `lindian run` leaves behind: who needs a product of its own starts from a copy."""
    first = running(tmp_path_factory.mktemp("planted"))
    first.start()
    first.stop()
    return first.home


@pytest.fixture(scope="session")
def product(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(shutil.copytree(planted, tmp_path_factory.mktemp("home"), dirs_exist_ok=True)) as started:
        yield started


class running:  # noqa: N801 - reads as `with running(home) as product`
    def __init__(self, home: Path, **environ: str) -> None:
        port = str(free_port())
        self.url, self.home = f"http://127.0.0.1:{port}", home
        self.environ = {**os.environ, "LINDIAN_HOME": str(home), "PORT": port, "LINDIAN_LOG": "WARNING", **environ}
        self.lindian = Path(sys.executable).with_name("lindian")

    def start(self) -> None:
        with (self.home / "run.log").open("w") as log:
            self.process = subprocess.Popen(
                [self.lindian, "run"], cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )
        self._wait()

    def kill(self) -> None:
        """All its processes at once, in the middle of whatever they do."""
        for pid in (self.process.pid, *descendants(self.process.pid)):
            os.kill(pid, signal.SIGKILL)
        self.process.wait(20)

    def __enter__(self) -> Product:
        self.start()
        said = subprocess.run(
            [self.lindian, "demo", "--json"], cwd=ROOT, env=self.environ, check=True, capture_output=True, text=True
        ).stdout
        return Product(self.url, self.home, json.loads(said))

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise

    def _wait(self) -> None:
        for _ in range(1200):
            if self.process.poll() is not None:
                pytest.fail((self.home / "run.log").read_text()[-3000:])
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail((self.home / "run.log").read_text()[-3000:])


def descendants(pid: int) -> list[int]:
    """Who keeps them puts each process of the Procfile into a session of its own, so that its group alone is not all of it."""
    children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [one for child in children for one in (child, *descendants(child))]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
    yield browser
    browser.close()


@pytest.fixture
def profile(chromium: Browser, product: Product) -> Iterator[Callable[..., BrowserContext]]:
    """A fresh browser profile of a phone: `profile(java_script_enabled=False)`."""
    opened: list[BrowserContext] = []

    def open_one(**more: Any) -> BrowserContext:
        context = chromium.new_context(base_url=product.url, **{**PHONE, **more})
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def phone(profile: Callable[..., BrowserContext]) -> Page:
    """A resident's phone."""
    return profile().new_page()


KEPT = r"""async (address) => {
  const copy = await caches.match(new URL(address, location.href));
  const parts = [...((await copy?.text()) ?? "").matchAll(/"(\/static\/[\w.-]+\.(?:js|css))"/g)];
  return !!copy && (await Promise.all(parts.map(([, url]) => caches.match(url)))).every(Boolean);
}"""


def wait_until_kept(page: Page, address: str) -> None:
    """Until the phone has this page with its scripts and its sheet. (To `wait_for_function` any promise is true at once.)"""
    end = time.monotonic() + 15
    while not page.evaluate(KEPT, address):
        assert time.monotonic() < end, f"{address} is not kept"
        time.sleep(0.1)


def sign_in(page: Page, person: dict[str, str]) -> None:
    page.goto("/sign-in")
    page.fill("[name=phone]", person["phone"])
    page.fill("[name=password]", person["password"])
    page.click("button[type=submit], form .btn.main")
    page.wait_for_url(lambda url: "/sign-in" not in url)
