"""What residents read: present truth, small, alone, without a cookie."""

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest

from app.core import clock
from broadcasts import drafts, notices
from broadcasts.cards import cards
from broadcasts.tables import NoticeKind, UpdateState
from tests.broadcasts.stage import HOUR, planned, published
from tests.broadcasts.test_cards import TIERS
from tests.cast import Cast
from tests.client import Client

NASTY = "<script>alert(1)</script>{{7*7}}{% raw %}javascript:alert(1)\"'\u202e<img src=x onerror=alert(1)>"


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def story(town: Cast) -> dict[str, str]:
    """An outage with a timeline, one to come, and a card."""
    me = town.me(town.wangfang)
    fault = published(town, starts_at=clock.now() - HOUR)
    for words in ("抢修人员到场", "故障已找到：地下电缆被挖断，正在接续", "接头要重做"):
        notices.update(town.session, fault, by=me, state=UpdateState.progress, words=words)
    coming = planned(town, estates=[town.court.id])
    cards.add(town.session, by=me, slug="tier-tariff", **TIERS)
    town.session.commit()
    return {"fault": fault.number, "coming": coming.number}


def test_a_notice_says_the_present_truth_first(story: dict[str, str], resident: Client) -> None:
    text = resident.get(f"/n/{story['fault']}").text
    first = text[text.index("<main") :]
    assert first.index("正在停电") < first.index("接头要重做") < first.index("故障已找到") < first.index("发布通知")
    for said in ("莲花园", "10kV学院线916", "电缆被挖断", "不要乘电梯", "10000000001", "95598", story["fault"], "王芳"):
        assert said in text
    assert re.search(r"<title>正在停电 · 莲花园 · 预计\d\d:\d\d来电</title>", text) or "预计" in text


def test_the_old_link_tells_what_became_of_it(town: Cast, story: dict[str, str], resident: Client) -> None:
    notice = notices.by_number(town.session, story["fault"])
    notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.restored, words="都来电了")
    town.session.commit()
    text = resident.get(f"/n/{story['fault']}").text
    assert "<title>已复电 · " in text
    assert "都来电了" in text
    assert f"/g/104226/ask?notice={story['fault']}&amp;about=outage" in text


def test_a_planned_outage_says_that_the_line_is_live(story: dict[str, str], resident: Client) -> None:
    text = resident.get(f"/n/{story['coming']}").text
    assert "线路视为带电，可能提前来电" in text
    assert f"/g/104226/ask?notice={story['coming']}" in text


@pytest.mark.parametrize("page", ["/", "/g/104226", "/n/FAULT", "/n/COMING", "/g/104226/cards", "/c/tier-tariff", "/n/FAULT/poster"])
def test_residents_pages_are_small_and_alone(story: dict[str, str], resident: Client, page: str) -> None:
    answer = resident.get(page.replace("FAULT", story["fault"]).replace("COMING", story["coming"]))
    assert answer.status_code == 200
    assert len(gzip.compress(answer.content, 9)) <= 10_000
    assert "set-cookie" not in answer.headers
    assert '<link rel="stylesheet"' not in answer.text
    assert not re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", answer.text)


def test_the_same_bytes_are_not_sent_twice(story: dict[str, str], resident: Client) -> None:
    first = resident.get(f"/n/{story['coming']}")
    again = resident.get(f"/n/{story['coming']}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "public" in first.headers["cache-control"]


@pytest.mark.parametrize("page", ["/g/104226", "/n/FAULT", "/n/FAULT/poster"])
def test_news_of_an_outage_is_seen_at_once(story: dict[str, str], resident: Client, page: str) -> None:
    assert resident.get(page.replace("FAULT", story["fault"])).headers["cache-control"] == "public, max-age=0, must-revalidate"


def test_one_earlier_entry_is_one(story: dict[str, str], resident: Client) -> None:
    text = resident.get(f"/n/{story['fault']}", headers={"cookie": "lang=en", "accept-language": "en"}).text
    assert "更早的 1 条" in text or "1 earlier entry" in text
    assert "1 earlier entries" not in text


def test_the_field_for_a_number_lets_its_hyphen_be_typed(told_town: Cast, resident: Client) -> None:
    assert "inputmode" not in resident.get("/").text


def test_the_grids_page_shows_what_is_now_and_what_comes(story: dict[str, str], resident: Client) -> None:
    text = resident.get("/g/104226").text
    assert "正在停电" in text
    for address in (story["fault"], story["coming"]):
        assert f'href="/n/{address}"' in text
    for choice in ("/g/104226/ask", "/g/104226/pay", "/g/104226/triage", "/g/104226/cards", "/g/104226/tariff", "tel:10000000001"):
        assert f'href="{choice}"' in text
    assert "<push-subscribe" in text
    assert "104 226" in text


def test_a_quiet_grid_says_that_no_outage_is_known(told_town: Cast, resident: Client) -> None:
    text = resident.get("/g/104227").text
    assert "没有已知停电" in text
    assert "供电正常" not in text, "some household may be dark and nobody knows"
    assert "南湖东园" in text
    assert "订阅通知" not in text, "without a gateway none is offered"
    assert "怎样收到停电通知" in text


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("104 226", "/g/104226"), ("SHORT", "/n/FAULT"), ("编号SHORT，看看", "/n/FAULT"),
        ("FAULT", "/n/FAULT"), ("", "/"), ("https://x/n/FAULT", "/n/FAULT"), ("通知编号 FAULT", "/n/FAULT"),
        ("【停电】7月14日，王芳 10000000001。通知编号FAULT，可在网址核对", "/n/FAULT"), ("短码：104 226", "/g/104226"),
    ],
)  # fmt: skip
def test_a_code_leads_to_its_page(story: dict[str, str], resident: Client, typed: str, where: str) -> None:
    typed = typed.replace("SHORT", story["fault"].replace("-0", "-"))
    answer = resident.get("/find", params={"code": typed.replace("FAULT", story["fault"])}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, where.replace("FAULT", story["fault"]))


