"""They moved: who comes after has a memory of their own, and nobody reads of the other's."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core.errors import Missing, Refused, TooMany
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation
from tickets.appointments import appointments, diary, slots
from tickets.appointments.tables import AppointmentState
from tickets.households import memory, merging, moving_in, removals
from tickets.households.removals import Who
from tickets.households.tables import Household, Removal
from tickets.privacy import gathering, requests, unmasking
from tickets.privacy.tables import Proof, Reason, Wish
from tickets.tables import Channel, Ticket

OLD, NEW = "13800000009", "13900000008"


def asked(town: Cast, ask: Ask, words: str, contact: str, room: str = "501") -> Ticket:
    """On the telephone, so that room and number belong together."""
    home = {"estate": town.garden, "building": "2号楼", "room": room, "channel": Channel.phone, "by": town.me(town.wangfang)}
    ticket = ask(words, contact=contact, **home)
    conversation.answer(town.session, ticket, by=town.me(town.wangfang), words="好的。")
    conversation.close(town.session, ticket, by=town.me(town.wangfang))
    return ticket


def before(town: Cast, ticket: Ticket) -> int:
    me = town.me(town.wangfang)
    return memory.of(town.session, conversation.find(town.session, ticket.id, for_=me), for_=me).times


def copied(town: Cast, ticket: Ticket) -> list[str]:
    me = town.me(town.wangfang)
    whole = conversation.find(town.session, ticket.id, for_=me)
    request = requests.enter(town.session, whole, wish=Wish.copy, proof=Proof.bill, by=me)
    kept = gathering.of(town.session, requests.do(town.session, request, by=me))
    return [one["subject"] for one in kept["questions"]] + [one["value"] for one in kept["contacts"]]


def test_who_moved_in_has_nothing_of_who_lived_there_before(town: Cast, ask: Ask) -> None:
    session, me = town.session, town.me(town.wangfang)
    former = [asked(town, ask, f"原住户问电费{n}", OLD) for n in range(2)]
    mine = asked(town, ask, "新住户问怎么过户", NEW)
    assert before(town, mine) == 2, "so far one household"
    made = removals.move(session, mine, by=me, who=Who.into)
    assert removals.move(session, session.get_one(Ticket, mine.id), by=me, who=Who.into).id == made.id, "tapped twice"
    later = asked(town, ask, "新住户再问阶梯电价", NEW)
    told = memory.of(session, conversation.find(session, mine.id, for_=me), for_=me)
    assert (before(town, mine), before(town, later), told.came.id, told.former) == (0, 1, made.id, True)
    assert copied(town, mine) == ["新住户问怎么过户", "新住户再问阶梯电价", NEW]
    assert copied(town, former[0]) == ["原住户问电费0", "原住户问电费1", OLD]
    assert before(town, former[1]) == 1, "the former keeps its own memory"
    again = ask("原来那户的押金退了吗", contact=OLD, channel=Channel.phone, by=me)
    assert (before(town, again), again.household_id) == (2, former[0].household_id), "found by its number"
    assert merging.alike(session, session.get_one(Household, made.came_id), by=me) == []


def test_who_moved_away_leaves_an_empty_home(town: Cast, ask: Ask) -> None:
    session, me = town.session, town.me(town.wangfang)
    former = asked(town, ask, "原住户问电费", OLD)
    made = removals.move(session, former, by=me, who=Who.out)
    assert removals.move(session, session.get_one(Ticket, former.id), by=me, who=Who.out).id == made.id, "tapped twice"
    mine = asked(town, ask, "新来的问电费", NEW)
    assert (mine.household_id, before(town, mine)) == (made.came_id, 0)
    assert memory.of(session, conversation.find(session, former.id, for_=me), for_=me).gone.id == made.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Removal)) == 1


def test_of_two_homes_of_one_family_the_one_asked_about_changes_hands(town: Cast, ask: Ask) -> None:
    """And whoever comes is not called a neighbour of the other one; a visit that was to come is called off."""
    session, me = town.session, town.me(town.wangfang)
    slots.write(session, town.lotus.id, by=me, opening_hours="Mo-Su 08:00-20:00", minutes=60, capacity=5)
    stays, left = asked(town, ask, "问甲家", OLD), asked(town, ask, "问乙家", OLD, room="601")
    merging.merge(session, *(session.get_one(Household, one.household_id) for one in (stays, left)), by=me)
    visited = ask("乙家要装表", contact=OLD, estate=town.garden, building="2号楼", room="601", channel=Channel.phone, by=me)
    kept = ask("甲家没电", contact=OLD, estate=town.garden, building="2号楼", room="501", channel=Channel.phone, by=me)
    for ticket in (visited, kept):
        appointments.book(session, ticket, at=slots.coming(session, town.lotus.id)[-1].starts_at, by=me)
    made = removals.move(session, left, by=me, who=Who.out)
    assert removals.move(session, session.get_one(Ticket, left.id), by=me, who=Who.out).id == made.id, "tapped twice"
    assert session.scalar(sa.select(sa.func.count()).select_from(Removal)) == 1
    mine = asked(town, ask, "新来的问乙家", NEW, room="601")
    assert (mine.household_id, before(town, mine)) == (made.came_id, 0)
    home = session.get_one(Household, stays.household_id, populate_existing=True)
    assert (home.room, copied(town, mine)) == ("501", ["新来的问乙家", NEW])
    assert diary.of(session, visited) is None
    ended = diary.history(session, visited)[-1]
    assert (ended.state, ended.ended_by_id, ended.told_id is not None) == (AppointmentState.cancelled, me.id, True)
    assert diary.of(session, kept) is not None


def test_what_the_former_asked_later_stays_with_the_former(town: Cast, ask: Ask) -> None:
    session, me = town.session, town.me(town.wangfang)
    former, mine = asked(town, ask, "原住户问电费", OLD), asked(town, ask, "新住户问过户", NEW)
    later, mine_too = asked(town, ask, "原住户问押金", OLD), asked(town, ask, "新住户问电表", NEW)
    looks = {one.id: unmasking.unmask(session, one, by=me, reason=Reason.verify) for one in (mine, later)}
    made = removals.move(session, mine, by=me, who=Who.into)
    assert removals.move(session, session.get_one(Ticket, mine.id), by=me, who=Who.into).id == made.id, "tapped twice"
    assert copied(town, mine) == ["新住户问过户", "新住户问电表", NEW]
    assert copied(town, former) == ["原住户问电费", "原住户问押金", OLD]
    assert (looks[mine.id].household_id, looks[later.id].household_id) == (made.came_id, made.gone_id)
    assert (before(town, mine_too), before(town, later)) == (1, 1)


@pytest.mark.parametrize("who", Who)
def test_where_nobody_had_moved_both_are_one_again(town: Cast, ask: Ask, who: Who) -> None:
    session, me = town.session, town.me(town.wangfang)
    former = asked(town, ask, "问电费", OLD)
    mine = asked(town, ask, "再问电费", NEW)
    made = removals.move(session, mine, by=me, who=who)
    between = asked(town, ask, "还问电费", NEW)
    with pytest.raises(Missing):
        removals.undo(session, made.id, by=town.me(town.chengang))
    for _twice in range(2):
        removals.undo(session, made.id, by=me)
    assert (made.undone_by_id, made.undone_at is not None) == (me.id, True), "the fact stays"
    later = asked(town, ask, "末了问电费", "")
    assert before(town, later) == 3
    for ticket in (former, mine, between):
        told = memory.of(session, conversation.find(session, ticket.id, for_=me), for_=me)
        assert (told.came, told.gone) == (None, None)
    assert set(copied(town, former)) == {"问电费", "再问电费", "还问电费", "末了问电费", OLD, NEW}
    again = removals.move(session, later, by=me, who=Who.into)
    assert again.id != made.id
    assert before(town, later) == 0


def test_where_nobody_had_asked_no_former_is_spoken_of(town: Cast, ask: Ask) -> None:
    session, me = town.session, town.me(town.wangfang)
    only = asked(town, ask, "刚搬来，怎么过户", NEW)
    removals.move(session, only, by=me, who=Who.into)
    told = memory.of(session, conversation.find(session, only.id, for_=me), for_=me)
    assert (told.came is not None, told.former) == (True, False)


def test_who_may_not_say_so_and_where_nobody_lives(town: Cast, ask: Ask) -> None:
    ticket = asked(town, ask, "原住户问电费", OLD)
    with pytest.raises(Missing):
        removals.move(town.session, ticket, by=town.me(town.chengang), who=Who.out)
    with pytest.raises(Refused, match="哪一户"):
        removals.move(town.session, ask("想问问", contact="13700000007"), by=town.me(town.wangfang), who=Who.into)


def test_who_moved_in_says_so_herself_and_nothing_of_the_former_is_shown_moved_or_called_off(town: Cast, ask: Ask) -> None:
    """Whoever only claims the room may tap as well, so a colleague looks at it, and may undo it."""
    session, me = town.session, town.me(town.wangfang)
    slots.write(session, town.lotus.id, by=me, opening_hours="Mo-Su 08:00-20:00", minutes=60, capacity=5)
    former = asked(town, ask, "原住户问押金", OLD)
    home = {"estate": town.garden, "building": "2号楼", "room": "501"}
    visited = ask("原住户要换表", contact=OLD, channel=Channel.phone, by=me, **home)
    appointments.book(session, visited, at=slots.coming(session, town.lotus.id)[-1].starts_at, by=me)
    mine = ask("怎么过户", token="n" * 40, **home)
    assert moving_in.at(session, mine, "n" * 40).asked
    first = moving_in.say(session, mine, token="n" * 40)
    assert moving_in.say(session, session.get_one(Ticket, mine.id), token="n" * 40).id == first.id, "tapped twice"
    mine = conversation.find(session, mine.id, for_=me)
    assert (mine.household_id, before(town, mine), copied(town, mine)) == (first.came_id, 0, ["怎么过户"])
    assert (before(town, former), before(town, visited)) == (0, 1)
    assert diary.of(session, visited) is not None, "nobody's visit is called off by whoever gives a room"
    assert [(one.removal.id, one.ticket.id) for one in moving_in.untold(session, [town.lotus.id])] == [(first.id, mine.id)]
    with pytest.raises(Missing):
        moving_in.confirm(session, first.id, by=town.me(town.chengang))
    removals.undo(session, first.id, by=me)
    assert moving_in.untold(session, [town.lotus.id]) == []
    assert before(town, conversation.find(session, mine.id, for_=me)) == 2, "one again"
    with pytest.raises(Refused):
        moving_in.say(session, mine, token="n" * 40)
    another = ask("我才是新搬来的", contact=NEW, token="o" * 40, **home)
    second = moving_in.say(session, another, token="o" * 40)
    for _twice in range(2):
        moving_in.confirm(session, second.id, by=me)
    assert (moving_in.untold(session, [town.lotus.id]), diary.of(session, visited)) == ([], None)
    with pytest.raises(TooMany):
        moving_in.say(session, ask("我也是", token="p" * 40, **home), token="p" * 40)


def test_a_newcomers_word_alone_takes_no_memory_from_whoever_is_heard_from_the_formers_number(town: Cast, ask: Ask) -> None:
    """Once or twice over: the call says otherwise, and a colleague is told so. Confirmed, the door is the newcomer's."""
    session, me = town.session, town.me(town.wangfang)
    former = asked(town, ask, "欠费能缓吗", OLD)
    home = {"estate": town.garden, "building": "2号楼", "room": "501"}
    stranger = ask("电价", contact=NEW, token="n" * 40, **home)
    claims = [moving_in.say(session, stranger, token="n" * 40)]
    claims.append(moving_in.say(session, ask("我也是", contact="13700000007", token="o" * 40, **home), token="o" * 40))
    assert [one.denied for one in moving_in.untold(session, [town.lotus.id])] == [False, False]
    called = ask("我家空调能不能带", contact=OLD, channel=Channel.phone, by=me, **home)
    assert (called.household_id, before(town, called), before(town, stranger)) == (former.household_id, 1, 0)
    assert ask("网上再问一句", contact=OLD, **home).id == called.id, "number and room, both heard of her"
    assert ask("只报了房号", channel=Channel.phone, by=me, **home).household_id == claims[1].came_id
    assert [one.denied for one in moving_in.untold(session, [town.lotus.id])] == [True, True]
    told = memory.of(session, conversation.find(session, called.id, for_=me), for_=me)
    assert (told.gone.id, told.denied) == (claims[0].id, True)
    moving_in.confirm(session, claims[1].id, by=me)
    later = ask("停电", contact=OLD, channel=Channel.phone, by=me, **home)
    assert (later.household_id, before(town, called)) == (claims[1].came_id, 1)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_it_is_asked_only_where_somebody_else_asked_before_and_the_page_names_nobody(
    resident: Client, signed_in: Callable[[Person], Client], told_town: Cast
) -> None:
    desk = signed_in(told_town.wangfang)
    home = {"estate": str(told_town.garden.id), "building": "2号楼", "room": "501"}
    heard = {"grid": "104226", "channel": "phone", "nonce": "f" * 22, "contact": OLD}
    assert desk.post("/desk/tickets", data={**home, **heard, "words": "原住户问押金"}).status_code == 201
    mine = resident.post("/g/104226/ask", data={**home, "words": "怎么过户", "nonce": "m" * 22})
    assert "我是新搬来的" in mine.text
    alone = resident.post("/g/104226/ask", data={**home, "room": "502", "words": "怎么过户", "nonce": "a" * 22})
    assert "我是新搬来的" not in alone.text
    assert resident.post(f"{alone.url}/moving-in".replace("#now", "")).status_code == 409
    said = resident.post(f"{mine.url}/moving-in".replace("#now", ""))
    assert "您在" in said.text
    assert "押金" not in said.text + mine.text
    assert OLD[-4:] not in said.text + mine.text
    today = desk.get("/desk").text
    assert "说自己是新搬来的" in today
    ticket = re.search(r'/desk/tickets/(\d+)"[^>]*>(?:(?!</a>).)*说自己是新搬来的', today, re.DOTALL)
    assert ticket
    page = desk.get(f"/desk/tickets/{ticket[1]}").text
    assert "原住户又来联系" not in today + page
    assert desk.post("/desk/tickets", data={**home, **heard, "nonce": "g" * 22, "words": "空调能不能带"}).status_code == 201
    again = re.findall(r'/desk/tickets/(\d+)"', desk.get("/desk").text)
    for shown in ("/desk", f"/desk/tickets/{ticket[1]}", f"/desk/tickets/{min(map(int, again))}"):
        assert "原住户又来联系" in desk.get(shown).text, shown
    confirmation = re.search(r"/desk/tickets/\d+/removals/\d+/confirmation", page)
    assert confirmation
    assert "对，新搬来的" not in desk.post(confirmation[0]).text
    assert "说自己是新搬来的" not in desk.get("/desk").text
