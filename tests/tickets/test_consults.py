"""A consult noted in ten seconds, and the log of outings: kept once, to be found again, with their figures."""

import io
import re
import secrets
from collections.abc import Callable
from datetime import date, timedelta

import msgspec
import pytest
import sqlalchemy as sa
import time_machine
from PIL import Image
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Forbidden, Missing, Mistaken
from broadcasts.cards import cards
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tickets import conversation
from tickets.answers.tables import AnswerUse
from tickets.field import consult_choices, consults, outreach
from tickets.field.consults import Heard
from tickets.field.outreach import Told
from tickets.tables import Channel, Entry, Ticket, TicketState
from tickets.triage import dangers

SignedIn = Callable[[Person], Client]
OUTING = {"grid": "104226", "day": "2026-07-11", "place": "莲花园东门", "topic": "雨季防触电", "met": "46", "words": "多是老人"}


def heard(**said: object) -> Heard:
    return Heard(**{"channel": Channel.counter, "kind": "tier_tariff", "card": "tier-how", "solved": True, **said})  # type: ignore[arg-type]


def test_a_consult_is_a_thread_of_its_own_answered_and_settled_or_waiting(session: Session, town: Cast) -> None:
    wangfang = town.me(town.wangfang)
    open_one = conversation.ask(
        session, town.lotus, words="表上余额不对", channel=Channel.web, token="a" * 40, estate=town.garden, building="1号楼", room="101"
    )
    known = consult_choices.homes_first(session, wangfang, [town.lotus.id])
    assert [words for _home, words in known] == ["莲花园 1号楼 101"]
    said = heard(household=known[0][0])
    noted = consults.note(session, town.lotus, said, by=wangfang, token="b" * 40)
    assert consults.note(session, town.lotus, said, by=wangfang, token="b" * 40) is noted, "sent twice it is one"
    assert (noted.state, noted.kind, noted.subject) == (TicketState.closed, "tier_tariff", "阶梯电价怎么算")
    assert noted.household_id == open_one.household_id
    assert open_one.state is TicketState.open, "what else the household waits for is not settled with it"
    assert session.scalars(sa.select(AnswerUse.answer).where(AnswerUse.by_id == wangfang.id)).all() == ["tier-how"]
    waits = consults.note(session, town.lotus, heard(card="", kind="meter_check", solved=False), by=wangfang, token="c" * 40)
    assert (waits.state, waits.household_id, waits.subject) == (TicketState.open, None, "电能表校验")
    assert waits.due_at > clock.now()
    assert consult_choices.offered(session, wangfang)[0].id == "tier-how", "what is used most stands first"
    assert {one.key for one in consult_choices.kinds_first(session, wangfang, town.lotus.id)[:2]} == {"tier_tariff", "meter_check"}
    with pytest.raises(Mistaken) as wrong:
        consults.note(session, town.lotus, heard(card="", kind=""), by=wangfang, token="d" * 40)
    assert "kind" in wrong.value.mistakes
    with pytest.raises(Missing):
        consults.note(session, town.lotus, heard(), by=town.me(town.chengang), token="e" * 40)
    with pytest.raises(Forbidden):
        consults.note(session, town.lotus, heard(), by=town.me(town.liujie), token="f" * 40)


def test_a_danger_is_noted_with_its_place_and_what_was_done_and_one_that_goes_on_waits_first(session: Session, town: Cast) -> None:
    wangfang = town.me(town.wangfang)
    danger = {"card": "", "kind": "danger"}
    for said, missing in (
        ({**danger}, {"estate", "done"}), ({**danger, "done": "已断电"}, {"estate"}), ({**danger, "solved": False}, {"estate"}),
        ({**danger, "estate": town.garden}, {"done"}), ({"card": "", "kind": "", "words": "插座冒烟了"}, {"estate", "done"}),
    ):  # fmt: skip
        with pytest.raises(Mistaken) as wrong, session.begin_nested():
            consults.note(session, town.lotus, heard(**said), by=wangfang, token=secrets.token_hex(20))
        assert set(wrong.value.mistakes) == missing
    over = heard(**danger, estate=town.garden, building="1号楼", done="物业已拉闸，电工换了插座。")
    noted = consults.note(session, town.lotus, over, by=wangfang, token="g" * 40)
    assert noted.state is TicketState.closed
    assert session.scalars(sa.select(Entry.words).where(Entry.ticket_id == noted.id, Entry.author_id == wangfang.id)).all() == [over.done]
    with time_machine.travel(clock.now(), tick=False):
        waits = consults.note(session, town.lotus, heard(**danger, contact="13812345678", solved=False), by=wangfang, token="h" * 40)
        assert (waits.state, waits.due_at) == (TicketState.open, clock.now() + timedelta(minutes=5))
    assert [one.ticket.id for one in dangers.open_in(session, [town.lotus.id])] == [waits.id]


