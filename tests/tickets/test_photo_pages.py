"""Photos from the asker's phone and from the manager's, without script, through the whole house."""

import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from PIL import Image

from app.core import photos as app_photos
from app.core.database import Database
from tests.cast import Cast
from tests.client import Client
from tests.core.test_photos import picture
from tests.tickets.test_pages import nonce
from tickets import conversation
from tickets.photos.tables import Photo
from tickets.tables import Entry, Ticket

Sent = list[tuple[str, tuple[str, bytes, str]]]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sent(*pictures: bytes) -> Sent:
    """As a browser does: a field that stays empty is sent too, without a name."""
    empty = ("photos", ("", b"", "application/octet-stream"))
    return [("photos", (f"IMG_{n}.jpg", data, "image/jpeg")) for n, data in enumerate(pictures)] + [empty]


def located() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "phone of 李强"
    exif.get_ifd(0x8825)[2] = (39.0, 59.0, 30.0)
    return picture((3000, 2000), exif=exif)


def ask(resident: Client, *pictures: bytes, words: str = "给您看个东西") -> str:
    said = {"nonce": nonce(resident.get("/g/104226/ask")), "words": words}
    answer = resident.post("/g/104226/ask", data=said, files=sent(*pictures), follow_redirects=False)
    assert answer.status_code == 303, answer.text[-500:]
    return str(answer.headers["location"])


def photos(page: str) -> list[str]:
    return re.findall(r'<a href="([^"]+/photos/\d+)"><img', page)


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_photos_sent_with_a_question_stand_in_the_thread_without_where_they_were_taken(resident: Client, told_town: Cast) -> None:
    path = ask(resident, located(), picture((300, 300), "PNG"))
    page = resident.get(path).text
    found = photos(page)
    assert len(found) == 2
    assert 'alt="照片 2/2，您"' in page
    whole, small = resident.get(found[0]), resident.get(f"{found[0]}/small")
    assert whole.headers["cache-control"] == "no-store"
    assert (whole.headers["content-type"], whole.headers["x-content-type-options"]) == ("image/jpeg", "nosniff")
    seen = Image.open(io.BytesIO(whole.content))
    assert seen.size == (2048, 1365)
    assert not seen.getexif()
    assert max(Image.open(io.BytesIO(small.content)).size) == 360


def test_a_photo_is_shown_to_its_own_thread_and_to_those_who_look_after_it(
    resident: Client, signed_in: Callable[..., Client], told_town: Cast, database: Database
) -> None:
    [photo] = photos(resident.get(ask(resident, located())).text)
    other = ask(resident, words="怎么过户")
    key = photo.rpartition("/")[2]
    assert resident.get(f"{other}/photos/{key}").status_code == 404
    assert resident.get(f"/q/{'0' * 40}/photos/{key}").status_code == 404
    for person, status in ((told_town.wangfang, 200), (told_town.liujie, 404), (told_town.chengang, 404)):
        assert signed_in(person).get(f"/desk/tickets/1/photos/{key}/small").status_code == status
    assert resident.get(f"/desk/tickets/1/photos/{key}", follow_redirects=False).status_code == 303
    assert signed_in(told_town.wangfang).get(f"/desk/tickets/2/photos/{key}").status_code == 404


def test_the_same_form_sent_twice_keeps_each_photo_once(resident: Client, told_town: Cast, database: Database) -> None:
    said = {"nonce": nonce(resident.get("/g/104226/ask")), "words": "给您看个东西"}
    paths = {resident.post("/g/104226/ask", data=said, files=sent(located()), follow_redirects=False).headers["location"] for _ in range(2)}
    [path] = paths
    for _ in range(2):
        resident.post(f"{path}/messages", data={"words": ""}, files=sent(picture((50, 50))))
    assert (count(database, Photo), count(database, Entry)) == (2, 2)
    assert "请看照片。" in resident.get(path).text


