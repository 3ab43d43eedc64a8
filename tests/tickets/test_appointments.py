"""Appointments: slots by hours and holidays, one seat for one asker however many tap at once, moved, cancelled, reminded, settled."""

import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Database
from app.core.errors import Missing, Mistaken, Refused
from app.core.jobs import Work
from app.core.settings import Settings
from app.review import clocks as review
from grids.calendar import calendar
from tests.cast import Cast
from tests.tickets.conftest import FRIDAY, Ask, at
from tickets import conversation, threads
from tickets.appointments import appointment_reminders, appointments, diary, slots
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.households.tables import Way
from tickets.tables import Channel, Entry, Errand, Ticket, TicketState

pytestmark = pytest.mark.usefixtures("now")


def starts(session: Session, town: Cast, day: str) -> list[str]:
    found = [clock.local(slot.starts_at) for slot in slots.coming(session, town.lotus.id) if slot.free]
    return [f"{one:%H:%M}" for one in found if f"{one:%m-%d}" == day]


def test_slots_follow_hours_holidays_make_up_days_and_days_off(session: Session, town: Cast, ask: Ask) -> None:
    calendar.seed(session)
    manager = town.me(town.wangfang)
    assert starts(session, town, "09-18") == ["11:00", "14:00", "15:00", "16:00"], "not in less than two hours"
    assert starts(session, town, "09-19") == []
    assert len(starts(session, town, "09-20")) == 6, "a Sunday worked in exchange"
    assert starts(session, town, "09-25") == [], "the Mid-Autumn holiday"
    slots.write(session, town.lotus.id, by=manager, opening_hours="Mo-Fr 09:00-10:40; PH off", minutes=30, capacity=2)
    assert starts(session, town, "09-21") == ["09:00", "09:30", "10:00"], "what is left is too short"
    first, second = (ask(f"问{n}", room=f"{n}", building="1号楼", estate=town.garden) for n in (1, 2))
    appointments.book(session, first, at=at("09-21T09:00"))
    appointments.book(session, second, at=at("09-21T09:00"))
    assert starts(session, town, "09-21") == ["09:30", "10:00"]
    slots.write(session, town.lotus.id, by=manager, opening_hours="Mo-Fr 09:00-11:00; PH off", minutes=40, capacity=2)
    assert starts(session, town, "09-21") == ["09:40", "10:20"], "what is booked already still takes its time"
    slots.take_off(session, town.lotus.id, at("09-21T09:00").date(), by=manager)
    assert starts(session, town, "09-21") == []
    slots.take_off(session, town.lotus.id, at("09-21T09:00").date(), by=manager, off=False)
    assert starts(session, town, "09-21") == ["09:40", "10:20"]
    for wrong in (
        {"opening_hours": "每天"},
        {"opening_hours": "off"},
        {"opening_hours": "Mo 09:00-09:20"},
        {"minutes": 5},
        {"capacity": 0},
    ):
        with pytest.raises(Mistaken):
            slots.write(session, town.lotus.id, by=manager, **{"opening_hours": "24/7", "minutes": 60, "capacity": 1, **wrong})  # type: ignore[arg-type]
    with pytest.raises(Missing):
        slots.take_off(session, town.lotus.id, clock.today(), by=town.me(town.chengang))


def test_an_appointment_is_moved_cancelled_and_settled_each_once(
    session: Session, town: Cast, ask: Ask, now: time_machine.Traveller
) -> None:
    manager, clerk = town.me(town.wangfang), town.me(town.sunli)
    ticket = ask("想装充电桩", kind="new_connection", estate=town.garden, building="1号楼", room="501")
    made = appointments.book(session, ticket, at=at("09-18T14:00"))
    assert appointments.book(session, ticket, at=at("09-18T14:00")) is made, "tapped twice"
    moved = appointments.book(session, ticket, at=at("09-18T16:00"), by=clerk)
    assert (made.state, made.seat, moved.by_id) == (AppointmentState.moved, None, clerk.id)
    other = appointments.book(session, ask("表不准", room="502", estate=town.garden), at=at("09-18T14:00"))
    for wrong in ("09-18T16:00", "09-18T10:00", "09-18T14:30", "12-18T14:00"):
        with pytest.raises(Mistaken) as refused:
            appointments.book(session, ask(f"几点{wrong}", room=wrong[-5:], estate=town.garden), at=at(wrong))
        assert "slot" in refused.value.mistakes, "taken, too soon, no slot, too far"
    with pytest.raises(Refused):
        appointments.settle(session, moved, by=manager, came=True)
    assert appointments.cancel(session, ticket).state is AppointmentState.cancelled
    assert appointments.cancel(session, ticket).id == moved.id, "cancelled twice"
    assert diary.of(session, ticket) is None
    now.move_to(FRIDAY + timedelta(hours=7))
    assert [one.id for one in diary.unsettled(session, [town.lotus.id])] == [other.id]
    assert appointments.settle(session, other, by=manager, came=False).state is AppointmentState.missed
    assert appointments.settle(session, other, by=manager, came=False).ended_by_id == manager.id
    with pytest.raises(Refused):
        appointments.settle(session, other, by=manager, came=True)
    listed = diary.listed(session, [town.lotus.id], first=clock.today(), days=1)
    assert [one.id for one in listed] == [made.id, other.id, moved.id], "moved and cancelled ones do not vanish"
    said = session.execute(sa.select(Entry.author_id, Entry.words).where(Entry.ticket_id == ticket.id).order_by(Entry.id)).all()[1:]
    assert [(row.author_id, row.words[:3]) for row in said if "已" in row.words[:2]] == [(clerk.id, "已改到"), (None, "已取消")]
    with pytest.raises(Missing):
        appointments.book(session, ticket, at=at("09-18T15:00"), by=town.me(town.chengang))


