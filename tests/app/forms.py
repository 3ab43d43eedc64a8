"""Every form of ours, as the pages themselves show it: found by opening each page as each person who may."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
from lxml import html

from tests.client import Client
from tests.routes import LISTED, fill, routes
from tests.scene import Scene

TEXT = {"text", "search", "password", "tel", "url", "email"}
PEOPLE = ("王芳", "管理员", "刘洁", "孙丽", "nobody")


class Found(msgspec.Struct):
    """A form that posts: where to, by whom it was seen, what stands in it, and which of its fields take free text."""

    address: str
    by: str
    filled: dict[str, list[str]]
    texts: dict[str, int]
    """Name of the field → the length that it allows, 0 where it says none."""


def templates(app: Any) -> list[tuple[re.Pattern[str], str]]:
    """Which route an address belongs to, the most exact first."""
    paths = sorted({path for method, path in routes(app) if method == "POST"}, key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path) for path in paths]


def every(app: Any, people: Callable[[str, str], Client], scene: Scene) -> dict[str, list[Found]]:
    """The forms by the route they are sent to."""
    known, found = templates(app), dict[str, list[Found]]()
    for name in PEOPLE:
        for (method, path), route in LISTED.items():
            if method != "GET" or name not in route.open_to or path.startswith(("/api/", "/static", "/metrics")):
                continue
            answer = people(name, path).get(fill(method, path, scene))
            if answer.headers.get("content-type", "").startswith("text/html") and answer.status_code == 200:
                for form in _posting(answer.text, answer.url.path):
                    template = next(path for pattern, path in known if pattern.fullmatch(urlsplit(form.get("action")).path))
                    found.setdefault(template, []).append(_read(form, name))
    return found


def _posting(text: str, base: str) -> Iterator[Any]:
    page = html.fromstring(text)
    for form in page.iter("form"):
        if form.get("method", "get").lower() == "post":
            form.set("action", form.get("action") or base)
            # Buttons and fields outside that name the form belong to it as well.
            yield form


def _read(form: Any, by: str) -> Found:
    filled: dict[str, list[str]] = {}
    texts: dict[str, int] = {}
    for field in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        name, kind = field.get("name"), field.get("type", "text").lower()
        if field.tag == "textarea" or (field.tag == "input" and kind in TEXT):
            texts[name] = int(field.get("maxlength") or 0)
            filled[name] = [field.text.lstrip("\n") if field.tag == "textarea" and field.text else field.get("value", "")]
        elif field.tag == "select":
            chosen = field.xpath("./option[@selected]/@value") or [one for one in field.xpath("./option/@value") if one][:1]
            filled[name] = [str(one) for one in chosen]
        elif kind == "radio":
            if field.get("checked") is not None or name not in filled:
                filled[name] = [field.get("value", "on")]
        elif kind == "checkbox":
            if field.get("checked") is not None:
                filled.setdefault(name, []).append(field.get("value", "on"))
        elif kind != "file":
            filled[name] = [field.get("value", "")]
    return Found(form.get("action"), by, filled, texts)
