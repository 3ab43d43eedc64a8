"""The clocks of questions, by standards as data: what is allowed, what is told at once, what rests, and who is called."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.core import clock, jobs
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from broadcasts.promises import calls
from broadcasts.promises.tables import Call
from grids.calendar import calendar
from grids.calendar.tables import CalendarDay, DayKind
from grids.staff import staff
from grids.tables import Duty, Part
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation, threads
from tickets.clocks import clocks, nagging, on_duty, pauses, shifts, standard_keeping, standards, waiting
from tickets.clocks.shift_tables import ClockShift
from tickets.clocks.tables import Acknowledgement, Clock, Customer, DutyHours, Measure, ServiceStandard, Unit
from tickets.kinds import kinds
from tickets.tables import Ticket, TicketState

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
NOON = datetime(2027, 7, 14, 4, 0, tzinfo=UTC)  # a Wednesday
FRIDAY = date(2027, 7, 16)


def here(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    return clock.as_utc(datetime(2027, month, day, hour, minute))


def told(town: Cast, ticket: Ticket) -> list[str]:
    return list(
        town.session.scalars(sa.select(Acknowledgement.words).where(Acknowledgement.ticket_id == ticket.id).order_by(Acknowledgement.id))
    )


def ran(town: Cast, ticket: Ticket, measure: Measure) -> list[tuple[datetime, datetime, bool]]:
    rows = sa.select(Clock).where(Clock.ticket_id == ticket.id, Clock.measure == measure).order_by(Clock.id)
    return [(one.began_at, one.due_at, one.ended_at is not None) for one in town.session.scalars(rows)]


def test_the_file_is_laid_once_and_says_where_each_time_comes_from(town: Cast) -> None:
    for table in (ServiceStandard, DutyHours):
        town.session.execute(sa.delete(table))
    assert standards.seed(town.session) == len(standards.filed().standards) + 1
    assert standards.seed(town.session) == 0
    assert all(one.source and one.effective_on for one in town.session.scalars(sa.select(ServiceStandard)))


def test_the_nearest_organisations_newest_standard_holds_and_a_finer_one_goes_before(town: Cast, ask: Ask) -> None:
    admin = town.me(town.admin)

    def write(amount: int, day: str, kind: str = "", customer: Customer | None = None) -> None:
        standard_keeping.write(
            town.session, by=admin, measure=Measure.first_answer, kind=kind, customer=customer, amount=amount, unit=Unit.minutes,
            source="公司〔2026〕1号", on=date.fromisoformat(day),
        )  # fmt: skip

    for amount, day in ((60, "2026-02-01"), (30, "2026-06-01"), (5, "2099-01-01")):
        write(amount, day)
    write(20, "2026-06-01", kind="enquiry")
    write(10, "2026-06-01", kind="tier_tariff", customer=Customer.high_voltage)
    with clock.at(NOON):
        assert ask("门口的树压着线").due_at == NOON + 30 * MINUTE
        tariff = ask("问问电价", kind="tier_tariff")
        assert tariff.due_at == NOON + 20 * MINUTE, "the standard of the kind above it"
        clocks.choose_customer(town.session, tariff, by=town.me(town.wangfang), customer=Customer.high_voltage)
        assert tariff.due_at == NOON + 10 * MINUTE
        write(15, "2027-07-14")
        assert ask("再问一次").due_at == NOON + 15 * MINUTE, "a new version of the same day"
        assert tariff.due_at == NOON + 10 * MINUTE, "what runs keeps its time"
    versions = town.session.scalars(
        sa.select(ServiceStandard.amount).where(ServiceStandard.organisation_id == town.station.id, ServiceStandard.kind == "")
    )
    assert sorted(versions) == [5, 15, 30, 60], "nothing was changed in place"


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 0}, {"amount": None}, {"amount": 50_000}, {"source": "  "}, {"kind": "no_such_kind"}, {"on": date(1800, 1, 1)}],
)
def test_a_standard_that_says_nothing_is_refused(town: Cast, wrong: dict[str, object]) -> None:
    right = {
        "measure": Measure.first_answer,
        "kind": "",
        "customer": None,
        "amount": 60,
        "unit": Unit.minutes,
        "source": "文件",
        "on": FRIDAY,
    }
    with pytest.raises(Mistaken):
        standard_keeping.write(town.session, by=town.me(town.admin), **{**right, **wrong})  # type: ignore[arg-type]


def test_hours_on_duty_that_never_come_are_refused(town: Cast) -> None:
    for hours in ("", "off", "early till late"):
        with pytest.raises(Mistaken):
            standard_keeping.write_duty(town.session, by=town.me(town.admin), hours_=hours, manager_hours="24/7", source="文件", on=FRIDAY)


def test_a_new_connection_has_two_clocks_and_its_days_know_the_calendar(town: Cast, ask: Ask) -> None:
    town.session.add(CalendarDay(day=date(2027, 7, 15), kind=DayKind.holiday, name="节", source="test"))
    town.session.add(CalendarDay(day=date(2027, 7, 17), kind=DayKind.workday, name="调休", source="test"))
    town.session.flush()
    with clock.at(NOON):
        ticket = ask("新房装表", kind="new_connection")
    # Friday 16, Saturday 17 worked in exchange, Monday 19, 20, 21.
    assert (ticket.due_at, ticket.completion_due_at) == (NOON + 2 * HOUR, here(21, 20))
    me = town.me(town.wangfang)
    with clock.at(NOON + 10 * MINUTE):
        clocks.choose_customer(town.session, ticket, by=me, customer=Customer.low_voltage)
        assert ticket.completion_due_at == here(22, 20), "six working days, counted from the asking"
        kinds.choose(town.session, ticket, by=me, kind="other_enquiry")
        assert (ticket.completion_due_at, ran(town, ticket, Measure.completion)) == (None, [])
        kinds.choose(town.session, ticket, by=me, kind="new_connection")
        assert ticket.completion_due_at == here(22, 20)


def test_the_first_answer_stops_one_clock_and_closing_the_other_and_reopening_begins_both_anew(town: Cast, ask: Ask) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        ticket = ask("电表走得快，请校验", kind="meter_check")
    with clock.at(NOON + 30 * MINUTE):
        conversation.answer(town.session, ticket, by=me, words="已受理。")
    assert [one.minutes for one in town.session.scalars(sa.select(Clock).where(Clock.measure == Measure.first_answer))] == [30]
    assert ticket.completion_due_at == here(21, 20)
    with clock.at(NOON + DAY):
        conversation.close(town.session, ticket, by=me)
    assert ticket.completion_due_at is None
    with clock.at(here(15, 19)):
        conversation.reopen(town.session, ticket, words="还是快。")
    assert ran(town, ticket, Measure.first_answer) == [(NOON, NOON + 2 * HOUR, True), (here(15, 19), here(16, 9), False)]
    assert ran(town, ticket, Measure.completion) == [(NOON, here(21, 20), True), (here(15, 19), here(22, 20), False)]
    assert (ticket.due_at, ticket.completion_due_at) == (here(16, 9), here(22, 20))


def test_the_clock_rests_while_we_wait_for_the_customer_whose_answer_ends_it(town: Cast, ask: Ask) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        ticket = ask("申请校验电表", kind="meter_check")
        with pytest.raises(Refused):
            waiting.begin(town.session, ticket, by=me, reason="请说户号", days=5)
        conversation.answer(town.session, ticket, by=me, words="请问户号是多少？")
        pause = waiting.begin(town.session, ticket, by=me, reason="请说户号", days=3)
        assert waiting.begin(town.session, ticket, by=me, reason="请说户号", days=3) is pause
        assert pause.until_at == here(19, 20)
        assert ticket.completion_due_at == here(26, 20), "as late as if the customer never answers"
    with clock.at(here(15, 12)):
        conversation.say_more(town.session, ticket, words="户号是 3012。")
    assert (pause.ended_at, pause.ended_by_id) == (here(15, 12), None)
    assert ticket.completion_due_at == here(22, 20), "half a day was waited, so the fifth day ends a day later"
    assert ticket.due_at == here(15, 14)
    with clock.at(here(15, 13)):
        conversation.answer(town.session, ticket, by=me, words="收到。")
        waiting.begin(town.session, ticket, by=me, reason="等您约时间", days=1)
        waiting.go_on(town.session, ticket, by=me)
        assert pauses.standing(town.session, ticket) is None
        assert ticket.completion_due_at == here(22, 20)
    with clock.at(here(15, 14)), pytest.raises(Mistaken):
        waiting.begin(town.session, ticket, by=me, reason=" ", days=5)


def test_what_has_run_out_is_not_made_good_by_waiting(town: Cast, ask: Ask) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        ticket = ask("申请校验电表", kind="meter_check")
        conversation.answer(town.session, ticket, by=me, words="请问户号是多少？")
    with clock.at(here(21, 20, 1)):  # The last day's midnight is still to come.
        waiting.begin(town.session, ticket, by=me, reason="请说户号", days=10)
        assert ticket.completion_due_at == here(21, 20)


def test_what_asks_for_no_more_than_an_answer_cannot_rest(town: Cast, ask: Ask) -> None:
    ticket = ask("问个事")
    conversation.answer(town.session, ticket, by=town.me(town.wangfang), words="好的。")
    with pytest.raises(Refused):
        waiting.begin(town.session, ticket, by=town.me(town.wangfang), reason="等您", days=5)


def test_the_asker_is_told_at_once_by_when_in_hours_on_duty(town: Cast, ask: Ask) -> None:
    with clock.at(NOON):
        by_day = ask("甲")
    assert told(town, by_day) == ["已转给台区经理王芳。最晚 14:00 前答复您。"]
    with clock.at(here(14, 19, 30)):
        evening = ask("乙")
        assert told(town, evening) == ["王芳今晚不在岗，代班赵敏来答复。最晚 7月15日周四 09:30 前答复您。"]
        assert [line.received for line in threads.lines(conversation.find(town.session, evening.id, for_=town.me(town.wangfang)))] == [
            False,
            True,
        ]
    with clock.at(here(14, 22)):
        night = ask("丙")
        assert told(town, night) == ["王芳今晚不在岗，7月15日周四 08:00 起有人答复。最晚 7月15日周四 10:00 前答复您。"]
    town.session.execute(sa.update(Duty).where(Duty.part == Part.manager).values(until_at=NOON))
    with clock.at(here(17, 11)):
        assert told(town, ask("丁")) == ["台区经理不在，代班赵敏来答复。最晚 13:00 前答复您。"]


def test_five_answers_make_the_time_honest_and_fewer_say_nothing(town: Cast, ask: Ask) -> None:
    me = town.me(town.wangfang)
    for n, minutes in enumerate((10, 12, 20, 20, 90)):
        with clock.at(NOON + n * DAY):
            ticket = ask(f"第{n}问")
            assert "最近" not in told(town, ticket)[0]
        with clock.at(NOON + n * DAY + minutes * MINUTE):
            conversation.answer(town.session, ticket, by=me, words="答。")
    with clock.at(NOON + 5 * DAY):
        assert told(town, ask("快"))[0].endswith("一般 12:20 前有答复（最近 5 条里八成都这么快），最晚不超过 14:00。")
    town.session.execute(sa.update(Clock).where(Clock.minutes.is_not(None)).values(minutes=Clock.minutes + 200))
    with clock.at(NOON + 5 * DAY):
        assert told(town, ask("慢"))[0].endswith("按标准 14:00 前该有答复；但最近答得慢，5 条里八成要到 15:40 左右才答复，请您有个数。")


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


def test_only_those_who_look_after_the_grid_stop_its_clocks(town: Cast, ask: Ask) -> None:
    ticket = ask("校验", kind="meter_check")
    conversation.answer(town.session, ticket, by=town.me(town.wangfang), words="好。")
    for me in (town.me(town.chengang), staff.as_me(town.session, town.liujie)):
        with pytest.raises((Missing, Forbidden)):
            waiting.begin(town.session, ticket, by=me, reason="等", days=5)
    assert ticket.state is TicketState.answered


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
        assert told(town, ask("配电箱冒烟了"))[0].endswith("王芳正在值班，您报的险情排在最前面。")
    with clock.at(here(14, 22) + 31 * MINUTE):
        now = on_duty.now(town.session, town.lotus.id)
        assert (now.here, now.again_at) == (None, here(15, 8))
        assert now.to_call is not None
        assert now.to_call.name == "王芳", "her number stands there all the same"
