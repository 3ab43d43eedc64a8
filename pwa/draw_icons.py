"""Draws the PNG icons from icons/mark.svg with the machine's Chromium: `python -m pwa.draw_icons`. The PNGs are committed."""

import os
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ICONS = Path(__file__).parent / "static" / "icons"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

# What the mark's own corners, ground and size become on each platform. Maskable: everything within the inner 80 %.
SQUARE = "#ground { rx: 0 }"
SAFE = SQUARE + " #houses { transform: translate(256px, 256px) scale(.84) translate(-256px, -270px) }"
ONE_COLOUR = """#ground { display: none } #houses { transform: translate(256px, 256px) scale(1.3) translate(-256px, -270px) }
#houses path { fill: #fff; stroke: #fff } #houses > path { fill: #000; stroke: none }"""

DRAWN = {
    "icon-192.png": (192, ""),
    "icon-512.png": (512, ""),
    "maskable-512.png": (512, SAFE),
    "apple-touch-icon.png": (180, SQUARE),
    "badge-96.png": (96, ONE_COLOUR),
}

# A badge is read by its transparency alone: white shapes on black become white shapes on nothing.
CUT = """<svg width="0" height="0"><filter id="cut" color-interpolation-filters="sRGB">
<feColorMatrix values="0 0 0 0 1  0 0 0 0 1  0 0 0 0 1  1 0 0 0 0"/></filter></svg>"""


def draw(page: Page, name: str, size: int, style: str) -> None:
    mark = (ICONS / "mark.svg").read_text()
    cut = "svg { filter: url(#cut) }" if style is ONE_COLOUR else ""
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(f"<style>* {{ margin: 0 }} svg {{ display: block }} {style} {cut}</style>{mark}{CUT}")
    page.screenshot(path=ICONS / name, omit_background=True, clip={"x": 0, "y": 0, "width": size, "height": size})


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for name, (size, style) in DRAWN.items():
            draw(page, name, size, style)
        browser.close()


if __name__ == "__main__":
    main()
