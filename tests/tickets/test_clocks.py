"""The clocks of questions, by standards as data: what is allowed, what is told at once, and what rests."""

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from grids.calendar.tables import CalendarDay, DayKind
from grids.staff import staff
from grids.tables import Duty, Part
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tests.tickets.hours import DAY, HOUR, MINUTE, NOON, here, told
from tickets import conversation, threads
from tickets.clocks import clocks, pauses, standard_keeping, standards, waiting
from tickets.clocks.tables import Clock, Customer, DutyHours, Measure, ServiceStandard, Unit
from tickets.kinds import kinds
from tickets.tables import Ticket, TicketState

FRIDAY = date(2027, 7, 16)


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


def test_only_those_who_look_after_the_grid_stop_its_clocks(town: Cast, ask: Ask) -> None:
    ticket = ask("校验", kind="meter_check")
    conversation.answer(town.session, ticket, by=town.me(town.wangfang), words="好。")
    for me in (town.me(town.chengang), staff.as_me(town.session, town.liujie)):
        with pytest.raises((Missing, Forbidden)):
            waiting.begin(town.session, ticket, by=me, reason="等", days=5)
    assert ticket.state is TicketState.answered
