"""The manager's view of the payment circle."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Database
from app.core.errors import Forbidden, Missing, Mistaken
from grids.points import points, trade
from grids.tables import PaymentPoint
from tests.cast import Cast
from tests.client import Client
from tests.grids.circle.reading import words_of
from tests.grids.test_circle import HOME

SignedIn = Callable[..., Client]


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
    assert added.methods == trade.default_methods("property_office")


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
