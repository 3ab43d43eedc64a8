"""Who sits in the dark is told only of what holds now, never of power that came back before they asked."""

from datetime import datetime, timedelta

import pytest

from app.core import clock
from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import drafts, notices
from broadcasts.tables import Notice, NoticeKind, UpdateState
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets import conversation
from tickets.kinds.tables import FAULT
from tickets.outages import homecoming, suspicions, updates
from tickets.outages.tables import Suspicion
from tickets.tables import Entry, Ticket, TicketState

ASKED = "停电了吗？家里全黑了"
DAY = datetime(2026, 11, 26, 19, 0)


def out(town: Cast, at: datetime) -> Notice:
    """The power went at this moment, in all of 莲花园."""
    with clock.at(at):
        me = town.me(town.wangfang)
        notice = drafts.write(town.session, town.lotus, by=me, kind=NoticeKind.fault_outage, estates=[town.garden.id])
        return notices.publish(town.session, notice, by=me)


def move(town: Cast, notice: Notice, state: UpdateState, at: datetime, words: str = "") -> None:
    with clock.at(at):
        notices.update(town.session, notice, by=town.me(town.wangfang), state=state, words=words)


def home(town: Cast, ask: Ask, at: datetime, words: str = ASKED, room: str = "501") -> Ticket:
    with clock.at(at):
        return ask(words, estate=town.garden, building="1号楼", room=room, contact="13800001111" if room == "501" else "")


def tell(town: Cast, database: Database, chosen: Settings, notice: Notice, at: datetime) -> None:
    town.session.commit()
    with clock.at(at):
        updates.tell_askers(Work(database=database, settings=chosen), notice_id=notice.id)
    town.session.expire_all()


def heard(town: Cast, ticket: Ticket) -> list[str]:
    thread = town.session.query(Entry).filter(Entry.ticket_id == ticket.id, Entry.update_id.is_not(None))
    return [one.words.split("】")[0].lstrip("【") for one in thread.order_by(Entry.id)]


@pytest.mark.parametrize(
    ("later", "attached"), [(timedelta(days=4), False), (timedelta(hours=3), False), (timedelta(minutes=30), True)]
)  # fmt: skip
def test_a_correction_of_what_is_over_answers_nobody_who_is_dark_now(
    later: timedelta, attached: bool, town: Cast, ask: Ask, database: Database, chosen: Settings
) -> None:
    """Of an outage that ended minutes before it is asked whether theirs is back: that is no answer."""
    notice = out(town, DAY)
    move(town, notice, UpdateState.restored, DAY + timedelta(hours=1))
    now = DAY + timedelta(hours=1) + later
    ticket = home(town, ask, now)
    move(town, notice, UpdateState.corrected, now + timedelta(minutes=1), "原因写错了，是电缆故障。")
    tell(town, database, chosen, notice, now + timedelta(minutes=2))
    ticket = town.session.get_one(Ticket, ticket.id)
    assert (ticket.state, ticket.notice_id is not None, len(heard(town, ticket))) == (TicketState.open, attached, int(attached))
    assert (homecoming.asked_of(town.session, ticket) is not None) is attached


def test_a_report_made_while_it_was_dark_is_answered_when_the_notice_comes_too_late(
    town: Cast, ask: Ask, database: Database, chosen: Settings
) -> None:
    ticket = home(town, ask, DAY + timedelta(minutes=1))
    notice = out(town, DAY)
    move(town, notice, UpdateState.restored, DAY + timedelta(hours=1))
    tell(town, database, chosen, notice, DAY + timedelta(hours=1, minutes=1))
    ticket = town.session.get_one(Ticket, ticket.id)
    assert (ticket.state, heard(town, ticket)) == (TicketState.answered, ["已复电"])


def test_dark_again_in_the_same_thread_waits_for_a_person_or_goes_to_what_holds_now(
    town: Cast, ask: Ask, database: Database, chosen: Settings
) -> None:
    old = out(town, DAY)
    ticket = home(town, ask, DAY + timedelta(minutes=5))
    move(town, old, UpdateState.restored, DAY + timedelta(hours=1))
    tell(town, database, chosen, old, DAY + timedelta(hours=1))
    again = DAY + timedelta(hours=6)
    with clock.at(again):
        conversation.say_more(town.session, town.session.get_one(Ticket, ticket.id), words="怎么又停电了？")
    move(town, old, UpdateState.corrected, again + timedelta(minutes=1), "原因写错了。")
    tell(town, database, chosen, old, again + timedelta(minutes=1))
    assert town.session.get_one(Ticket, ticket.id).state is TicketState.open
    new = out(town, again + timedelta(minutes=2))
    tell(town, database, chosen, new, again + timedelta(minutes=3))
    ticket = town.session.get_one(Ticket, ticket.id)
    assert (ticket.notice_id, ticket.state, heard(town, ticket)[-1]) == (new.id, TicketState.answered, "正在停电")


