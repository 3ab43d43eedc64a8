"""What no browser of ours would send, at every address: refused in words that help, never broken. Quality 16, for pages and forms."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from broadcasts.tariffs.asked import Asked
from tests.app.test_who_may_see_what import engine_name, people, scene  # noqa: F401 - fixtures
from tests.client import Client, wait
from tests.routes import LISTED, Route, fill, given
from tests.scene import Scene

HUGE = str(2**63)
NAMES = (HUGE, "-1", "9" * 5000, "%00", "%ED%A0%80", "%FF%FE", "%E2%80%AE", "x" * 3000, "%D9%A1", "..%2f..", "%20")
"""What stands in an address instead of a name or number: too large, no text, turned round, another script's digit."""
VALUES = (HUGE, "-1", "1e999", "nan", "", "\x00", b"\xed\xa0\x80", b"\xff\xfe", "9" * 5000, "[" * 5000)
"""What a field says instead."""
DEEP = b"[" * 200_000
BODIES: list[tuple[str, bytes]] = [
    ("", b""),
    ("application/json", b""),
    ("application/json", DEEP),
    ("application/json", b'{"a": "\\ud800"}'),
    ("application/json", b"\xff\xfe{}"),
    ("application/json; charset=no-such", b"{}"),
    ("text/xml", b"<a/>"),
    ("nonsense", b"\x00"),
    ("application/x-www-form-urlencoded; charset=no-such", b"words=a"),
    ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(3000))),
    ("application/x-www-form-urlencoded", b"%FF=%FF&%00=%00&=&&;%ED%A0%80"),
    ("multipart/form-data; boundary=x", b"--x\r\n"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="words"\r\n\r\n\xff\x00\r\n--x--\r\n'),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="\x00"\r\n\r\n\x00\r\n--x--\r\n'),
]
TALKED = re.compile("([\u4e00-\u9fff][^\u4e00-\u9fff]*){5}")


@pytest.fixture
def ask(people: Callable[[str, str], Client]) -> Iterator[Callable[..., None]]:  # noqa: F811
    wrong: list[Any] = []

    def sent(by: str, method: str, address: str, **more: Any) -> None:
        answer = people(by, address).request(method, address, follow_redirects=False, **more)
        where = (method, address[:120], str(more)[:160], answer.status_code)
        if answer.status_code >= 500 or (answer.status_code >= 400 and not TALKED.search(answer.text)):
            wrong.append((*where, answer.text[:200]))

    yield sent
    assert not wrong, "\n".join(map(str, wrong[:40]))


def pages() -> Iterator[tuple[str, str, Route]]:
    for (method, path), route in LISTED.items():
        # Signing out would end the one who asks; the second is Litestar's own, and says 404 in English.
        if path not in ("/sign-out", "/api/v1/openapi.json/{path}"):
            yield method, path, route


def who(method: str, route: Route) -> str:
    """One who may, so that it is not the door that refuses."""
    return route.by if method != "GET" or route.by in route.open_to else min(route.open_to)


def test_no_name_in_an_address_breaks_anything(ask: Callable[..., None], scene: Scene) -> None:  # noqa: F811
    tried = 0
    for method, path, route in pages():
        for name in re.findall(r"\{(\w+)\}", path):
            for evil in NAMES:
                before, after = path.split("{" + name + "}")
                ask(
                    who(method, route),
                    method,
                    fill(method, before, scene) + evil + fill(method, after, scene),
                    **right(method, path, route),
                )
                tried += 1
    assert tried > 1000


def test_an_address_that_is_no_text_is_refused_at_the_door(app: Any) -> None:
    """As a server may hand it on that decodes leniently; httpx cannot send it."""
    told: list[Any] = []

    async def say(message: Any) -> None:
        told.append(message)

    scope = {"type": "http", "method": "GET", "path": "/g/\udcff", "raw_path": b"/g/%ff", "query_string": b"", "headers": []}
    wait(app(scope, None, say))
    assert told[0]["status"] == 400
    assert TALKED.search(told[1]["body"].decode())


def right(method: str, path: str, route: Route) -> dict[str, Any]:
    if path.startswith("/api/") and method != "GET":
        return {"json": route.json or {}}
    return {} if method == "GET" else {"data": {name: given(value) for name, value in (route.form or {}).items()}}


@pytest.mark.slow
def test_no_question_mark_breaks_a_page(ask: Callable[..., None], scene: Scene, app: Any) -> None:  # noqa: F811
    asked = questions(app)
    assert {"part", "limit", "region", "estate", "cursor"} <= {name for names in asked.values() for name in names}
    for method, path, route in pages():
        if method == "GET":
            for name in sorted(asked[path]):
                for evil in VALUES:
                    ask(who(method, route), method, fill(method, path, scene).partition("?")[0], params={name: evil})
                ask(who(method, route), method, fill(method, path, scene).partition("?")[0], params={name: ["1", "2"]})
            ask(who(method, route), method, fill(method, path, scene).partition("?")[0] + "?%FF=%00&&=;%ED%A0%80=1")


def questions(app: Any) -> dict[str, set[str]]:
    """What each page may be asked beside its address: the names of its handler, and the calculator's own."""
    own = {"session", "me", "request", "settings", "form", "data", "someone"}
    found: dict[str, set[str]] = {}
    for route in app.routed.routes:
        for handler in route.route_handlers:
            names = set(handler.parsed_fn_signature.parameters) - own - set(route.path_parameters)
            found.setdefault(route.path_format, set()).update(names)
    return {path: names | (set(Asked.__struct_fields__) if path.endswith("tariff") else set()) for path, names in found.items()}


def test_no_body_breaks_an_act(ask: Callable[..., None], scene: Scene) -> None:  # noqa: F811
    for method, path, route in pages():
        for kind, body in BODIES if method != "GET" else []:
            ask(who(method, route), method, fill(method, path, scene), content=body, headers={"content-type": kind} if kind else {})


@pytest.mark.slow
def test_no_field_breaks_an_act(ask: Callable[..., None], scene: Scene) -> None:  # noqa: F811
    for method, path, route in pages():
        said = right(method, path, route).get("data") or {}
        for name in said:
            for evil in (*VALUES, [said[name], "x"], ["", said[name]]):
                ask(who(method, route), method, fill(method, path, scene), data={**said, name: evil})
