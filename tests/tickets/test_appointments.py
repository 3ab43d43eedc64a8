"""Appointments: slots by hours and holidays, one seat for one asker however many tap at once, moved, cancelled, reminded, settled."""

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import icalendar
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
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation, threads
from tickets.appointments import appointment_reminders, appointments, diary, slots
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.households.tables import Way
from tickets.tables import Channel, Entry, Errand, Ticket, TicketState

SignedIn = Callable[[Person], Client]
FRIDAY = datetime(2026, 9, 18, 8, 55, tzinfo=clock.SHANGHAI)  # The Sunday after is worked in exchange; 25 to 27 September are holidays.


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FRIDAY) as traveller:
        yield traveller


def at(text: str) -> datetime:
    return clock.as_utc(datetime.fromisoformat(f"2026-{text}"))


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


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_one_form_one_slot_and_the_asker_moves_and_cancels_at_the_own_address(
    resident: Client, signed_in: SignedIn, told_town: Cast, database: Database, now: time_machine.Traveller
) -> None:
    form = resident.get("/g/104226/appointments").text
    values = re.findall(r'name="slot" value="([^"]+)"', form)
    nonce = re.search(r'name="nonce" value="([^"]+)"', form)
    assert nonce
    said = {
        "kind": "new_connection",
        "slot": values[0],
        "estate": str(told_town.garden.id),
        "building": "1号楼",
        "room": "501",
        "nonce": nonce[1],
    }
    mine = resident.post("/g/104226/appointments", data={**said, "phone": "15400000921"})
    assert "我们到您家来" in mine.text
    again = resident.post("/g/104226/appointments", data={**said, "phone": "15400000921"})
    assert again.url == mine.url, "sent twice it is one"
    taken = resident.post("/g/104226/appointments", data={**said, "nonce": "n" * 22, "room": "502"})
    assert (taken.status_code, "刚刚被别人约了" in taken.text) == (422, True)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1, "no question without its time"
    assert resident.post("/g/104226/appointments", data={"kind": "x"}).status_code == 422
    thread = str(mine.url).rpartition("/")[0]
    assert resident.post(f"{thread}/appointment", data={"slot": values[1]}).status_code == 200
    [event] = icalendar.Calendar.from_ical(resident.get(f"{thread}/appointment.ics").text).walk("VEVENT")
    assert (int(event["sequence"]), event["dtstart"].dt, str(event["status"])) == (2, datetime.fromisoformat(values[1]), "CONFIRMED")
    assert len(event.walk("VALARM")) == 1
    desk = signed_in(told_town.wangfang)
    assert "莲花园" in desk.get("/desk/appointments").text
    assert "今天上门" in desk.get("/desk").text
    assert "15400000921" not in desk.get("/desk/appointments").text
    ticket_id = re.search(r"/desk/tickets/(\d+)/looks", desk.get("/desk/appointments").text)[1]
    assert "tel:15400000921" in desk.post(f"/desk/tickets/{ticket_id}/looks", data={"reason": "visit"}).text
    assert "tel:15400000921" in desk.get("/desk/appointments").text
    assert "15400000921" not in signed_in(told_town.liujie).get("/desk/appointments").text
    resident.post(f"{thread}/appointment/cancellation")
    [event] = icalendar.Calendar.from_ical(resident.get(f"{thread}/appointment.ics").text).walk("VEVENT")
    assert (int(event["sequence"]), str(event["status"])) == (3, "CANCELLED")
    booked = desk.post(
        "/desk/appointments",
        data={
            "grid": "104226",
            "kind": "meter_check",
            "slot": values[1],
            "building": "1号楼",
            "room": "601",
            "estate": said["estate"],
            "nonce": "b" * 22,
        },
    )
    assert booked.status_code == 201
    with database.reading() as session:
        key = session.scalar(sa.select(sa.func.max(Appointment.id)))
    now.move_to(datetime.fromisoformat(values[1]) + timedelta(minutes=20))
    done = desk.post(f"/desk/appointments/{key}/outcome", data={"came": "yes"}, headers={"idempotency-key": "k1"})
    assert done.status_code == 204
    assert desk.post(f"/desk/appointments/{key}/outcome", data={"came": "yes"}, headers={"idempotency-key": "k1"}).status_code == 204
    assert "已上门" in desk.get("/desk/appointments").text


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_nobody_is_sent_where_no_door_and_no_number_is_known_or_for_what_nobody_comes(
    resident: Client, signed_in: SignedIn, told_town: Cast
) -> None:
    desk, garden = signed_in(told_town.wangfang), str(told_town.garden.id)
    offered = [
        re.findall(r'name="slot" value="([^"]+)"(?! disabled)', page.text)
        for page in (resident.get("/g/104226/appointments"), desk.get("/desk/appointments/new"))
    ]
    assert offered[0] == offered[1], "the same slots for both"
    slot = {"kind": "change", "slot": offered[0][0]}
    for known in ({}, {"estate": garden, "building": "1号楼"}, {"estate": garden, "room": "501"}, {"building": "1号楼", "room": "501"}):
        said = resident.post("/g/104226/appointments", data={**slot, **known})
        assert (said.status_code, said.text.count("好让我们找得到您。")) == (422, 2), "beside the room and the number"
        assert desk.post("/desk/appointments", data={**slot, **known, "grid": "104226"}).status_code == 422
    for kind in ("complaint", "no-such-kind"):
        said = {"kind": kind, "slot": offered[0][0], "phone": "15400000922", "words": "请来人"}
        assert "请从列表里选" in resident.post("/g/104226/appointments", data=said).text
        assert desk.post("/desk/appointments", data={**said, "grid": "104226", "contact": "15400000922"}).status_code == 422
    asked = str(resident.post("/g/104226/ask", data={"words": "想换表", "nonce": "q" * 22}).url)
    assert "不知道上门去哪里" in resident.post(f"{asked}/appointment", data={"slot": offered[0][0]}).text
    assert resident.post("/g/104226/appointments", data={**slot, "phone": "15400000922"}).status_code == 200


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_form_sent_again_with_another_home_is_another_visit(resident: Client, signed_in: SignedIn, told_town: Cast) -> None:
    desk = signed_in(told_town.wangfang)
    slot = re.findall(r'name="slot" value="([^"]+)"(?! disabled)', resident.get("/g/104226/appointments").text)
    said = {"kind": "change", "estate": str(told_town.garden.id), "building": "1号楼", "nonce": "n" * 22}
    first, second = (resident.post("/g/104226/appointments", data={**said, "slot": slot[n], "room": f"50{n}"}).url for n in range(2))
    assert first != second
    heard = [desk.post("/desk/appointments", data={**said, "grid": "104226", "slot": slot[n], "room": f"60{n}"}) for n in (2, 3)]
    assert [one.status_code for one in heard] == [201, 201]
    assert len({re.search(r"/q/(\w+)", one.text)[1] for one in heard}) == 2


