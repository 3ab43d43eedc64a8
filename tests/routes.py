"""The list of every address of ours, and what a right request to each looks like. A new route fails until it is listed."""

from typing import Any

SAMPLES = {"code:str": "104226", "code": "104226", "number:str": "260714-01", "number": "260714-01", "slug:str": "tiers", "slug": "tiers", "token:str": "0" * 40, "token": "0" * 40, "name:str": "x.0123456789.css"}  # fmt: skip


def routes(app: Any) -> list[tuple[str, str]]:
    """Method and path of every route of the app behind its doors."""
    found = [(method, route.path_format if hasattr(route, "path_format") else route.path) for route in app.app.routes for method in route.methods]
    return sorted({(method, path) for method, path in found if method not in ("OPTIONS", "HEAD")})


def fill(path: str) -> str:
    parts = [_fill(part) if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


def _fill(part: str) -> str:
    inside = part.strip("{}")
    return SAMPLES.get(inside, "1" if "int" in inside else SAMPLES.get(inside.split(":")[0], "1"))
