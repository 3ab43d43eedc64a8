"""An answer from a page that was opened before the asker's last words, or from the phone's outbox: sent, and nobody stops waiting."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.core import clock
from app.core.database import Database
from broadcasts import drafts, notices
from broadcasts.tables import NoticeKind, UpdateState
from tests import cast
from tests.cast import Cast
from tests.client import Client
from tickets import conversation, threads, unread
from tickets.tables import Channel

Browser = Callable[..., Client]
TOKEN = "ab12" * 10
SMOKE = "电表箱在冒烟，有火花！"


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(told_town: Cast, database: Database) -> str:
    with database.writing() as session:
        town = session.merge(told_town.lotus), session.merge(told_town.garden)
        ticket = conversation.ask(
            session, town[0], words="电费比上月高，为什么", channel=Channel.web, token=TOKEN, estate=town[1], building="2号楼", room="602"
        )
        return f"/desk/tickets/{ticket.id}"


def seen(page: str) -> str:
    """How far the thread was read, as every form of the page says it."""
    [moment] = set(re.findall(r'name="seen" value="([^"]+)"', page))
    return moment


def state(database: Database, path: str) -> tuple[str, str]:
    with database.reading() as session:
        ticket = threads.read(session, int(path.rsplit("/", 1)[1]))
        return ticket.state.value, ticket.entries[-1].words


def test_what_was_written_before_a_danger_was_told_is_not_sent_until_it_is_read(
    signed_in: Browser, resident: Client, told_town: Cast, database: Database, path: str
) -> None:
    """Nor what a second colleague wrote who has not seen what the first told somebody in danger."""
    first, second = signed_in(told_town.wangfang), signed_in(told_town.zhaomin)
    said = {"words": "把插头一样一样插回去试。", "seen": seen(first.get(path).text)}
    resident.post(f"/q/{TOKEN}/messages", data={"words": SMOKE})
    old = seen(second.get(path).text)
    for headers in ({}, {"idempotency-key": "k1", "x-made-ago": "3"}):
        again = first.post(f"{path}/answers", data=said, headers=headers)
        assert (again.status_code, state(database, path)) == (409, ("open", SMOKE))
    page = first.post(f"{path}/answers", data=said).text
    assert said["words"] in page
    assert SMOKE in page
    first.post(f"{path}/answers", data={"words": "别靠近，马上来人。", "seen": seen(page)})
    assert second.post(f"{path}/answers", data={"words": "您自己打物业电话。", "seen": old}).status_code == 409
    assert state(database, path)[1] == "别靠近，马上来人。"


@pytest.mark.parametrize("how", ["phone", "old phone"])
def test_solved_from_an_older_page_is_sent_and_not_settled(
    signed_in: Browser, resident: Client, told_town: Cast, database: Database, path: str, how: str
) -> None:
    me = signed_in(told_town.wangfang)
    said = {"words": "本月用电多，进了二档。", "solved": "on", "seen": seen(me.get(path).text)}
    resident.post(f"/q/{TOKEN}/messages", data={"words": SMOKE})
    headers = {"idempotency-key": "k1", "x-made-ago": "1200"}
    if how == "old phone":
        del said["seen"]
    for _ in range(2):  # Sent again it is the same, and the phone lets go of it.
        answer = me.post(f"{path}/answers", data=said, headers=headers, follow_redirects=False)
        assert answer.status_code == 204
    onward = answer.headers["content-location"]
    assert onward == f"{path}?new=1"
    page = me.get(onward).text
    assert "答复已发出。但客户又写了新的话" in page
    assert SMOKE in page
    assert state(database, path) == ("open", said["words"])
    assert "险情" in me.get("/desk").text
    me.post(f"{path}/answers", data=said | {"words": "别靠近，马上来人。", "seen": seen(page)}, headers=headers | {"idempotency-key": "k2"})
    assert state(database, path)[0] == "answered", "that it is over is asked first"


def test_a_mere_closure_from_an_older_page_is_not_done_and_the_page_shows_what_is_new(
    signed_in: Browser, resident: Client, told_town: Cast, database: Database, path: str
) -> None:
    me = signed_in(told_town.wangfang)
    me.post(f"{path}/answers", data={"words": "本月用电多。", "seen": seen(me.get(path).text)})
    old = seen(me.get(path).text)
    resident.post(f"/q/{TOKEN}/messages", data={"words": SMOKE})
    for said in ({"seen": old}, {}):
        again = me.post(f"{path}/closure", data=said)
        assert again.status_code == 409
        assert "您打开这一页之后，客户又写了新的话" in again.text
        assert SMOKE in again.text
    assert state(database, path) == ("open", SMOKE)
    assert me.post(f"{path}/working", data={"seen": old}).status_code == 409
    read = {"seen": seen(again.text), "over": "on"}
    assert me.post(f"{path}/closure", data=read, follow_redirects=False).headers["location"] == "/desk/tickets"
    assert state(database, path)[0] == "closed"


def test_an_answer_written_before_the_notice_moved_is_held_until_that_is_read(
    signed_in: Browser, told_town: Cast, database: Database
) -> None:
    """Whether the thread is attached, or only asks about an outage of that estate; who only asks about a bill is answered."""
    with database.writing() as session:
        town = cast.found(session)
        me, window = (
            town.me(town.zhaomin),
            {"starts_at": clock.now() + timedelta(days=9), "ends_at": clock.now() + timedelta(days=9, hours=5)},
        )
        drafted = drafts.write(session, town.lotus, by=me, kind=NoticeKind.planned_outage, estates=[town.garden.id], **window)
        number = notices.publish(session, drafted, by=me).number
        asked = [("停电通知是真的吗", town.garden), ("停电能不能改天", None), ("电费怎么查", town.garden)]
        ids = [
            conversation.ask(
                session, town.lotus, words=words, channel=Channel.web, token=f"{n}" * 40, estate=estate,
                notice=notices.by_number(session, number) if estate is None else None,
            ).id
            for n, (words, estate) in enumerate(asked)
        ]  # fmt: skip
    browser = signed_in(told_town.wangfang)
    pages = [f"/desk/tickets/{one}" for one in ids]
    said = [{"words": f"8点停到17点。{one}", "seen": seen(browser.get(page).text)} for one, page in zip(ids, pages, strict=True)]
    with database.writing() as session:
        me = cast.found(session).me(cast.found(session).zhaomin)
        later = {"starts_at": clock.now() + timedelta(days=10), "ends_at": clock.now() + timedelta(days=10, hours=5)}
        notices.update(session, notices.find(session, number, for_=me), by=me, state=UpdateState.new_time, **later)
    kept = {"idempotency-key": "k1", "x-made-ago": "1200"}
    for page, words in zip(pages[:2], said[:2], strict=True):
        held = browser.post(f"{page}/answers", data=words, headers=kept)
        assert (held.status_code, number in held.text, "已改期" in held.text) == (409, True, True)
        assert state(database, page)[1] != words["words"]
        again = browser.post(f"{page}/answers", data=words)
        assert (again.status_code, words["words"] in again.text) == (409, True)
        sent = {"words": "改到后一天了。", "seen": seen(again.text)}
        browser.post(f"{page}/answers", data=sent, headers=kept | {"idempotency-key": page})
        assert state(database, page)[1] == "改到后一天了。"
    browser.post(f"{pages[2]}/answers", data={**said[2], "words": "在网上国网查。"}, headers=kept | {"idempotency-key": "bill"})
    assert state(database, pages[2])[1] == "在网上国网查。"


def test_a_clock_that_was_an_hour_ahead_hides_no_danger(signed_in: Browser, resident: Client, told_town: Cast, database: Database) -> None:
    """What was read is told by what stood there; a clock that is put right gives the later word the earlier time."""
    me, now = signed_in(told_town.wangfang), clock.now()
    with clock.at(now + timedelta(hours=1)), database.writing() as session:
        lotus = session.merge(told_town.lotus)
        ticket = conversation.ask(session, lotus, words="电费比上月高，为什么", channel=Channel.web, token=TOKEN).id
    old = seen(me.get(f"/desk/tickets/{ticket}").text)
    resident.post(f"/q/{TOKEN}/messages", data={"words": SMOKE})
    with database.reading() as session:
        assert unread.waited_for(session, [ticket])[ticket] == ["电费比上月高，为什么", SMOKE]
    said = {"words": "本月用电多，进了二档。", "solved": "on", "seen": old}
    assert me.post(f"/desk/tickets/{ticket}/answers", data=said).status_code == 409
    for _twice in range(2):  # From the phone, where it lay for a while: sent, and what was not read waits on.
        headers = {"idempotency-key": "k1", "x-made-ago": "1200"}
        assert me.post(f"/desk/tickets/{ticket}/answers", data=said, headers=headers).status_code == 204
    assert state(database, f"/desk/tickets/{ticket}") == ("open", said["words"])
    assert me.post(f"/desk/tickets/{ticket}/closure", data={"seen": old}).status_code == 409


def test_a_machine_says_what_it_has_read_as_the_question_said_it(machine: Browser, resident: Client, told_town: Cast, path: str) -> None:
    me, ticket = machine(told_town.wangfang), path.replace("/desk", "/api/v1")
    shown = me.get(ticket).json()["shown"]
    assert me.get("/api/v1/tickets").json()["items"][0]["shown"] == shown
    resident.post(f"/q/{TOKEN}/messages", data={"words": "我问的是上个月"})
    wrong = me.post(f"{ticket}/answers", json={"words": "本月用电多。", "seen": "2026-11-27T08:00:00"})
    assert (wrong.status_code, list(wrong.json()["mistakes"])) == (422, ["seen"])
    assert me.post(f"{ticket}/answers", json={"words": "本月用电多。", "seen": shown}).json()["state"] == "open"
    assert me.post(f"{ticket}/answers", json={"words": "上月也多。", "seen": me.get(ticket).json()["shown"]}).json()["state"] == "answered"