def test_a_question_that_is_settled_gets_no_appointment(town: Cast, ask: Ask) -> None:
    manager, ticket = town.me(town.wangfang), ask("怎么过户", estate=town.garden)
    conversation.answer(town.session, ticket, by=manager, words="带房产证。")
    conversation.close(town.session, ticket, by=manager)
    with pytest.raises(Refused):
        appointments.book(town.session, ticket, at=clock.now() + timedelta(days=1))


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_who_knows_a_neighbours_room_and_number_sees_and_touches_nothing_of_theirs(
    resident: Client, signed_in: SignedIn, told_town: Cast, database: Database, now: time_machine.Traveller
) -> None:
    home = {"estate": str(told_town.garden.id), "building": "1号楼", "room": "501", "phone": "15400000931"}
    slot = re.findall(r'name="slot" value="([^"]+)"', resident.get("/g/104226/appointments").text)
    theirs = resident.post(
        "/g/104226/appointments", data={**home, "kind": "new_connection", "slot": slot[3], "words": "想给新车装充电桩", "nonce": "n" * 22}
    )
    neighbour = str(theirs.url).rpartition("/")[0]
    desk = signed_in(told_town.wangfang)
    with database.reading() as session:
        [ticket] = session.scalars(sa.select(Ticket)).all()
    said = {**home, "contact": home["phone"], "grid": "104226", "channel": "phone", "words": "电话里再说一遍", "nonce": "h" * 22}
    assert desk.post("/desk/tickets", data=said).status_code == 201, "number and room are heard together"
    desk.post(f"/desk/tickets/{ticket.id}/answers", data={"words": "带身份证来看看。"})
    resident.post(f"{neighbour}/rating", data={"stars": "4"})
    resident.post(f"{neighbour}/data", data={"wish": "copy"})
    desk.post(f"/desk/tickets/{ticket.id}/case", data={"customer": "resident"})
    now.shift(timedelta(minutes=1))
    stranger = str(resident.post("/g/104226/ask", data={**home, "words": "发票在哪里开", "nonce": "s" * 22}).url)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1, "the same thread"
    for path in ("", "/appointment", "/data"):
        seen = resident.get(stranger + path)
        assert seen.status_code == 200
        assert not re.search(r"充电桩|您给了|改约或取消|取消预约|带身份证来", seen.text), path
        assert datetime.fromisoformat(slot[3]).strftime("%H:%M") + "–" not in re.sub(r"<label.*?</label>", "", seen.text)
    assert "发票在哪里开" in resident.get(stranger).text
    assert "您要过的" not in resident.get(f"{stranger}/data").text
    assert resident.get(f"{stranger}/procedure").status_code == 404
    assert resident.get(f"{stranger}/appointment.ics").status_code == 404
    assert resident.get(f"{stranger}/data/copy").status_code == 404
    assert resident.post(f"{stranger}/appointment/cancellation").status_code == 404
    assert resident.post(f"{stranger}/appointment", data={"slot": slot[4]}).status_code == 200, "a visit of their own"
    resident.post(f"{stranger}/data", data={"wish": "copy"})
    copied = resident.get(f"{stranger}/data/copy").text
    assert "发票在哪里开" in copied
    assert "充电桩" not in copied
    with database.reading() as session:
        booked = session.scalars(sa.select(Appointment.starts_at).where(Appointment.state == AppointmentState.booked)).all()
    assert sorted(booked) == [clock.as_utc(datetime.fromisoformat(one)) for one in slot[3:5]], "the neighbour's stands as it was"
    for path in ("", "/appointment"):
        assert "充电桩" in resident.get(neighbour + path).text
    assert resident.get(f"{neighbour}/procedure").status_code == 200
    [event] = icalendar.Calendar.from_ical(resident.get(f"{neighbour}/appointment.ics").text).walk("VEVENT")
    assert event["dtstart"].dt == datetime.fromisoformat(slot[3])
    resident.post(f"{neighbour}/appointment/cancellation")
    assert "已取消" not in resident.get(stranger).text, "what is told of a visit stays where it was made"


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


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_counts_around_visits_say_what_they_count(session: Session, town: Cast, ask: Ask, signed_in: SignedIn) -> None:
    calendar.seed(session)
    slots.write(session, town.lotus.id, by=town.me(town.wangfang), opening_hours="Mo-Fr 09:00-12:00; PH off", minutes=60, capacity=2)
    first, second = (ask(f"问{n}", room=f"{n}", building="1号楼", estate=town.garden) for n in (1, 2))
    for one in (first, second):
        appointments.book(session, one, at=at("09-21T09:00"))
    alone = review.booked_alone(session, [first, second])
    assert alone == {first.id, second.id}
    session.commit()
    manager, boss = signed_in(town.wangfang), signed_in(town.liujie)
    hours = manager.get("/desk/appointments/hours").text
    assert re.search(r"21\S* 周一</strong><small>还有 2 个空", hours), "of the times that a resident may choose, not of the seats in them"
    assert "9月21日周一 · 还要去 2 家" in manager.get("/desk/appointments").text
    listed = boss.get("/review/tickets?which=today").text
    assert listed.count("住户自己约了上门") == 2
    assert "通知自动答复" not in listed.partition("</nav>")[2]
