"""Walks are reckoned when something is written: only what that touches, and to the end."""

from datetime import datetime
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Database
from app.core.errors import Mistaken
from app.core.jobs import Work
from app.seed.town import FILES
from grids import importing
from grids.datum import Datum
from grids.points import points
from grids.reaching import gates, homes, networks, reckoning, timed
from grids.reaching.tables import GateReach, Home, How, Outline, Reach, ReckonedPoint
from grids.tables import Building, Estate, PaymentPoint
from tests.cast import Cast
from tests.grids.test_points import place

HOME = (39.995, 116.465)
NORTH = 1 / 111_000
TUESDAY = clock.as_utc(datetime(2026, 7, 14, 10))


def on_paths(work: Work) -> Work:
    return msgspec.structs.replace(work, settings=msgspec.structs.replace(work.settings, network=str(FILES / "wangjing.osm.pbf")))


def walks(database: Database) -> dict[tuple[int, int], tuple[int, int, int, str]]:
    with database.reading() as session:
        found = session.execute(sa.select(Reach.__table__))
        return {(row.home_id, row.point_id): (row.seconds, row.least, row.most, row.method) for row in found}


def reckoned(database: Database) -> dict[str, dict[int, datetime | None]]:
    with database.reading() as session:
        by_home = {row.id: row.reckoned_at for row in session.execute(sa.select(Home.id, Home.reckoned_at))}
        by_point = {row.point_id: row.reckoned_at for row in session.execute(sa.select(ReckonedPoint.point_id, ReckonedPoint.reckoned_at))}
    return {"homes": by_home, "points": by_point}


def test_homes_are_the_buildings_and_the_estates_without_placed_buildings(town: Cast) -> None:
    session = town.session
    session.execute(sa.update(Building).where(Building.estate_id == town.court.id).values(lat=None))
    assert homes.settle(session) == 3 + 1 + 2
    (court,) = homes.of_estate(session, town.court.id)
    assert (court.building_id, court.households, court.lat) == (None, 300, town.court.lat)
    assert [one.building.name for one in homes.of_estate(session, town.garden.id) if one.building] == ["1号楼", "2号楼", "3号楼"]
    session.execute(sa.update(Building).where(Building.estate_id == town.court.id).values(lat=39.992))
    assert homes.settle(session) == 2, "the building comes, the estate's own point goes"
    assert homes.settled(session)


def test_every_pair_within_fifteen_minutes_is_kept_with_its_bounds_and_method(told_town: Cast, work: Work) -> None:
    with work.database.writing() as session:
        place(session, HOME[0] + 300 * NORTH, HOME[1], name="近")
        place(session, HOME[0] + 5000 * NORTH, HOME[1], name="远")
    reckoning.reckon(work)
    found = walks(work.database)
    assert {how for *_rest, how in found.values()} == {How.line}
    near = {row for (_home, point), row in found.items() if point == 1}
    assert near
    assert all(point == 1 for _home, point in found), "what lies five kilometres away is in no row"
    seconds, least, most, _how = min(near)
    assert seconds == pytest.approx(300 * 1.33 / 80 * 60, abs=3)
    assert least == pytest.approx(300 * 1.05 / 80 * 60, abs=3)
    assert most == pytest.approx((300 * 1.6 + 120) / 80 * 60, abs=3)


def test_a_new_place_touches_its_own_pairs_alone(told_town: Cast, work: Work) -> None:
    with work.database.writing() as session:
        place(session, HOME[0] + 300 * NORTH, HOME[1])
    with clock.at(TUESDAY):
        reckoning.reckon(work)
    before, old = reckoned(work.database), walks(work.database)
    with work.database.writing() as session:
        place(session, HOME[0] + 400 * NORTH, HOME[1])
    reckoning.reckon(work)
    after, new = reckoned(work.database), walks(work.database)
    assert after["homes"] == before["homes"]
    assert after["points"][1] == before["points"][1]
    assert {pair for pair in new if pair not in old} == {pair for pair in new if pair[1] == 2} != set()


