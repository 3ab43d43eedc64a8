"""The send desk over the wire: what the outbox sends is done once, and what people write stays words."""

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import counting
from app.core.database import Database
from app.core.errors import Refused
from broadcasts import life, notices
from broadcasts.sending import groups, openings, stewards, targets
from broadcasts.sending.tables import Opening, Posting, Way
from broadcasts.tables import Notice
from grids.tables import Person
from tests.broadcasts.stage import HOUR, draft, published
from tests.cast import Cast
from tests.client import Client

SignedIn = Callable[[Person], Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


both = pytest.mark.parametrize("engine_name", ["sqlite", "postgres"], indirect=True)


KEY = {"idempotency-key": "0123456789abcdef", "accept": "application/json"}
NASTY = [
    "<script>alert(1)</script>", "{{7*7}}", "{% raw %}", "javascript:alert(1)", "\u202e97001000451", "'\"><img src=x onerror=1>",
    "=cmd|' /C calc'!A0", "%(name)s", "{name}", "&body=x",
]  # fmt: skip


@pytest.fixture
def notice(town: Cast) -> Notice:
    made = published(town)
    groups.add(town.session, town.lotus, by=town.me(town.wangfang), name="莲花园业主群", estates=[town.garden.id])
    town.session.commit()
    return made


@pytest.fixture
def form(notice: Notice, town: Cast) -> dict[str, str]:
    group = groups.of_grids(town.session, [town.lotus.id])[0]
    said = {"update": str(notice.updates[-1].id), "to": targets.of(Way.group, group.id)}
    town.session.commit()
    return said


def suffix_of(town: Cast) -> str:
    """The session lets go of the database at once: it would keep the app from writing."""
    suffix = groups.of_grids(town.session, [town.lotus.id])[0].suffix
    town.session.commit()
    return suffix


def count(session: Session) -> int:
    session.commit()
    return session.scalar(sa.select(sa.func.count()).select_from(Posting)) or 0


def test_a_browsers_form_is_answered_by_the_page_at_the_row(notice: Notice, form: dict[str, str], town: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(town.wangfang).post(f"/desk/notices/{notice.number}/postings", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/notices/{notice.number}/sending#group-1")


def test_the_outbox_may_send_as_often_as_it_likes(notice: Notice, form: dict[str, str], town: Cast, signed_in: SignedIn) -> None:
    """Ticked, taken back, and the first tick arrives once more: it was done, and is not done again."""
    client, here = signed_in(town.wangfang), f"/desk/notices/{notice.number}/postings"
    for _ in range(3):
        answer = client.post(here, data=form, headers=KEY)
        assert (answer.status_code, answer.content) == (204, b"")
    client.post(f"{here}/withdrawal", data=form, headers={**KEY, "idempotency-key": "other"})
    client.post(here, data=form, headers=KEY)
    town.session.commit()
    assert town.session.execute(sa.select(Posting.withdrawn_at.is_not(None))).scalars().all() == [True]
    town.session.commit()
    other = client.post(here, data={**form, "to": f"poster/{town.garden.id}"}, headers=KEY)
    assert other.status_code == 422


@both
def test_the_same_tick_at_the_same_moment_is_one_row(notice: Notice, form: dict[str, str], town: Cast, signed_in: SignedIn) -> None:
    here, codes = f"/desk/notices/{notice.number}/postings", []
    clients = [signed_in(who) for who in (town.wangfang, town.zhaomin) for _ in range(3)]

    def send(client: Client, nth: int) -> None:
        codes.append(client.post(here, data=form, headers={**KEY, "idempotency-key": f"key-{nth // 2}"}).status_code)

    threads = [threading.Thread(target=send, args=(client, nth)) for nth, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {204, 429}
    assert 204 in codes
    assert count(town.session) == 1


def test_the_time_of_a_tick_is_told_by_how_long_ago_it_was(notice: Notice, form: dict[str, str], town: Cast, signed_in: SignedIn) -> None:
    notice.updates[-1].at -= 2 * HOUR
    town.session.commit()
    client, here = signed_in(town.wangfang), f"/desk/notices/{notice.number}/postings"
    for said, least, most in (("1800", 1790, 1830), ("-5", 0, 20), ("9" * 30, 0, 20), ("x", 0, 20)):
        client.post(here, data=form, headers={**KEY, "idempotency-key": said, "x-made-ago": said})
        town.session.commit()
        row = town.session.scalars(sa.select(Posting).order_by(Posting.id.desc())).first()
        assert row is not None
        assert least <= (row.noted_at - row.at).total_seconds() <= most
        town.session.commit()
        client.post(f"{here}/withdrawal", data=form)


def test_who_is_signed_out_hears_so_and_keeps_the_form(notice: Notice, form: dict[str, str], resident: Client) -> None:
    answer = resident.post(f"/desk/notices/{notice.number}/postings", data=form, headers=KEY)
    assert answer.status_code == 401


def test_what_is_wrong_is_told_in_words_that_the_strip_can_show(
    notice: Notice, form: dict[str, str], town: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(town.wangfang)
    wrongs = [{"to": said} for said in ("group/99", "x" * 2_000_000, "")] + [{"update": said} for said in ("999", str(2**70), "٣")]
    for wrong in wrongs:
        answer = client.post(f"/desk/notices/{notice.number}/postings", data={**form, **wrong}, headers=KEY)
        assert 400 <= answer.status_code < 500, wrong
        assert answer.json()["title"]
    assert count(town.session) == 0


@pytest.mark.parametrize("nasty", NASTY)
def test_whatever_is_written_stays_words(nasty: str, notice: Notice, town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(town.wangfang)
    wrote = client.post("/desk/groups", data={"grid": "104226", "name": nasty, "greeting": nasty, "note": nasty}, follow_redirects=False)
    named = {"grid": "104226", "name": nasty, "note": nasty, "phone": "15400000905", "estates": str(town.garden.id)}
    added = client.post("/desk/stewards", data=named, follow_redirects=False)
    assert (wrote.status_code, added.status_code) == (303, 303)
    town.session.commit()
    (steward,) = stewards.of_grids(town.session, [town.lotus.id])
    update = str(notice.updates[-1].id)
    town.session.commit()
    client.post(f"/desk/notices/{notice.number}/postings", data={"update": update, "to": targets.of(Way.steward, steward.id)})
    for page in (
        "/desk/groups",
        "/desk/groups/2",
        "/desk/stewards",
        f"/desk/stewards/{steward.id}",
        f"/desk/notices/{notice.number}/sending",
    ):
        text = client.get(page).text
        assert client.get(page).status_code == 200
        for inert in ("<script>alert", "<img src=x", 'href="javascript:', "\u202e"):
            assert inert not in text, page
        assert ">49<" not in text
    sms = client.get(f"/desk/notices/{notice.number}/sending").text.partition('href="sms:')[2].partition('"')[0]
    assert sms.startswith("15400000905?body=")
    assert sms.count("&") == 0


def test_a_word_of_a_megabyte_is_refused_beside_its_field(town: Cast, notice: Notice, signed_in: SignedIn) -> None:
    client = signed_in(town.wangfang)
    for path, field in (("/desk/groups", "name"), ("/desk/groups", "greeting"), ("/desk/groups", "note"), ("/desk/stewards", "name")):
        said = {"grid": "104226", "name": "x", "phone": "15400000905", "estates": str(town.garden.id), field: "长" * 300_000}
        answer = client.post(path, data=said)
        assert answer.status_code in (413, 422)
    assert "最多" in client.post("/desk/groups", data={"grid": "104226", "name": "长" * 41}).text


def test_a_groups_link_is_counted_once_for_each_opening_and_changes_nothing(
    notice: Notice, town: Cast, resident: Client, app: Any, database: Database
) -> None:
    suffix = suffix_of(town)
    page = f"/n/{notice.number}"
    plain = resident.get(page)
    for _ in range(2):
        opened = resident.get(f"{page}?g={suffix}")
        assert (opened.content, opened.headers["etag"], opened.headers["cache-control"]) == (
            plain.content, plain.headers["etag"], plain.headers["cache-control"],
        )  # fmt: skip
        assert "set-cookie" not in opened.headers
    again = resident.get(f"{page}?g={suffix}", headers={"if-none-match": plain.headers["etag"]})
    assert again.status_code == 304
    resident.head(f"{page}?g={suffix}")
    resident.get(f"{page}?g={suffix}", headers={"sec-fetch-mode": "cors"})
    resident.get(f"{page}?g=nobody")
    resident.get(f"{page}?g=%3Cscript%3E")
    counting.write(database, app.routed.state.openings)
    town.session.commit()
    assert town.session.scalars(sa.select(Opening.count)).all() == [3]


def test_when_the_power_is_back_the_text_begins_with_it_and_old_openings_are_called_old(
    notice: Notice, town: Cast, signed_in: SignedIn, database: Database
) -> None:
    client, counted = signed_in(town.wangfang), openings.Counted()
    counted.note(notice.id, suffix_of(town))
    counting.write(database, counted)
    assert "已读打开 1" in client.get(f"/desk/notices/{notice.number}/sending").text
    assert client.post(f"/desk/notices/{notice.number}/updates", data={"state": "restored"}).status_code == 200
    page = client.get(f"/desk/notices/{notice.number}/sending").text
    text = page.partition("<textarea")[2].partition("</textarea>")[0]
    assert "【已复电】莲花园" in text
    assert text.count("复电") == 1
    assert "您家若还没电，请告诉我们" in text
    assert page.count("之前打开 1") == 2
    assert "已读打开 1" not in page


def test_openings_that_cannot_be_written_wait_for_the_next_time(notice: Notice, town: Cast, database: Database) -> None:
    suffix, counted = suffix_of(town), openings.Counted()
    counted.note(notice.id, suffix)

    class Broken:
        def writing(self) -> Any:
            raise sa.exc.OperationalError("COMMIT", {}, Exception("database or disk is full"))

    counting.write(Broken(), counted)  # type: ignore[arg-type]
    counted.note(notice.id, suffix)
    counting.write(database, counted)
    town.session.commit()
    assert town.session.scalars(sa.select(Opening.count)).all() == [2]


def test_a_notice_in_a_group_cannot_be_undone_as_if_nobody_had_heard(town: Cast, signed_in: SignedIn) -> None:
    made = notices.publish(town.session, draft(town), by=town.me(town.wangfang), grace=life.GRACE)
    town.session.commit()
    client, here = signed_in(town.wangfang), f"/desk/notices/{made.number}"
    client.post(f"{here}/postings", data={"update": str(made.updates[-1].id), "to": f"poster/{town.garden.id}"})
    assert client.post(f"{here}/undoing").status_code in (404, 405, 409)
    with pytest.raises(Refused):
        life.undo(town.session, made, by=town.me(town.wangfang))


def test_an_exercise_is_brought_to_nobody(town: Cast, signed_in: SignedIn) -> None:
    made = published(town, exercise=True)
    town.session.commit()
    client = signed_in(town.wangfang)
    assert client.get(f"/desk/notices/{made.number}/sending").status_code == 409
    form = {"update": str(made.updates[-1].id), "to": f"poster/{town.garden.id}"}
    assert client.post(f"/desk/notices/{made.number}/postings", data=form).status_code == 409


def test_who_ticks_what_a_colleague_ticked_is_told_who_did(notice: Notice, town: Cast, signed_in: SignedIn, form: dict[str, str]) -> None:
    here = f"/desk/notices/{notice.number}/postings"
    told = [
        unquote(signed_in(who).post(here, data=form, headers={**KEY, "idempotency-key": f"key-of-{n}"}).headers["x-done-by"])
        for n, who in enumerate((town.wangfang, town.zhaomin))
    ]
    assert told == ["王芳", "王芳"]


def test_today_and_the_supervisor_see_what_is_not_done(notice: Notice, town: Cast, signed_in: SignedIn) -> None:
    town.session.execute(sa.update(Notice).values(published_at=notice.published_at - HOUR))
    notice.updates[-1].at -= HOUR
    town.session.commit()
    today = signed_in(town.wangfang).get("/desk").text
    assert "最新消息已发 0/1 个群" in today
    assert "还没发，已超时" in today
    boss = signed_in(town.liujie)
    assert "3 栋楼没人通知到" in boss.get("/review").text
    assert "3 栋中有 3 栋没有任何渠道通知到" in boss.get("/review/notices?which=missed").text
    assert "✕" in boss.get("/review/notices?which=missed").text