def test_no_slot_is_given_away_twice_when_many_tap_at_once(database: Database, town: Cast, ask: Ask) -> None:
    slots.write(town.session, town.lotus.id, by=town.me(town.wangfang), opening_hours="24/7", minutes=60, capacity=2)
    ids = [ask(f"问{n}", room=str(n), estate=town.garden).id for n in range(10)]
    town.session.commit()
    became: list[str] = []

    def tap(ticket_id: int) -> None:
        try:
            with database.writing() as session:
                appointments.book(session, session.get_one(Ticket, ticket_id), at=at("09-19T10:00"))
            became.append("booked")
        except Mistaken:
            became.append("taken")

    people = [threading.Thread(target=tap, args=(key,)) for key in [*ids, *ids[:2]]]
    [one.start() for one in people]
    [one.join() for one in people]
    booked = sa.select(Appointment.ticket_id, Appointment.seat).where(Appointment.state == AppointmentState.booked)
    with database.reading() as session:
        found = session.execute(booked).all()
    assert sorted(row.seat for row in found) == [1, 2]
    assert len({row.ticket_id for row in found}) == 2
    assert Counter(became)["taken"] >= 8, "the same two may have tapped twice"


def test_in_whatever_order_no_slot_holds_too_many_and_nobody_has_two(session: Session, town: Cast, ask: Ask) -> None:
    slots.write(session, town.lotus.id, by=town.me(town.wangfang), opening_hours="Mo-Su 14:00-17:00", minutes=60, capacity=2)
    chance, tickets = random.Random(4), [ask(f"问{n}", room=str(n), estate=town.garden) for n in range(8)]
    hours, belief = [at(f"09-18T{hour}:00") for hour in (14, 15, 16)], dict[int, datetime]()
    for _step in range(70):
        ticket, hour = chance.choice(tickets), chance.choice(hours)
        try:
            if chance.random() < 0.3:
                appointments.cancel(session, ticket)
                belief.pop(ticket.id, None)
            else:
                # Of the asker alone, so that the many of a test are not too many of a street.
                appointments.book(session, ticket, at=hour, by=town.me(town.sunli))
                belief[ticket.id] = hour
        except Mistaken:
            assert Counter(belief.values())[hour] == 2, "only a full slot refuses"
        except Refused:
            assert ticket.id not in belief
        booked = sa.select(Appointment.ticket_id, Appointment.starts_at).where(Appointment.state == AppointmentState.booked)
        assert [tuple(row) for row in session.execute(booked.order_by(Appointment.ticket_id))] == sorted(belief.items())


def test_the_day_before_each_hears_once_by_the_own_way(
    database: Database, chosen: Settings, town: Cast, ask: Ask, now: time_machine.Traveller
) -> None:
    now.move_to(FRIDAY - timedelta(days=2))
    clerk = town.me(town.sunli)
    web = ask("想装充电桩", room="1", estate=town.garden)
    phone = ask("增容", channel=Channel.phone, contact="15400000911", room="2", estate=town.garden, by=clerk)
    gone = ask("过户", channel=Channel.phone, contact="15400000912", room="3", estate=town.garden, by=clerk)
    for ticket, hour in ((web, 9), (phone, 10), (gone, 11)):
        appointments.book(town.session, ticket, at=at(f"09-18T{hour:02}:00"), by=clerk)
    appointments.cancel(town.session, gone, by=clerk)
    town.session.commit()
    work = Work(database=database, settings=chosen)
    appointment_reminders.sweep(work)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Errand)) == 0, "two days before is too early"
    now.move_to(datetime(2026, 9, 17, 8, 30, tzinfo=UTC))
    for _twice in range(2):
        appointment_reminders.sweep(work)
    with database.writing() as session:
        said = session.execute(sa.select(Entry.ticket_id, Entry.words).where(Entry.words.contains("提醒您"))).all()
        assert sorted(row.ticket_id for row in said) == [web.id, phone.id]
        assert all("9月18日" in row.words for row in said)
        [errand] = session.scalars(sa.select(Errand)).all()
        assert (errand.ticket_id, errand.way) == (phone.id, Way.call)
        assert appointment_reminders.left(session, [town.lotus.id]) == 1


