"""The residents' page of the payment circle."""

import gzip
import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.database import Database
from grids.reaching.tables import Home, How, Reach
from grids.tables import Building, PaymentPoint
from tests.cast import Cast
from tests.client import Client
from tests.grids.circle.reading import words_of
from tests.grids.test_circle import HOME, TUESDAY, walk


def test_without_javascript_a_place_is_found_in_two_taps(resident: Client) -> None:
    first = resident.get("/g/104226/pay").text
    door = re.search(r'<a class="row bare" href="([^"]+)"><strong>莲花园', first)
    assert door
    with clock.at(TUESDAY):
        text = words_of(resident.get(unescape(door[1])).text)
    assert "从莲花园出发" in text
    assert text.index("莲花便利店") < text.index("邮政储蓄") < text.index("望京营业厅"), (
        "the open one first, then the unknown, then far away"
    )
    assert "营业中 24小时" in text
    assert "按直线估的是直线距离×1.33（绕路），平常步速（每分钟80米）" in text
    assert "营业时间不清楚" in text
    assert "网上国网" in text[: text.index("莲花便利店")], "the official apps are said first"


def test_it_says_until_when_and_when_a_shut_place_opens(resident: Client, told_town: Cast) -> None:
    address = f"/g/104226/pay?estate={told_town.garden.id}"
    with clock.at(TUESDAY):
        assert "至 17:00" in words_of(resident.get(address).text)
    with clock.at(clock.as_utc(datetime(2026, 7, 14, 20))):
        assert "现在关门 明天 09:00 开门" in words_of(resident.get(address).text)


def test_hours_that_nobody_has_looked_at_for_a_year_say_of_which_year_they_are(resident: Client, told_town: Cast) -> None:
    address, known = f"/g/104226/pay?estate={told_town.garden.id}", clock.now()
    assert "年的资料" not in words_of(resident.get(address).text)
    with clock.at(known + timedelta(days=367)):
        assert f"营业中 24小时 · {clock.local(known).year}年的资料" in words_of(resident.get(address).text)


def test_filters_are_links_that_keep_what_was_chosen(resident: Client, told_town: Cast) -> None:
    html = resident.get(f"/g/104226/pay?estate={told_town.garden.id}&need=card").text
    assert "莲花便利店" not in words_of(html)
    chips = {
        words_of(label).strip(): unescape(href) for href, label in re.findall(r'<a class="chip[^"]*" href="([^"]+)"[^>]*>(.*?)</a>', html)
    }
    assert len(chips) == 11, "three moments, six needs, open now, a slower pace"
    assert parse_qs(urlsplit(chips["现金"]).query) == {"estate": [str(told_town.garden.id)], "need": ["cash", "card"]}
    assert "need" not in chips["银行卡"]
    both = resident.get(chips["现金"]).text
    assert both.count('aria-current="true"') == 3, "cash, card, and now"
    slower = resident.get(chips["我走得慢些"]).text
    assert "每分钟48米" in slower


def test_open_now_leaves_out_what_is_not_surely_open(resident: Client, told_town: Cast) -> None:
    with clock.at(TUESDAY):
        text = words_of(resident.get(f"/g/104226/pay?estate={told_town.garden.id}&open=1").text)
    assert "邮政储蓄" not in text
    assert "另有1个现在关门，或营业时间不清楚" in text


def test_a_position_is_used_and_kept_by_nobody(resident: Client, database: Database) -> None:
    answer = resident.get(f"/g/104226/pay?lat={HOME[0]}&lon={HOME[1]}")
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert "从您的位置出发" in words_of(answer.text)


def test_no_page_sets_a_cookie_or_asks_another_host(resident: Client, told_town: Cast) -> None:
    for address in ("/g/104226/pay", f"/g/104226/pay?estate={told_town.garden.id}"):
        answer = resident.get(address)
        assert "set-cookie" not in answer.headers
        assert answer.headers["etag"]
        assert not re.search(r'\b(?:src|action)="(?:https?:)?//', answer.text)
        assert not re.search(r'<link [^>]*href="(?:https?:)?//', answer.text)
        assert " style=" not in answer.text
        assert answer.text.count("<style>") == 1


def test_the_page_is_small(resident: Client, told_town: Cast) -> None:
    for number in range(20):
        with_points(told_town, number)
    told_town.session.commit()
    html = resident.get(f"/g/104226/pay?estate={told_town.garden.id}").content
    assert len(gzip.compress(html)) <= 15_000
    script = re.search(rb'src="(/static/pay\.[^"]+)"', html)
    assert script
    assert len(gzip.compress(resident.get(script[1].decode()).content)) < 1_000


def with_points(town: Cast, number: int) -> None:
    walk(
        town.session, 100 + 20 * number, name=f"第{number}家便利店", address=f"莲花路{number}号", phone="010-64000000", opening_hours="24/7"
    )


def test_until_the_building_is_said_it_is_asked_for_and_the_answer_holds_for_all(resident: Client, told_town: Cast) -> None:
    near, further = doors(told_town, (100, 110), (560, 640))
    address = f"/g/104226/pay?estate={told_town.garden.id}"
    with clock.at(TUESDAY):
        asked = resident.get(f"{address}&need=cash").text
        told = words_of(asked)
        assert "从莲花园出发" in told
        assert "您住哪栋楼？" in told
        assert "按小区中间的1号楼算" in told
        assert re.search(r"莲花便利店.{0,80}约 2 分", told), "the other building may need more than ten minutes"
        assert '<select id="building"' in asked
        assert " selected" not in asked
        assert '<input type="hidden" name="need" value="cash">' in asked
        said = words_of(resident.get(f"{address}&building={near}").text)
        assert "从莲花园 1号楼出发" in said
        assert "您住哪栋楼" not in said
        assert re.search(r"莲花便利店.{0,80} 2 分", said)
        assert "约 2 分" not in said
        assert re.search(r"莲花便利店.{0,80}约 9 分", words_of(resident.get(f"{address}&building={further}").text))
        beside = resident.get(f"/g/104226/pay?lat={HOME[0]}&lon={HOME[1]}")
        assert beside.status_code == 200
        assert "您住哪栋楼" not in beside.text, "who says where one stands is not asked for a building"
        sheet = unescape(resident.get(address).text.split("<textarea")[1])
        assert "莲花便利店、步行约2分钟" in sheet, "what goes into a group holds for all of the estate too"