def test_an_outing_counts_people_and_cards_once(session: Session, town: Cast) -> None:
    wangfang, today = town.me(town.wangfang), clock.today()
    cards.add(session, by=wangfang, slug="tiers", topic="tariff", title="阶梯电价", summary="", words="三档。", source="示例")
    told = Told(day=today, place="东门", topic="=防触电", met=46, cards={"tiers": 30})
    noted = outreach.note(session, town.lotus, told, by=wangfang, nonce="one")
    assert outreach.note(session, town.lotus, told, by=wangfang, nonce="one").id == noted.id
    again = outreach.note(session, town.lotus, msgspec.structs.replace(told, photo="photos/painted anew"), by=wangfang, nonce="one")
    assert again.id == noted.id
    other = outreach.note(session, town.lotus, Told(day=today, place="西门", topic="缴费", met=4), by=wangfang, nonce="one")
    assert other.id != noted.id, "gone back, written over and sent again it is not lost"
    outreach.note(session, town.lotus, Told(day=today, place="西门", topic="缴费", met=4), by=wangfang, nonce="two")
    found = outreach.sums(session, [town.lotus.id, town.lake.id], since=today - timedelta(days=30))
    assert found == {town.lotus.id: outreach.Sum(n=3, met=54, cards=30)}
    for wrong in (
        Told(day=today + timedelta(days=1), place="东门", topic="x", met=1), Told(day=date(1999, 1, 1), place="东门", topic="x", met=1),
        Told(day=today, place=" ", topic="x", met=1), Told(day=today, place="东门", topic="x", met=-1),
        Told(day=today, place="东门", topic="x", met=1, cards={"nowhere": 3}),
    ):  # fmt: skip
        with pytest.raises(Mistaken), session.begin_nested():
            outreach.note(session, town.lotus, wrong, by=wangfang, nonce=secrets.token_hex(8))
    assert len(outreach.listed(session, [town.lotus.id])) == 3
    with pytest.raises(Missing):
        outreach.note(session, town.lotus, told, by=town.me(town.chengang), nonce="three")


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_managers_note_outings_with_a_photo_and_take_the_list_along(signed_in: SignedIn, told_town: Cast) -> None:
    cards.add(
        told_town.session, by=told_town.me(told_town.admin), slug="tiers", topic="tariff", title="阶梯电价", summary="", words="三档。",
        source="示例",
    )  # fmt: skip
    told_town.session.commit()
    browser, picture = signed_in(told_town.wangfang), io.BytesIO()
    Image.new("RGB", (80, 60), "orange").save(picture, "PNG")
    nonce = browser.get("/desk/outreach/new").text.partition('name="nonce" value="')[2].partition('"')[0]
    said = {**OUTING, "nonce": nonce, "card-tiers": "40", "topic": "=1+1", "day": f"{clock.today()}"}
    for _twice in range(2):
        listed = browser.post("/desk/outreach", data=said, files={"photo": ("a.png", picture.getvalue())}).text
    assert "共 1 次" in listed
    assert "阶梯电价 40" in listed
    address = re.search(r"/desk/outreach/\d+/photo", listed)
    assert address
    assert browser.get(address[0]).headers["content-type"] == "image/jpeg"
    assert signed_in(told_town.chengang).get(address[0]).status_code == 404
    book = CalamineWorkbook.from_filelike(io.BytesIO(signed_in(told_town.liujie).get("/desk/outreach.xlsx").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][3:7] == ["=1+1", 46.0, 40.0, "阶梯电价 40"], "text stays text"
    wrong = browser.post("/desk/outreach", data={**said, "nonce": "x", "met": "many", "card-tiers": "-3"})
    assert wrong.status_code == 422
    assert browser.post("/desk/outreach", data={**said, "nonce": "y", "card-tiers": "-3"}).status_code == 422
    consult = browser.get("/desk/consults/new?q=jtdj").text
    assert consult.index('value="tier-how"') < consult.index('value="tier-jump"')
    done = browser.post("/desk/consults", data={"grid": "104226", "kind": "tier_tariff", "card": "tier-how", "solved": "yes"})
    assert "记好了" in done.text
    for kind in ("tier_tariff", "tier_tariff", "remote_topup"):
        browser.post("/desk/consults", data={"grid": "104226", "kind": kind, "solved": "yes", "nonce": "n" * 24})
    assert told_town.session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 3, "twice is once, written over is another"
    told_town.session.rollback()
    assert browser.post("/desk/consults", data={"grid": "104226", "solved": "yes"}).status_code == 422
