"""Journey 1: dispatch pastes a text; the form fills itself, asks what it is not sure of, and the notice is out."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.core import clock
from tests.browser.conftest import Product, sign_in

pytestmark = pytest.mark.browser


def day(ahead: int) -> str:
    when = clock.local(clock.now() + timedelta(days=ahead))
    return f"{when.month}月{when.day}日（周{'一二三四五六日'[when.weekday()]}）"


def text() -> str:
    """As the sketch of the composer has it: a building that is not there, and an estate of a neighbour's grid."""
    return (
        f"因10kV学院线916配网检修，定于{day(9)}8:00-17:00停电，"
        "范围：望京明苑、望京西园一区122号楼、望京西园二区201-206号楼、花家地北里1-6号楼。"
    )


def paste(manager: Page, said: str) -> None:
    manager.goto("/desk/notices/new")
    manager.fill("[name=text]", said)
    manager.get_by_role("button", name="读出来").click()
    manager.wait_for_url(re.compile(r"/desk/pastes/\d+$"))


def answered(manager: Page, question: str, chip: str) -> None:
    asked = manager.locator(".question", has_text=question)
    asked.get_by_role("button", name=chip).click()
    expect(asked).to_have_count(0)


def look_over(manager: Page) -> None:
    """The form as the text has it."""
    expect(manager.get_by_role("radio", name="计划停电")).to_be_checked()
    expect(manager.locator("[name=starts_at]")).to_have_value(re.compile("T08:00$"))
    expect(manager.locator("[name=line]")).to_have_value("10kV学院线916")
    expect(manager.locator("[name=cause]")).to_have_value("配网检修")
    expect(manager.get_by_label(re.compile("^望京明苑"))).to_be_checked()
    expect(manager.locator("[name=buildings]:checked")).to_have_count(6)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_a_pasted_text_to_a_published_notice(
    profile: Callable[..., BrowserContext], product: Product, tmp_path: Path, scripts: bool
) -> None:
    manager = profile(java_script_enabled=scripts).new_page()
    sign_in(manager, product.person("manager"))
    paste(manager, text())
    look_over(manager)
    expect(manager.locator(".source mark.open")).to_have_text(["122号楼", "花家地北里"])
    manager.screenshot(path=tmp_path / "1-filled.png")
    manager.fill("[name=words]", "停电前请把电梯停在一楼。")

    answered(manager, "一区没有122号楼", "112号楼")
    answered(manager, "花家地北里", "不是本网格的")
    expect(manager.locator("[name=buildings]:checked")).to_have_count(7)
    expect(manager.locator("[name=words]")).to_have_value("停电前请把电梯停在一楼。")
    expect(manager.locator("#reckoning")).to_contain_text("3 个小区")
    expect(manager.locator("#reckoning .ahead")).to_contain_text("提前")
    manager.screenshot(path=tmp_path / "2-answered.png")

    manager.get_by_role("button", name="预览").click()
    expect(manager.locator("body")).to_contain_text("配网检修")
    manager.screenshot(path=tmp_path / "3-preview.png")
    manager.get_by_role("button", name=re.compile("发布")).click()
    manager.wait_for_url(re.compile(r"/desk/notices/\d{6}-\d+$"))
    manager.get_by_text("调度发来的文字").click()
    expect(manager.locator("body")).to_contain_text("花家地北里")


def test_the_lead_time_and_the_reach_follow_every_change(profile: Callable[..., BrowserContext], product: Product) -> None:
    manager = profile().new_page()
    sign_in(manager, product.person("manager"))
    paste(manager, text())
    expect(manager.locator("#reckoning .ahead")).to_be_visible()
    tomorrow = clock.local(clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT08:00")
    manager.fill("[name=starts_at]", tomorrow)
    manager.locator("[name=starts_at]").blur()
    expect(manager.locator("#reckoning .ask")).to_be_visible()
    before = manager.locator("#reckoning .reach").inner_text()
    manager.get_by_label(re.compile("^望京明苑")).uncheck()
    expect(manager.locator("#reckoning .reach")).not_to_have_text(before)


def test_a_text_that_is_put_in_by_the_phone_itself_is_read_without_another_tap(
    profile: Callable[..., BrowserContext], product: Product
) -> None:
    context = profile()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=product.url)
    manager = context.new_page()
    sign_in(manager, product.person("manager"))
    manager.goto("/desk/notices/new")
    manager.evaluate("text => navigator.clipboard.writeText(text)", text())
    manager.get_by_role("button", name="读出来").click()  # The box is empty: it takes what was copied.
    manager.wait_for_url(re.compile(r"/desk/pastes/\d+$"))
    look_over(manager)
