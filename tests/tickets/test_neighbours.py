"""Neighbours are two households: a side, a floor, a numeral tells them apart, a name and a room without its building prove nothing."""

import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from broadcasts import drafts, notices
from broadcasts.tables import NoticeKind
from grids.tables import Building
from tests import cast
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets import conversation, threads
from tickets.field import consults
from tickets.field.consults import Heard
from tickets.households import merging
from tickets.households.tables import Household, Merge
from tickets.outages.tables import Suspicion
from tickets.privacy import gathering, requests
from tickets.privacy.tables import Wish
from tickets.tables import Channel, Ticket

numbers = itertools.count(13500000000)
PAIRS = (
    ("2层东户", "2层西户"), ("501东", "501西"), ("12号东院", "12号西院"), ("3单元东", "3单元西"), ("前院2号", "后院2号"), ("A座501", "501"),
    ("地下1", "1层"), ("二单元501", "三单元501"),
)  # fmt: skip


def readable(town: Cast, token: str) -> str:
    ticket = conversation.by_token(town.session, token)
    return " ".join(line.words for line in threads.lines(ticket, after=threads.after(town.session, token)))


def heard(town: Cast, **more: object) -> dict[str, object]:
    return {"channel": Channel.phone, "by": town.me(town.wangfang), "contact": str(next(numbers)), **more}


def test_what_tells_two_doors_apart_parts_their_threads_and_what_each_may_read_or_have_copied(town: Cast, ask: Ask) -> None:
    home = {"estate": town.garden, "building": "1号楼"}
    for number, (one, other) in enumerate(PAIRS):
        token = f"{number}" * 40
        first = ask(f"欠费能缓吗，{one}", token=token, **home, **heard(town, room=one))
        second = ask(f"老伴住院了，{other}", **home, **heard(town, room=other))
        assert (first.id == second.id, first.household_id == second.household_id) == (False, False), (one, other)
        assert "住院" not in readable(town, token)
        told = str(gathering.of(town.session, requests.ask(town.session, first, wish=Wish.copy, whole=False, token=token)))
        assert "住院" not in told
    mine = ask("发票怎么开", **home, **heard(town, room="2单元601"))
    for building, room in (("1栋", "二单元601室"), ("一号楼", "2-601"), ("01", "2门６０１"), ("1号楼2单元", "601"), ("", "1号楼2单元601")):
        again = ask("再问发票", **heard(town, room=room), estate=town.garden, building=building)
        assert again.id == mine.id, (building, room)


def test_four_homes_of_one_floor_in_the_dark_are_four(town: Cast, ask: Ask) -> None:
    for room in ("2层东户", "2层西户", "2层南户", "2层北户"):
        ask("没电了", estate=town.court, building="1号楼", room=room)
    counted = [town.session.scalar(sa.select(sa.func.count()).select_from(one)) for one in (Household, Ticket, Suspicion)]
    assert counted == [4, 4, 1]


@pytest.mark.parametrize("channel", [Channel.wechat, Channel.api])
def test_a_name_leads_to_nobody_and_proves_nothing(town: Cast, ask: Ask, channel: Channel) -> None:
    said = {"channel": channel, "by": town.me(town.wangfang), "contact": "王先生"}
    first, second = ask("欠费能缓吗", **said, estate=town.garden), ask("老伴住院了", **said, estate=town.court)
    at_home = ask("电表走快了", **said, estate=town.garden, building="1号楼", room="501")
    third, other = ask("几点上班", **said), ask("又问", **said, estate=town.garden, building="1号楼", room="602")
    assert len({one.household_id for one in (first, second, at_home, third, other)}) == 5
    assert town.session.scalars(sa.select(Merge)).all() == []
    alike = merging.alike(town.session, town.session.get_one(Household, at_home.household_id), by=said["by"])
    assert {one.household.id for one in alike} >= {first.household_id, third.household_id}, "it helps a colleague to look"
    assert not any(one.by_contact for one in alike)


