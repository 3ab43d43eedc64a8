"""What every answer carries and every request passes: quality 14, 15, 18 and 20."""

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import assets, doors
from app.core.database import Database
from app.core.settings import Settings
from broadcasts.cards import cards
from tests.app.test_who_may_see_what import people, scene  # noqa: F401 - fixtures
from tests.cast import Cast
from tests.client import Client
from tests.routes import LISTED, fill, routes
from tests.routes import PUBLIC as EVERYBODYS
from tests.scene import Scene

NAMES = [name.decode() for name, _value in doors.security_headers()]
PUBLIC = (
    "/",
    "/g/104226",
    "/g/104226/ask",
    "/g/104226/pay",
    "/g/104226/cards",
    "/sign-in",
    "/offline",
    "/manifest.webmanifest",
    "/sw.js",
    "/healthz",
)


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def security(answer: Any) -> dict[str, str]:
    return {name: answer.headers[name] for name in NAMES}


def slowed(resident: Client) -> Any:
    """Whoever is wrong about a password too often has to wait."""
    tries = (resident.post("/sign-in", data={"phone": "10000000001", "password": f"wrong-{n}"}) for n in range(40))
    return next(answer for answer in tries if answer.status_code == 429)


def test_security_headers_are_the_same_on_every_answer(resident: Client, chosen: Settings) -> None:
    page = resident.get("/g/104226")
    tag = page.headers["etag"]
    answers = {
        200: page,
        304: resident.get("/g/104226", headers={"if-none-match": tag}),
        404: resident.get("/no/such/page"),
        405: resident.request("DELETE", "/sign-in"),
        413: resident.post("/sign-in", content=b"x" * (chosen.max_body + 1), headers={"content-type": "application/x-www-form-urlencoded"}),
        422: resident.post("/sign-in", data={"phone": ""}),
        401: resident.get("/api/v1/grids"),
        403: resident.post("/sign-in", data={}, headers={"sec-fetch-site": "cross-site"}),
        429: slowed(resident),
        301: resident.get("/desk", follow_redirects=False),
    }
    seen = {status: security(answer) for status, answer in answers.items()}
    assert {status: answer.status_code for status, answer in answers.items()} == {**{status: status for status in answers}, 301: 303}
    assert all(headers == seen[200] for headers in seen.values())
    assert security(resident.get(assets.address("desk.css"))) == seen[200]


def test_a_failure_of_ours_says_so_with_the_same_headers(monkeypatch: pytest.MonkeyPatch, resident: Client) -> None:
    fine = security(resident.get("/healthz"))
    monkeypatch.setattr(cards, "by_topic", lambda _session: 1 / 0)
    broken = resident.get("/g/104226/cards")
    assert broken.status_code == 500
    assert security(broken) == fine
    assert "没有改动任何内容" in broken.text