def test_a_moved_place_is_walked_to_again_and_a_hidden_one_is_not(told_town: Cast, work: Work) -> None:
    with work.database.writing() as session:
        point = place(session, HOME[0] + 300 * NORTH, HOME[1])
        other = place(session, HOME[0] + 350 * NORTH, HOME[1])
        key, hidden = point.id, other.id
    reckoning.reckon(work)
    with clock.at(TUESDAY):
        with work.database.writing() as session:
            session.get_one(PaymentPoint, key).lat += 0.002
            session.get_one(PaymentPoint, hidden).hidden_at = clock.now()
        first = walks(work.database)
        reckoning.reckon(work)
    second = walks(work.database)
    assert all(second[pair][0] > row[0] for pair, row in first.items() if pair[1] == key and pair in second)
    assert {pair: row for pair, row in second.items() if pair[1] == hidden} == {
        pair: row for pair, row in first.items() if pair[1] == hidden
    }
    assert [at for point, at in reckoned(work.database)["points"].items() if at == TUESDAY] == [TUESDAY]


def test_another_map_is_walked_anew_and_named(told_town: Cast, work: Work) -> None:
    with work.database.writing() as session:
        place(session, HOME[0] + 300 * NORTH, HOME[1])
    reckoning.reckon(work)
    assert {row[3] for row in walks(work.database).values()} == {How.line}
    reckoning.reckon(on_paths(work))
    assert {row[3] for row in walks(work.database).values()} == {How.network}
    with work.database.reading() as session:
        outline = session.scalars(sa.select(Outline)).first()
        assert outline
        assert len(outline.ring) > 8
        assert len(outline.slower) > 4
        assert not reckoning.is_due(session, networks.stamp(on_paths(work).settings))


def test_a_map_that_cannot_be_read_stops_nothing_and_is_said(told_town: Cast, work: Work, tmp_path: Path) -> None:
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"no map")
    with work.database.writing() as session:
        place(session, HOME[0] + 300 * NORTH, HOME[1])
    reckoning.reckon(msgspec.structs.replace(work, settings=msgspec.structs.replace(work.settings, network=str(broken))))
    assert walks(work.database) == {}


def test_a_pinned_gate_makes_its_estate_walk_anew(told_town: Cast, work: Work, session: Session) -> None:
    with work.database.writing() as writer:
        place(writer, HOME[0] + 300 * NORTH, HOME[1])
    with clock.at(TUESDAY):
        reckoning.reckon(work)
    old = walks(work.database)
    me = told_town.me(told_town.wangfang)
    gates.pin(session, told_town.garden, by=me, name="南门", lat=HOME[0] - 200 * NORTH, lon=HOME[1])
    session.commit()
    reckoning.reckon(work)
    new = walks(work.database)
    own = {home.id for home in homes.of_estate(session, told_town.garden.id)}
    assert all(new[pair][0] > row[0] * 1.8 for pair, row in old.items() if pair[0] in own and pair in new)
    assert all(new[pair] == row for pair, row in old.items() if pair[0] not in own)
    fresh = {home for home, at in reckoned(work.database)["homes"].items() if at != TUESDAY}
    assert fresh == own


def test_a_gate_with_hours_of_its_own_is_kept_apart(told_town: Cast, work: Work, session: Session) -> None:
    with work.database.writing() as writer:
        place(writer, HOME[0] + 300 * NORTH, HOME[1])
    me = told_town.me(told_town.wangfang)
    gates.pin(session, told_town.garden, by=me, name="南门", lat=HOME[0] - 100 * NORTH, lon=HOME[1])
    north = gates.pin(
        session, told_town.garden, by=me, name="北门", lat=HOME[0] + 50 * NORTH, lon=HOME[1], opening_hours="Mo-Su 06:00-22:00"
    )
    session.commit()
    reckoning.reckon(work)
    own = homes.of_estate(session, told_town.garden.id)
    main = {row.home_id: row.seconds for row in session.scalars(sa.select(Reach)) if row.home_id in {one.id for one in own}}
    through = {row.home_id: row.seconds for row in session.scalars(sa.select(GateReach).where(GateReach.gate_id == north.id))}
    assert set(through) == set(main) == {one.id for one in own}
    assert all(through[home] < main[home] for home in through)
    gates.remove(session, north, by=me)
    session.commit()
    reckoning.reckon(work)
    session.expire_all()
    assert session.scalars(sa.select(GateReach)).all() == []


