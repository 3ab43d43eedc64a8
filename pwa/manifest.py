"""What the phone is told when the managers' app is put on its home screen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.core.words import say

STATIC = Path(__file__).parent / "static"
Asset = Callable[[str], str]


def manifest(asset: Asset) -> dict[str, Any]:
    """`asset` gives the address of a file of pwa/static."""
    return {
        "id": "/desk",
        "lang": "zh-CN",
        "dir": "ltr",
        "name": say("Lindian, the neighbour who knows about electricity"),
        "short_name": say("Lindian"),
        "description": say("There is news about your electricity. Open to read it."),
        "start_url": "/desk",
        "scope": "/",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#faf8f4",
        "theme_color": "#faf8f4",
        "categories": ["utilities", "productivity"],
        "icons": icons(asset),
        "screenshots": screenshots(asset),
        "shortcuts": shortcuts(asset),
        "share_target": share_target(),
        "launch_handler": {"client_mode": ["navigate-existing", "auto"]},
    }


def icons(asset: Asset) -> list[dict[str, str]]:
    drawn = (
        ("icon-192.png", 192, "any"),
        ("icon-512.png", 512, "any"),
        ("maskable-512.png", 512, "maskable"),
        ("badge-96.png", 96, "monochrome"),
    )
    return [
        {"src": asset(f"icons/{name}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in drawn
    ]  # fmt: skip


def screenshots(asset: Asset) -> list[dict[str, str]]:
    """Those that have been taken."""
    taken = (("today", say("Today: what needs you now")), ("notice", say("A notice, as residents see it")))
    return [
        {
            "src": asset(f"screenshots/{name}.png"),
            "sizes": "780x1688",
            "type": "image/png",
            "form_factor": "narrow",
            "label": label,
        }
        for name, label in taken
        if (STATIC / "screenshots" / f"{name}.png").exists()
    ]


def shortcuts(asset: Asset) -> list[dict[str, Any]]:
    places = (
        (say("Write a notice"), "/desk/notices/new"),
        (say("Questions"), "/desk/tickets"),
        (say("Payment circle"), "/desk/circle"),
    )
    icon = [{"src": asset("icons/icon-192.png"), "sizes": "192x192", "type": "image/png"}]
    return [{"name": name, "url": url, "icons": icon} for name, url in places]


def share_target() -> dict[str, Any]:
    """A text shared from WeChat or the dispatch app lands in a new notice."""
    return {
        "action": "/desk/share",
        "method": "POST",
        "enctype": "multipart/form-data",
        "params": {"title": "title", "text": "text", "url": "url"},
    }
