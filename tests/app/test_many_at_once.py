"""Hundreds write in one outage: nobody's lock may freeze the house."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa

from app.core.database import Database
from tests.cast import Cast
from tests.client import Client


def together(times: int, act: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(act, range(times)))


def test_fifty_questions_at_once_are_all_kept(resident: Client, database: Database) -> None:
    started = time.monotonic()
    answers = together(
        50, lambda n: resident.post("/g/104226/ask", data={"words": f"第{n}户没电了", "nonce": f"{n:024d}"}, follow_redirects=False)
    )
    with database.reading() as session:
        kept = session.scalar(sa.text("SELECT count(*) FROM tickets"))
    assert {answer.status_code for answer in answers} == {303}
    assert kept == 50
    assert time.monotonic() - started < 60


def test_a_page_is_still_answered_while_many_write(resident: Client) -> None:
    def act(n: int) -> int:
        if n % 2:
            return int(resident.get("/g/104226").status_code)
        return int(resident.post("/g/104226/ask", data={"words": f"第{n}户", "nonce": f"{n:024d}"}, follow_redirects=False).status_code)

    assert set(together(40, act)) == {200, 303}


def test_twenty_taps_publish_a_draft_once(signed_in: Callable[..., Client], told_town: Cast, database: Database) -> None:
    manager = signed_in(told_town.wangfang)
    written = manager.post(
        "/desk/notices", data={"grid": "104226", "kind": "safety", "title": "防触电", "words": "远离线路。"}, follow_redirects=False
    )
    draft = written.headers["location"]
    answers = together(20, lambda _n: manager.post(f"{draft}/publication", follow_redirects=False))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert re.search(r"/desk/notices/\d{6}-01$", answers[0].headers["location"])
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM notice_updates")) == 1


def test_a_host_or_origin_that_cannot_be_read_is_refused(resident: Client) -> None:
    for headers in ({"host": "a:bb"}, {"host": "a b:99999999"}):
        assert resident.get("/g/104226", headers=headers).status_code == 400
    del resident.headers["sec-fetch-site"]
    assert resident.post("/g/104226/ask", data={"words": "x"}, headers={"origin": "http://["}).status_code == 403


def test_a_form_without_its_kind_is_shown_again(signed_in: Callable[..., Client], told_town: Cast) -> None:
    manager = signed_in(told_town.wangfang)
    assert manager.post("/desk/notices", data={"grid": "104226", "words": "x"}).status_code == 422
    assert manager.get(f"/desk/points/{2**63}").status_code == 404
