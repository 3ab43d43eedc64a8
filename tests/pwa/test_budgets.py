"""What a phone on a slow network may be asked to load."""

import gzip
import json
from pathlib import Path

import pytest
from PIL import Image

from app.core import assets
from pwa.manifest import manifest

STATIC = assets.STATIC
KB = 1024


def weight(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9, mtime=0)) for name in names)


def test_residents_pages_load_at_most_4_kb_of_script() -> None:
    assert weight("js/residents.js") <= 4 * KB


def test_the_managers_app_loads_at_most_30_kb_of_script() -> None:
    assert weight(*(f"js/{path.name}" for path in (STATIC / "js").glob("*.js"))) <= 30 * KB


def test_the_service_worker_is_at_most_3_kb() -> None:
    assert weight("sw.js") <= 3 * KB


def test_the_residents_sheet_leaves_room_for_the_page() -> None:
    assert len(gzip.compress(assets.sheet("residents").encode(), 9, mtime=0)) <= 5 * KB


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("icon-192.png", 192),
        ("icon-512.png", 512),
        ("maskable-512.png", 512),
        ("apple-touch-icon.png", 180),
        ("badge-96.png", 96),
    ],
)
def test_every_icon_has_the_size_that_is_stated(name: str, size: int) -> None:
    with Image.open(STATIC / "icons" / name) as image:
        assert image.size == (size, size)


def test_the_maskable_icon_keeps_the_mark_inside_the_safe_circle() -> None:
    with Image.open(STATIC / "icons" / "maskable-512.png") as image:
        pixels = image.convert("RGB")
        ground = pixels.getpixel((0, 0))
        far = [
            (x, y)
            for x in range(0, 512, 2)
            for y in range(0, 512, 2)
            if (x - 256) ** 2 + (y - 256) ** 2 > 205**2 and pixels.getpixel((x, y)) != ground
        ]
    assert far == []


def test_the_manifest_offers_what_a_phone_asks_for() -> None:
    said = manifest(lambda name: f"/static/{name}")
    purposes = {(icon["sizes"], icon["purpose"]) for icon in said["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= purposes
    assert (said["id"], said["lang"], said["start_url"]) == ("/desk", "zh-CN", "/desk")
    assert len(said["shortcuts"]) >= 3
    assert said["share_target"]["method"] == "POST"
    json.dumps(said)


def test_every_screenshot_has_the_size_that_is_stated() -> None:
    for shot in manifest(lambda name: name)["screenshots"]:
        with Image.open(STATIC / shot["src"]) as image:
            assert f"{image.width}x{image.height}" == shot["sizes"]


def test_scripts_say_no_sentence_and_ask_no_other_host() -> None:
    for path in (*(STATIC / "js").glob("*.js"), STATIC / "sw.js"):
        text = path.read_text()
        assert text.isascii() or not any("\u4e00" <= letter <= "\u9fff" for letter in text), path.name
        assert "://" not in text, path.name
        assert "innerHTML" not in text, path.name


def test_no_template_of_ours_carries_a_style_attribute_or_an_inline_script() -> None:
    for path in (Path(assets.STATIC).parent / "templates").rglob("*.html"):
        text = path.read_text()
        assert " style=" not in text, path.name
        assert "onclick=" not in text, path.name
        assert "<script>" not in text, path.name