def doors(town: Cast, *bounds: tuple[int, int]) -> list[int]:
    """莲花园's buildings as homes, each with its walk to the shop: the least and the most seconds."""
    shop = town.session.query(PaymentPoint).filter_by(name="莲花便利店").one()
    buildings = town.session.scalars(sa.select(Building).where(Building.estate_id == town.garden.id).order_by(Building.id)).all()
    for number, ((least, most), one) in enumerate(zip(bounds, buildings, strict=False)):
        place = {"lat": HOME[0] + number / 1000, "lon": HOME[1], "network": "x", "reckoned_at": TUESDAY}
        home = Home(estate_id=town.garden.id, building_id=one.id, households=100, **place)
        town.session.add(home)
        town.session.flush()
        town.session.add(Reach(home_id=home.id, point_id=shop.id, seconds=least, least=least, most=most, method=How.network))
    town.session.commit()
    return [one.id for one in buildings[: len(bounds)]]


def test_another_hour_is_named_and_what_is_shut_or_open_then_is_said_so(resident: Client, told_town: Cast) -> None:
    with clock.at(TUESDAY):
        html = resident.get(f"/g/104226/pay?estate={told_town.garden.id}&at=2026-07-19T20:00&open=1").text
        assert 'aria-current="true">7月19日周日 20:00</a>' not in html, "it has a name of its own"
        text = words_of(html)
        assert "那时开门" in text
        assert "现在" not in text
        other = resident.get(f"/g/104226/pay?estate={told_town.garden.id}&at=2026-07-16T08:30").text
        assert 'aria-current="true">7月16日周四 08:30</a>' in other


def test_hours_are_answered_for_a_year_and_where_no_holidays_are_known_that_is_said(resident: Client, told_town: Cast) -> None:
    address = f"/g/104226/pay?estate={told_town.garden.id}"
    with clock.at(TUESDAY):
        for far in ("9999-12-31T23:59", "2099-10-01T10:00", "1990-01-01T10:00", "0001-01-01T00:00", "yesterday"):
            answer = resident.get(f"{address}&at={far}")
            assert answer.status_code == 422, far
            assert "请选一年以内的" in words_of(answer.text), far
        assert "放假安排" not in words_of(resident.get(f"{address}&at=2026-12-31T10:00").text)
        assert "2027年的放假安排还没公布" in words_of(resident.get(f"{address}&at=2027-01-01T10:00").text)


@pytest.mark.parametrize(
    "query", ["lat=91&lon=0", "lat=nan&lon=0", "lat=x&lon=y", "lat=inf&lon=1e999", f"estate={2**63}", "estate=-1", "need=" + "x" * 999]
)
def test_a_place_that_cannot_be_read_asks_again(resident: Client, query: str) -> None:
    answer = resident.get(f"/g/104226/pay?{query}")
    assert answer.status_code == 422
    assert "莲花园" in answer.text


@pytest.mark.parametrize("query", ["estate=999999", "lat=39.9", "lat=&lon=", "need=magic", "need=%00"])
def test_an_unknown_place_shows_the_list(resident: Client, query: str) -> None:
    answer = resident.get(f"/g/104226/pay?{query}")
    assert answer.status_code == 200
    assert "您住哪个小区" in answer.text


def test_an_unknown_grid_is_a_404(resident: Client) -> None:
    assert resident.get("/g/999999/pay").status_code == 404


def test_where_nothing_is_near_the_nearest_is_named_with_its_minutes(resident: Client) -> None:
    text = words_of(resident.get("/g/104226/pay?lat=39.93&lon=116.465").text)
    assert "走路十分钟内没有缴费点。最近的是邮政储蓄，直线7.4公里，大约要走" in text
    nowhere = words_of(resident.get("/g/104226/pay?lat=20&lon=116.465").text)
    assert "没有找到" in nowhere
    assert "条件" not in nowhere
    assert "去掉一个条件" in words_of(resident.get("/g/104226/pay?lat=20&lon=116.465&need=card").text)


def test_where_nothing_is_surely_open_one_is_told_to_call(resident: Client, told_town: Cast) -> None:
    with clock.at(clock.as_utc(datetime(2026, 7, 14, 20))):
        text = words_of(resident.get(f"/g/104226/pay?estate={told_town.garden.id}&need=card").text)
    assert "现在没有确定开门的缴费点" in text


def test_each_telephone_can_be_called(resident: Client, told_town: Cast) -> None:
    html = resident.get(f"/g/104226/pay?estate={told_town.garden.id}").text
    assert 'href="tel:010-64000000"' in html
    assert 'href="tel:95598"' in html


def test_the_names_of_places_are_inert(resident: Client, told_town: Cast) -> None:
    walk(told_town.session, 50, name='<script>alert(1)</script>"&;{{7*7}}', address="javascript:alert(1)", opening_hours="24/7")
    told_town.session.commit()
    html = resident.get(f"/g/104226/pay?estate={told_town.garden.id}").text
    assert "<script>alert" not in html
    assert "%3Cscript%3E" in html
    assert "49" not in re.findall(r"<strong>(&lt;script.*?)</strong>", html)[0]