def test_a_question_that_is_settled_gets_no_appointment(town: Cast, ask: Ask) -> None:
    manager, ticket = town.me(town.wangfang), ask("怎么过户", estate=town.garden)
    conversation.answer(town.session, ticket, by=manager, words="带房产证。")
    conversation.close(town.session, ticket, by=manager)
    with pytest.raises(Refused):
        appointments.book(town.session, ticket, at=clock.now() + timedelta(days=1))


def running(session: Session, ticket: Ticket) -> list[str]:
    return [one.measure for one in threads.read(session, ticket.id).clocks if one.ended_at is None]


def test_a_time_agreed_is_the_first_answer_and_who_withdraws_the_visit_waits_for_nothing(session: Session, town: Cast, ask: Ask) -> None:
    manager = town.me(town.wangfang)
    wish = ask("想换表", kind="change", estate=town.garden, building="1号楼", room="501")
    appointments.book(session, wish, at=at("09-18T14:00"), kind="change")
    assert (wish.state, "first_answer" in running(session, wish)) == (TicketState.answered, False)
    assert session.scalar(sa.select(sa.func.count()).where(Ticket.id == wish.id, review.answered_by_itself())) == 1
    assert session.scalar(sa.select(sa.func.count()).where(Ticket.id == wish.id, review.answered_by_a_person())) == 0
    appointments.cancel(session, wish)
    assert (wish.state, running(session, wish)) == (TicketState.closed, [])
    asked = ask("表不准", room="502", estate=town.garden, building="1号楼")
    appointments.book(session, asked, at=at("09-18T15:00"), by=manager)
    assert asked.state is TicketState.answered
    assert session.scalar(sa.select(sa.func.count()).where(Ticket.id == asked.id, review.answered_by_a_person())) == 1
    appointments.cancel(session, asked)
    assert (asked.state, "first_answer" in running(session, asked)) == (TicketState.open, True), "the question itself was not withdrawn"
    danger = ask("表箱冒烟了", room="503", estate=town.garden, building="1号楼")
    appointments.book(session, danger, at=at("09-18T16:00"))
    assert danger.state is TicketState.open


def test_where_nobody_was_met_the_visit_is_still_owed_and_they_are_told(
    session: Session, town: Cast, ask: Ask, now: time_machine.Traveller
) -> None:
    manager, home = town.me(town.wangfang), {"estate": town.garden, "building": "1号楼"}
    alone, written, settled = (ask(f"表不准{n}", kind="meter_check", room=f"50{n}", **home) for n in range(3))
    written.channel = Channel.sms
    for ticket, hour in ((alone, 14), (written, 15), (settled, 16)):
        appointments.book(session, ticket, at=at(f"09-18T{hour}:00"), kind="meter_check")
        assert "first_answer" not in running(session, ticket)
    conversation.answer(session, settled, by=manager, words="不用上门了，已远程校好。")
    conversation.close(session, settled, by=manager)
    now.move_to(FRIDAY + timedelta(hours=9))
    for ticket in (alone, alone, written, settled):
        appointments.settle(session, diary.history(session, ticket)[-1], by=manager, came=False)
    for ticket in (alone, written):
        assert (ticket.state, "first_answer" in running(session, ticket)) == (TicketState.open, True)
        told = [line for line in threads.lines(threads.read(session, ticket.id)) if "家里没人" in line.words]
        assert [(line.author.id if line.author else None, "14:00" in line.words) for line in told] == [(manager.id, ticket is alone)]
        assert ticket.due_at > clock.now()
    assert (settled.state, running(session, settled)) == (TicketState.closed, []), "who is settled is owed nothing"
    assert [one.ticket_id for one in session.scalars(sa.select(Errand))] == [written.id], "a message brings it"
    appointments.book(session, written, at=at("09-20T09:00"), by=manager)
    appointments.book(session, alone, at=at("09-20T10:00"))
    for ticket in (alone, written):
        assert (ticket.state, "first_answer" in running(session, ticket)) == (TicketState.answered, False)
