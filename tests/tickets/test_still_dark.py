"""Told that the power is back somebody says: not at mine. That is a fault of now, and nobody claims that there is light everywhere."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app import needs
from app.core import clock
from app.core.jobs import Work
from broadcasts import drafts, notices
from broadcasts.tables import NoticeKind, UpdateState
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation, inbox
from tickets.kinds.tables import FAULT
from tickets.outages import errands, homecoming, quiet, updates
from tickets.tables import TicketState

NIGHT = datetime(2026, 11, 27, 0, 30)


def test_not_yet_at_night_is_a_fault_of_half_an_hour_above_all_that_waits(town: Cast, ask: Ask, work: Work) -> None:
    """Whether the thread was answered by the notice or waited for a person meanwhile."""
    me, home = town.me(town.wangfang), {"estate": town.garden, "building": "1号楼"}
    with clock.at(NIGHT):
        drafted = drafts.write(town.session, town.lotus, by=me, kind=NoticeKind.fault_outage, estates=[town.garden.id])
        notice = notices.publish(town.session, drafted, by=me)
        answered, waits, fine = (
            ask("黑灯了，几点来电", room="501", **home), ask("黑灯了，我家有孕妇", room="502", **home), ask("黑灯了", room="503", **home),
        )  # fmt: skip
        other = ask("电表走得快", estate=town.court, room="1")
        notices.update(town.session, notice, by=me, state=UpdateState.restored)
        key = notice.id
        town.session.commit()
        updates.tell_askers(work, notice_id=key)
        town.session.expire_all()
    with clock.at(NIGHT + timedelta(minutes=20)):
        assert needs.of(town.session, me).still_dark == []
        for ticket, back in ((answered, False), (waits, False), (fine, True)):
            homecoming.tell(town.session, ticket, back=back)
        for ticket in (answered, waits):
            assert (ticket.kind, ticket.state) == (FAULT, TicketState.open)
            assert clock.local(ticket.due_at).replace(tzinfo=None) == NIGHT + timedelta(minutes=50), "and not the next morning"
        now = needs.of(town.session, me)
        assert [one.id for one in now.still_dark] == [answered.id, waits.id]
        assert [one.id for one in now.waiting] == [other.id], "they stand once"
        assert [one.id for one in inbox.waiting(town.session, me)] == [answered.id, waits.id, other.id]
        assert errands.brought(town.session, notice.id).dark == 2
        conversation.answer(town.session, answered, by=me, words="师傅十分钟后到您家。")
        homecoming.tell(town.session, waits, back=True)
        assert (needs.of(town.session, me).still_dark, errands.brought(town.session, notice.id).dark) == ([], 0)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_who_is_still_dark_is_seen_on_the_notice_today_and_in_the_review(
    town: Cast, ask: Ask, work: Work, signed_in: Callable[[Person], Client]
) -> None:
    me = town.me(town.wangfang)
    drafted = drafts.write(town.session, town.lotus, by=me, kind=NoticeKind.fault_outage, estates=[town.garden.id])
    notice = notices.publish(town.session, drafted, by=me)
    ticket = ask("黑灯了", estate=town.garden, building="1号楼", room="501")
    notices.update(town.session, notice, by=me, state=UpdateState.restored)
    key, number, ticket_id = notice.id, notice.number, ticket.id
    town.session.commit()
    updates.tell_askers(work, notice_id=key)
    homecoming.tell(town.session, conversation.find(town.session, ticket_id, for_=me), back=False)
    town.session.commit()
    manager, supervisor = signed_in(town.wangfang), signed_in(town.liujie)
    today = manager.get("/desk").text
    assert today.index("说来电了，他家还没来电") < today.index(f"/desk/tickets/{ticket_id}")
    page = manager.get(f"/desk/notices/{number}").text
    [way] = re.findall(r'href="([^"]+)"[^>]*>1 户说还没来电', page)
    assert f"/desk/tickets/{ticket_id}" in manager.get(way.replace("&amp;", "&")).text
    review = supervisor.get("/review").text
    assert "1 户说还没来电" in review
    assert f"/desk/tickets/{ticket_id}" in supervisor.get("/review/tickets?which=still_dark").text
    for which in ("out", "silent", "overrun"):
        empty = supervisor.get(f"/review/notices?which={which}").text
        assert ("处处有电" in empty, "1 户说没电，等着处理" in empty) == (False, True)
    homecoming.tell(town.session, conversation.find(town.session, ticket_id, for_=me), back=True)
    town.session.commit()
    assert "处处有电" in supervisor.get("/review/notices?which=out").text
    assert "处处有电" not in supervisor.get("/review/notices?which=silent").text


def test_at_night_nobody_is_called_about_what_can_wait() -> None:
    for hour, again in ((0, NIGHT.replace(hour=8)), (7, NIGHT.replace(hour=8)), (8, None), (21, None), (22, NIGHT.replace(day=28, hour=8))):
        with clock.at(NIGHT.replace(hour=hour)):
            assert quiet.until() == (clock.as_utc(again.replace(minute=0)) if again else None)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_time_told_at_night_is_reckoned_from_reports_alike_never_from_answers_by_day(
    town: Cast, ask: Ask, work: Work, resident: Client
) -> None:
    """Bills are answered by day within the hours on duty; a fault has a clock of its own, around the day."""
    me, token, session = town.me(town.wangfang), "ab12" * 10, town.session
    with clock.at(NIGHT - timedelta(hours=12)):
        bills = [ask(f"电费高了{n}元", room=str(n), estate=town.garden) for n in range(500, 506)]
    with clock.at(NIGHT - timedelta(hours=11, minutes=20)):
        for bill in bills:
            conversation.answer(session, bill, by=me, words="进了二档。")
    with clock.at(NIGHT):
        drafted = drafts.write(session, town.lotus, by=me, kind=NoticeKind.fault_outage, estates=[town.garden.id])
        notice, home = notices.publish(session, drafted, by=me), {"estate": town.garden, "building": "1号楼", "room": "501"}
        ticket = ask("黑灯了，几点来电", token=token, **home)
        notices.update(session, notice, by=me, state=UpdateState.restored)
        key, ticket_id = notice.id, ticket.id
        session.commit()
        updates.tell_askers(work, notice_id=key)
        session.expire_all()
    with clock.at(NIGHT + timedelta(minutes=50)):
        homecoming.tell(session, conversation.find(session, ticket_id, for_=me), back=False)
        session.commit()
        page = resident.get(f"/q/{token}").text
        asks = "按标准应在 01:50 前答复，但那时没有人值班；等不了请打 95598。"
        assert ("08:40" in page, "左右能答复" in page, page.count(asks)) == (False, False, 2), (
            "in the receipt and below it: nobody knows more"
        )
    with clock.at(NIGHT + timedelta(days=1)):
        for n, late in enumerate((50, 50, 50, 50, 55)):
            dark = ask(f"我家没电了{n}", room=str(n), estate=town.court)
            with clock.at(clock.now() + timedelta(minutes=late)):
                conversation.answer(session, dark, by=me, words="马上到。")
        last = ask("我家没电了", room="9", estate=town.court)
        told = conversation.find(session, last.id, for_=me).acknowledgements[-1]
        assert (told.n, told.expected_at - last.asked_at) == (5, timedelta(minutes=50)), "of five like reports at night"
