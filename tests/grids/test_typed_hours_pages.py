"""The pages on which hours are typed: they say how they were read, tell every mistake at once and lead nobody to a shut door."""

from collections.abc import Callable

import pytest

from app.core.database import Database
from grids.tables import PaymentPoint
from tests.cast import Cast
from tests.client import Client

SignedIn = Callable[..., Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_new_place_says_how_its_hours_were_read(signed_in: SignedIn, told_town: Cast, database: Database) -> None:
    said = {"name": "荷塘物业", "kind": "property_office", "estate": str(told_town.court.id), "opening_hours": "8点半到5点半"}
    shown = signed_in(told_town.wangfang).post("/desk/points", data=said).text
    assert "荷塘物业 · 读作：每天 08:30–17:30" in shown
    with database.reading() as session:
        assert session.query(PaymentPoint).filter_by(name="荷塘物业").one().opening_hours == "08:30-17:30"


def test_a_missing_place_unclear_hours_and_a_missing_name_are_told_at_once(signed_in: SignedIn, told_town: Cast) -> None:
    answer = signed_in(told_town.wangfang).post("/desk/points", data={"kind": "bank", "opening_hours": "08:30-05:30"})
    assert answer.status_code == 422
    assert all(words in answer.text for words in ("或者有两种读法", "请选一个小区", "这一项请填写", 'value="08:30-05:30"'))


def test_only_who_may_add_a_place_is_led_there_and_the_refusal_names_who_may(signed_in: SignedIn, told_town: Cast) -> None:
    for person, may in ((told_town.wangfang, True), (told_town.admin, True), (told_town.sunli, False), (told_town.liujie, False)):
        browser = signed_in(person)
        assert ('href="/desk/points/new"' in browser.get("/desk/circle").text) is may
        assert (browser.get("/desk/points/new").status_code == 200) is may
    assert "台区经理、代班同事或管理员可以添加" in signed_in(told_town.sunli).get("/desk/points/new").text


def test_hours_of_visits_are_read_alike(signed_in: SignedIn, told_town: Cast) -> None:
    browser = signed_in(told_town.wangfang)
    said = {"grid": told_town.lotus.code, "minutes": "60", "capacity": "2"}
    shown = browser.post("/desk/appointments/hours", data={**said, "opening_hours": "周一至周五8:30-12:00 1:30-5:30"})
    assert "读作：周一至周五 08:30–12:00、13:30–17:30" in shown.text
    wrong = browser.post("/desk/appointments/hours", data={**said, "minutes": "x", "opening_hours": "08:30-05:30"})
    assert (wrong.status_code, "或者有两种读法" in wrong.text, "请填一个数字" in wrong.text) == (422, True, True)
    assert "读作" not in wrong.text, "what holds until now is no reading of what was typed"


def test_hours_on_duty_are_read_alike_and_both_are_told_at_once(signed_in: SignedIn, told_town: Cast) -> None:
    browser, paper = signed_in(told_town.admin), {"effective_on": "2026-01-01", "source": "文件"}
    hours = {"hours": "每天早八点到晚十点", "manager_hours": "周一至周五早九晚五"}
    shown = browser.post("/desk/admin/duty-hours", data={**hours, **paper}).text
    assert "每天 08:00–22:00" in shown
    assert "周一至周五 09:00–17:00" in shown
    wrong = browser.post("/desk/admin/duty-hours", data={"hours": "8点", "manager_hours": "1点到5点", **paper})
    assert (wrong.status_code, wrong.text.count("或者有两种读法")) == (422, 2)
