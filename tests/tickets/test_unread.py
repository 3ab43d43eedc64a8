"""What the asker wrote after a colleague had looked is not answered by that colleague: nobody in danger stops waiting unread."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Refused
from broadcasts import drafts, notices
from broadcasts.tables import Notice, NoticeKind, UpdateState
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets import conversation, threads, unread
from tickets.clocks import clocks
from tickets.clocks.tables import Measure
from tickets.outages import attaching, homecoming, updates
from tickets.tables import Channel, Ticket, TicketState
from tickets.triage import dangers, outcomes, whose_wire

NOON = datetime.fromisoformat("2026-09-15T12:00+08:00")
SMOKE = "电表箱在冒烟，有火花！"


def after(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def whole(session: Session, ticket: Ticket) -> Ticket:
    return threads.read(session, ticket.id)


@pytest.fixture
def asked(ask: Ask, town: Cast) -> Ticket:
    with clock.at(NOON):
        return ask("电费比上月高，为什么", estate=town.garden, building="2号楼", room="602")


def smoke(session: Session, ticket: Ticket, minutes: int = 5, words: str = SMOKE) -> None:
    with clock.at(after(minutes)):
        conversation.say_more(session, ticket, words=words)


def fault(town: Cast, *, minutes: int = 0) -> Notice:
    me = town.me(town.wangfang)
    with clock.at(after(minutes)):
        draft = drafts.write(
            town.session, town.lotus, by=me, kind=NoticeKind.fault_outage, words="抢修中", estates=[town.garden.id], ends_at=after(300)
        )
        return notices.publish(town.session, draft, by=me)


def restored(town: Cast, notice: Notice, *, minutes: int) -> None:
    with clock.at(after(minutes)):
        notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.restored)


def tell(town: Cast, notice: Notice, *, minutes: int) -> None:
    with clock.at(after(minutes)):
        updates._tell_some(town.session, notice, first=True)


def test_an_answer_written_before_the_danger_is_sent_and_the_danger_goes_on_waiting(town: Cast, session: Session, asked: Ticket) -> None:
    me, seen = town.me(town.wangfang), unread.shown(whole(session, asked))
    smoke(session, asked)
    due = asked.due_at
    with clock.at(after(7)):
        entry = conversation.answer(session, asked, by=me, words="本月用电多，进了二档。", seen=seen)
        with pytest.raises(unread.Unread, match="又写了新的话"):
            conversation.close(session, asked, by=me, seen=seen)
    assert entry.id == whole(session, asked).entries[-1].id
    assert asked.state is TicketState.open
    assert asked.due_at == due
    assert [one.ticket for one in dangers.open_in(session, [town.lotus.id])] == [asked]
    assert asked.answered_at == after(7)
    with clock.at(after(9)):
        now = unread.shown(whole(session, asked))
        conversation.answer(session, asked, by=me, words="别靠近，抢修已出发。", seen=now)
        conversation.close(session, asked, by=me, seen=now, over=True)
    assert asked.state is TicketState.closed


def test_the_answer_ends_the_clock_of_what_was_read_and_what_was_not_read_has_its_own(town: Cast, session: Session, asked: Ticket) -> None:
    me, seen = town.me(town.wangfang), unread.shown(whole(session, asked))
    smoke(session, asked, words="我问的是上个月，不是这个月")
    for minutes in (7, 8):  # Sent twice it is the same.
        with clock.at(after(minutes)):
            conversation.answer(session, asked, by=me, words="本月用电多。", seen=seen)
    first, second = [one for one in whole(session, asked).clocks if one.measure is Measure.first_answer]
    assert (first.began_at, first.ended_at) == (NOON, after(7))
    assert (second.began_at, second.ended_at) == (after(5), None)
    assert asked.due_at == second.due_at
    assert clocks.running(session, asked, Measure.first_answer) is second


def test_a_closure_does_not_pass_over_a_word_and_thanks_are_none(town: Cast, session: Session, asked: Ticket) -> None:
    me = town.me(town.wangfang)
    with clock.at(after(1)):
        conversation.answer(session, asked, by=me, words="本月用电多。")
    seen = unread.shown(whole(session, asked))
    smoke(session, asked, words="谢谢")
    smoke(session, asked, 6)
    with clock.at(after(8)):
        conversation.answer(session, asked, by=town.me(town.zhaomin), words="马上来人。")
        with pytest.raises(unread.Unread):  # A colleague has read it; this one has not, and would settle what the colleague left open.
            conversation.close(session, asked, by=me, seen=seen)
        with pytest.raises(unread.Unread):
            conversation.close(session, asked, by=me, seen=unread.NOTHING)
    assert asked.state is TicketState.answered
    seen = unread.shown(whole(session, asked))
    smoke(session, asked, 9, words="好的，谢谢")
    with clock.at(after(10)):
        assert conversation.close(session, asked, by=me, seen=seen, over=True)


def test_a_tap_of_the_asker_counts_as_a_word(town: Cast, session: Session, ask: Ask) -> None:
    me, notice = town.me(town.wangfang), fault(town)
    with clock.at(after(1)):
        ticket = ask("家里没电", estate=town.garden, building="2号楼", room="602", dark=True)
    assert ticket.state is TicketState.answered
    restored(town, notice, minutes=5)
    tell(town, notice, minutes=5)
    seen = unread.shown(whole(session, ticket))
    with clock.at(after(7)):
        homecoming.tell(session, ticket, back=False)
    with clock.at(after(8)), pytest.raises(unread.Unread):
        conversation.close(session, ticket, by=me, seen=seen)
    assert ticket.state is TicketState.open


def test_what_the_asker_wrote_since_stops_every_tap_that_would_end_the_waiting(town: Cast, session: Session, ask: Ask) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        ticket = ask("就我家没电", estate=town.garden, building="1号楼", room="101")
        whose_wire.record(session, ticket, ["none", "lit", "off", "utility"])
    seen = unread.shown(whole(session, ticket))
    notice = fault(town, minutes=1)
    smoke(session, ticket)
    with clock.at(after(6)):
        for tap in (
            lambda: outcomes.works(session, ticket, by=me, seen=seen),
            lambda: attaching.attach(session, ticket, notice, by=me, seen=seen),
        ):
            with pytest.raises(unread.Unread):
                tap()
        with pytest.raises(Refused, match="险情"):  # A neighbour's light is back, the fire is not out.
            outcomes.works(session, ticket)
    assert [one.ticket for one in dangers.open_in(session, [town.lotus.id])] == [ticket]
    with clock.at(after(7)):
        outcomes.works(session, ticket, danger_over=True)
    assert ticket.state is TicketState.closed


@pytest.mark.parametrize("words", [SMOKE, "冰箱里的胰岛素坏了，谁赔"])
def test_no_notice_answers_what_waits_for_a_person_whatever_is_said_last(town: Cast, session: Session, ask: Ask, words: str) -> None:
    """Dark, in danger or in need, and dark again: no notice ends the waiting, and that there is light again ends no danger."""
    old = fault(town)
    with clock.at(after(1)):
        ticket = ask("家里没电", estate=town.garden, building="2号楼", room="602", dark=True)
    restored(town, old, minutes=2)
    smoke(session, ticket, 3, words)
    smoke(session, ticket, 4, "还是没电")
    new = fault(town, minutes=5)
    with clock.at(after(6)):
        attaching.late(session, new)
    tell(town, new, minutes=6)
    smoke(session, ticket, 7, "又停电了")
    assert ticket.state is TicketState.open
    restored(town, new, minutes=8)
    tell(town, new, minutes=8)
    assert ticket.state is TicketState.open
    with clock.at(after(9)):
        homecoming.tell(session, ticket, back=True)
    assert (whole(session, ticket).state is TicketState.open) is (words == SMOKE)


def test_who_calls_about_one_thing_does_not_settle_what_they_wrote_before(town: Cast, session: Session, ask: Ask) -> None:
    home: dict[str, object] = {"estate": town.garden, "building": "3号楼", "room": "303", "contact": "13900000001"}
    clerk = town.me(town.wangfang)
    with clock.at(NOON):
        first = ask("怎么过户", channel=Channel.phone, **home)
    with clock.at(after(3)):
        again = ask("营业厅几点关门", channel=Channel.counter, by=clerk, **home)
        assert again.id == first.id
        conversation.answer_at_once(session, again, by=clerk, words="五点半。", solved=True)
    assert again.state is TicketState.open
    assert [one.words for one in whole(session, again).entries] == ["怎么过户", "营业厅几点关门", "五点半。"]
