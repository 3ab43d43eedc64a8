"""A manager's thumb on the send desk, and what the database says of it."""

import contextlib
import re
import sqlite3
from typing import Any

from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import Product

ESTATES = ("望京西园一区", "望京西园二区")
TAPS = "window.taps = 0; addEventListener('touchend', () => (window.taps += 1), true);"


def publish(manager: Page, *, estates: tuple[str, ...] = ESTATES, cause: str = "电缆接头故障") -> str:
    """A fault for these estates: written, previewed, published."""
    manager.goto("/desk/notices/new")
    manager.get_by_role("radio", name="故障停电").check()
    for estate in estates:
        manager.get_by_label(re.compile(f"^{estate}")).check()
    manager.fill("[name=cause]", cause)
    manager.fill("[name=words]", "各位邻居，抢修班已经到场，有进展马上告诉大家。")
    manager.get_by_role("button", name="预览").click()
    manager.get_by_role("button", name=re.compile("发布")).click()
    manager.wait_for_url(re.compile(r"/desk/notices/\d{6}-\d+$"))
    return manager.url.rpartition("/")[2]


def open_desk(manager: Page, number: str) -> None:
    """With the service worker in charge, so that the page is kept."""
    manager.goto(f"/desk/notices/{number}/sending")
    expect(manager.get_by_role("heading", name="发送台")).to_be_visible()
    manager.wait_for_function("!navigator.serviceWorker || !!navigator.serviceWorker.controller")
    manager.wait_for_function("!!customElements.get('send-desk')")


def rows(product: Product, question: str, *given: Any) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{product.home}/lindian.db?mode=ro", uri=True) as read:
        return read.execute(question, given).fetchall()


POSTINGS = "FROM postings JOIN notices ON notices.id = postings.notice_id JOIN people ON people.id = postings.by_id WHERE number = ?"


def standing(product: Product, number: str) -> list[str]:
    return [to for (to,) in rows(product, f"SELECT target {POSTINGS} AND withdrawn_at IS NULL ORDER BY postings.id", number)]


def kept(page: Page) -> int:
    """How many forms wait on the phone."""
    return int(
        page.evaluate(
            """() => new Promise((yes) => {
              const asked = indexedDB.open("outbox", 1);
              asked.onupgradeneeded = () => asked.result.createObjectStore("forms", { keyPath: "n", autoIncrement: true });
              asked.onsuccess = () => {
                const counted = asked.result.transaction("forms").objectStore("forms").count();
                counted.onsuccess = () => (asked.result.close(), yes(counted.result));
              };
            })"""
        )
    )


def wait_until_sent(page: Page, seconds: float = 30) -> None:
    for _ in range(int(seconds * 5)):
        # A page that was a kept copy is loaded anew as soon as there is a signal.
        with contextlib.suppress(Error):
            if kept(page) == 0:
                return
            page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(200)
    raise AssertionError(f"{kept(page)} forms still wait")
