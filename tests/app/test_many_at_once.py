"""Hundreds write in one outage: nobody's lock may freeze the house."""

import asyncio
import encodings.punycode
import io
import re
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from litestar.exceptions import HTTPException
from PIL import Image

from app.core import arriving, parts, photos, sent
from app.core.database import Database
from tests.cast import Cast
from tests.client import Client, wait
from tickets import limits


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


def flat(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "red").save(drawn, kind)
    return drawn.getvalue()


def test_photos_are_painted_before_the_turn_and_hold_up_nobody(resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The painter is held until somebody else has written: it would never come back from within the one writer's turn."""
    written, paint = threading.Event(), photos._clean

    def held(data: bytes, name: str) -> bytes:
        assert written.wait(30)
        return paint(data, name)

    monkeypatch.setattr(photos, "_clean", held)
    with ThreadPoolExecutor(1) as other:
        shown = [("photos", ("a.png", flat(), "image/png"))]
        slow = other.submit(lambda: resident.post("/g/104226/ask", data={"words": "看图", "nonce": "a" * 24}, files=shown))
        quick = resident.post("/g/104226/ask", data={"words": "没电了", "nonce": "b" * 24}, follow_redirects=False)
        written.set()
    assert quick.status_code == 303
    assert len(re.findall(r"/photos/\d+/small", slow.result().text)) == 1


def test_where_one_of_four_pictures_is_too_large_none_is_painted(resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "_painted", lambda _picture: 1 / 0)
    large = flat(size=(16_001, 1000))
    shown = [("photos", (f"{n}.png", data, "image/png")) for n, data in enumerate((flat(), flat(), large))]
    answer = resident.post("/g/104226/ask", data={"words": "看图", "nonce": "a" * 24}, files=shown)
    assert answer.status_code == 422
    assert "像素太多" in answer.text
    assert "看图" in answer.text


def test_a_form_of_more_fields_or_bytes_than_any_of_ours_is_refused_unread(resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "_fields", lambda _body: 1 / 0)
    form = {"content-type": "application/x-www-form-urlencoded"}
    for body in (b"a&" * 4_500_000, b"a&" * 2_000, b"words=" + b"a" * sent.PLAIN):
        for address in ("/g/104226/ask", "/q/x/rating"):
            answer = resident.post(address, content=body, headers=form)
            assert answer.status_code == 413
            assert "内容太大" in answer.text


def test_what_takes_no_files_takes_no_megabytes(resident: Client, machine: Callable[..., Client], told_town: Cast) -> None:
    assert resident.post("/q/x/rating", files={"photos": ("a.png", b"x" * 3_000_000)}).status_code == 413
    refused = machine(told_town.wangfang).post("/api/v1/tickets", content=b"[" * 3_000_000, headers={"content-type": "application/json"})
    assert refused.status_code == 413
    assert "内容太大" in refused.json()["title"]


def test_a_long_form_is_opened_in_a_thread_and_says_the_same(resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, where = sent._fields, set()
    monkeypatch.setattr(sent, "_fields", lambda body: where.add(threading.current_thread().name) or opened(body))
    words = "电" * 1900
    for n in range(2):
        padded = {"words": words, "nonce": f"{n:024d}", "spare": "x" * 30_000 * n}
        assert words in resident.post("/g/104226/ask", data=padded).text
    assert len(where) == 2


def test_more_painters_than_can_be_served_soon_are_told_so(resident: Client, app: Any) -> None:
    """The large ones alone: a small picture passes them by."""
    app.routed.state.queues.painting.most = 0
    small, large = flat(), flat(size=(2_500, 2_000))
    answer = resident.post("/g/104226/ask", data={"words": "看图"}, files=[("photos", ("a.png", large, "image/png"))])
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    shown = [("photos", ("a.png", small, "image/png"))]
    assert resident.post("/g/104226/ask", data={"words": "看图"}, files=shown, follow_redirects=False).status_code == 303


def test_nothing_is_painted_for_whom_the_door_does_not_let_in(resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "painted", lambda *_said, **_more: 1 / 0)
    shown = {"files": [("photos", ("a.png", flat(), "image/png"))], "follow_redirects": False}
    assert resident.post("/desk/tickets/1/answers", data={"words": "看图"}, **shown).headers["location"].startswith("/sign-in")
    assert resident.post("/desk/tickets", data={"words": "看图"}, **shown).headers["location"].startswith("/sign-in")
    assert resident.post(f"/q/{'0' * 40}/messages", data={"words": "看图"}, **shown).status_code == 404
    assert resident.post("/g/000000/ask", data={"words": "看图"}, **shown).status_code == 404
    assert resident.post("/g/104226/ask", data={"words": " "}, **shown).status_code == 422
    thread = resident.post("/g/104226/ask", data={"words": "没电了"}, follow_redirects=False).headers["location"].partition("#")[0]
    monkeypatch.setattr(limits, "MESSAGES", 1)
    many = resident.post(f"{thread}/messages", data={"words": "看这张图"}, **shown)
    assert many.status_code == 429
    assert "看这张图" in many.text


def part(kind: str, words: bytes) -> dict[str, Any]:
    body = b'--x\r\nContent-Disposition: form-data; name="words"\r\nContent-Type: %s\r\n\r\n%s\r\n--x--\r\n' % (kind.encode(), words)
    return {"content": body, "headers": {"content-type": "multipart/form-data; boundary=x"}, "follow_redirects": False}


def test_words_of_a_part_are_utf_8_and_nothing_that_takes_a_processor_for_seconds(
    resident: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's Punycode is quadratic: two megabytes of it took minutes, on the event loop."""
    monkeypatch.setattr(encodings.punycode, "punycode_decode", lambda *_said: 1 / 0)
    for charset in ("punycode", '"PunyCode"', "idna", "utf-7", "gb2312", "no-such", "utf-8; charset=punycode"):
        for address in ("/g/104226/ask", "/q/x/rating"):
            refused = resident.post(address, **part(f"text/plain; charset={charset}", b"a-" * 20))
            assert refused.status_code == 400
            assert "读不懂" in refused.text
    assert resident.post("/g/104226/ask", **part("text/plain; charset=UTF-8", "没电了".encode())).status_code == 303
    assert resident.post("/g/104226/ask", **part("text/plain", b"\xff\xfe")).status_code == 400


def test_words_of_a_plain_form_are_utf_8_too_and_never_kept_as_rubbish(resident: Client) -> None:
    plain = {"headers": {"content-type": "application/x-www-form-urlencoded"}, "follow_redirects": False}
    gbk = quote("停电了".encode("gb18030"))
    assert resident.post("/g/104226/ask", content=f"words={gbk}&nonce=1".encode(), **plain).status_code == 400
    assert resident.post("/g/104226/ask", content="words=停电了&nonce=2".encode(), **plain).status_code == 303


def test_a_large_form_of_parts_is_opened_in_a_thread(resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, where = parts.opened, list[str]()
    monkeypatch.setattr(parts, "opened", lambda *said: where.append(threading.current_thread().name) or opened(*said))
    for words in ("没电了", "没" * 10_000):
        resident.post("/g/104226/ask", **part("text/plain", words.encode()))
    assert len(set(where)) == 2


def test_a_body_that_stalls_is_let_go(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LEAST_S", "STALLS_S"):
        monkeypatch.setattr(arriving, name, 0.02)

    async def whole() -> int:
        pieces = iter([{"type": "http.request", "body": b"words=", "more_body": True}])

        async def receive() -> Any:
            for piece in pieces:
                return piece
            return await asyncio.Event().wait()

        with pytest.raises(HTTPException) as told:
            await app.routed.state.queues.arriving.whole(receive, 1_000)
        return told.value.status_code

    assert wait(whole()) == 408
    assert app.routed.state.queues.arriving.held == 0


def test_bodies_that_are_waited_with_have_room_for_so_many_bytes(app: Any, resident: Client) -> None:
    """A few words always come in."""
    waits = app.routed.state.queues.arriving
    waits.held = arriving.ROOM

    async def pieces(n: int) -> AsyncIterator[bytes]:
        yield b"words=" + "电".encode() * n
        yield "了".encode()

    async def post(n: int) -> int:
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = await resident._client.post("/g/104226/ask", content=pieces(n), headers=form, follow_redirects=False)
        return answer.status_code

    assert [wait(post(n)) for n in (30, 10_000)] == [303, 503]
    assert waits.held == arriving.ROOM
