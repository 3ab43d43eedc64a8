"""Signing in: quality 19 and 27."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.core.database import Database
from app.signing_in import DEVICE
from grids.staff import entrance, staff
from tests.cast import PASSWORD, Cast
from tests.client import Client

RIGHT = {"phone": "10000000001", "password": PASSWORD}


def browser(app: Any, **headers: str) -> Client:
    return Client(app, headers={"sec-fetch-site": "same-origin", **headers})


def test_the_manager_signs_in_and_gets_a_host_cookie(resident: Client, told_town: Cast) -> None:
    answer = resident.post("/sign-in", data={"phone": "+86 100 0000 0001", "password": PASSWORD}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303
    assert answer.headers["location"] == "/desk"
    assert cookie.startswith("__Host-lindian=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"))


def test_an_unknown_number_and_a_wrong_password_look_the_same(resident: Client) -> None:
    wrong = resident.post("/sign-in", data={"phone": "10000000001", "password": "wrong-password"})
    unknown = resident.post("/sign-in", data={"phone": "10000009999", "password": "wrong-password"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("10000000001", "") == unknown.text.replace("10000009999", "")


def test_a_sign_in_never_forwards_to_another_site(resident: Client) -> None:
    for elsewhere in ("//evil.example/x", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = resident.post("/sign-in", data={"phone": "10000000001", "password": PASSWORD, "next": elsewhere}, follow_redirects=False)
        assert answer.headers["location"] == "/desk"


def test_guessing_is_slowed_down_for_that_number_only(resident: Client) -> None:
    for _ in range(entrance.TRIES):
        resident.post("/sign-in", data={"phone": "10000000001", "password": "guess-guess"})
    slowed = resident.post("/sign-in", data={"phone": "10000000001", "password": PASSWORD})
    other = resident.post("/sign-in", data={"phone": "10000000003", "password": PASSWORD}, follow_redirects=False)
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) > 0
    assert other.status_code == 303


def test_who_guesses_elsewhere_locks_nobody_out_of_their_own_phone(resident: Client, app: Any) -> None:
    known = resident.post("/sign-in", data={"phone": "10000000001", "password": PASSWORD}, follow_redirects=False)
    device = next(one.split(";")[0] for one in known.headers.get_list("set-cookie") if one.startswith(DEVICE))
    stranger, own = browser(app), browser(app, cookie=device)
    for _ in range(entrance.TRIES):
        stranger.post("/sign-in", data={"phone": "10000000001", "password": "guess-guess"})
    assert stranger.post("/sign-in", data={"phone": "10000000001", "password": PASSWORD}).status_code == 429
    assert browser(app, cookie=f"{DEVICE}=made-up").post("/sign-in", data=RIGHT).status_code == 429
    assert own.post("/sign-in", data=RIGHT, follow_redirects=False).status_code == 303
    for _ in range(entrance.TRIES):
        own.post("/sign-in", data={"phone": "10000000001", "password": "guess-guess"})
    assert own.post("/sign-in", data=RIGHT).status_code == 429, "a phone that was found may not guess for ever either"


def test_only_a_hash_of_the_token_is_kept(town: Cast, session: Session) -> None:
    token = entrance.sign_in(session, town.wangfang.id)
    kept = session.connection().exec_driver_sql("SELECT token_hash FROM sign_ins").scalar_one()
    assert len(token) >= 43
    assert token not in kept


def test_disabling_a_person_ends_her_sign_ins_and_tokens(
    signed_in: Callable[..., Client], machine: Callable[..., Client], told_town: Cast, database: Database
) -> None:
    browser, token = signed_in(told_town.wangfang), machine(told_town.wangfang)
    assert browser.get("/desk/me", follow_redirects=False).status_code == 200
    assert token.get("/api/v1/grids").status_code == 200
    with database.writing() as writing:
        staff.suspend(writing, told_town.wangfang, by=staff.as_me(writing, told_town.admin))
    assert browser.get("/desk/me", follow_redirects=False).headers["location"].startswith("/sign-in")
    assert token.get("/api/v1/grids").status_code == 401
