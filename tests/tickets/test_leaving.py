"""Asked again at the moment of leaving: nothing leaves of what can be taken back, nor to who is no more to be told."""

# ruff: noqa: F811 - the fixtures of test_carrying are named as what they are

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.jobs import Work
from broadcasts import drafts, life, notices, seconds, unsaid
from broadcasts.tables import Notice, NoticeKind, UpdateState
from grids.tables import Estate
from tests.broadcasts.providers import Provider
from tests.cast import Cast
from tests.tickets import asking_crowd
from tests.tickets.test_carrying import provider, work  # noqa: F401 - a provider of SMS, and the worker who knows it
from tickets import conversation, handovers
from tickets.households.tables import Way
from tickets.outages import attaching, carrying, updates
from tickets.tables import Channel, Errand, Ticket


@pytest.fixture
def there(town: Cast) -> Estate:
    return asking_crowd.estate(town)


@pytest.fixture
def notice(town: Cast, there: Estate) -> Notice:
    return asking_crowd.fault(town, there)


def ask(town: Cast, there: Estate, room: int) -> Ticket:
    """By SMS; what is known is told at once, and its message waits to be carried."""
    return conversation.ask(
        town.session, town.lotus, words="没电了，几点来电？", channel=Channel.sms, token=f"{room:040}", estate=there, building="1号楼",
        room=str(room), contact=f"13800000{room}", by=town.me(town.wangfang),
    )  # fmt: skip


def carried(town: Cast, work: Work, provider: Provider) -> list[tuple[str, str]]:
    """Whatever the workers find to do; what reached whom so far."""
    town.session.commit()
    carrying.sweep(work)
    carrying.carry(work, way="sms")
    town.session.expire_all()
    return sorted((one["to"], one["said"]["what"]) for one in provider.sent)


def test_while_power_is_back_can_be_undone_no_asker_is_written_to(
    town: Cast,
    there: Estate,
    notice: Notice,
    work: Work,
    provider: Provider,
) -> None:
    me, now = town.me(town.wangfang), clock.now()
    ask(town, there, 101)
    with clock.at(now):
        notices.update(town.session, notice, by=me, state=UpdateState.restored, grace=life.GRACE)
        assert carried(town, work, provider) == []
        unsaid.undo(town.session, notices.find(town.session, notice.number, for_=me), by=me)
    with clock.at(now + seconds.after(life.GRACE)):
        assert carried(town, work, provider) == [("13800000101", "正在停电")]


def test_nor_while_a_notice_that_takes_its_place_can_be_undone(
    town: Cast,
    there: Estate,
    notice: Notice,
    work: Work,
    provider: Provider,
) -> None:
    """Neither by a message nor in the thread. When it stands the threads go on with it, whatever became of its job."""
    me, now, one = town.me(town.wangfang), clock.now(), ask(town, there, 101)
    first = one.told_update_id
    with clock.at(now):
        notices.update(town.session, notice, by=me, state=UpdateState.progress, words="抢修队已到")
        new = life.replacement(town.session, notice, by=me)
        drafts.edit(town.session, new, by=me, kind=NoticeKind.fault_outage, words="", estates=[there.id])
        notices.publish(town.session, new, by=me, grace=life.GRACE)
        ids = [notice.id, new.id]
        town.session.commit()
        updates.tell_askers(work, notice_id=ids[0])
        assert carried(town, work, provider) == []
        assert one.told_update_id == first
    town.session.rollback()
    with clock.at(now + seconds.after(life.GRACE)):
        assert asked_for(work) == {*ids}
        for key in ids:
            updates.tell_askers(work, notice_id=key)
        assert carried(town, work, provider) == [("13800000101", "正在停电")]
    assert one.notice_id == ids[1]


def test_who_is_answered_otherwise_or_asks_about_it_no_more_gets_no_message(
    town: Cast,
    there: Estate,
    notice: Notice,
    work: Work,
    provider: Provider,
) -> None:
    me = town.me(town.wangfang)
    waits, detached, moved, answered = (ask(town, there, room) for room in (101, 102, 103, 104))
    attaching.detach(town.session, detached, by=me)
    handovers.hand_over(town.session, moved, to=town.lake.id, by=me, words="是你们那边的")
    conversation.answer(town.session, answered, by=me, words="您家是欠费停电，与这次故障无关。")
    assert carried(town, work, provider) == [("13800000101", "正在停电")]
    assert town.session.execute(sa.select(Errand.ticket_id, Errand.way)).all() == [(waits.id, Way.sms)]


def asked_for(work: Work) -> set[int]:
    """About which notices the sweep asks."""
    found: set[int] = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(updates.jobs, "later", lambda _session, _act, *, notice_id, **_: found.add(notice_id))
        updates.sweep(work)
    return found