def test_the_notice_made_of_three_reports_tells_those_three(town: Cast, ask: Ask, database: Database, chosen: Settings) -> None:
    """Also where an outage that ended lately had taken them meanwhile."""
    before = out(town, DAY - timedelta(hours=3))
    move(town, before, UpdateState.restored, DAY - timedelta(minutes=30))
    three = [home(town, ask, DAY + timedelta(minutes=n), room=str(601 + n)) for n in range(3)]
    move(town, before, UpdateState.corrected, DAY + timedelta(minutes=4), "原因写错了。")
    tell(town, database, chosen, before, DAY + timedelta(minutes=4))
    with clock.at(DAY + timedelta(minutes=5)):
        me = town.me(town.wangfang)
        notice = suspicions.draft(town.session, suspicions.open_in(town.session, [town.lotus.id])[0], by=me)
        [waits] = suspicions.open_in(town.session, [town.lotus.id])
        assert waits.notice_id == notice.id, "a draft tells nobody: the place still stands among what is to be decided"
        assert suspicions.draft(town.session, waits, by=me) is notice
        notices.publish(town.session, notice, by=me)
    tell(town, database, chosen, notice, DAY + timedelta(minutes=6))
    standing = updates.standing(town.session, notice.id)
    assert (standing.asked, standing.told, standing.waiting) == (3, 3, 0)
    assert [heard(town, one) for one in three] == [["已复电", "正在停电"]] * 3
    with clock.at(DAY + timedelta(minutes=7)):
        assert [*suspicions.open_in(town.session, [town.lotus.id])] == []


def test_told_from_the_page_of_an_old_notice_it_goes_to_the_outage_that_holds_now(town: Cast, ask: Ask) -> None:
    """Whoever keeps the link of yesterday's notice sits in the dark of today."""
    old = out(town, DAY)
    move(town, old, UpdateState.restored, DAY + timedelta(hours=1))
    new = out(town, DAY + timedelta(hours=1, minutes=30))
    with clock.at(DAY + timedelta(hours=2)):
        ticket = ask(ASKED, estate=town.garden, building="1号楼", notice=old, dark=True)
        other = ask("家里又没电了，复电了也没用", estate=town.garden, building="2号楼", notice=old)
    for one in (ticket, other):
        assert (one.notice_id, one.state, heard(town, one)) == (new.id, TicketState.answered, ["正在停电"])


def test_what_was_suspected_is_settled_once_its_reports_went_to_a_notice(
    town: Cast, ask: Ask, database: Database, chosen: Settings
) -> None:
    """By whoever told the notice, and nobody is asked to make another."""
    three = [home(town, ask, DAY + timedelta(minutes=n), room=str(601 + n)) for n in range(3)]
    with clock.at(DAY + timedelta(minutes=4)):
        assert suspicions.households_at(town.session, three[0]) == 3
    notice = out(town, DAY + timedelta(minutes=5))
    tell(town, database, chosen, notice, DAY + timedelta(minutes=6))
    with clock.at(DAY + timedelta(minutes=7)):
        assert [*suspicions.open_in(town.session, [town.lotus.id])] == []
        assert suspicions.households_at(town.session, town.session.get_one(Ticket, three[0].id)) == 0
    settled = town.session.query(Suspicion).one()
    assert (settled.notice_id, settled.settled_by_id, settled.settled_at) == (
        notice.id, town.wangfang.id, clock.as_utc(DAY + timedelta(minutes=6)),
    )  # fmt: skip


def test_who_is_dark_after_the_light_is_said_to_be_back_is_a_fault_report_of_half_an_hour(town: Cast, ask: Ask) -> None:
    notice = out(town, DAY)
    move(town, notice, UpdateState.restored, DAY + timedelta(hours=1))
    with clock.at(DAY + timedelta(hours=1, minutes=5)):
        at_home = {"estate": town.garden, "building": "1号楼", "notice": notice}
        ticket = ask("楼下都亮了就我家没有", room="501", dark=True, **at_home)
        asks = ask("几点来电的？", room="502", **at_home)
        assert (ticket.kind, clock.local(ticket.due_at).replace(tzinfo=None)) == (FAULT, DAY + timedelta(hours=1, minutes=35))
        now = updates.standing(town.session, notice.id)
        assert (now.asked, now.dark, now.waiting) == (2, 1, 2)
        assert homecoming.asked_of(town.session, ticket) is not None, "and is asked later whether it is back"
        assert homecoming.asked_of(town.session, asks) is None
        homecoming.tell(town.session, ticket, back=True)
        assert (updates.standing(town.session, notice.id).dark, ticket.state) == (0, TicketState.closed)


def test_a_notice_made_of_reports_settles_them_also_where_it_is_over_before_they_are_told(
    town: Cast, ask: Ask, database: Database, chosen: Settings
) -> None:
    for n in range(3):
        home(town, ask, DAY + timedelta(minutes=n), room=str(601 + n))
    with clock.at(DAY + timedelta(minutes=4)):
        me = town.me(town.wangfang)
        notice = suspicions.draft(town.session, suspicions.open_in(town.session, [town.lotus.id])[0], by=me)
        notices.publish(town.session, notice, by=me)
    move(town, notice, UpdateState.restored, DAY + timedelta(minutes=5))
    tell(town, database, chosen, notice, DAY + timedelta(minutes=6))
    with clock.at(DAY + timedelta(minutes=7)):
        assert [*suspicions.open_in(town.session, [town.lotus.id])] == []
