"""Every address × every person: quality 23. And a right request to each, whose commit fails or holds: quality 15."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.core.database import Database
from grids.tables import Person
from tests.client import Client
from tests.routes import LISTED, NOBODY, Route, fill, given, routes
from tests.scene import Scene

CSV = "名称,经度,纬度\n新园,116.4651,39.9951\n".encode()


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def scene(staged: Scene) -> Scene:
    return staged


@pytest.fixture
def people(
    scene: Scene, database: Database, resident: Client, signed_in: Callable[..., Client], machine: Callable[..., Client]
) -> Callable[[str, str], Client]:
    """The client of a person for an address: a browser, or a machine under /api."""
    with database.reading() as reading:
        known = {person.name: person for person in reading.scalars(sa.select(Person))}
    opened: dict[tuple[str, bool], Client] = {}

    def client_of(name: str, path: str) -> Client:
        key = (name, path.startswith("/api/"))
        if name == NOBODY:
            return resident
        if key not in opened:
            opened[key] = (machine if key[1] else signed_in)(known[name])
        return opened[key]

    return client_of


def test_every_route_is_listed(app: Any) -> None:
    assert set(routes(app)) == set(LISTED)


def test_an_address_is_open_to_those_listed_and_to_nobody_else(people: Callable[[str, str], Client], scene: Scene, app: Any) -> None:
    wrong = []
    for (method, path), route in sorted(LISTED.items()):
        for name in ("nobody", "陈刚", "周远", "刘洁", "孙丽", "管理员", "吴建", "赵敏", "王芳"):
            if method != "GET" and name in route.open_to:
                continue  # What they may do is done once, below.
            upload = begun(people("管理员", path)) if "/imports/" in path else "x"
            answer = send(people(name, path), method, fill(method, path, scene, upload), route)
            # A choice that is not this person's to make is a mistake in the form.
            refused = answer.status_code in (401, 403, 404, 422) or answer.headers.get("location", "").startswith("/sign-in")
            if path in ("/static/{name}", "/api/v1/openapi.json/{path}") or path.endswith("_id}/photo"):
                continue  # Their sample names nothing that is there.
            if refused is (name in route.open_to) or answer.status_code >= 500:
                wrong.append((method, path, name, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


def test_what_another_grid_may_not_see_looks_like_nothing(people: Callable[[str, str], Client], scene: Scene) -> None:
    for path in (f"/desk/tickets/{scene.ticket}", f"/desk/notices/{scene.published}", f"/desk/notices/{scene.draft}"):
        hidden, absent = people("陈刚", path).get(path), people("陈刚", path).get(path.rpartition("/")[0] + "/999999")
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.text == absent.text


ACTS = [key for key, route in LISTED.items() if key[0] != "GET" and (route.form is not None or route.json is not None)]


@pytest.mark.parametrize(("method", "path"), ACTS, ids=[f"{method} {path}" for method, path in ACTS])
def test_a_commit_that_fails_is_never_answered_as_done(
    method: str, path: str, people: Callable[[str, str], Client], scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    route = LISTED[method, path]
    client = people(route.by, path)
    upload = begun(client) if "/imports/" in path else "x"
    address = fill(method, path, scene, upload)
    with monkeypatch.context() as broken:
        for owner in (sa.orm.Session, sa.orm.SessionTransaction):
            broken.setattr(owner, "commit", full_disk)
        failed = send(client, method, address, route)
    held = send(client, method, address, route)
    assert failed.status_code >= 500
    assert held.status_code < 400, held.text[-600:]


def full_disk(*_: object, **__: object) -> None:
    raise sa.exc.OperationalError("COMMIT", {}, Exception("database or disk is full"))


def begun(admin: Client) -> str:
    """An import that was uploaded and waits for confirmation."""
    answer = admin.post(
        "/desk/admin/imports", data={"what": "estates", "datum": "wgs84"}, files={"file": ("x.csv", CSV)}, follow_redirects=False
    )
    return answer.headers["location"].rpartition("/")[2]


def send(client: Client, method: str, address: str, route: Route) -> Any:
    more: dict[str, Any] = {"follow_redirects": False}
    if address.startswith("/api/") and method != "GET":
        more["json"] = route.json or {}
    elif method != "GET":
        more["data"] = {name: given(value) for name, value in (route.form or {}).items()}
    if route.file and method == "POST":
        more["files"] = {"file": ("x.csv", CSV)}
    return client.request(method, address, **more)
