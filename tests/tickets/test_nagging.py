"""Who is called when an answer is late or a holiday moves what runs, and who is on duty: one truth."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
import time_machine

from app.core import clock, jobs
from broadcasts.promises import calls
from broadcasts.promises.tables import Call
from grids.calendar import calendar
from grids.calendar.tables import DayKind
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tests.tickets.hours import MINUTE, NOON, here, told
from tickets import conversation, threads
from tickets.clocks import nagging, on_duty, shifts, waiting
from tickets.clocks.shift_tables import ClockShift
from tickets.tables import Ticket


def test_manager_then_deputy_then_supervisor_are_called_before_and_after_and_nobody_once_it_is_answered(
    told_town: Cast, work: jobs.Work, ask: Callable[..., Ticket]
) -> None:
    session = told_town.session
    with clock.at(NOON):
        late, soon = ask("没人答"), ask("很快就答")
        session.commit()
    called: list[list[tuple[str, int]]] = []
    for minutes in (104, 105, 106, 120, 135, 165, 166):
        with time_machine.travel(NOON + minutes * MINUTE, tick=False):
            if minutes == 106:
                conversation.answer(session, soon, by=told_town.me(told_town.wangfang), words="答了。")
                session.commit()
            nagging.sweep(work)
            calls.sweep(work)
        with work.database.reading() as reading:
            rows = reading.scalars(sa.select(Call).where(Call.sent_at.is_not(None)).order_by(Call.due_at, Call.id)).all()
            called.append([(one.part, one.minutes) for one in rows])
    before, due, deputy, boss = ("manager", -15), ("manager", 0), ("deputy", 15), ("supervisor", 45)
    assert called == [
        [], [before] * 2, [before] * 2, [before, before, due], [before, before, due, deputy], [before, before, due, deputy, boss],
        [before, before, due, deputy, boss],
    ]  # fmt: skip
    with clock.at(NOON + 166 * MINUTE), work.database.reading() as reading:
        seen = conversation.find(reading, late.id, for_=told_town.me(told_town.wangfang))
        assert [one.call.part for one in nagging.warned(reading, seen.clocks)] == ["manager", "manager", "deputy", "supervisor"]
        clock_id = seen.clocks[0].id
        said = nagging.spoken(reading, clock_id)
        assert said is not None
        assert (said.title, said.path) == (f"诉求 {late.id} 等您答复", f"/desk/tickets/{late.id}")
        assert late.subject not in said.title + said.body, "what the asker wrote does not pass through a push service"


def test_before_a_time_that_was_put_off_the_chain_begins_again(told_town: Cast, work: jobs.Work, ask: Callable[..., Ticket]) -> None:
    session, manager = told_town.session, told_town.me(told_town.wangfang)
    with clock.at(NOON):
        waits = ask("新房装表", kind="new_connection")
        conversation.answer(session, waits, by=manager, words="收到。")
        session.commit()

    def called(at: datetime) -> list[str]:
        with clock.at(at):
            nagging.sweep(work)
            calls.sweep(work)
        with work.database.reading() as reading:
            return list(reading.scalars(sa.select(Call.part).where(Call.sent_at.is_not(None)).order_by(Call.due_at, Call.id)))

    assert waits.completion_due_at is not None
    due = waits.completion_due_at
    before = called(due - 20 * MINUTE)
    assert before == ["manager"]
    with clock.at(due - 10 * MINUTE):
        waiting.begin(session, waits, by=manager, reason="等客户交房产证", days=10)
        session.commit()
    assert waits.completion_due_at > due + timedelta(days=2)
    assert called(due + 20 * MINUTE) == before, "the clock rests"
    assert called(waits.completion_due_at - 20 * MINUTE) == [*before, "manager"]


def test_a_holiday_announced_later_moves_what_runs_and_nobody_is_called_twice(
    told_town: Cast, work: jobs.Work, ask: Callable[..., Ticket], signed_in: Callable[..., Client]
) -> None:
    session, admin = told_town.session, told_town.me(told_town.admin)
    session.commit()
    end = here(21, 20)  # Thursday 15, Friday 16, Monday 19, 20, 21
    with clock.at(NOON):
        shifts.sweep(work)
        runs, over = ask("新房装表", kind="new_connection"), ask("又装一只", kind="new_connection")
        threads.shut(session, over, told_town.me(told_town.wangfang))
        session.commit()
    with clock.at(end - 20 * MINUTE):
        nagging.sweep(work)
        calls.sweep(work)
        with work.database.reading() as reading:
            called = reading.scalars(sa.select(Call.id).where(Call.sent_at.is_not(None))).all()
        assert called
        calendar.mark(session, date(2027, 7, 20), kind=DayKind.holiday, name="节", by=admin)
        calendar.mark(session, date(2027, 9, 10), kind=DayKind.holiday, name="以后", by=admin)
        session.commit()
        for _twice in range(2):
            shifts.sweep(work)
        nagging.sweep(work)
        calls.sweep(work)
        with work.database.reading() as reading:
            (moved,) = reading.scalars(sa.select(ClockShift)).all()
            assert (moved.was_due_at, moved.due_at, moved.days, moved.source) == (
                end, here(22, 20), {"2027-07-20": "holiday"}, f"person/{admin.id}",
            )  # fmt: skip
            assert reading.get_one(Ticket, runs.id).completion_due_at == here(22, 20)
            assert reading.get_one(Ticket, over.id).completion_due_at is None
            assert reading.scalars(sa.select(Call.id).where(Call.sent_at.is_not(None))).all() == called
        if work.database.is_sqlite:
            assert "放假安排有变：7月20日 放假" in signed_in(told_town.wangfang).get(f"/desk/tickets/{runs.id}").text
    with clock.at(here(22, 19, 45)):
        nagging.sweep(work)
        calls.sweep(work)
        with work.database.reading() as reading:
            assert reading.scalars(sa.select(Call.id).where(Call.sent_at.is_not(None))).all() == called, "the same step"
        calendar.unmark(session, date(2027, 7, 20), by=admin)
        session.commit()
        shifts.sweep(work)
        with work.database.reading() as reading:
            back = reading.scalars(sa.select(ClockShift).order_by(ClockShift.id.desc())).first()
            assert back is not None
            assert (back.due_at, back.days) == (end, {"2027-07-20": ""})
    with clock.at(here(23, 9)):
        calendar.mark(session, date(2027, 7, 19), kind=DayKind.holiday, name="节", by=admin)
        session.commit()
        shifts.sweep(work)
        with work.database.reading() as reading:
            assert len(reading.scalars(sa.select(ClockShift)).all()) == 2, "what has run out stays so"
            assert shifts.changed(reading) == {}


def test_one_truth_of_who_is_on_duty_by_the_timetable_or_because_they_act(town: Cast, ask: Ask) -> None:
    me, deputy = town.me(town.wangfang), town.me(town.zhaomin)
    with clock.at(here(14, 22)):
        assert on_duty.now(town.session, town.lotus.id).here is None
        night, waits = ask("楼下电线掉下来了"), ask("问个事")
        assert "值班" not in told(town, night)[0], "nobody is promised who is not there"
        conversation.answer(town.session, waits, by=deputy, words="我先看一下。")
        assert told(town, ask("乙")) == ["王芳今晚不在岗，代班赵敏来答复。最晚 7月15日周四 10:00 前答复您。"]
        conversation.answer(town.session, night, by=me, words="抢修班已经出发。")
        assert told(town, ask("丙"))[0].startswith("已转给台区经理王芳。")
        assert told(town, ask("配电箱冒烟了"))[0].endswith("王芳在值班，险情排在别的诉求前面，但不一定马上看到。"), "no phone rings for her"
    with clock.at(here(14, 22) + 31 * MINUTE):
        now = on_duty.now(town.session, town.lotus.id)
        assert (now.here, now.again_at) == (None, here(15, 8))
        assert now.to_call is not None
        assert now.to_call.name == "王芳", "her number stands there all the same"
