"""A notice's area shrinks, or a narrower notice takes its place: who is left out is told so once and waits for a person again."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.jobs import Work
from broadcasts import drafts, life, notices, seconds, unsaid
from broadcasts.channels.sms import LONGEST
from broadcasts.tables import Notice, NoticeKind, UpdateState
from grids.tables import Building
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets import conversation
from tickets.clocks import clocks
from tickets.clocks.tables import Measure
from tickets.outages import attaching, left_out, reports, suspicions, updates
from tickets.outages.tables import Detachment
from tickets.tables import Channel, Entry, Errand, Ticket, TicketState

Shrink = Callable[[Cast, Notice], Notice]


def correct(town: Cast, notice: Notice) -> Notice:
    notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.corrected, estates=[town.court.id])
    return notice


def replace(town: Cast, notice: Notice) -> Notice:
    me = town.me(town.wangfang)
    new = life.replacement(town.session, notice, by=me)
    drafts.edit(town.session, new, by=me, kind=NoticeKind.fault_outage, words="", estates=[town.court.id])
    return notices.publish(town.session, new, by=me)


@pytest.fixture
def notice(town: Cast) -> Notice:
    """A fault in 莲花园 and 荷塘苑, as it is said at first."""
    me = town.me(town.wangfang)
    places = [town.garden.id, town.court.id]
    return notices.publish(town.session, drafts.write(town.session, town.lotus, by=me, kind=NoticeKind.fault_outage, estates=places), by=me)


def tell(town: Cast, work: Work, notice: Notice) -> None:
    key = notice.id
    town.session.commit()
    updates.tell_askers(work, notice_id=key)
    town.session.expire_all()


def say(town: Cast, notice: Notice, state: UpdateState, **more: Any) -> None:
    me = town.me(town.wangfang)
    notices.update(town.session, notices.find(town.session, notice.number, for_=me), by=me, state=state, **more)


def heard(town: Cast, ticket: Ticket) -> list[str]:
    """The notice's words in a thread, as they begin."""
    told = sa.select(Entry.words).where(Entry.ticket_id == ticket.id, Entry.update_id.is_not(None))
    return [words.split("】")[0].lstrip("【") for words in town.session.scalars(told.order_by(Entry.id))]


