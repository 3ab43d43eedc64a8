"""Only those affected hear, by place and topic; whoever heard once hears of a change; a tip waits for the morning."""

from datetime import datetime
from itertools import count

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from app import release
from app.core import clock
from app.core.database import Database
from app.core.settings import Settings
from broadcasts import notices
from broadcasts.deliveries.tables import Delivery
from broadcasts.subscribers import hearers, subscribers, subscriptions
from broadcasts.subscribers.tables import Subscriber, Subscription, Topic
from broadcasts.tables import Notice, NoticeKind, Update, UpdateState
from grids.tables import Building, Estate, Grid
from pwa.tables import Device
from tests.broadcasts import stage
from tests.cast import Cast

NUMBER = count()
NIGHT = datetime(2027, 7, 14, 22, 30, tzinfo=clock.SHANGHAI)


def asks(session: Session, grid: Grid, estate: Estate | None = None, building: Building | None = None) -> Subscriber:
    now = clock.now()
    device = Device(endpoint=f"https://push.test/{next(NUMBER)}", p256dh=b"1", auth=b"1", created_at=now, seen_at=now)
    session.add(device)
    session.flush()
    one = subscribers.of_device(session, device)
    subscriptions.subscribe(session, one, grid=grid, estate=estate, building=building)
    return one


def buildings(session: Session, estate: Estate) -> list[Building]:
    return list(session.scalars(sa.select(Building).where(Building.estate_id == estate.id).order_by(Building.id)))


def hearing(session: Session, notice: Notice) -> dict[int | None, datetime]:
    """The devices that the latest message is for, and from when on."""
    last = sa.select(sa.func.max(Update.id)).where(Update.notice_id == notice.id).scalar_subquery()
    rows = session.execute(sa.select(Delivery.device_id, Delivery.due_at).where(Delivery.update_id == last)).all()
    return {row.device_id: row.due_at for row in rows}


def test_only_the_building_that_is_dark_hears_and_whoever_asked_for_more(session: Session, town: Cast) -> None:
    first, second, _third = buildings(session, town.garden)
    at_home, next_door = asks(session, town.lotus, town.garden, first), asks(session, town.lotus, town.garden, second)
    estate, grid, court = asks(session, town.lotus, town.garden), asks(session, town.lotus), asks(session, town.lotus, town.court)
    notice = stage.published(town, estates=[], buildings=[first.id])
    assert set(hearing(session, notice)) == {at_home.device_id, estate.device_id, grid.device_id}
    whole = stage.published(town)
    assert set(hearing(session, whole)) == {at_home.device_id, next_door.device_id, estate.device_id, grid.device_id}
    assert court.device_id not in hearing(session, whole)


def test_who_heard_hears_of_the_withdrawal_although_the_area_was_narrowed_before(session: Session, town: Cast) -> None:
    first, second, _third = buildings(session, town.garden)
    left_out, still_in = asks(session, town.lotus, town.garden, second), asks(session, town.lotus, town.garden, first)
    never = asks(session, town.lotus, town.court)
    notice, me = stage.published(town), town.me(town.wangfang)
    session.execute(sa.update(Delivery).values(tries=1))
    notices.update(session, notice, by=me, state=UpdateState.corrected, buildings=[first.id], estates=[])
    session.execute(sa.update(Delivery).values(tries=1))
    notices.update(session, notice, by=me, state=UpdateState.cancelled)
    assert set(hearing(session, notice)) == {left_out.device_id, still_in.device_id}
    assert never.device_id not in hearing(session, notice)


def test_nobody_hears_of_a_topic_they_did_not_choose(session: Session, town: Cast) -> None:
    outages, tips = asks(session, town.lotus), asks(session, town.lotus)
    subscribers.prefer(session, outages, topics=[Topic.outage])
    subscribers.prefer(session, tips, topics=[Topic.knowledge, Topic.payment])
    session.flush()
    assert set(hearing(session, stage.published(town))) == {outages.device_id}
    for kind in (NoticeKind.knowledge, NoticeKind.service):
        assert set(hearing(session, stage.published(town, kind=kind, ends_at=None, title="阶梯电价"))) == {tips.device_id}
    assert hearing(session, stage.published(town, kind=NoticeKind.safety, ends_at=None, title="防雷")) == {}


