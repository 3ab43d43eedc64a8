"""The manager's lists and what is remembered, on both databases."""

import itertools
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import time_machine

from app.core import clock
from app.core.audit import AuditEntry
from broadcasts.tables import Notice, NoticeKind, NoticeState, Place, Update, UpdateState
from grids.tables import Building, Estate
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets import conversation, inbox
from tickets.households import lookups, memory
from tickets.tables import Channel, TicketState

numbers = itertools.count(1)
NOON = datetime(2027, 7, 14, 4, 0, tzinfo=UTC)


def outage(town: Cast, estate: Estate, building: int | None = None, **more: object) -> Notice:
    """A fault published an hour ago, as broadcasts would."""
    now = clock.now()
    facts = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1), "state": NoticeState.published, **more}
    notice = Notice(
        number=f"260714-{next(numbers):02}", grid_id=town.lotus.id, kind=NoticeKind.fault_outage, title="停电",
        version=1, created_at=now, created_by_id=town.wangfang.id, published_at=now, published_by_id=town.wangfang.id, **facts,
    )  # fmt: skip
    town.session.add(notice)
    town.session.flush()
    town.session.add(Place(notice_id=notice.id, estate_id=estate.id, building_id=building))
    said = {"starts_at": notice.starts_at, "ends_at": notice.ends_at}
    town.session.add(Update(notice_id=notice.id, state=UpdateState.published, words="", at=now, by_id=town.wangfang.id, **said))
    town.session.flush()
    return notice


def test_overdue_stands_first(town: Cast, ask: Ask) -> None:
    with time_machine.travel(NOON, tick=False) as moved:
        late = ask("最早的")
        moved.shift(timedelta(minutes=90))
        fresh = ask("后来的")
        moved.shift(timedelta(minutes=60))
        me = town.me(town.wangfang)
        assert [ticket.id for ticket in inbox.waiting(town.session, me, 10)] == [late.id, fresh.id]
        assert inbox.counts(town.session, me) == inbox.Counts(waiting=2, overdue=1, answered=0, closed=0, unfinished=0, unfinished_late=0)


def test_lists_hold_only_what_is_seen(town: Cast, ask: Ask) -> None:
    ask()
    assert inbox.waiting(town.session, town.me(town.chengang), 10) == []
    assert len(inbox.listed(town.session, town.me(town.liujie), TicketState.open)) == 1
    assert len(inbox.listed(town.session, town.me(town.sunli), TicketState.open)) == 1


def test_searching_finds_words_rooms_estates_and_telephones(town: Cast, ask: Ask) -> None:
    me = town.me(town.wangfang)
    ticket = ask("充值后电表没到账", estate=town.garden, building="2", room="501", contact="10000000009")
    ask("装充电桩要什么材料", estate=town.court)
    for words in ("没到账", "501", "莲花园", "100 0000 0009"):
        assert [found.id for found in lookups.find(town.session, words, by=me)] == [ticket.id]
    assert lookups.find(town.session, "100%_", by=me) == []
    assert lookups.find(town.session, "没到账", by=town.me(town.chengang)) == []


def test_every_look_up_is_logged_without_the_number(town: Cast, ask: Ask) -> None:
    ask(estate=town.garden, building="2", room="501", contact="10000000009")
    lookups.find(town.session, "10000000009", by=town.me(town.wangfang))
    logged = town.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "people.look_up")).one()
    assert (logged.person_id, logged.facts["found"]) == (town.wangfang.id, 1)
    assert "10000000009" not in str(logged.facts)


def test_memory_tells_what_this_household_asked_before_and_how_it_ended(town: Cast, ask: Ask) -> None:
    me, home = town.me(town.wangfang), {"estate": town.garden, "building": "2", "room": "501"}
    before = ask("阶梯电价怎么算？", **home)
    conversation.answer(town.session, before, by=me, words="分三档。")
    conversation.close(town.session, before, by=me)
    ask("别家问的", estate=town.garden, building="2", room="502")
    now = conversation.find(town.session, ask("又高了", channel=Channel.phone, contact="10000000009", **home).id, for_=me)
    remembered = memory.of(town.session, now, for_=me)
    assert remembered.before is not None
    assert (remembered.before.id, remembered.times, remembered.before.state) == (before.id, 1, TicketState.closed)
    assert (remembered.by_phone, remembered.on_page) == (True, False)


def test_without_a_room_the_contact_is_remembered_in_this_grid_only(town: Cast, ask: Ask) -> None:
    me = town.me(town.wangfang)
    ask("别的网格", grid=town.lake, contact="10000000009")
    first = ask("第一次", contact="100 0000 0009")
    second = conversation.find(town.session, ask("第二次", contact="10000000009").id, for_=me)
    third = conversation.find(town.session, ask("谁也不是").id, for_=me)
    assert memory.of(town.session, second, for_=me).before is first
    assert memory.of(town.session, third, for_=me).before is None


def test_a_building_alone_does_not_make_neighbours_one_household(town: Cast, ask: Ask) -> None:
    me = town.me(town.wangfang)
    ask("邻居", estate=town.garden, building="2")
    other = conversation.find(town.session, ask("我", estate=town.garden, building="2").id, for_=me)
    assert memory.of(town.session, other, for_=me).before is None


def test_memory_knows_the_outage_of_the_building_and_not_the_neighbours(town: Cast, ask: Ask) -> None:
    me = town.me(town.wangfang)
    second = town.session.scalars(sa.select(Building.id).where(Building.estate_id == town.garden.id, Building.name == "2号楼")).one()
    there = outage(town, town.garden, second)
    asked = {place: ask(place, estate=town.garden, building=place, room="1") for place in ("2", "3")}
    asked["elsewhere"] = ask("荷塘苑", estate=town.court)
    asked["nowhere"] = ask("没说在哪")
    known = {place: memory.of(town.session, conversation.find(town.session, one.id, for_=me), for_=me) for place, one in asked.items()}
    assert [(told.notice.id, told.now.state) for told in known["2"].outages] == [(there.id, "out")]
    assert [known[place].outages for place in ("3", "elsewhere", "nowhere")] == [[], [], []]
    assert [known[place].known for place in ("2", "nowhere")] == [True, False]