@pytest.mark.parametrize(("shrink", "said"), [(correct, "更正了范围，不再包括您家"), (replace, "已换新，新的不包括您家")])
def test_who_is_left_out_is_told_once_and_no_later_word_answers_them(
    shrink: Shrink, said: str, town: Cast, notice: Notice, ask: Ask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = [ask("没电了", estate=town.garden, building="1号楼", room=str(101 + n)) for n in range(2)]
    by_sms = {"channel": Channel.sms, "contact": "13800000001", "by": town.me(town.wangfang)}
    out.append(ask("没电了", estate=town.garden, building="1号楼", room="103", **by_sms))
    within = ask("没电了", estate=town.court, building="1号楼", room="201")
    assert {one.state for one in [*out, within]} == {TicketState.answered}
    words = f"通知{notice.number}{said}。您的问题已重新受理。"
    now = shrink(town, notice)
    with monkeypatch.context() as cut:
        cut.setattr(left_out.audit, "record", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tell(town, work, now)
    town.session.rollback()
    for _ in range(2):
        tell(town, work, now)
    assert [heard(town, one) for one in out] == [["正在停电", words]] * 3
    assert heard(town, within) == ["正在停电"] * 2
    for one in out:
        assert (one.state, one.notice_id) == (TicketState.open, None)
        assert clocks.running(town.session, one, Measure.first_answer) is not None
    assert town.session.query(Detachment).filter(Detachment.update_id.is_not(None)).count() == 3
    errand = town.session.scalars(sa.select(Errand).where(Errand.update_id.is_(None))).one()
    assert (errand.ticket_id, len(words) <= LONGEST) == (out[2].id, True), "it goes whole by SMS"
    suspected = suspicions.open_in(town.session, [town.lotus.id])
    assert [len(reports.of(town.session, one)) for one in suspected] == [3]

    conversation.say_more(town.session, out[0], words="我家1号楼还是没电")
    say(town, now, UpdateState.restored)
    tell(town, work, now)
    assert [one.state for one in [*out, within]] == [TicketState.open] * 3 + [TicketState.answered]
    assert [heard(town, one)[-1] for one in [*out, within]] == [words] * 3 + ["已复电"]


def test_an_area_put_right_and_undone_leaves_everybody_as_they_were(town: Cast, notice: Notice, ask: Ask, work: Work) -> None:
    """Who was to be left out, and who asked from where the power was said to be out for these seconds alone."""
    me = town.me(town.wangfang)
    only_garden = drafts.write(town.session, town.lotus, by=me, kind=NoticeKind.fault_outage, estates=[town.garden.id])
    with clock.at(clock.now()):
        say(town, notice, UpdateState.cancelled)
        notices.publish(town.session, only_garden, by=me)
    later, stays = clock.now(), ask("没电了", estate=town.garden, building="1号楼", room="101")
    for area in ([town.garden.id, town.court.id], [town.court.id]):
        with clock.at(later):
            say(town, only_garden, UpdateState.corrected, estates=area, grace=life.GRACE)
            meanwhile = ask("没电了", estate=town.court, building="1号楼", room=str(area))
            unsaid.undo(town.session, notices.find(town.session, only_garden.number, for_=me), by=me)
        later += seconds.after(life.GRACE)
        with clock.at(later):
            tell(town, work, only_garden)
            assert (meanwhile.state, meanwhile.notice_id, heard(town, meanwhile)) == (TicketState.open, None, [])
    assert (stays.notice_id, stays.state, heard(town, stays)) == (only_garden.id, TicketState.answered, ["正在停电"])


def test_narrowed_to_a_building_the_others_go_and_come_again_when_it_is_widened(town: Cast, notice: Notice, ask: Ask, work: Work) -> None:
    """Whose building is not known is not said to be outside. Who wrote from an outage that is known elsewhere goes to that one."""
    me = town.me(town.wangfang)
    two = town.session.scalars(sa.select(Building.id).where(Building.estate_id == town.garden.id, Building.name == "2号楼")).one()
    first, second, unknown = (ask("没电了", estate=town.garden, building=where, room="") for where in ("1号楼", "2号楼", ""))
    told = ask("没电了", estate=town.court, building="1号楼", room="201")
    other = drafts.write(town.session, town.lotus, by=me, kind=NoticeKind.fault_outage, estates=[town.court.id])
    notices.publish(town.session, other, by=me)
    say(town, notice, UpdateState.corrected, buildings=[two])
    tell(town, work, notice)
    assert [one.notice_id for one in (first, second, unknown, told)] == [None, notice.id, None, other.id]
    assert "不再包括您家" in heard(town, first)[-1]
    assert "不一定包括您家" in heard(town, unknown)[-1]
    assert ("受理" in "".join(heard(town, told)), heard(town, told)[-1], told.state) == (False, "正在停电", TicketState.answered)

    say(town, notice, UpdateState.corrected, estates=[town.garden.id])
    tell(town, work, notice)
    assert [(one.notice_id, one.state, heard(town, one)[-1]) for one in (first, second, unknown)] == [
        (notice.id, TicketState.answered, "正在停电")
    ] * 3


def test_whom_a_colleague_attached_after_the_area_was_narrowed_stays_with_what_takes_its_place(
    town: Cast, notice: Notice, ask: Ask, work: Work
) -> None:
    correct(town, notice)
    tell(town, work, notice)
    later = ask("没电了，是不是同一处？", estate=town.garden, building="1号楼", room="301")
    attaching.attach(town.session, later, notices.find(town.session, notice.number, for_=town.me(town.wangfang)), by=town.me(town.wangfang))
    new = replace(town, notices.find(town.session, notice.number, for_=town.me(town.wangfang)))
    tell(town, work, new)
    assert (later.notice_id, heard(town, later)) == (new.id, ["正在停电", "正在停电"])
