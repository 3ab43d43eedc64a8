"""Places to pay kept true by people: residents before shut doors, colleagues on visits."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from app import needs
from app.core import clock
from app.core.errors import TooMany
from grids.points import points, sightings
from grids.points.tables import Found
from grids.tables import PaymentPoint
from tests.cast import Cast
from tests.client import Client

MORNING = datetime(2026, 7, 14, 2, 0, tzinfo=UTC)  # Tuesday 10:00 in Shanghai
NIGHT = datetime(2026, 7, 14, 15, 0, tzinfo=UTC)


@pytest.fixture
def shop(session: Session, town: Cast) -> PaymentPoint:
    return points.add(
        session,
        by=town.me(town.wangfang),
        name="莲花便利店",
        kind="convenience",
        lat=39.995,
        lon=116.465,
        opening_hours="Mo-Su 08:00-22:00",
    )


def found_shut(session: Session, shop: PaymentPoint, *moments: datetime) -> None:
    for at in moments:
        with clock.at(at):
            sightings.tell_shut(session, shop, nonce=f"{at.isoformat()}")


def shown(session: Session) -> list[str]:
    return [one.point.name for one in points.near(session, 39.995, 116.465, 500)]


def test_one_shut_door_is_noted_and_the_place_stays(session: Session, shop: PaymentPoint, town: Cast) -> None:
    found_shut(session, shop, MORNING)
    assert shown(session) == ["莲花便利店"]
    assert needs.of(session, town.me(town.wangfang)).shut_places == []


def test_a_second_person_hides_the_place_and_gives_the_manager_a_task(session: Session, shop: PaymentPoint, town: Cast) -> None:
    found_shut(session, shop, MORNING, MORNING + timedelta(hours=1))
    assert shown(session) == []
    assert needs.of(session, town.me(town.wangfang)).shut_places == [shop]
    assert needs.of(session, town.me(town.chengang)).shut_places == []


def test_the_same_form_sent_twice_and_two_taps_in_a_minute_are_one_person(session: Session, shop: PaymentPoint) -> None:
    with clock.at(MORNING):
        first = sightings.tell_shut(session, shop, nonce="once and again")
        assert sightings.tell_shut(session, shop, nonce="once and again") is first
        assert sightings.tell_shut(session, shop, nonce="once and again", words="搬走了") is not first, "nothing told is lost"
    found_shut(session, shop, MORNING + timedelta(minutes=1))
    assert shop.hidden_at is None


def test_a_door_shut_at_night_speaks_against_nobody(session: Session, shop: PaymentPoint) -> None:
    found_shut(session, shop, NIGHT, NIGHT + timedelta(hours=1), NIGHT + timedelta(hours=2))
    assert shop.hidden_at is None


def test_where_no_hours_are_known_two_shut_doors_hide_as_well(session: Session, shop: PaymentPoint) -> None:
    shop.opening_hours = ""
    found_shut(session, shop, NIGHT, NIGHT + timedelta(hours=1))
    assert shop.hidden_at is not None


def test_a_visit_that_finds_it_open_shows_it_again_and_counts_from_anew(session: Session, shop: PaymentPoint, town: Cast) -> None:
    me = town.me(town.wangfang)
    found_shut(session, shop, MORNING, MORNING + timedelta(hours=1))
    with clock.at(MORNING + timedelta(hours=2)):
        sightings.visit(session, shop, by=me, found=Found.open, words="老板在")
    assert shown(session) == ["莲花便利店"]
    found_shut(session, shop, MORNING + timedelta(hours=3))
    assert shop.hidden_at is None
    found_shut(session, shop, MORNING + timedelta(hours=4))
    assert shop.hidden_at is not None


def test_a_visit_that_finds_it_gone_hides_it_and_is_no_task_any_more(session: Session, shop: PaymentPoint, town: Cast) -> None:
    sightings.visit(session, shop, by=town.me(town.wangfang), found=Found.gone)
    assert shown(session) == []
    assert needs.of(session, town.me(town.wangfang)).shut_places == []


def test_what_residents_said_a_month_ago_is_forgotten(session: Session, shop: PaymentPoint) -> None:
    found_shut(session, shop, MORNING - timedelta(days=31), MORNING)
    assert shop.hidden_at is None


def test_the_longest_unconfirmed_come_first_after_the_hidden(session: Session, shop: PaymentPoint, town: Cast) -> None:
    me = town.me(town.wangfang)
    bank = points.add(session, by=me, name="荷塘银行", kind="bank", lat=39.992, lon=116.462)
    post = points.add(session, by=me, name="邮局", kind="post_office", lat=39.991, lon=116.462)
    with clock.at(MORNING):
        sightings.visit(session, bank, by=me, found=Found.open)
        sightings.visit(session, post, by=me, found=Found.shut)
    with clock.at(MORNING + timedelta(days=1)):
        sightings.visit(session, shop, by=me, found=Found.open)
        told = sightings.standings(session, [town.lotus.id])
    assert [(one.point.name, one.seen_by) for one in told] == [("邮局", "王芳"), ("荷塘银行", "王芳"), ("莲花便利店", "王芳")]


def test_twenty_in_an_hour_are_enough(session: Session, shop: PaymentPoint) -> None:
    found_shut(session, shop, *(MORNING + timedelta(minutes=n) for n in range(20)))
    with pytest.raises(TooMany):
        found_shut(session, shop, MORNING + timedelta(minutes=21))


def test_a_resident_tells_it_from_the_pay_page_without_a_script(resident: Client, session: Session, told_town: Cast) -> None:
    me = told_town.me(told_town.wangfang)
    shop = points.add(session, by=me, name="莲花便利店", kind="convenience", lat=39.995, lon=116.465, opening_hours="24/7")
    session.commit()
    page = resident.get(f"/g/104226/pay?estate={told_town.garden.id}").text
    address = f"/g/104226/points/{shop.id}/shut"
    assert f"{address}?estate={told_town.garden.id}" in page
    nonce = resident.get(address).text.split('name="nonce" value="')[1].split('"')[0]
    thanks = resident.post(address, data={"nonce": nonce, "words": "卷帘门关着"})
    assert "谢谢您" in thanks.text
    assert sightings.of(session, shop)[0].words == "卷帘门关着"
    session.commit()
    assert resident.post(address, data={"nonce": nonce, "words": "字" * 201}).status_code == 422
    assert resident.get("/g/104226/points/999999/shut").status_code == 404


def test_a_visit_keeps_its_photo_for_those_who_see_the_place(signed_in: Callable[..., Client], session: Session, told_town: Cast) -> None:
    me = told_town.me(told_town.wangfang)
    shop = points.add(session, by=me, name="莲花便利店", kind="convenience", lat=39.995, lon=116.465)
    session.commit()
    key = shop.id
    taken = io.BytesIO()
    Image.new("RGB", (3000, 2000), "green").save(taken, "JPEG")
    client, address = signed_in(told_town.wangfang), f"/desk/points/{key}/visits"
    sent = client.post(address, data={"found": "open", "lat": "39.995", "lon": "116.465"}, files={"photo": ("door.jpg", taken.getvalue())})
    assert "在现场" in sent.text
    visit = sightings.of(session, shop)[0].id
    session.commit()
    photo = client.get(f"/desk/sightings/{visit}/photo")
    assert Image.open(io.BytesIO(photo.content)).size == (2048, 1365)
    assert signed_in(told_town.chengang).get(f"/desk/sightings/{visit}/photo").status_code == 404
    led = [
        f"/desk/points/{key}" in signed_in(who).get("/desk/circle").text for who in (told_town.wangfang, told_town.admin, told_town.sunli)
    ]
    assert led == [True, True, False], "a clerk sees the places and keeps none"
    refused = client.post(address, data={"found": "open"}, files={"photo": ("door.svg", b"<svg/>")})
    assert refused.status_code == 422
    assert "JPEG" in refused.text