def test_a_walk_that_was_walked_goes_before_every_map(told_town: Cast, work: Work, session: Session) -> None:
    with work.database.writing() as writer:
        point = place(writer, HOME[0] + 300 * NORTH, HOME[1])
    reckoning.reckon(on_paths(work))
    me = told_town.me(told_town.wangfang)
    home = homes.of_estate(session, told_town.garden.id)[0]
    walk = timed.time(session, home, session.get_one(PaymentPoint, point.id), by=me, seconds=500, nonce="first")
    assert timed.time(session, home, session.get_one(PaymentPoint, point.id), by=me, seconds=500, nonce="first") is walk
    session.commit()
    reckoning.reckon(on_paths(work))
    found = walks(work.database)
    assert found[home.id, point.id] == (500, 467, 533, How.timed)
    assert {row[3] for pair, row in found.items() if pair != (home.id, point.id)} == {How.network}


@pytest.mark.parametrize("seconds", [0, 5, 4000, 30])
def test_what_cannot_be_a_walk_is_refused(told_town: Cast, work: Work, session: Session, seconds: int) -> None:
    point = place(session, HOME[0] + 300 * NORTH, HOME[1])
    homes.settle(session)
    home = homes.of_estate(session, told_town.garden.id)[0]
    with pytest.raises(Mistaken):
        timed.time(session, home, point, by=told_town.me(told_town.wangfang), seconds=seconds, nonce="x")


def test_a_gate_far_from_its_estate_is_refused(town: Cast) -> None:
    with pytest.raises(Mistaken):
        gates.pin(town.session, town.garden, by=town.me(town.wangfang), name="门", lat=40.1, lon=116.465)


def test_what_is_changed_while_it_is_reckoned_is_reckoned_again(told_town: Cast, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate is pinned between the reading and the writing of a portion."""
    from grids.reaching.ways import Ways

    with work.database.writing() as session:
        place(session, HOME[0] + 300 * NORTH, HOME[1])
    once, me = Ways.reckon, told_town.me(told_town.wangfang)
    told_town.session.commit()
    done: list[bool] = []

    def reckon(self: Ways, found: object) -> object:
        if not done and self.rows:
            done.append(True)
            with work.database.writing() as session:
                garden = session.get_one(Estate, told_town.garden.id)
                gates.pin(session, garden, by=me, name="南门", lat=HOME[0] - 300 * NORTH, lon=HOME[1])
        return once(self, found)  # type: ignore[arg-type]

    monkeypatch.setattr(Ways, "reckon", reckon)
    reckoning.reckon(work)
    with work.database.reading() as session:
        own = {one.id for one in homes.of_estate(session, told_town.garden.id)}
        assert not reckoning.is_due(session, networks.stamp(work.settings))
    assert min(row[0] for pair, row in walks(work.database).items() if pair[0] in own) > 300 * 1.33 / 80 * 60 * 1.8


def test_the_reckoning_of_a_killed_worker_is_completed_and_equals_one_at_a_stroke(
    told_town: Cast, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reckoning, "HOMES", 2)
    monkeypatch.setattr(reckoning, "POINTS", 1)
    with work.database.writing() as session:
        for n in range(3):
            place(session, HOME[0] + (200 + 100 * n) * NORTH, HOME[1])
    cut: list[int] = []
    keep = reckoning._keep

    def killed(*args: object) -> None:
        keep(*args)  # type: ignore[arg-type]
        cut.append(1)
        if len(cut) in (2, 5):
            raise KeyboardInterrupt

    monkeypatch.setattr(reckoning, "_keep", killed)
    for _try in range(3):
        try:
            reckoning.reckon(work)
        except KeyboardInterrupt:
            continue
    monkeypatch.undo()
    pieces = walks(work.database)
    with work.database.writing() as session:
        session.execute(sa.update(Home).values(reckoned_at=None))
    reckoning.reckon(work)
    assert pieces == walks(work.database) != {}


def test_whatever_is_written_asks_for_the_reckoning(told_town: Cast, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(reckoning, "later", lambda _session, act: asked.append(act))
    points.add(session, by=told_town.me(told_town.wangfang), name="店", kind="convenience", lat=HOME[0], lon=HOME[1])
    importing.bring(session, "streets", FILES / "streets.geojson", datum=Datum.wgs84, dry_run=True)
    assert asked == [reckoning.reckon], "a trial asks for nothing"
    importing.bring(session, "points", FILES / "points.csv", datum=Datum.wgs84)
    assert asked == [reckoning.reckon] * 2
