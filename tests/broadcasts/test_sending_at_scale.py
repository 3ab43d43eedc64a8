"""A large grid: 200 buildings, 8,000 households, 50 groups, 40 stewards, 8,000 phones. The desk and the ledger stay quick and short."""

import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.sending import groups, ledger, postings, reached, stewards, targets
from broadcasts.sending.tables import Way
from broadcasts.subscribers.tables import ChannelName, Subscriber, Subscription
from broadcasts.tables import Notice
from grids.tables import Building, Estate, Person
from pwa.tables import Device
from tests.broadcasts.stage import published
from tests.cast import Cast, estate
from tests.client import Client

ESTATES, BUILDINGS, PHONES = 8, 25, 8_000
QUICK = 1.5
"""Seconds, for the ledger in one query or for a whole page, beside seven neighbours on two cores; alone it takes a fifth of that."""


@pytest.fixture
def large(town: Cast) -> Notice:
    estates = [
        estate(town.session, town.lotus, f"大园{n}区", 1_000, 39.99, 116.46, tuple(f"{n}{b:02d}号楼" for b in range(1, BUILDINGS + 1)))
        for n in range(1, ESTATES + 1)
    ]
    notice = published(town, estates=[one.id for one in estates])
    lists(town, estates)
    phones(town.session, town, notice, estates)
    me, update = town.me(town.wangfang), notice.updates[-1].id
    for group in groups.of_grids(town.session, [town.lotus.id]):
        if "大园8区" not in group.name:
            postings.tick(town.session, notice, by=me, update_id=update, to=targets.read(targets.of(Way.group, group.id)))
    town.session.commit()
    return notice


def lists(town: Cast, estates: list[Estate]) -> None:
    """No group is for the whole grid: the eighth estate's have not got the notice."""
    me, homes = town.me(town.wangfang), {one.id: _homes(town.session, one) for one in estates}
    for number in range(groups.MOST):
        one = estates[number % ESTATES]
        narrow = {"buildings": homes[one.id][number % 20 : number % 20 + 5]} if number >= ESTATES else {"estates": [one.id]}
        groups.add(town.session, town.lotus, by=me, name=f"{one.name}{number}群", greeting="邻居们好：", members=480, **narrow)
    for number in range(40):
        one = estates[number % ESTATES]
        stewards.add(
            town.session, town.lotus, by=me, name=f"楼长{number}", phone=f"154000{number:05d}", buildings=homes[one.id][number % 5 :: 5]
        )


def _homes(session: Session, one: Estate) -> list[int]:
    return list(session.scalars(sa.select(Building.id).where(Building.estate_id == one.id).order_by(Building.id)))


def phones(session: Session, town: Cast, notice: Notice, estates: list[Estate]) -> None:
    """A thousand phones an estate, each with a message that was taken."""
    now = clock.now()
    numbers = range(10_000, 10_000 + PHONES)
    device = {"p256dh": b"p" * 65, "auth": b"a" * 16, "created_at": now, "seen_at": now}
    columns = {column.name for column in Device.__table__.columns}
    device = {name: value for name, value in device.items() if name in columns}
    session.execute(sa.insert(Device), [{"id": n, "endpoint": f"https://push.test/{n}", **device} for n in numbers])
    said = {"channel": ChannelName.push, "created_at": now, "salt": "s"}
    session.execute(sa.insert(Subscriber), [{"id": n, "device_id": n, **said} for n in numbers])
    places = [{"subscriber_id": n, "grid_id": town.lotus.id, "estate_id": estates[n % ESTATES].id, "created_at": now} for n in numbers]
    session.execute(sa.insert(Subscription), places)
    told = {"update_id": notice.updates[-1].id, "shard": 0, "state": DeliveryState.sent, "due_at": now}
    session.execute(sa.insert(Delivery), [{"device_id": n, **told} for n in numbers])


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def test_the_ledger_of_two_hundred_buildings_is_one_quick_query(large: Notice, session: Session, statements: list[str]) -> None:
    begun = time.perf_counter()
    found = reached.of(session, [large.id])
    taken = time.perf_counter() - begun
    assert len([said for said in statements if not said.startswith("BEGIN")]) == 1
    assert (len(found), sum(one.households for one in found)) == (200, 8_000)
    assert {one.estate for one in found if not one.reached} == {"大园8区"}
    assert {one.phones for one in found} == {PHONES // ESTATES}
    assert taken < QUICK
    print(f"ledger of 200 buildings, 50 groups, 8,000 phones: {taken * 1000:.0f} ms")


def test_two_hundred_buildings_are_told_in_lines_that_can_be_read(large: Notice, session: Session) -> None:
    told = list(ledger.by_estate(reached.of(session, [large.id])))
    assert [(name, count) for name, count, _alike in told] == [(f"大园{n}区", BUILDINGS) for n in range(1, 8)]
    assert all(len(alike) <= 12 for _name, _count, alike in told)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_pages_of_a_large_grid_come_quickly(large: Notice, town: Cast, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(town.wangfang)
    client.get("/desk/me")
    for page in ("sending", "reached", "doors", ""):
        begun = time.perf_counter()
        answer = client.get(f"/desk/notices/{large.number}/{page}".rstrip("/"))
        taken = time.perf_counter() - begun
        assert answer.status_code == 200
        assert taken < QUICK * 2, page
        print(f"{page or 'notice'}: {taken * 1000:.0f} ms, {len(answer.content) // 1000} kB")
