"""Journey 2: whoever opens the forwarded link days later reads what is true now, first."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Product, sign_in

pytestmark = pytest.mark.browser
ESTATE = "望京明苑"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_old_link_tells_the_truth(profile: Callable[..., BrowserContext], product: Product, tmp_path: Path) -> None:
    manager, resident = profile().new_page(), profile(java_script_enabled=False).new_page()

    def look(page: Page, name: str) -> None:
        page.screenshot(path=tmp_path / f"{name}.png")

    sign_in(manager, product.person("manager"))
    look(manager, "0-today")
    start = (datetime.now(SHANGHAI) + timedelta(days=3)).replace(hour=8, minute=0)
    write(manager, start)
    look(manager, "1-late-and-asked-why")
    number = publish(manager)
    look(manager, "2-ten-seconds-to-undo")
    manager.get_by_role("button", name="撤回", exact=True).click()
    manager.wait_for_url(re.compile(r"/desk/notices/\d+$"))
    resident.goto(f"/n/{number}")
    expect(resident.get_by_role("heading", level=1)).to_contain_text("已撤回")
    look(resident, "3-taken-back")

    number = publish(manager)
    forwarded = f"/n/{number}"
    resident.goto(forwarded)
    expect(resident.get_by_role("heading", level=1)).to_contain_text("计划停电")
    expect(resident.locator("body")).to_contain_text("发布晚于规定")
    resident.select_option("#estate", label=ESTATE)
    resident.fill("[name=building]", "2")
    resident.get_by_role("button", name="查一查").click()
    expect(resident.locator(".answer")).to_contain_text(f"会影响{ESTATE} 2 号楼")
    look(resident, "4-my-building")

    moved = start + timedelta(days=1)
    say(manager, number, "改时间", starts_at=moved, ends_at=moved + timedelta(hours=4))
    resident.goto(forwarded)
    expect(resident.get_by_role("heading", level=1)).to_contain_text("已改期")
    look(resident, "5-moved")

    manager.goto(f"/desk/notices/{number}")
    manager.get_by_role("button", name="换成一条新通知").click()
    manager.fill("[name=cause]", "改为带电作业，只停一小时")
    manager.get_by_role("button", name="预览").click()
    new = publish(manager)
    resident.goto(forwarded)
    expect(resident.get_by_role("heading", level=1)).to_contain_text("已有新通知")
    look(resident, "6-replaced")
    resident.get_by_role("link", name="看新的通知").click()
    expect(resident).to_have_url(re.compile(f"/n/{new}$"))

    resident.goto(f"/g/{product.offers['grids'][0]['code']}")
    expect(resident.locator("body")).to_contain_text("近 90 天预计来电时间")
    look(resident, "7-grid")
    supervisor = profile().new_page()
    sign_in(supervisor, product.person("supervisor"))
    supervisor.goto("/review")
    look(supervisor, "8-review")
    supervisor.goto("/review/notices?which=late")
    expect(supervisor.locator("body")).to_contain_text("设备发热，等不到七天")
    expect(supervisor.locator("body")).to_contain_text("要等备件")
    look(supervisor, "9-late-with-reasons")


def write(manager: Page, start: datetime) -> None:
    manager.goto("/desk/notices/new?kind=planned_outage")
    manager.get_by_role("radio", name="计划停电").check()
    manager.fill("[name=starts_at]", f"{start:%Y-%m-%dT%H:%M}")
    manager.fill("[name=ends_at]", f"{start + timedelta(hours=4):%Y-%m-%dT%H:%M}")
    manager.get_by_label(re.compile(f"^{ESTATE}")).first.check()
    manager.fill("[name=cause]", "更换配电箱")
    manager.get_by_role("button", name="预览").click()


def publish(manager: Page) -> str:
    """With its reason, where the preview asks for one."""
    if manager.locator("[name=late_reason]").count():
        manager.fill("[name=late_reason]", "设备发热，等不到七天")
    manager.get_by_role("button", name=re.compile("^发布给")).click()
    manager.wait_for_url(re.compile(r"/desk/notices/\d{6}-\d+$"))
    return manager.url.rpartition("/")[2]


def say(manager: Page, number: str, kind: str, **times: datetime) -> None:
    manager.goto(f"/desk/notices/{number}")
    manager.get_by_role("radio", name=kind).check()
    manager.fill("[name=late_reason]", "要等备件")
    for name, value in times.items():
        manager.fill(f"[name={name}]", f"{value:%Y-%m-%dT%H:%M}")
    manager.get_by_role("button", name="告诉大家").click()
    manager.wait_for_load_state()
