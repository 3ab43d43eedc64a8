"""Takes the README's pictures and the manifest's screenshots from the running product: `make pictures`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, PHONE, ROOT, SWITCHES, Product, running, sign_in

DOCS = ROOT / "docs" / "pictures"
MANIFEST = ROOT / "pwa" / "static" / "screenshots"


def take(browser: Browser, product: Product) -> None:
    grid, notice = product.offers["grids"][0]["code"], running_outage(product)
    estate = first_estate(browser, product, grid)
    shots: list[tuple[str, str, str | None, str]] = [
        ("notice", f"/n/{notice}", None, "light"),
        ("grid", f"/g/{grid}", None, "light"),
        ("pay", f"/g/{grid}/pay?estate={estate}", None, "light"),
        ("ask", f"/g/{grid}/ask?notice={notice}", None, "light"),
        ("today", "/desk", "manager", "light"),
        ("questions", "/desk/tickets", "manager", "dark"),
        ("review", "/review", "supervisor", "light"),
    ]
    for name, path, role, scheme in shots:
        context = browser.new_context(base_url=product.url, color_scheme=scheme, **PHONE)
        page = context.new_page()
        if role:
            sign_in(page, product.person(role))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        DOCS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=DOCS / f"{name}.png")
        if name in ("today", "notice"):
            MANIFEST.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=MANIFEST / f"{name}.png")
        context.close()


def running_outage(product: Product) -> str:
    """The demo town always has one outage going on: the notice published last before now."""
    return str(product.offers["notices"][0])


def first_estate(browser: Browser, product: Product, grid: str) -> str:
    page = browser.new_page(base_url=product.url)
    page.goto(f"/g/{grid}/pay")
    link = page.locator("a[href*='estate=']").first.get_attribute("href") or ""
    page.close()
    return link.partition("estate=")[2].partition("&")[0]


def main() -> None:
    with tempfile.TemporaryDirectory() as home, running(Path(home)) as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        take(browser, product)
        browser.close()


if __name__ == "__main__":
    main()