@pytest.mark.parametrize("bad", [b"<svg onload=alert(1)>", picture((9000, 9000), "PNG")], ids=["svg", "81 megapixels"])
def test_what_is_no_photo_is_said_beside_its_field_and_nothing_written_is_lost(
    bad: bytes, resident: Client, told_town: Cast, database: Database
) -> None:
    said = {"nonce": nonce(resident.get("/g/104226/ask")), "words": "表箱的门掉了"}
    answer = resident.post("/g/104226/ask", data=said, files=sent(bad))
    assert answer.status_code == 422
    assert "表箱的门掉了" in answer.text
    assert '<details class="more photos" open>' in answer.text
    assert re.search(r'class="error" id="photos-said">[^<]*(JPEG)', answer.text)
    assert (count(database, Ticket), count(database, Photo)) == (0, 0)


def test_five_at_once_are_one_too_many_and_it_says_so(resident: Client, told_town: Cast, database: Database) -> None:
    path = ask(resident)
    answer = resident.post(f"{path}/messages", data={"words": "看"}, files=sent(*[picture((50 + n, 50)) for n in range(5)]))
    assert answer.status_code == 422
    assert "一次最多发 4 张照片" in answer.text
    assert (count(database, Photo), count(database, Entry)) == (0, 1)


def test_the_manager_answers_with_a_photo_from_the_outbox_once(
    resident: Client, signed_in: Callable[..., Client], told_town: Cast, database: Database
) -> None:
    path, me = ask(resident), signed_in(told_town.wangfang)
    headers = {"idempotency-key": "0123456789abcdef", "accept": "application/json"}
    two = sent(located(), picture((50, 50)))
    for _ in range(3):
        assert me.post("/desk/tickets/1/answers", data={"words": "修好了"}, files=two, headers=headers).status_code == 204
    assert (count(database, Photo), count(database, Entry)) == (2, 2)
    other = me.post("/desk/tickets/1/answers", data={"words": "修好了"}, files=sent(picture((60, 50))), headers=headers)
    assert other.status_code == 422, "the same key with another photo is another form"
    page = resident.get(path).text
    assert len(photos(page)) == 2
    assert 'alt="照片 1/2，王芳"' in page


def test_what_came_by_wechat_is_entered_with_its_photo(signed_in: Callable[..., Client], told_town: Cast, database: Database) -> None:
    heard = {"grid": "104226", "channel": "wechat", "words": "邻居发来的：电线垂下来了", "nonce": "heard-in-the-group"}
    me = signed_in(told_town.wangfang)
    assert me.post("/desk/tickets", data=heard, files=sent(located())).status_code == 201
    with database.reading() as session:
        assert session.scalars(sa.select(Photo.by_id)).all() == [told_town.wangfang.id]
    assert len(photos(me.get("/desk/tickets/1").text)) == 1


def test_for_a_question_that_is_settled_no_photo_is_painted_and_thanks_are_kept_once(
    resident: Client, told_town: Cast, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ask(resident, words="发票在哪里开")
    me = told_town.me(told_town.wangfang)
    told_town.session.commit()  # Or nobody else could write.
    with database.writing() as session:
        ticket = session.scalars(sa.select(Ticket)).one()
        conversation.answer(session, ticket, by=me, words="网上国网里开。")
        conversation.close(session, ticket, by=me)
    painted: list[str] = []
    as_it_was = app_photos._clean
    monkeypatch.setattr(app_photos, "_clean", lambda data, name: (painted.append(name), as_it_was(data, name))[1])
    late = resident.post(f"{path}/messages", data={"words": "再看看这个"}, files=sent(picture((300, 300))))
    assert (late.status_code, painted) == (409, [])
    asked = sa.select(sa.func.count()).select_from(Entry).where(Entry.words == "谢谢")
    for _twice in range(2):
        assert resident.post(f"{path}/reopening", data={"words": "谢谢"}).status_code == 200
    with database.reading() as session:
        assert (session.scalar(asked), session.scalars(sa.select(Ticket.state)).all()) == (1, ["closed"])
    assert resident.post(f"{path}/reopening", data={"words": "没好"}, files=sent(picture((300, 300)))).status_code == 200
    assert painted == ["photos"]