def test_a_tip_waits_until_the_quiet_hours_end_and_an_outage_does_not_unless_it_must(session: Session, town: Cast) -> None:
    sleeper, owl, strict = (asks(session, town.lotus) for _ in range(3))
    subscribers.prefer(session, sleeper, topics=list(Topic), quiet_from=21, quiet_until=7)
    subscribers.prefer(session, strict, topics=list(Topic), quiet_from=22, quiet_until=8, outage_breaks=False)
    session.flush()
    morning = datetime(2027, 7, 15, tzinfo=clock.SHANGHAI)
    with clock.at(NIGHT):
        tip = hearing(session, stage.published(town, kind=NoticeKind.knowledge, ends_at=None, title="阶梯电价"))
        assert tip == {
            sleeper.device_id: morning.replace(hour=7), strict.device_id: morning.replace(hour=8), owl.device_id: NIGHT,
        }  # fmt: skip
        dark = hearing(session, stage.published(town))
        assert dark == {sleeper.device_id: NIGHT, owl.device_id: NIGHT, strict.device_id: morning.replace(hour=8)}


@pytest.mark.parametrize(
    ("hour", "begin", "end", "until"),
    [
        (22, 21, 7, "15 07"),
        (3, 21, 7, "14 07"),
        (7, 21, 7, ""),
        (20, 21, 7, ""),
        (13, 12, 14, "14 14"),
        (14, 12, 14, ""),
        (21, 21, 7, "15 07"),
    ],
)
def test_quiet_hours_over_noon_and_midnight(hour: int, begin: int, end: int, until: str) -> None:
    ends = hearers.quiet_until(datetime(2027, 7, 14, hour, 30, tzinfo=clock.SHANGHAI), begin, end)
    assert (f"{clock.local(ends):%d %H}" if ends else "") == until


def test_devices_that_had_asked_before_go_on_hearing(chosen: Settings, database: Database, town: Cast) -> None:
    """The migration, with rows already there."""
    session = town.session
    mine = asks(session, town.lotus, town.garden)
    device_id = mine.device_id
    session.commit()
    with database.engine.connect().execution_options(writes=True) as connection, connection.begin():
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in ("subscriptions", "confirmations", "attempts", "valves"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("DROP INDEX uq_deliveries_subscriber_id")
        for column in ("subscriber_id", "channel"):
            connection.exec_driver_sql(f"ALTER TABLE deliveries DROP COLUMN {column}")
        connection.exec_driver_sql("DROP TABLE subscribers")
        connection.exec_driver_sql(
            "CREATE TABLE subscriptions (id INTEGER PRIMARY KEY, device_id BIGINT, grid_id BIGINT, estate_id BIGINT, created_at TIMESTAMP)"
        )
        values = f"{device_id}, {town.lotus.id}, {town.garden.id}, '2026-07-14 04:00:00'"
        connection.exec_driver_sql(f"INSERT INTO subscriptions (id, device_id, grid_id, estate_id, created_at) VALUES (1, {values})")
        chosen_migration = release.config(connection, chosen.secret)
        script = next(one for one in ScriptDirectory.from_config(chosen_migration).walk_revisions() if "subscribers" in one.path)
        command.stamp(chosen_migration, str(script.down_revision))
        command.upgrade(chosen_migration, script.revision)
    with database.writing() as after:
        [kept], [place] = after.scalars(sa.select(Subscriber)).all(), after.scalars(sa.select(Subscription)).all()
        assert (kept.device_id, kept.topics, kept.token_hash) == (device_id, list(Topic), None)
        assert (place.subscriber_id, place.grid_id, place.estate_id, place.building_id) == (kept.id, town.lotus.id, town.garden.id, None)
