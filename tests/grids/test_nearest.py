"""The nearest open place is the one that looking at every place finds: over midnight, on holidays, on make-up Sundays, at any pace."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from grids.calendar import calendar
from grids.circle import circle, walked
from grids.circle.circle import Answer
from grids.hours import hours, timetables
from grids.points import trade
from grids.reaching import gates, homes, reckoning
from grids.reaching.tables import GateReach, Home, How, Reach
from grids.tables import PaymentPoint
from tests.cast import Cast
from tests.grids import towns
from tests.grids.test_points import place

HOME = (39.995, 116.465)
NORTH = 1 / 111_000
# The days round National Day 2026: a make-up Sunday (20 September), holidays (1 to 7 October), a make-up Saturday (10 October).
NOW = clock.as_utc(datetime(2026, 9, 19, 23, 50))
WRITTEN = [
    "", "24/7", "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00; PH off", "Mo-Su 18:00-02:00", "Sa,Su 10:00-22:00", "Fr-Su 22:00-06:00",
    "Mo-Su 09:00-21:00; PH 10:00-16:00", "Su 08:00-20:00",
]  # fmt: skip
METHODS = [["cash"], ["cash", "card"], ["wechat"], ["kiosk_cash", "wheelchair"]]

spot = st.tuples(st.integers(-1500, 1500), st.integers(-1500, 1500))
place_to_pay = st.tuples(spot, st.sampled_from(WRITTEN), st.sampled_from(METHODS), st.sampled_from(["shown", "shown", "shown", "hidden"]))


def settle(work: Work, doors: list[tuple[int, int]], shops: list[tuple[tuple[int, int], str, list[str], str]], town: Cast) -> None:
    """A town of its own: one home for each door, one place for each shop."""
    with work.database.writing() as session:
        for table in ("gate_reach", "reach", "outlines", "homes", "reckoned_points", "payment_points", "buildings"):
            session.execute(sa.text(f"DELETE FROM {table}"))
        session.execute(sa.text("UPDATE estates SET lat = NULL"))
        for number, door in enumerate(doors):
            lon, lat = towns.at(door)
            values = {"e": town.garden.id, "n": f"{number}", "lat": lat, "lon": lon}
            session.execute(
                sa.text("INSERT INTO buildings (estate_id, name, households, floors, lat, lon) VALUES (:e, :n, 1, 1, :lat, :lon)"), values
            )
        for where, written, methods, shown in shops:
            lon, lat = towns.at(where)
            place(session, lat, lon, opening_hours=written, methods=methods, hidden_at=NOW if shown == "hidden" else None)
    reckoning.reckon(work)


def by_brute_force(session: Session, home: Home, at: datetime, need: tuple[str, ...]) -> list[tuple[int, int]]:
    """(seconds, point) of every open place within reach, by looking at each: the line from door to door, the hours from their text."""
    days = calendar.around(session, at)
    found = []
    for point in session.scalars(sa.select(PaymentPoint).where(PaymentPoint.hidden_at.is_(None))):
        metres = float(towns.metres.between(home.lon, home.lat, point.lon, point.lat))  # type: ignore[arg-type]
        seconds = round(metres * 1.33 * 60 / 80)
        reached = metres * 1.33 <= 1200 or metres * 1.05 <= 800
        if reached and trade.offers(point, need) and hours.state(point.opening_hours, at, days).open:
            found.append((seconds, point.id))
    return sorted(found)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    doors=st.lists(spot, min_size=1, max_size=4, unique=True), shops=st.lists(place_to_pay, max_size=25, unique_by=lambda one: one[0]),
    minutes=st.lists(st.integers(0, 20 * 24 * 60), min_size=3, max_size=6), need=st.sampled_from([(), ("cash",), ("card",), ("24h",)]),
    pace=st.sampled_from([80.0, 48.0, 60.0]),
)  # fmt: skip
def test_the_nearest_is_what_looking_at_every_place_finds(
    work: Work, told_town: Cast, doors: list[tuple[int, int]], shops: list[tuple[tuple[int, int], str, list[str], str]],
    minutes: list[int], need: tuple[str, ...], pace: float,
) -> None:  # fmt: skip
    with clock.at(NOW):
        settle(work, doors, shops, told_town)
        with work.database.reading() as session:
            for home in session.scalars(sa.select(Home)).all():
                for at in [NOW, *(NOW + timedelta(minutes=one) for one in minutes)]:
                    meant = by_brute_force(session, home, at, need)
                    told = walked.nearest(session, home, at=at, pace=pace, need=need, most=2)
                    assert [way.walk.seconds for way in told] == [pytest.approx(one[0], abs=1) for one in meant[:2]], at
                    for way in told:
                        assert way.hours == timetables.states(session, [way.point.opening_hours], at)[way.point.opening_hours]
                        metres = way.walk.seconds * 80 / 60 / 1.33
                        assert (
                            way.answer is circle.answer(metres, pace)
                            or abs(metres * 1.6 + 120 - pace * 10) < 3
                            or abs(metres * 1.05 - pace * 10) < 3
                        )
                        assert way.walk_minutes == pytest.approx(way.walk.seconds / 60 * 80 / pace)


def test_far_from_today_the_hours_themselves_are_asked(work: Work, told_town: Cast) -> None:
    with work.database.writing() as session:
        place(session, HOME[0] + 100 * NORTH, HOME[1], opening_hours="Mo-Fr 09:00-17:00")
        place(session, HOME[0] + 200 * NORTH, HOME[1], opening_hours="24/7")
        place(session, HOME[0] + 50 * NORTH, HOME[1], name="不知", opening_hours="")
        place(session, HOME[0] + 850 * NORTH, HOME[1], name="远开", opening_hours="24/7")
    reckoning.reckon(work)
    with work.database.reading() as session:
        home = homes.of_estate(session, told_town.garden.id)[0]
        for hour, name in ((10, "点0"), (22, "点1")):
            at = clock.as_utc(datetime(2033, 3, 8, hour))
            assert walked.nearest(session, home, at=at)[0].point.name == name
        assert [way.point.name for way in circle.from_home(session, home, at=at)] == ["点1", "远开", "不知", "点0"], (
            "what is open is said first"
        )


def test_a_gate_that_is_shut_is_not_walked_through(work: Work, told_town: Cast, session: Session) -> None:
    at_noon, at_night = (clock.as_utc(datetime(2026, 9, 21, hour)) for hour in (12, 23))
    place(session, HOME[0] + 400 * NORTH, HOME[1], opening_hours="24/7", name="店")
    me = told_town.me(told_town.wangfang)
    gates.pin(session, told_town.garden, by=me, name="南门", lat=HOME[0] - 150 * NORTH, lon=HOME[1])
    gates.pin(session, told_town.garden, by=me, name="北门", lat=HOME[0] + 50 * NORTH, lon=HOME[1], opening_hours="06:00-22:00")
    session.commit()
    with clock.at(NOW):
        reckoning.reckon(work)
        with work.database.reading() as reader:
            home = homes.of_estate(reader, told_town.garden.id)[0]
            (noon,), (night,) = (walked.nearest(reader, home, at=at, most=1) for at in (at_noon, at_night))
            assert (noon.answer, night.answer) == (Answer.yes, Answer.about)
            assert night.walk.seconds - noon.walk.seconds == pytest.approx(300 * 1.33 * 60 / 80, abs=4)
            assert reader.scalar(sa.select(sa.func.count()).select_from(GateReach)) == 3
            beside = circle.around(reader, *HOME, at=at_noon)
            assert beside[0].walk.seconds == noon.walk.seconds


def test_from_beside_a_home_its_walks_hold_with_the_way_there_as_a_doubt(work: Work, told_town: Cast) -> None:
    with work.database.writing() as session:
        place(session, HOME[0] + 300 * NORTH, HOME[1], name="近")
        place(session, HOME[0] + 1300 * NORTH, HOME[1], name="远")
    reckoning.reckon(work)
    with work.database.writing() as session:
        session.execute(sa.update(Reach).values(method=How.network, seconds=380, least=370, most=390))
    with work.database.reading() as session:
        near, far = circle.around(session, *HOME, at=NOW)
        assert (near.method, near.answer, near.walk.seconds) == (How.network, Answer.yes, 380)
        assert (far.method, far.answer) == (How.line, Answer.no)
        assert far.walk.seconds > 900
        (beside,) = [way for way in circle.around(session, HOME[0], HOME[1] + 0.0018, at=NOW) if way.point.name == "近"]
        assert beside.walk.least < 370 < 390 < beside.walk.most
        assert beside.answer is Answer.about
        (away,) = [way for way in circle.around(session, HOME[0], HOME[1] + 0.005, at=NOW) if way.point.name == "近"]
        assert away.method is How.line


def test_hidden_places_and_doubles_are_nobody_s_nearest(work: Work, told_town: Cast) -> None:
    with work.database.writing() as session:
        hidden = place(session, HOME[0] + 100 * NORTH, HOME[1], opening_hours="24/7")
        double = place(session, HOME[0] + 150 * NORTH, HOME[1], opening_hours="24/7")
        kept = place(session, HOME[0] + 200 * NORTH, HOME[1], opening_hours="24/7")
    reckoning.reckon(work)
    with work.database.writing() as session:
        session.get_one(PaymentPoint, hidden.id).hidden_at = NOW
        session.get_one(PaymentPoint, double.id).same_as_id = kept.id
    with work.database.reading() as session:
        home = homes.of_estate(session, told_town.garden.id)[0]
        assert [way.point.id for way in walked.nearest(session, home, at=clock.now(), most=5)] == [kept.id]
        assert [way.point.id for way in circle.from_home(session, home, at=clock.now())] == [kept.id]


def test_where_nothing_near_is_open_what_is_open_further_away_comes_first(work: Work, told_town: Cast) -> None:
    at = clock.as_utc(datetime(2026, 9, 21, 23))
    with work.database.writing() as session:
        place(session, HOME[0] + 100 * NORTH, HOME[1], name="关", opening_hours="Mo-Fr 09:00-17:00")
        place(session, HOME[0] + 3000 * NORTH, HOME[1], name="远开", opening_hours="24/7")
    with clock.at(NOW):
        reckoning.reckon(work)
        with work.database.reading() as session:
            home = homes.of_estate(session, told_town.garden.id)[0]
            far, shut = circle.from_home(session, home, at=at)
            assert (far.point.name, far.answer, shut.point.name) == ("远开", Answer.no, "关")
            assert circle.from_home(session, home, at=at, open_only=True)[0].point.name == "远开"
            assert timetables.settled(session)
