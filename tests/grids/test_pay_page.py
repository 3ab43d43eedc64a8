"""The residents' page of the payment circle, and the manager's view of it."""

import gzip
import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from geopy.distance import geodesic
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Database
from app.core.errors import Forbidden, Missing, Mistaken
from grids.circle import directions, sketch
from grids.circle.circle import PACE, choices
from grids.datum import Datum, to_wgs84
from grids.points import points
from grids.reaching.tables import Home, How, Reach
from grids.tables import Building, MapFeature, PaymentPoint
from tests.cast import Cast
from tests.client import Client
from tests.grids.test_circle import HOME, TUESDAY, circle, walk
from tests.grids.test_points import place

SignedIn = Callable[..., Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def told_town(town: Cast) -> Cast:
    walk(town.session, 150, name="邮政储蓄", kind="bank", methods=["cash", "card", "staff"], grid_id=town.lotus.id)
    walk(town.session, 250, name="莲花便利店", opening_hours="24/7", phone="010-64000000;95598", address="莲花路1号", grid_id=town.lotus.id)
    walk(town.session, 1600, name="望京营业厅", kind="hall", methods=points.default_methods("hall"), opening_hours="09:00-17:00")
    streets(town.session)
    town.session.commit()
    return town


def streets(session: Session) -> None:
    for what, name, line in (
        ("secondary", "莲花路", [[116.45, 39.996], [116.48, 39.996]]),
        ("water", "", [[116.45, 39.992], [116.48, 39.993]]),
    ):
        shape = {"type": "LineString", "coordinates": line}
        session.add(MapFeature(what=what, name=name, shape=shape, south=39.992, north=39.996, west=116.45, east=116.48))


def words_of(html: str) -> str:
    """What one reads, without the text that is to be copied."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<style>.*?</style>|<textarea.*?</textarea>", "", html))))


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


@pytest.mark.parametrize(("lat", "lon"), [(39.909230, 116.397428), (22.54, 114.06), (31.23, 121.47), (45.75, 126.64)])
def test_every_map_is_given_the_place_in_its_own_datum(lat: float, lon: float) -> None:
    amap, baidu, tencent, apple = [one.address for one in directions.links(PaymentPoint(name="点&厅;1", lat=lat, lon=lon, address=""))]
    queries = [parse_qs(urlsplit(one).query) for one in (amap, baidu, tencent, apple)]
    assert queries[0]["coordinate"] == queries[1]["coord_type"] == ["wgs84"]
    east, north = map(float, queries[0]["position"][0].split(","))
    assert (north, east) == (pytest.approx(lat, abs=1e-6), pytest.approx(lon, abs=1e-6))
    assert queries[1]["location"] == [f"{lat:.6f},{lon:.6f}"]
    marker = re.search(r"coord:([\d.]+),([\d.]+);title:(.*?);addr:", tencent)
    assert marker
    assert marker[3] == "%E7%82%B9%26%E5%8E%85%3B1"
    for said in (",".join(marker.groups()[:2]), queries[3]["ll"][0]):
        there = to_wgs84(*map(float, said.split(",")), Datum.gcj02)
        assert geodesic(there, (lat, lon)).m < 5
    assert queries[0]["name"] == queries[3]["q"] == ["点&厅;1"]


def test_the_known_vector_of_tiananmen() -> None:
    apple = directions.links(PaymentPoint(name="x", lat=39.909230, lon=116.397428, address=""))[3].address
    north, east = map(float, parse_qs(urlsplit(apple).query)["ll"][0].split(","))
    assert geodesic((north, east), (39.910634, 116.403672)).m < 5


def test_the_sketch_shows_ring_numbers_streets_and_says_itself_in_words(resident: Client, told_town: Cast) -> None:
    html = resident.get(f"/g/104226/pay?estate={told_town.garden.id}").text
    drawing = re.search(r"(?s)<svg [^>]*role=\"img\" aria-label=\"([^\"]+)\">(.*?)</svg></figure>", html)
    assert drawing
    assert "莲花园周边示意图，标出2个缴费点" in drawing[1]
    for part in (
        'class="street"',
        'class="water"',
        'class="bound"',
        'class="area"',
        'class="home"',
        'class="unsure"',
        ">莲花路<",
        ">莲花园<",
    ):
        assert part in drawing[2]


def test_no_number_hides_home(session: Session) -> None:
    place(session, *HOME)
    drawn = sketch.draw(session, *HOME, circle.around(session, *HOME, at=TUESDAY), pace=PACE)
    (dot,) = drawn.dots
    assert abs(dot.x - drawn.home.x) + abs(dot.y - drawn.home.y) >= 20


def test_where_the_drawn_map_ends_within_the_ring_the_sketch_comes_nearer(session: Session) -> None:
    """Streets only to the east of home: no half of the sketch stands empty."""
    lat, lon = HOME
    lines = [([[lon - 0.001, lat + n / 1000], [lon + 0.02, lat + n / 1000]], lat + n / 1000) for n in range(-9, 10)]
    for line, at in lines:
        shape = {"type": "LineString", "coordinates": line}
        session.add(MapFeature(what="residential", name="", shape=shape, south=at, north=at, west=lon - 0.001, east=lon + 0.02))
    place(session, lat, lon + 0.004, opening_hours="24/7")
    ways = choices(circle.around(session, *HOME, at=TUESDAY))
    drawn = sketch.draw(session, *HOME, ways, pace=PACE, name="莲花园")
    (paths,) = [path for look, path in drawn.layers if look == "path"]
    assert min(int(x) for x in re.findall(r"M(-?\d+)", paths)) <= 40
    assert [dot.words for dot in drawn.dots] == ["1"]
    assert drawn.home.x < sketch.WIDTH / 2
    assert drawn.beyond == []


def test_a_place_that_the_sketch_leaves_out_is_said_to_be_too_far(resident: Client, told_town: Cast) -> None:
    with clock.at(TUESDAY):
        for filters, left in (("", "3"), ("&open=1", "2")):
            html = resident.get(f"/g/104226/pay?estate={told_town.garden.id}{filters}").text
            numbers = re.findall(r'<text class="n"[^>]*>(\d+)<', html)
            assert left not in numbers
            assert f"离得太远，图上没画：第{left}个" in words_of(html)


def test_the_ring_is_as_large_as_ten_minutes(session: Session, town: Cast) -> None:
    walk(session, 300, opening_hours="24/7")
    ways = choices(circle.around(session, *HOME, at=TUESDAY))
    drawn = sketch.draw(session, *HOME, ways, pace=PACE, name="莲花园")
    (dot,) = drawn.dots
    metres = (drawn.home.y - dot.y) / drawn.ring * circle.reach(PACE)
    assert metres == pytest.approx(300, abs=8)
    assert dot.look == "open"


def test_numbers_on_one_spot_step_aside(session: Session) -> None:
    for _number in range(5):
        walk(session, 200)
    drawn = sketch.draw(session, *HOME, circle.around(session, *HOME, at=TUESDAY), pace=PACE)
    spots = [(dot.x, dot.y) for dot in drawn.dots]
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) >= 20 for n, a in enumerate(spots) for b in spots[:n])


# The manager's side


def test_the_manager_sees_what_each_estate_reaches_and_whose_hours_are_unknown(signed_in: SignedIn, told_town: Cast) -> None:
    text = words_of(signed_in(told_town.wangfang).get("/desk/circle").text)
    assert "莲花便利店 营业中 24小时" in text
    assert "荷塘苑" in text
    assert re.search(r"老人约 \d+ 分", text)
    assert "缴费点 · 2" in text, "those whose hours are unknown are places to pay too"
    assert "走不到" not in text
    assert "营业时间不清楚 · 1" in text
    assert "南湖东园" not in text


def test_what_is_too_far_for_older_people_is_said_once_with_its_minutes(signed_in: SignedIn, told_town: Cast) -> None:
    told_town.session.query(PaymentPoint).filter_by(name="莲花便利店").one().lat = HOME[0] + 480 / 111_000
    told_town.session.commit()
    text = words_of(signed_in(told_town.wangfang).get("/desk/circle").text)
    assert "老人约 13 分（超过十分钟）" in text
    assert text.count("老人约 13 分") == 1


def test_missing_holidays_are_said_only_for_years_that_nobody_announced(signed_in: SignedIn, told_town: Cast) -> None:
    for year, missing in ((2026, False), (2040, True)):
        with clock.at(clock.as_utc(datetime(year, 7, 14, 10))):
            browser = signed_in(told_town.wangfang)
            assert ("节假日还没录入日历" in browser.get("/desk/circle").text) is missing


def test_the_manager_mends_a_point_in_her_own_words(signed_in: SignedIn, told_town: Cast, database: Database) -> None:
    bank = find(database, "邮政储蓄")
    browser = signed_in(told_town.wangfang)
    assert "邮政储蓄" in browser.get(f"/desk/points/{bank.id}").text
    said = {"opening_hours": "周一至周五 9:00-17:00；节假日休息", "phone": "010-64000001", "methods": ["cash", "wheelchair", "magic"]}
    answer = browser.post(f"/desk/points/{bank.id}", data=said, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/circle?kept={bank.id}")
    assert "周一至周五 09:00–17:00；节假日休息" in browser.get(f"/desk/points/{bank.id}").text
    mended = find(database, "邮政储蓄")
    assert (mended.opening_hours, mended.methods) == ("Mo-Fr 09:00-17:00; PH off", ["cash", "wheelchair"])


def test_hours_that_cannot_be_read_are_shown_again_with_the_mistake(signed_in: SignedIn, told_town: Cast, database: Database) -> None:
    bank = find(database, "邮政储蓄")
    answer = signed_in(told_town.wangfang).post(f"/desk/points/{bank.id}", data={"opening_hours": "随缘", "methods": "card"})
    assert answer.status_code == 422
    assert "看不懂" in answer.text
    assert 'value="随缘"' in answer.text
    assert find(database, "邮政储蓄").opening_hours == ""


def test_a_place_is_added_beside_an_estate(signed_in: SignedIn, told_town: Cast, database: Database) -> None:
    browser = signed_in(told_town.wangfang)
    assert "荷塘苑" in browser.get("/desk/points/new").text
    said = {"name": "荷塘物业", "kind": "property_office", "estate": str(told_town.court.id), "opening_hours": "每天8:00-20:00"}
    assert browser.post("/desk/points", data=said, follow_redirects=False).status_code == 303
    added = find(database, "荷塘物业")
    assert (added.grid_id, added.opening_hours) == (told_town.lotus.id, "Mo-Su 08:00-20:00")
    assert added.methods == points.default_methods("property_office")


@pytest.mark.parametrize("said", [{}, {"name": "x", "kind": "bank"}, {"name": "x", "kind": "magic", "lat": "39.995", "lon": "116.465"}])
def test_a_place_without_a_place_is_asked_for(signed_in: SignedIn, told_town: Cast, said: dict[str, str]) -> None:
    assert signed_in(told_town.wangfang).post("/desk/points", data=said).status_code == 422


def test_another_grid_s_manager_neither_sees_nor_mends(signed_in: SignedIn, told_town: Cast, database: Database) -> None:
    bank = find(database, "邮政储蓄")
    other = signed_in(told_town.chengang)
    assert other.get(f"/desk/points/{bank.id}").status_code == 404
    assert other.post(f"/desk/points/{bank.id}", data={"opening_hours": "24/7"}).status_code == 404
    inside = {"name": "x", "kind": "bank", "lat": "39.995", "lon": "116.465"}
    assert other.post("/desk/points", data=inside).status_code == 404
    assert other.post("/desk/points", data={**inside, "lat": "30"}).status_code == 403
    assert signed_in(told_town.liujie).post(f"/desk/points/{bank.id}", data={}).status_code == 403


def test_a_changed_point_is_in_the_audit_and_an_unchanged_one_is_not(session: Session, town: Cast) -> None:
    me = town.me(town.wangfang)
    point = points.add(session, by=me, name="店", kind="convenience", lat=HOME[0], lon=HOME[1])
    same = {"opening_hours": "", "phone": "", "methods": point.methods}
    points.edit(session, point, by=me, **same)
    points.edit(session, point, by=me, **{**same, "opening_hours": "24/7"})
    acts = session.connection().exec_driver_sql("SELECT act FROM audit_entries WHERE act LIKE 'points%' ORDER BY id").scalars().all()
    assert acts == ["points.add", "points.edit"]
    with pytest.raises(Mistaken):
        points.edit(session, point, by=me, **{**same, "opening_hours": "soon"})
    with pytest.raises(Missing):
        points.edit(session, point, by=town.me(town.chengang), **same)
    with pytest.raises(Forbidden):
        points.add(session, by=me, name="远", kind="bank", lat=10, lon=10)
    assert points.add(session, by=town.me(town.admin), name="远", kind="bank", lat=10, lon=10).grid_id is None


def find(database: Database, name: str) -> PaymentPoint:
    with database.reading() as session:
        found = session.query(PaymentPoint).filter_by(name=name).one()
        session.expunge(found)
        return found
