"""Every form of ours, as the pages themselves show it: found by opening each page as each person who may."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec
from lxml import html

from tests.client import Client
from tests.routes import LISTED, fill, routes
from tests.scene import CLOSED, Scene

TEXT = {"text", "search", "password", "tel", "url", "email"}
PEOPLE = ("王芳", "管理员", "刘洁", "孙丽", "吴建", "nobody")


class Found(msgspec.Struct):
    """A form: where to it is sent and how, by whom it was seen, what stands in it, and which of its fields take free text."""

    address: str
    method: str
    by: str
    filled: dict[str, list[str]]
    texts: dict[str, int]
    """Name of the field → the length that it allows, 0 where it says none."""


def templates(app: Any) -> list[tuple[re.Pattern[str], tuple[str, str]]]:
    """Which route a form belongs to, the most exact first."""
    known = sorted(routes(app), key=lambda route: route[1].count("{"))
    return [(re.compile(method + " " + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), (method, path)) for method, path in known]


def every(app: Any, people: Callable[[str, str], Client], scene: Scene) -> dict[tuple[str, str], list[Found]]:
    """The forms by the route they are sent to."""
    known, found = templates(app), dict[tuple[str, str], list[Found]]()
    for name in PEOPLE:
        for (method, path), route in LISTED.items():
            if method != "GET" or name not in route.open_to or path.startswith(("/api/", "/static", "/metrics")):
                continue
            for address in _addresses(method, path, scene):
                answer = people(name, path).get(address)
                for form in _forms(answer):
                    said = f"{form.get('method', 'get').upper()} {urlsplit(form.get('action')).path}"
                    key = next((key for pattern, key in known if pattern.fullmatch(said)), None)
                    assert key, f"{address} shows a form for {said}, which no route takes"
                    found.setdefault(key, []).append(_read(form, name))
    return found


def _addresses(method: str, path: str, scene: Scene) -> set[str]:
    """A thread shows other forms when it is open, answered or settled, so every kind of it is opened."""
    more = [path.replace("{token}", CLOSED)] if path == "/q/{token}" else []
    if path == "/desk/tickets/{ticket_id}":
        more = [f"/desk/tickets/{number}" for number in (scene.answered_ticket, scene.reached_ticket, scene.dark_ticket)]
    return {fill(method, path, scene), *more}


def _forms(answer: Any) -> Iterator[Any]:
    if answer.headers.get("content-type", "").startswith("text/html") and answer.status_code == 200:
        for form in html.fromstring(answer.text).iter("form"):
            form.set("action", urlsplit(urljoin(answer.url.path, form.get("action", ""))).path)
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
    return Found(form.get("action"), form.get("method", "get").upper(), by, filled, texts)
