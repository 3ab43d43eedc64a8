"""Homes and questions that move: visits are booked once, called off and back, nobody is mixed with whoever came after."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from app import passing as handing
from app.core import clock
from app.core.database import WEB, Database
from app.core.errors import Missing, Refused
from app.core.photos import Shot
from app.core.settings import Settings
from broadcasts import drafts, notices
from broadcasts.tables import NoticeKind, UpdateState
from grids.staff import passing, staff
from grids.tables import Part, Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation, handovers, threads
from tickets.appointments import appointments, diary, slots
from tickets.appointments.tables import Appointment
from tickets.households import households, memory, merging, removals
from tickets.households.removals import Who
from tickets.households.tables import Household
from tickets.outages import telling
from tickets.photos import thread_photos
from tickets.photos.tables import Photo
from tickets.tables import Channel, Ticket, TicketState

OLD, NEW = "13500000009", "13900000008"


def heard(town: Cast, ask: Ask, words: str, contact: str, room: str) -> Ticket:
    home = {"estate": town.garden, "building": "1号楼", "room": room, "channel": Channel.phone, "by": town.me(town.wangfang)}
    return ask(words, contact=contact, **home)


def states(town: Cast, ticket: Ticket) -> list[str]:
    made = sa.select(Appointment.state).where(Appointment.ticket_id == ticket.id).order_by(Appointment.id)
    return [str(one) for one in town.session.scalars(made)]


def test_who_moved_within_the_grid_lives_at_the_new_home_and_is_not_mixed_with_who_came_after(town: Cast, ask: Ask) -> None:
    session, me = town.session, town.me(town.wangfang)
    old = heard(town, ask, "我们要搬家了，怎么过户", OLD, "501")
    conversation.answer(session, old, by=me, words="带身份证。")
    conversation.close(session, old, by=me)
    made = removals.move(session, old, by=me, who=Who.out)
    new = heard(town, ask, "新家怎么开户", OLD, "601")

    def told(ticket: Ticket) -> memory.Memory:
        return memory.of(session, conversation.find(session, ticket.id, for_=me), for_=me)

    assert (told(new).gone, told(new).times) == (None, 1)
    assert told(old).gone == made, "there they are gone"
    came = heard(town, ask, "我是新搬来的，发票怎么开", NEW, "501")
    with pytest.raises(Refused, match=str(came.id)):
        removals.undo(session, made.id, by=me)
    assert (told(came).times, told(new).times) == (0, 1)


@pytest.mark.parametrize("taken", [False, True], ids=["the time is free", "the time is taken"])
def test_a_visit_called_off_by_mistake_stands_again_or_is_agreed_on_anew(town: Cast, ask: Ask, taken: bool) -> None:
    session, me = town.session, town.me(town.wangfang)
    slots.write(session, town.lotus.id, by=me, opening_hours="Mo-Su 08:00-20:00", minutes=60, capacity=1)
    at = slots.coming(session, town.lotus.id)[-1].starts_at
    ticket = heard(town, ask, "装表", OLD, "501")
    appointments.book(session, ticket, at=at, by=me, kind="new_connection")
    made = removals.move(session, ticket, by=me, who=Who.out)
    assert states(town, ticket) == ["cancelled"]
    if taken:
        appointments.book(session, heard(town, ask, "也装表", NEW, "601"), at=at, by=me)
    for _twice in range(2):
        removals.undo(session, made.id, by=me)
    ticket = threads.read(session, ticket.id)
    last = threads.lines(ticket)[-1 if not taken else -2]
    if taken:
        assert (states(town, ticket), ticket.state) == (["cancelled"], TicketState.open)
        assert any("误取消" in line.words for line in threads.lines(ticket))
    else:
        assert (states(town, ticket), "照旧" in last.words) == (["cancelled", "booked"], True)


def test_a_question_handed_over_gives_up_its_visit_and_the_new_grid_may_do_all_there(town: Cast, ask: Ask) -> None:
    session, me, other = town.session, town.me(town.wangfang), town.me(town.chengang)
    ticket = heard(town, ask, "装表", OLD, "501")
    appointments.book(session, ticket, at=slots.coming(session, town.lotus.id)[-1].starts_at, by=me, kind="new_connection")
    handovers.hand_over(session, ticket, to=town.lake.id, by=me)
    assert (states(town, ticket), ticket.state) == (["cancelled"], TicketState.open), "to be agreed on anew"
    assert any("另一个片区" in line.words for line in threads.lines(threads.read(session, ticket.id)))
    with pytest.raises(Missing):
        removals.move(session, ticket, by=me, who=Who.out)
    made = removals.move(session, ticket, by=other, who=Who.out)
    removals.undo(session, made.id, by=other)
    appointments.book(session, ticket, at=slots.coming(session, town.lake.id)[-1].starts_at, by=other)
    assert [one.ticket_id for one in diary.listed(session, [town.lake.id], first=clock.today(), days=20)] == [ticket.id]
    alone = ask("只留了电话", contact=NEW, channel=Channel.phone, by=me)
    handovers.hand_over(session, alone, to=town.lake.id, by=me)
    assert households.find(session, alone.household_id or 0, for_=other).grid_id == town.lake.id


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_booking_form_sent_again_undoes_nothing_that_came_later(town: Cast, ask: Ask) -> None:
    session, me = town.session, town.me(town.wangfang)
    ticket = heard(town, ask, "装表", OLD, "501")
    token = "t" * 40
    mine = ask("装表", token=token, estate=town.garden, room="701")
    first, second = (one.starts_at for one in slots.coming(session, town.lotus.id)[-2:])
    form = {"at": first, "token": token, "kind": "new_connection"}
    appointments.begin(session, mine, **form)
    appointments.book(session, mine, at=second, token=token)
    assert appointments.begin(session, mine, **form).starts_at == second
    appointments.cancel(session, mine, by=me)
    appointments.begin(session, mine, **form)
    assert (states(town, mine), states(town, ticket)) == (["moved", "cancelled"], [])


def test_two_who_merge_across_each_other_make_one_household_and_no_ring(town: Cast, ask: Ask, database: Database) -> None:
    me = town.me(town.wangfang)
    ids = [heard(town, ask, f"发票{n}", f"1350000010{n}", f"90{n}").household_id for n in range(2)]
    town.session.commit()
    both = Barrier(2)

    def merge(n: int) -> None:
        with database.writing() as session:
            kept, gone = (session.get_one(Household, one) for one in (ids[n], ids[1 - n]))
            if not database.is_sqlite:  # There the second has to wait anyway, before it has read anything.
                both.wait(10)
            merging.merge(session, kept, gone, by=me)

    with ThreadPoolExecutor(2) as hands:
        list(hands.map(merge, range(2)))
    with database.reading() as session:
        assert {frozenset(merging.family(session, one or 0)) for one in ids} == {frozenset(ids)}


@pytest.mark.parametrize("engine_name", ["postgres"])
def test_no_page_waits_for_a_statement_that_does_not_end(chosen: Settings) -> None:
    for longest, shown in (("200ms", "200ms"), (WEB, "30s")):
        opened = Database(chosen.database_url, longest=longest)
        try:
            with opened.reading() as session:
                assert session.scalar(sa.text("SHOW statement_timeout")) == shown
                if longest != WEB:
                    with pytest.raises(sa.exc.OperationalError, match="statement timeout"):
                        session.execute(sa.text("SELECT pg_sleep(5)"))
        finally:
            opened.close()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_who_was_to_take_a_grid_reads_nothing_once_it_is_withdrawn_and_takes_none_that_another_has(town: Cast) -> None:
    session, me, to = town.session, town.me(town.wangfang), town.me(town.chengang)
    made = passing.prepare(session, town.lotus, to=to.id, by=me, note="钥匙在物业")
    assert passing.find(session, made.id, for_=to).note == "钥匙在物业"
    staff.put_on_duty(session, town.lotus, town.zhaomin, part=Part.manager, by=town.me(town.admin))
    with pytest.raises(Refused, match="赵敏"):
        handing.take(session, made, by=to)
    passing.withdraw(session, made, by=me)
    with pytest.raises(Missing):
        passing.find(session, made.id, for_=to)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_nothing_there_after_the_light_was_back_is_looked_at(town: Cast, ask: Ask) -> None:
    session, me = town.session, town.me(town.wangfang)
    fault = drafts.write(session, town.lotus, by=me, kind=NoticeKind.fault_outage, title="停", estates=[town.garden.id])
    notices.publish(session, fault, by=me)
    dark, bill = ask("没电了", estate=town.garden, notice=fault), ask("发票怎么开？", estate=town.court)
    telling.tell(session, fault, notices.update(session, fault, by=me, state=UpdateState.restored), [dark.id])
    conversation.answer(session, bill, by=me, words="在网上国网里开。")
    for ticket, becomes in ((dark, TicketState.open), (bill, TicketState.answered)):
        session.refresh(ticket)
        conversation.say_more(session, ticket, words="没有了。")
        assert ticket.state is becomes
    session.refresh(dark)
    conversation.answer(session, dark, by=me, words="已派人。")
    conversation.say_more(session, dark, words="没有了，谢谢")
    assert dark.state is TicketState.answered


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_same_photo_from_who_came_into_the_thread_later_is_kept_and_shown_there(town: Cast, ask: Ask, chosen: Settings) -> None:
    session, shot = town.session, [Shot(b"whole", b"small")]
    first = heard(town, ask, "电表照片", OLD, "501")
    for _twice in range(2):
        thread_photos.keep_with_question(session, chosen, first, shot)
    later = ask("再发一次照片", token="l" * 40, contact=OLD, estate=town.garden, building="1号楼", room="501")
    for _twice in range(2):
        thread_photos.keep_with_question(session, chosen, later, shot)
    assert later.id == first.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Photo)) == 2
    assert len(thread_photos.of(session, later, after=threads.after(session, "l" * 40))) == 1


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_old_grids_list_leads_to_no_question_that_was_handed_over(
    told_town: Cast, ask: Ask, signed_in: Callable[[Person], Client]
) -> None:
    session, me = told_town.session, told_town.me(told_town.wangfang)
    ticket = heard(told_town, ask, "装表", OLD, "501")
    appointments.book(session, ticket, at=slots.coming(session, told_town.lotus.id)[-1].starts_at, by=me)
    handovers.hand_over(session, ticket, to=told_town.lake.id, by=me)
    session.commit()
    seen = signed_in(told_town.wangfang).get("/desk/appointments").text
    assert (f"/desk/tickets/{ticket.id}" in seen, "已转给" in seen) == (False, True)
