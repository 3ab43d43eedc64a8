"""Whatever anybody types anywhere stays words wherever it is shown: quality 24.

The forms are those of the pages themselves, so a new form, or a new field of one, is tried as soon as it stands on a page.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import icalendar
import msgspec
import pytest
from lxml import etree, html
from pypdf import PdfReader
from sqlalchemy.orm import Session

from app.core import clock
from app.core.settings import Settings
from broadcasts import notices, shelf, texts
from broadcasts.channels import opened
from broadcasts.deliveries import posting
from broadcasts.present import present
from broadcasts.subscribers.tables import ChannelName
from broadcasts.tables import Notice
from grids import grids
from pwa.push.payload import declarative
from tests.app import forms
from tests.app.test_who_may_see_what import engine_name, people, scene  # noqa: F401 - fixtures
from tests.client import Client
from tests.core.test_sheets import FORMULA, read
from tests.routes import LISTED, fill, given
from tests.scene import Scene

EVIL = ("=1+1<script>alert(1)</script>", "{{7*7}}javascript:alert(1)", "\u202e@<img src=x onerror=alert(1)>", "\u2028]]>#{7*7}\x00\ufffe")
WORD = "x" * 1_000_000
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
ELSEWHERE = {
    # Sent by another app of the phone, by our scripts or by a button of another form: no page shows such a form of its own.
    ("POST", "/desk/share"): {"title": 0, "text": 0, "url": 0},
    ("POST", "/desk/pastes/{paste_id}/answers"): {"kind": 0, "answer": 0, "title": 0, "words": 0, "cause": 0, "line": 0},
    ("POST", "/desk/notices/{number}/postings/withdrawal"): {"to": 0},
    ("POST", "/desk/tickets/{ticket_id}/wording"): {"words": 0},
    ("POST", "/q/{token}/triage"): {"a": 0},
    ("POST", "/desk/tickets/{ticket_id}/promises"): {"entry": 0},
    ("POST", "/q/{token}/whereabouts"): {"where": 0, "phone": 0},
}
CHOICES_ONLY = {
    ("POST", "/sign-out"),
    ("POST", "/desk/notices/{number}/groups"),
    ("POST", "/desk/notices/{number}/undo"),
    ("POST", "/q/{token}/homecoming"),
    ("POST", "/desk/admin/imports/{token}/datum"),
}
"""Forms in which nothing can be typed."""
ONCE = re.compile(r"/sign-in")
"""What slows whoever is wrong too often."""

Key = tuple[str, str]
Held = dict[Key, list[forms.Found]]
_seen: Held = {}


def posts() -> set[Key]:
    return {(method, path) for method, path in LISTED if method == "POST" and not path.startswith(("/api/", "/push/"))}


def texts_of(found: Held) -> dict[Key, dict[str, int]]:
    """Route → its text fields, from all the forms that lead to it."""
    told = {key: {name: length for form in held for name, length in form.texts.items()} for key, held in found.items()}
    return {**told, **ELSEWHERE}


@pytest.fixture
def found(app: Any, people: Callable[[str, str], Client], scene: Scene) -> Held:  # noqa: F811
    """Each test begins with the same scene and so with the same forms: the pages are opened for the first alone."""
    if not _seen:
        _seen.update(forms.every(app, people, scene))
    return _seen


@pytest.mark.slow
def test_every_act_is_reached_from_a_page_or_listed_here(found: Held) -> None:
    unseen = posts() - set(texts_of(found)) - CHOICES_ONLY
    with_words = {key for key in unseen if any(isinstance(value, str) for value in (LISTED[key].form or {}).values())}
    assert not with_words, f"{sorted(with_words)}: no page shows a form for these: add them to ELSEWHERE with their fields"
    assert {("POST", "/desk/cards"), ("POST", "/g/{code}/ask"), ("GET", "/g/{code}/tariff"), ("GET", "/find")} <= set(found)


def sent(people: Callable[[str, str], Client], key: Key, held: list[forms.Found], scene: Scene, field: str, evil: str) -> Any:  # noqa: F811
    """The form as it stands, filled as a right request would be, with the evil in one field."""
    form = next((one for one in held if field in one.texts), None) or forms.Found(fill(*key, scene), key[0], LISTED[key].by, {}, {})
    right = {name: given(value) for name, value in (LISTED[key].form or {}).items()}
    filled = {**{name: value for name, value in form.filled.items() if any(value)}, **right, field: evil}
    client = people(form.by, key[1])
    if form.method == "GET":
        return client.get(form.address, params={name: value[:4000] if isinstance(value, str) else value for name, value in filled.items()})
    return client.post(form.address, data=filled, follow_redirects=False)


@pytest.mark.slow
def test_what_is_typed_stays_words_on_every_page_feed_poster_and_table(
    found: Held,
    people: Callable[[str, str], Client],  # noqa: F811
    scene: Scene,  # noqa: F811
    session: Session,
) -> None:
    kept: set[tuple[Key, str]] = set()
    for key, fields in texts_of(found).items():
        for field, length in fields.items():
            for evil in EVIL if not ONCE.search(key[1]) else EVIL[:3]:
                answer = sent(people, key, found.get(key, []), scene, field, evil[: length or None])
                assert answer.status_code < 500, (key, field, evil)
                inert(answer, f"{key} {field}")
                if answer.status_code < 400:
                    kept.add((key, field))
    machines(people, scene)
    assert len(kept) > 25, sorted(kept)
    publish_all(people, session)
    alive = [(name, path) for name, path, answer in outputs(people, scene, session) if not quiet(answer, path)]
    assert not alive


def machines(people: Callable[[str, str], Client], scene: Scene) -> None:  # noqa: F811
    """The same through the API."""
    for (method, path), route in LISTED.items():
        for field, value in (route.json or {}).items():
            if isinstance(value, str):
                for evil in EVIL:
                    answer = people("王芳", path).request(method, fill(method, path, scene), json={**(route.json or {}), field: evil})
                    assert answer.status_code < 500, (path, field)
                    assert not TURNING.search(answer.text), (path, field)


def publish_all(people: Callable[[str, str], Client], session: Session) -> None:  # noqa: F811
    """What was drafted is told to everybody."""
    session.rollback()
    drafts = [notice.id for notice in shelf.drafts(session, {1})]
    session.rollback()  # Or the one writer would be kept waiting.
    for number in drafts:
        assert people("王芳", "/desk").post(f"/desk/notices/{number}/publication", follow_redirects=False).status_code < 500


def outputs(people: Callable[[str, str], Client], scene: Scene, session: Session) -> Any:  # noqa: F811
    """Every page, feed and file that anybody can open; of every notice, card and question that there is now."""
    addresses = {
        fill("GET", path, scene): path for method, path in LISTED if method == "GET" and not path.startswith(("/static", "/api/v1/openapi"))
    }
    session.rollback()
    numbers = [one.number for one in shelf.listed(session, {1}, limit=12)]
    session.rollback()
    for number in numbers:
        addresses |= {
            fill("GET", path, msgspec.structs.replace(scene, published=number)): path
            for method, path in LISTED
            if method == "GET" and "/{number}" in path
        }
    for address, path in addresses.items():
        for name in ("nobody", "王芳", "管理员"):
            if name in LISTED["GET", path].open_to:
                yield name, path, people(name, path).get(address)
                break


def quiet(answer: Any, path: str) -> bool:
    assert answer.status_code < 500, path
    inert(answer, path)
    return True


def inert(answer: Any, where: str) -> None:
    """Nothing of it runs, opens, turns round or is reckoned, whatever kind of answer it is."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "text/html":
        quiet_page(answer.text, where)
    elif kind.endswith("xml") and "svg" not in kind:
        document = etree.fromstring(answer.content)
        assert not [one for one in document.iter() if etree.QName(one).localname in ("script", "img")], where
    elif kind == "text/calendar":
        read_back = icalendar.Calendar.from_ical(answer.content)
        assert not read_back.errors, where
    elif kind.endswith("json"):
        json.loads(answer.content)
    elif kind == "application/pdf":
        assert not TURNING.search("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)), where
        assert b"/JavaScript" not in answer.content, where
    elif kind.endswith("sheet"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            leaves = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
            assert leaves, where
            assert not [name for name in leaves if re.search(rb"<f[ >]|<hyperlink", book.read(name))], where
    elif kind == "text/csv":
        assert not [cell for row in read(answer.content) for cell in row if FORMULA.match(cell.lstrip())], where
    if kind.startswith("text/") or kind.endswith(("xml", "json")):
        assert not TURNING.search(answer.content.decode()), where
        assert "&#8238;" not in answer.text, where


def quiet_page(text: str, where: str) -> None:
    page = html.fromstring(text)
    scripts = [one for one in page.iter("script") if not (one.get("src") or "").startswith("/static/") or (one.text or "").strip()]
    assert not scripts, where
    for one in page.iter():
        for name, value in one.attrib.items():
            assert not name.lower().startswith("on"), (where, name)
            if name in ("href", "src", "action", "formaction"):
                assert re.match(
                    r"(/|#|\?|tel:|sms:|https://(uri\.amap|api\.map\.baidu|apis\.map\.qq|maps\.apple)\.com/|data:image/|mailto:|$)", value
                ), (where, value)
    assert not re.search(r"\b49javascript:", text), where


@pytest.mark.slow
def test_a_megabyte_in_any_field_is_refused_kindly(
    found: Held,
    people: Callable[[str, str], Client],  # noqa: F811
    scene: Scene,  # noqa: F811
) -> None:
    swallowed, unkind = [], []
    for key, fields in texts_of(found).items():
        for field in fields:
            answer = sent(people, key, found.get(key, []), scene, field, WORD)
            assert answer.status_code < 500, (key, field)
            if answer.status_code < 400 and key[0] == "POST" and key not in ELSEWHERE:
                swallowed.append((key, field))
            elif answer.status_code >= 400 and not re.search("[\u4e00-\u9fff]{4}", answer.text):
                unkind.append((key, field))
            assert len(answer.content) < 300_000, (key, field)
    assert not swallowed
    assert not unkind


@pytest.mark.parametrize("key", [("POST", "/desk/notices/{number}/groups"), ("POST", "/q/{token}/homecoming")])
def test_where_one_can_only_choose_nothing_else_is_taken(key: Key, people: Callable[[str, str], Client], scene: Scene) -> None:  # noqa: F811
    for field in LISTED[key].form or {}:
        for evil in (*EVIL, WORD[:200_000]):
            answer = people(LISTED[key].by, key[1]).post(fill(*key, scene), data={field: evil}, follow_redirects=False)
            assert 400 <= answer.status_code < 500, (key, field, evil[:40])
            inert(answer, key[1])
            assert "alert(1)" not in answer.text
            assert len(answer.content) < 300_000


GATEWAYS = """
[sms]
provider = "aliyun"
sign = "邻电"
price = 0.05
[sms.templates.notice]
id = "T2"
words = "${where}${what}，${time}，原因${why}：${title}。编号${number}"
variables = ["where", "what", "time", "why", "title", "number"]
[email]
host = "127.0.0.1"
sender = "lindian@example.com"
[wecom]
[webhook]
"""


def test_what_every_channel_sends_is_plain(scene: Scene, session: Session, chosen: Settings) -> None:  # noqa: F811
    (chosen.home / "gateways.toml").write_text(GATEWAYS, encoding="utf-8")
    channels = opened.every(chosen)
    assert set(channels) == {ChannelName.sms, ChannelName.email, ChannelName.wecom, ChannelName.webhook}
    notice: Notice = notices.by_number(session, scene.published)
    for evil in EVIL:
        notice.title = notice.words = notice.cause = notice.line = notice.places[0].estate.name = evil
        told = posting.told(session, notice, 1, clock.now(), chosen)
        for name, channel in channels.items():
            message = channel.compose(told)
            said = "\n".join((message.title, message.text, message.html, message.body.decode(), *message.values.values()))
            assert not TURNING.search(said), name
            assert not re.search(r"\x00|\\u0000", said), name
            assert "\n" not in message.title, name
            assert not any(re.search(r"[\n\r]", value) for value in message.values.values()), name
            assert not message.html or not re.search("<(script|img)", message.html), name
            if name is ChannelName.webhook:
                assert set(json.loads(message.body)["data"]["web"].split("/")) >= {urlsplit(chosen.base_url).netloc, notice.number}
            if name is ChannelName.wecom:
                assert not re.search(r"(?<!\\)[\[<]", message.text), "no link and no tag of somebody else's"
    session.rollback()


def test_a_push_and_a_groups_text_are_plain(scene: Scene, session: Session) -> None:  # noqa: F811
    notice: Notice = notices.by_number(session, scene.published)
    for evil in EVIL:
        notice.title = notice.words = notice.cause = notice.line = evil
        truth = present(notice, clock.now())
        title, body = texts.push(notice, truth)
        told = json.loads(declarative(title=title, body=body, navigate="https://x/n/1", tag="1"))["notification"]
        assert not TURNING.search(told["title"] + told["body"])
        assert told["navigate"] == "https://x/n/1"
        assert texts.group(notice, truth, grids.contact(session, notice.grid_id), base_url="https://x").endswith(
            f"https://x/n/{notice.number}"
        )
    session.rollback()