@pytest.mark.parametrize("typed", ["999999", "991231-77", "你好", "电话10000000001", "\x00", "9" * 400])
def test_what_does_not_exist_is_said_plainly(told_town: Cast, resident: Client, typed: str) -> None:
    answer = resident.get("/find", params={"code": typed})
    assert answer.status_code == 404
    assert 'name="code"' in answer.text
    assert "95598" in answer.text


def test_an_unknown_number_warns_of_fraud(told_town: Cast, resident: Client) -> None:
    assert "查无此通知" in resident.get("/find", params={"code": "991231-77"}).text
    answer = resident.get("/n/991231-77")
    assert answer.status_code == 404
    assert "查无此通知" in answer.text


@pytest.mark.parametrize("address", ["/n/%00", "/g/%00", "/c/%00", "/n/5", "/n/999999999999999999999", "/g/104226%27", "/c/x?g=%00"])
def test_addresses_of_nothing_are_404(told_town: Cast, resident: Client, address: str) -> None:
    assert resident.get(address).status_code == 404


def test_a_draft_is_nowhere(town: Cast, told_town: Cast, resident: Client) -> None:
    notice = drafts.write(
        town.session,
        town.lotus,
        by=town.me(town.wangfang),
        kind=NoticeKind.safety,
        title="还没想好",
        words="草稿",
        estates=[town.garden.id],
    )
    town.session.commit()
    for address in (notice.number, str(notice.id)):
        assert resident.get(f"/n/{address}").status_code == 404
    assert "还没想好" not in resident.get("/g/104226").text


def test_qr_codes_are_drawn_by_us(story: dict[str, str], resident: Client) -> None:
    for address in (f"/n/{story['fault']}/qr.svg", "/g/104226/qr.svg"):
        answer = resident.get(address)
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert b"<svg" in answer.content
        assert len(answer.content) < 4000


def test_a_poster_is_complete_on_paper(story: dict[str, str], resident: Client) -> None:
    text = resident.get(f"/n/{story['coming']}/poster").text
    for said in ("计划停电", "荷塘苑", story["coming"], "104226", "95598", "王芳", f"/n/{story['coming']}/qr.svg"):
        assert said in text


def test_a_card_says_its_source_and_until_when_it_holds(town: Cast, resident: Client) -> None:
    today = clock.today()
    cards.add(town.session, by=town.me(town.admin), slug="fresh", valid_until=today, **TIERS)
    cards.add(town.session, by=town.me(town.admin), slug="stale", valid_until=today - timedelta(days=1), **TIERS)
    town.session.commit()
    fresh, stale = resident.get("/c/fresh?g=104226").text, resident.get("/c/stale").text
    assert "发改委" in fresh
    assert "<li>按年累计</li>" in fresh
    assert "王芳" in fresh
    assert "已过期" in stale
    assert "王芳" not in stale
    assert "已过期" in resident.get("/c/stale/poster?g=104226").text
    assert "/c/fresh?g=104226" in resident.get("/g/104226/cards").text


def test_nothing_that_was_typed_comes_alive(town: Cast, resident: Client) -> None:
    said: dict[str, Any] = dict.fromkeys(("title", "words", "cause", "line"), NASTY)
    fault = published(town, **said)
    notices.update(town.session, fault, by=town.me(town.wangfang), state=UpdateState.progress, words=NASTY)
    news = published(town, **(said | {"kind": NoticeKind.service, "ends_at": None, "words": "长" * 5000}))
    cards.add(
        town.session, by=town.me(town.admin), slug="nasty", **dict.fromkeys(("title", "summary", "words", "source"), NASTY), topic="safety"
    )
    town.session.commit()
    pages = [f"/n/{fault.number}", f"/n/{news.number}", "/g/104226", "/c/nasty?g=104226", "/g/104226/cards"]
    for address in (*pages, f"/n/{fault.number}/poster", f"/n/{news.number}/poster", "/c/nasty/poster"):
        text = resident.get(address).text
        assert "<script>" not in text
        assert "<img src=x" not in text
        assert not re.search(r"""(?:href|src)=["']javascript:""", text)
        assert "\u202e" not in text
    assert "{{7*7}}" in resident.get(f"/n/{fault.number}").text
