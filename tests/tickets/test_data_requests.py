"""A person asks for a copy of their data, or that it be erased: checked, done once, and nothing of them stays."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import audit, clock
from app.core.database import Database
from app.core.errors import Forbidden, Missing, Refused
from app.core.photos import Shot
from app.core.settings import Settings
from app.core.tokens import digest
from broadcasts.subscribers import subscribers, subscriptions
from broadcasts.subscribers.tables import ChannelName, Subscriber
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation, promises, ratings, threads
from tickets.appointments import appointments, slots
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.clocks.tables import Customer
from tickets.households.tables import Household, Reach
from tickets.photos import thread_photos
from tickets.photos.tables import Photo
from tickets.privacy import asked, copies, erasing, gathering, matter, requests, unmasking
from tickets.privacy.tables import DataRequest, Proof, Reason, Wish
from tickets.procedures import cases, papers, procedures
from tickets.procedures.tables import PaperSeen
from tickets.tables import Address, Channel, Entry, Ticket, TicketState

PHONE, TOKEN = "13800000009", "0123456789abcdef" * 2
WORDS, ROOM = "我叫李小强，这个月电费怎么高了一百多？", "501"


@pytest.fixture
def settled(town: Cast, ask: Ask, chosen: Settings) -> Ticket:
    """李强 asked twice, left his number, sent a photo, and hears by SMS; both questions are settled."""
    session, me = town.session, town.me(town.wangfang)
    home = {"estate": town.garden, "building": "2号楼", "room": ROOM, "contact": PHONE}
    for words, token, heard in ((WORDS, TOKEN, True), ("李小强再问一句：发票呢？", "fedcba9876543210" * 2, False)):
        how = {"channel": Channel.phone, "by": me} if heard else {"channel": Channel.web}
        ticket = ask(words, token=token, **how, **home)
        conversation.answer(session, ticket, by=me, words="李先生，您家七月进了第二档。")
        ratings.rate(session, ticket, stars=4, words="谢谢，李小强")
        conversation.close(session, ticket, by=me)
    entry = session.scalars(sa.select(Entry).where(Entry.ticket_id == ticket.id).order_by(Entry.id)).first()
    assert entry
    thread_photos.keep(session, chosen, entry, [Shot(b"whole", b"small")])
    one = subscribers.of_address(session, ChannelName.sms, PHONE)
    subscriptions.subscribe(session, one, grid=town.lotus, estate=town.garden)
    return session.scalars(threads.whole().where(Ticket.subject.contains("我叫"))).one()


def everything(town: Cast) -> str:
    """All that stands in any table, as text."""
    town.session.flush()
    ours = [name for name in Household.metadata.tables if name not in ("people", "estates", "buildings")]
    return "\n".join(str(row) for name in ours for row in town.session.execute(sa.select(Household.metadata.tables[name])))


def test_whoever_holds_the_address_gets_a_copy_of_that_thread_at_once_and_of_nothing_else(town: Cast, settled: Ticket) -> None:
    request = requests.ask(town.session, settled, wish=Wish.copy, whole=False, token=TOKEN)
    again = requests.ask(town.session, settled, wish=Wish.copy, whole=False, token=TOKEN)
    assert (again.id, request.proof, request.done_by_id) == (request.id, Proof.link, None)
    assert request.done_at is not None
    kept = gathering.of(town.session, copies.ready(town.session, settled, TOKEN))
    assert [one["number"] for one in kept["questions"]] == [settled.id]
    assert (kept["households"], kept["subscriptions"]) == ([], [])


def test_a_whole_household_is_copied_once_a_colleague_has_checked_who_asks(town: Cast, settled: Ticket) -> None:
    me = town.me(town.wangfang)
    request = requests.ask(town.session, settled, wish=Wish.copy, whole=True, token=TOKEN)
    with pytest.raises(Missing):
        copies.ready(town.session, settled, TOKEN)
    with pytest.raises(Refused, match="核实"):
        requests.do(town.session, request, by=me)
    assert [one.id for one in asked.open_in(town.session, me.own)] == [request.id]
    assert request.due_at - request.at == timedelta(days=15)
    requests.do(town.session, request, by=me, proof=Proof.called_back)
    first_done = request.done_at
    requests.do(town.session, request, by=me, proof=Proof.bill)
    assert (request.done_at, request.proof, request.done_by_id) == (first_done, Proof.called_back, me.id)
    assert asked.open_in(town.session, me.own) == []


def test_the_copy_holds_all_that_is_kept_of_the_household(town: Cast, settled: Ticket) -> None:
    me = town.me(town.wangfang)
    unmasking.unmask(town.session, settled, by=me, reason=Reason.call_back)
    request = requests.enter(town.session, settled, wish=Wish.copy, proof=Proof.called_back, by=me)
    kept = gathering.of(town.session, requests.do(town.session, request, by=me))
    assert [(home["estate"], home["building"], home["room"]) for home in kept["households"]] == [("莲花园", "2号楼", ROOM)]
    assert [reach["value"] for reach in kept["contacts"]] == [PHONE]
    assert [one["subject"] for one in kept["questions"]] == [settled.subject, "李小强再问一句：发票呢？"]
    said = [line["words"] for line in kept["questions"][0]["said"]]
    assert (said[0], said[-1], len(said)) == (WORDS, "李先生，您家七月进了第二档。", 3), "between them the receipt"
    assert kept["questions"][0]["rating"]["stars"] == 4
    assert len(kept["questions"][1]["photos"]) == 1
    assert [(look["by"], look["reason"]) for look in kept["look_ups"]] == [("王芳", Reason.call_back)]
    assert [one["address"] for one in kept["subscriptions"]] == [PHONE]
    billed = requests.enter(town.session, settled, wish=Wish.copy, proof=Proof.bill, by=me)
    assert gathering.of(town.session, billed)["subscriptions"] == []  # A bill proves the home, not the number.


def test_visits_procedures_and_papers_are_copied_and_erased_too(town: Cast, ask: Ask) -> None:
    session, me = town.session, town.me(town.wangfang)
    home = {"estate": town.garden, "building": "2号楼", "room": ROOM, "contact": PHONE}
    ticket = ask("想装充电桩", kind="new_connection", token=TOKEN, **home)
    visit = appointments.book(session, ticket, at=next(slot.starts_at for slot in slots.coming(session, town.lotus.id) if slot.free))
    procedures.seed(session)
    case = cases.find(session, cases.begin(session, ticket, by=me, customer=Customer.resident).id, for_=me)
    papers.see(session, case, "身份证明", by=me, words="李小强本人")
    request = requests.ask(session, ticket, wish=Wish.copy, whole=False, token=TOKEN)
    [told] = gathering.of(session, request)["questions"]
    assert [(one["from"], one["state"]) for one in told["appointments"]] == [(visit.starts_at, "booked")]
    assert [(one["kind"], len(one["stages"]) > 0) for one in told["procedures"]] == [("new_connection", True)]
    assert [(one["paper"], one["words"], one["by"]) for one in told["papers_seen"]] == [("身份证明", "李小强本人", "王芳")]
    erasing.erase(session, request, matter.of(session, request))
    assert session.get_one(Appointment, visit.id).state is AppointmentState.cancelled, "nobody goes to a home that is nobody's"
    assert "李小强" not in everything(town)
    assert session.scalar(sa.select(sa.func.count()).select_from(PaperSeen)) == 0


def test_erasing_leaves_counts_and_times_and_nobody(town: Cast, settled: Ticket) -> None:
    me, session = town.me(town.wangfang), town.session
    assert "李小强" in everything(town)
    before = session.scalar(sa.select(sa.func.count()).select_from(Entry))
    request = requests.enter(session, settled, wish=Wish.erasure, proof=Proof.called_back, by=me)
    requests.do(session, request, by=me)
    requests.do(session, request, by=me)
    left = everything(town)
    for said in ("李小强", "李先生", PHONE, "一百多", "138****0009"):
        assert said not in left
    assert session.scalars(sa.select(Household.room)).all() == [""]
    assert session.scalar(sa.select(sa.func.count()).select_from(Entry)) == before
    for table in (Reach, Photo, Subscriber):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    tickets = session.scalars(sa.select(Ticket)).all()
    assert [(one.state, one.household_id, one.answered_at is not None) for one in tickets] == [(TicketState.closed, None, True)] * 2
    assert audit.verify(session)[1] is None
    lines = threads.lines(conversation.find(session, settled.id, for_=me))
    assert [line.words for line in lines if not line.received] == ["（内容已删除）"] * 2


def test_what_is_still_needed_is_not_erased(town: Cast, settled: Ticket) -> None:
    me, session = town.me(town.wangfang), town.session
    request = requests.enter(session, settled, wish=Wish.erasure, proof=Proof.bill, by=me)
    conversation.reopen(session, settled)
    with pytest.raises(Refused, match=str(settled.id)):
        requests.do(session, request, by=me)
    entry = conversation.answer(session, settled, by=me, words="明天给您回电。")
    promise = promises.make(session, entry, by=me, day=clock.today())
    conversation.close(session, settled, by=me)
    with pytest.raises(Refused, match=str(settled.id)):
        requests.do(session, request, by=me)
    promises.keep(session, promises.find(session, promise.id, for_=me), by=me)
    requests.do(session, request, by=me)
    assert request.done_at is not None
    assert "李小强" not in everything(town)


def test_one_thread_is_erased_by_its_address_and_the_household_keeps_the_other(town: Cast, settled: Ticket) -> None:
    me, session = town.me(town.wangfang), town.session
    request = requests.ask(session, settled, wish=Wish.erasure, whole=False, token=TOKEN)
    requests.do(session, request, by=me)
    left = everything(town)
    assert "一百多" not in left
    assert "李小强再问一句" in left
    assert session.scalars(sa.select(Household.room)).all() == [ROOM]
    assert session.scalar(sa.select(sa.func.count()).select_from(Subscriber)) == 1


def test_who_may_do_it_and_who_may_not(town: Cast, settled: Ticket) -> None:
    session = town.session
    request = requests.enter(session, settled, wish=Wish.erasure, proof=Proof.bill, by=town.me(town.sunli))
    for person, refusal in ((town.sunli, Forbidden), (town.liujie, Missing), (town.chengang, Missing)):
        with pytest.raises(refusal):
            requests.do(session, request, by=town.me(person))
    requests.decline(session, request, by=town.me(town.admin), why="taken_back")
    requests.do(session, request, by=town.me(town.wangfang))
    assert "李小强" in everything(town)
    assert requests.enter(session, settled, wish=Wish.erasure, proof=Proof.bill, by=town.me(town.sunli)).id != request.id


def test_a_resident_asks_reads_and_takes_it_away(
    resident: Client, settled: Ticket, told_town: Cast, signed_in: Callable[..., Client]
) -> None:
    told_town.session.commit()
    address = f"/q/{TOKEN}/data"
    assert f'href="{address}"' in resident.get(f"/q/{TOKEN}").text
    assert resident.get(f"{address}/copy.zip").status_code == 404
    page = resident.post(address, data={"wish": "copy"}).text
    assert f'href="{address}/copy"' in page
    assert "电费怎么高了" in resident.get(f"{address}/copy").text
    taken = resident.get(f"{address}/copy.zip").content
    with clock.at(clock.now() + timedelta(days=1)):
        assert resident.get(f"{address}/copy.zip").content == taken, "nothing changed, so it is the same file"
    file = zipfile.ZipFile(io.BytesIO(taken))
    assert sorted(file.namelist()) == ["data.html", "data.json"]
    assert [one["number"] for one in json.loads(file.read("data.json"))["questions"]] == [settled.id]
    assert "电费怎么高了" in file.read("data.html").decode()
    assert "最晚" in resident.post(address, data={"wish": "erasure", "whole": "on"}).text
    today = signed_in(told_town.wangfang).get("/desk").text
    assert "删除个人信息" in today


def test_a_colleague_hands_the_file_over_with_the_photo_and_that_is_a_look(
    signed_in: Callable[..., Client], settled: Ticket, told_town: Cast, database: Database
) -> None:
    told_town.session.commit()
    browser = signed_in(told_town.wangfang)
    seen = browser.post(f"/desk/tickets/{settled.id}/data-requests", data={"wish": "copy", "proof": "called_back"})
    place = str(seen.url.path)
    assert browser.post(f"{place}/copies").status_code == 409
    assert "已办完" in browser.post(f"{place}/doing", data={}).text
    answer = browser.post(f"{place}/copies")
    file = zipfile.ZipFile(io.BytesIO(answer.content))
    [photo] = [name for name in file.namelist() if name.startswith("photos/")]
    assert file.read(photo) == b"whole"
    with database.reading() as session:
        request = session.scalars(sa.select(DataRequest)).one()
        assert request.done_by_id == told_town.wangfang.id
        assert [look.reason for look in unmasking.listed(session, by=told_town.me(told_town.admin))] == [Reason.request]


def test_a_stranger_who_knows_the_room_gets_no_thread_and_no_copy_of_the_household(town: Cast, ask: Ask) -> None:
    """The room stands on the door: a number that a stranger leaves beside it, twice, proves nothing."""
    session, me = town.session, town.me(town.wangfang)
    home = {"estate": town.garden, "building": "2号楼", "room": ROOM, "channel": Channel.web}
    hers = ask("我一个人住，想换电表", token=TOKEN, contact=PHONE, **{**home, "channel": Channel.phone, "by": me})
    for words, token in (("我家没电了，停电", "a" * 40), ("电费单怎么看？", "b" * 40)):
        theirs = ask(words, token=token, contact="13900000001", **home)
        assert theirs.id != hers.id
    assert session.get_one(Reach, hers.reach_id).shown == "138****0009"
    wanted = requests.do(session, requests.ask(session, theirs, wish=Wish.copy, whole=True, token="b" * 40), by=me, proof=Proof.called_back)
    kept = gathering.of(session, wanted)
    assert (len(kept["questions"]), kept["households"], [one["value"] for one in kept["contacts"]]) == (2, [], ["13900000001"])
    assert "换电表" not in str(kept)
    again = ask("那我再问一句，要带什么？", token="c" * 40, contact=PHONE, **home)
    assert again.id == hers.id, "her own number is known"


def test_a_copy_of_the_household_lies_ready_at_the_first_address_alone(town: Cast, settled: Ticket) -> None:
    request = requests.enter(town.session, settled, wish=Wish.copy, proof=Proof.bill, by=town.me(town.wangfang))
    requests.do(town.session, request, by=town.me(town.wangfang))
    assert copies.ready(town.session, settled, TOKEN).id == request.id
    last = max(entry.id for entry in settled.entries)
    town.session.add(Address(token_hash=digest("d" * 40), ticket_id=settled.id, after_entry_id=last, at=clock.now()))
    town.session.flush()
    with pytest.raises(Missing):
        copies.ready(town.session, settled, "d" * 40)


def test_who_asked_for_erasure_may_take_it_back_while_it_waits(town: Cast, settled: Ticket) -> None:
    """Asked twice it is one; taken back twice it is taken back once, in the log too; and it may be asked again."""
    session, me = town.session, town.me(town.wangfang)
    one, again = (requests.ask(session, settled, wish=Wish.erasure, whole=False, token=TOKEN) for _n in range(2))
    assert one.id == again.id
    with pytest.raises(Missing):
        requests.take_back(session, settled, one.id + 1, token=TOKEN)
    for _n in range(2):
        requests.take_back(session, settled, one.id, token=TOKEN)
    assert (one.declined, one.done_by_id, [*asked.open_in(session, [town.lotus.id])]) == ("taken_back", None, [])
    ended = session.query(audit.AuditEntry).filter_by(act="data.end", subject=f"data_request/{one.id}").count()
    assert ended == 1
    another = requests.ask(session, settled, wish=Wish.erasure, whole=False, token=TOKEN)
    requests.do(session, another, by=me)
    with pytest.raises(Refused):
        requests.take_back(session, settled, another.id, token=TOKEN)