def test_a_database_that_cannot_keep_anything_is_told_as_503(resident: Client, database: Database) -> None:
    with database.writing() as session:
        session.execute(sa.text("DROP TABLE entries"))
    answer = resident.post("/g/104226/ask", data={"words": "没电了", "nonce": "0123456789abcdef01234567"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"


def test_the_policy_lets_no_foreign_and_no_inline_script_in() -> None:
    policy = doors.policy()
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


VARYING = {"/metrics": {"content-length"}}
"""The figures count the asking itself."""
OTHERS = {"/static/{name}": assets.address("desk.css")}


def test_head_is_get_without_the_body_at_every_address_that_is_open_to_all(resident: Client, scene: Scene) -> None:  # noqa: F811
    public = [path for (method, path), route in LISTED.items() if method == "GET" and route == EVERYBODYS]
    assert len(public) > 40
    different = []
    for path in public:
        address = OTHERS.get(path) or fill("GET", path, scene)
        get, head = (resident.request(method, address, follow_redirects=False) for method in ("GET", "HEAD"))
        assert get.status_code < 400 or "openapi" in path, (address, get.status_code)
        told, again = ({k: v for k, v in one.headers.items() if k not in VARYING.get(path, ())} for one in (get, head))
        if (head.status_code, head.content, again) != (get.status_code, b"", told):
            different.append((address, get.status_code, head.status_code, set(told.items()) ^ set(again.items())))
    assert not different, "\n".join(map(str, different))


def test_security_headers_are_the_same_at_every_address(people: Callable[[str, str], Client], scene: Scene) -> None:  # noqa: F811
    seen = set()
    for method, path in LISTED:
        if method == "GET":
            for name in ("nobody", "王芳", "管理员"):
                seen.add(tuple(security(people(name, path).get(fill(method, path, scene), follow_redirects=False)).items()))
    ours = {name.decode(): value.decode() for name, value in doors.security_headers()}
    with_a_map = ours | ({"content-security-policy": doors.policy(library=True)} if assets.map_library() else {})
    assert seen == {tuple(ours.items()), tuple(with_a_map.items())}


ORIGINS: list[tuple[dict[str, str], bool]] = [
    ({"sec-fetch-site": "same-origin"}, True),
    ({"sec-fetch-site": "none"}, True),
    ({"sec-fetch-site": "cross-site"}, False),
    ({"sec-fetch-site": "same-site"}, False),
    ({"origin": "https://lindian.test"}, True),
    ({"origin": "https://evil.example"}, False),
    ({"origin": "null"}, False),
]


def test_a_form_sent_from_another_site_is_refused_at_every_unsafe_address(app: Any, told_town: Cast) -> None:
    unsafe = [(method, path) for method, path in routes(app) if method not in ("GET", "HEAD", "OPTIONS")]
    assert len(unsafe) > 15
    client = Client(app)
    for (method, path), (headers, ours) in itertools.product(unsafe, ORIGINS):
        answer = client.request(method, fill(method, path), headers=headers, follow_redirects=False)
        refused = answer.status_code == 403 and "x-refused" in answer.headers
        assert refused is not ours, (method, path, headers)
    for method, path in unsafe:
        bare = client.request(method, fill(method, path), follow_redirects=False)
        # Programs say neither: those of the API, and a mail program's one click (RFC 8058).
        by_program = path.startswith("/api/") or path == "/s/{token}/leaving"
        assert ("x-refused" in bare.headers) is not by_program, (method, path)
    client.close()


def test_json_addresses_take_json_only(machine: Callable[..., Client], told_town: Cast, app: Any) -> None:
    manager = machine(told_town.wangfang)
    for method, path in routes(app):
        if path.startswith("/api/") and method == "POST":
            answer = manager.request(
                method, fill(method, path), content=b"a=1", headers={"content-type": "application/x-www-form-urlencoded"}
            )
            assert answer.status_code == 415, path
            assert answer.headers["content-type"] == "application/problem+json"


def test_a_hashed_asset_is_kept_for_ever_and_asked_again_by_its_tag(resident: Client) -> None:
    address = assets.address("desk.css")
    answer = resident.get(address)
    assert "immutable" in answer.headers["cache-control"]
    assert resident.get(address, headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_nothing_else_of_the_disk_is_served(resident: Client, chosen: Settings) -> None:
    kept = chosen.home / "assets"
    (kept / ".env").write_text("secret")
    (kept / "link.0123456789.css").symlink_to(chosen.home / "secret")
    for name in (".env", "link.0123456789.css", "..%2f..%2fsecret", "%2e%2e/secret", "desk.css", "../secret", "js"):
        answer = resident.get(f"/static/{name}")
        assert answer.status_code == 404, name


def test_the_assets_of_the_release_before_are_still_served(resident: Client, chosen: Settings) -> None:
    (chosen.home / "assets" / "desk.0123456789.css").write_text("old{}")
    assert resident.get("/static/desk.0123456789.css").text == "old{}"


def test_residents_pages_name_no_other_host(resident: Client) -> None:
    for path in PUBLIC[:5]:
        text = resident.get(path).text
        loaded = re.findall(r"""(?:src|href|action)=["'](https?:)?//([^/"']+)""", text)
        linked = {host for _scheme, host in loaded} - {"uri.amap.com", "api.map.baidu.com", "apis.map.qq.com", "maps.apple.com"}
        assert not linked, (path, linked)
        assert "set-cookie" not in resident.get(path).headers