def test_a_room_without_its_building_is_found_by_the_number_alone(town: Cast, ask: Ask) -> None:
    room = {"estate": town.garden, "room": "602"}
    first, second = ask("欠费能缓吗", **heard(town), **room), ask("老伴住院了", **(hers := heard(town)), **room)
    assert first.household_id != second.household_id
    assert first.id != second.id
    assert ask("还有一句", **hers, **room).id == second.id
    web = {"contact": hers["contact"], **room}
    assert ask("网上再问", **web).id == second.id, "room and number together are hers"
    assert ask("网上问", **{**web, "room": "603"}).id != second.id
    at_door = ask("电表走快了", **(third := heard(town)), **room, building="2号楼")
    assert ask("还有电表", **third, **room).id == at_door.id, "her number was heard at the one such door"
    assert ask("打听", **heard(town), **room, building="我们楼").household_id not in {at_door.household_id, second.household_id}


def test_a_stranger_who_typed_a_number_at_a_door_gets_in_there_by_no_call_without_the_building(town: Cast, ask: Ask) -> None:
    hers = ask("老伴住院了", **heard(town), estate=town.garden, building="1号楼", room="501")
    evil = str(next(numbers))
    ask("打听", contact=evil, estate=town.garden, building="1号楼", room="501")
    called = ask("几点上班", **{**heard(town), "contact": evil}, estate=town.garden, room="501")
    assert called.household_id != hers.household_id


def test_in_a_village_the_houses_number_is_its_door(town: Cast, ask: Ask) -> None:
    village = cast.estate(town.session, town.lotus, "荷塘村", 80, 39.994, 116.464, ("1",))
    town.session.execute(sa.delete(Building).where(Building.estate_id == village.id))
    first = ask("没电了", **heard(town), estate=village, room="12号")
    assert ask("还没电", **heard(town), estate=village, room="十二号").id == first.id
    assert ask("没电了", **heard(town), estate=village, room="12号东院").id != first.id


def test_a_building_that_may_be_several_is_no_door_and_one_of_another_part_is_its_own(town: Cast, ask: Ask) -> None:
    names = ("1号楼", "甲2号楼", "1区3号楼", "2区3号楼", "A1栋", "东1楼")
    estate = cast.estate(town.session, town.lotus, "望京花园", 900, 39.994, 116.464, names)
    said = ("1号楼", "A1栋", "东1楼", "西1楼", "甲2号楼", "乙2号楼", "2号楼", "1区3号楼", "2区3号楼", "3号楼", "3号楼")
    found = [ask("问", **heard(town), estate=estate, building=one, room="501") for one in said]
    assert len({one.household_id for one in found}) == len(said)
    assert [one.building for one in found] == list(said)


def test_who_is_chosen_among_the_known_is_meant_whatever_is_known_of_them(town: Cast, ask: Ask) -> None:
    first = ask("几点上班", channel=Channel.wechat, by=town.me(town.wangfang), contact="王先生", estate=town.garden, room="602")
    heard = Heard(channel=Channel.counter, household=town.session.get_one(Household, first.household_id), words="又来问", solved=True)
    assert consults.note(town.session, town.lotus, heard, by=town.me(town.wangfang), token="k" * 40).household_id == first.household_id


def test_a_fault_of_one_building_answers_nobody_of_a_building_of_another_part(town: Cast, ask: Ask) -> None:
    session, names = town.session, ("1号楼", "1区3号楼", "1区4号楼", "2区3号楼", "A1栋", "东1楼")
    estate = cast.estate(session, town.lotus, "望京花园", 900, 39.994, 116.464, names)
    building = session.scalars(sa.select(Building.id).where(Building.estate_id == estate.id, Building.name == "1区3号楼")).one()
    fault = drafts.write(session, town.lotus, by=town.me(town.wangfang), kind=NoticeKind.fault_outage, title="停", buildings=[building])
    notices.publish(session, fault, by=town.me(town.wangfang))
    with clock.at(clock.now() + timedelta(minutes=5)):  # It can be undone no more.
        said = ("1区3号楼", "一区3栋", "1区4号楼", "1号楼", "A1栋", "东1楼", "3号楼", "2区3号楼")
        told = [one for one in said if ask("没电了", estate=estate, building=one, room="101").notice_id == fault.id]
    assert told == ["1区3号楼", "一区3栋"]
