"""Appointments on the pages: one form one slot, at the asker's own address, and nothing of a neighbour's."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import icalendar
import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Database
from app.review import clocks as review
from grids.calendar import calendar
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask, at
from tickets.appointments import appointments, slots
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.tables import Ticket

SignedIn = Callable[[Person], Client]
pytestmark = pytest.mark.usefixtures("now")


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
