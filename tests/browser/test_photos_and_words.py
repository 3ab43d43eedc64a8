"""A photo from the resident, an answer with a photo written without signal, a text for the group, one tap of thanks."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Product, sign_in

pytestmark = pytest.mark.browser
Profile = Callable[..., BrowserContext]


def photo(name: str, colour: str, size: tuple[int, int] = (2400, 1800)) -> dict[str, object]:
    drawn = Image.effect_noise(size, 40).convert("RGB")
    ImageDraw.Draw(drawn).ellipse((300, 300, 1800, 1500), fill=colour)
    kept = io.BytesIO()
    drawn.save(kept, "JPEG", quality=95)
    return {"name": name, "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def shoot(page: Page, tmp_path: Path, name: str) -> None:
    page.screenshot(path=tmp_path / f"{name}.png", full_page=True)


def test_a_photo_comes_and_goes_and_the_answer_helps_the_whole_group(profile: Profile, product: Product, tmp_path: Path) -> None:
    resident = profile(java_script_enabled=False).new_page()
    resident.goto(f"/g/{product.offers['grids'][0]['code']}/ask")
    resident.fill("[name=words]", "楼道里灯罩掉下来了")
    resident.click("text=拍照或加照片")
    shoot(resident, tmp_path, "1-ask")
    resident.set_input_files("#album", [photo("IMG_1.jpg", "red"), photo("IMG_2.jpg", "blue")])  # type: ignore[arg-type]
    resident.click("button:has-text('发')")
    expect(resident.locator(".shots img")).to_have_count(2)
    thread = resident.url.partition("#")[0]
    shoot(resident, tmp_path, "2-thread")

    context = profile()
    desk = context.new_page()
    sign_in(desk, product.person("manager"))
    desk.goto("/desk/tickets")
    desk.click("main .list a:has-text('楼道里灯罩')")
    assert desk.locator(".shots img").first.evaluate("one => one.decode().then(() => one.naturalWidth)") == 360
    desk.evaluate("() => navigator.serviceWorker.ready")
    desk.fill("form[data-outbox] textarea[name=words]", "张阿姨，2单元501门口的灯罩装好了，台区里都查过了，打13800001234找我。")
    expect(desk.locator("#hints li")).to_have_count(4)
    desk.click("form[data-outbox] summary:has-text('照片')")
    desk.set_input_files("#camera", photo("IMG_3.jpg", "green"))  # type: ignore[arg-type]
    desk.wait_for_function("() => document.querySelector('#camera').files[0]?.name === 'photo.jpg'")
    assert desk.evaluate("() => document.querySelector('#camera').files[0].size") < 1_500_000
    shoot(desk, tmp_path, "3-hints")
    context.set_offline(True)
    desk.click("form[data-outbox] button:has-text('发送') >> nth=-1")
    expect(desk.locator("[data-outbox-strip]")).to_be_visible()
    expect(desk.locator("#hints li")).to_have_count(0)
    shoot(desk, tmp_path, "4-without-signal")
    context.set_offline(False)
    expect(desk.locator(".say.me .shots img")).to_have_count(1)
    expect(desk.locator("button:has-text('复制给群')")).to_be_visible()
    shoot(desk, tmp_path, "5-answered")
    expect(desk.locator("#group-words")).to_have_value("这位住户，〔房号略〕门口的灯罩装好了，台区里都查过了，打〔电话略〕找我。")

    resident.goto(thread)
    expect(resident.locator(".shots img")).to_have_count(3)
    for star in resident.locator("[name=stars]").all():
        assert (star.bounding_box() or {"height": 0})["height"] >= 60
    shoot(resident, tmp_path, "6-answered-with-a-photo")
    resident.click("[name=stars][value='4']")
    expect(resident.locator("text=4")).not_to_have_count(0)
    expect(resident.locator("[name=stars]:visible")).to_have_count(0)
