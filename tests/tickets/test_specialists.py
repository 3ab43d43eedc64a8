"""A question is handed to a specialist and comes back with an opinion; the asker keeps one face, and sees no note."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import needs
from app.core import clock, jobs
from app.core.database import Database
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from app.core.jobs import Work
from app.core.settings import Settings
from grids.staff import organisations, staff
from grids.tables import Role
from tests.cast import PASSWORD, Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation
from tickets.specialists import consultations, consulting, consulting_calls, opinions, specialists, topics
from tickets.specialists.tables import Consultation, ConsultationNote, ConsultationState
from tickets.tables import Channel, Ticket, TicketState

METER, PRICE = "metering", "tariff"
DOUBT = "李强怀疑表快，现场看过接线没有问题。要不要换表？"
TOKEN = "5a" * 20


def asked(town: Cast, ticket: Ticket, *, words: str = DOUBT) -> Consultation:
    return consulting.ask(town.session, ticket, specialist=f"{METER}/{town.wujian.id}", by=town.me(town.wangfang), words=words)


def test_it_goes_to_the_specialist_and_comes_back_with_an_opinion_and_its_source(town: Cast, ask: Ask) -> None:
    session, owner, wu = town.session, town.me(town.wangfang), town.me(town.wujian)
    ticket = ask("电表是不是走快了？", estate=town.garden, room="501")
    consultation = asked(town, ticket)
    assert asked(town, ticket).id == consultation.id, "sent twice it is asked once"
    assert consultation.due_at < ticket.due_at, "in time for the answer that the asker is promised"
    conversation.answer(session, ticket, by=owner, words="我请计量的同事看一下，明天答复您。")
    assert ticket.state is TicketState.answered
    other = ask("换表要多久？")
    conversation.answer(session, other, by=owner, words="我问一下。")
    unhurried = asked(town, other)
    assert unhurried.due_at - unhurried.at == timedelta(hours=24), "as the topic's row says, where nobody waits"
    consulting.recall(session, unhurried, by=owner)

    consulting.note(session, consultation, by=wu, words="上次检定是哪年？")
    consulting.note(session, consultation, by=wu, words="上次检定是哪年？")
    consulting.note(session, consultation, by=owner, words="2024 年装的新表。")
    assert [one.words for one in session.scalars(sa.select(ConsultationNote))] == ["上次检定是哪年？", "2024 年装的新表。"]
    assert consultation.state is ConsultationState.taken, "who says a word has begun"

    for _ in range(2):
        opinions.agree(session, consultation, by=wu, words="误差在允许范围内，不需要换表。", source="JJG 596-2012")
    assert (consultation.state, consultation.ended_by_id) == (ConsultationState.agreed, wu.id)
    assert ticket.state is TicketState.open, "it waits for its owner again"
    assert [one.id for one in needs.of(session, owner).given_back] == [consultation.id]
    opinion = consultations.opinion(session, ticket)
    assert opinion is not None
    assert "JJG 596-2012" in opinions.wording(opinion)
    with clock.at(clock.now() + timedelta(minutes=1)):
        conversation.answer(session, ticket, by=owner, words=opinions.wording(opinion))
    assert consultations.opinion(session, ticket) is None
    assert not needs.of(session, owner).given_back


def test_one_specialist_at_a_time_and_only_those_whom_the_tree_offers(town: Cast, ask: Ask) -> None:
    session, owner = town.session, town.me(town.wangfang)
    ticket = ask("光伏怎么并网？")
    hall = organisations.add(session, "望京营业厅", under=town.station)
    strangers = {}
    for name, where in (("厅里的", hall), ("别的公司的", organisations.add(session, "通州供电所"))):
        person = staff.add(
            session, name=name, phone=f"1000000010{len(strangers)}", role=Role.specialist, organisation=where, password=PASSWORD, by=None
        )
        strangers[name] = person.id
    with pytest.raises(Missing):
        specialists.entrust(session, strangers["别的公司的"], [PRICE], by=town.me(town.admin))
    specialists.entrust(session, strangers["厅里的"], [PRICE, "nothing"], by=town.me(town.admin))
    assert {one.person.name for one in specialists.choices(session, town.lotus.id)} == {"吴建", "何梅"}, "not who works below"
    for wrong in (f"{PRICE}/{strangers['厅里的']}", f"solar/{town.wujian.id}", "x", f"{PRICE}/{town.chengang.id}"):
        with pytest.raises(Mistaken):
            consulting.ask(session, ticket, specialist=wrong, by=owner, words="？")
    with pytest.raises(Missing):
        consulting.ask(session, ticket, specialist=f"{PRICE}/{town.wujian.id}", by=town.me(town.chengang), words="？")
    asked(town, ticket)
    with pytest.raises(Refused):
        consulting.ask(session, ticket, specialist=f"{PRICE}/{town.hemei.id}", by=owner, words="何梅呢？")
    staff.suspend(session, town.hemei, by=town.me(town.admin))
    assert {one.person.name for one in specialists.choices(session, town.lotus.id)} == {"吴建"}
    specialists.entrust(session, town.wujian.id, [PRICE], by=town.me(town.admin))
    assert [one.topic.key for one in specialists.choices(session, town.lotus.id)] == [PRICE]


def test_it_is_passed_on_or_declined_with_a_reason_and_whoever_passed_it_on_sees_it_no_more(town: Cast, ask: Ask) -> None:
    session, wu, he, owner = town.session, town.me(town.wujian), town.me(town.hemei), town.me(town.wangfang)
    ticket = ask("这个月进了第三档？")
    consultation = asked(town, ticket)
    due = consultation.due_at
    with pytest.raises(Forbidden):
        opinions.agree(session, consultation, by=owner, words="我自己说。", source="无")
    with pytest.raises(Mistaken):
        opinions.pass_on(session, consultation, to=f"{METER}/{wu.id}", by=wu, words="给自己")
    with pytest.raises(Mistaken):
        opinions.decline(session, consultation, by=wu, words="  ")
    opinions.pass_on(session, consultation, to=f"{PRICE}/{he.id}", by=wu, words="这是电价的事")
    assert (consultation.state, consultation.due_at, consultation.specialist.name) == (ConsultationState.asked, due, "何梅")
    with pytest.raises(Missing):
        consultations.find(session, consultation.id, for_=wu)
    assert [one.words for one in consultations.find(session, consultation.id, for_=he).passings] == ["这是电价的事"]
    opinions.decline(session, consultation, by=he, words="缺最近一年的抄表数据")
    with pytest.raises(Refused):
        opinions.agree(session, consultation, by=he, words="又想起来了。", source="记忆")
    assert ticket.state is TicketState.open
    again = asked(town, ticket, words="换吴建看")
    consulting.recall(session, again, by=owner)
    consulting.recall(session, again, by=owner)
    assert [one.state for one in consultations.of_ticket(session, ticket)] == [ConsultationState.declined, ConsultationState.recalled]


def test_what_is_overdue_stands_on_both_sides_and_closing_calls_it_back(town: Cast, ask: Ask) -> None:
    session, owner, wu = town.session, town.me(town.wangfang), town.me(town.wujian)
    ticket = ask("能装两块表吗？")
    day = clock.today() + timedelta(days=2)
    consultation = consulting.ask(session, ticket, specialist=f"{METER}/{wu.id}", by=owner, words="？", day=day)
    assert not needs.of(session, owner).consulted
    with clock.at(clock.now() + timedelta(days=3)):
        assert [one.id for one in needs.of(session, owner).consulted] == [consultation.id]
        assert consultations.asked_of(session, wu)[0].due_at < clock.now()
        looking = consultations.told(session, ticket, since=ticket.asked_at)
        assert looking is not None
        assert (looking.topic, looking.taken, looking.late) == ("计量与表计", False, True)
        conversation.answer(session, ticket, by=owner, words="一户一表，不能。")
        conversation.close(session, ticket, by=owner)
        session.refresh(consultation)
        assert consultation.state is ConsultationState.recalled
        assert (consultations.told(session, ticket, since=ticket.asked_at), consultations.asked_of(session, wu)) == (None, [])


def test_an_organisation_names_its_own_topics_and_times(town: Cast) -> None:
    admin = town.me(town.admin)
    topics.write(town.session, by=admin, key=METER, name="表计班", hours=4)
    topics.write(town.session, by=admin, key="solar", name="光伏", hours=1, retired=True)
    topics.write(town.session, by=admin, key="street_light", name="路灯", hours=48, source="区里的约定")
    known = {one.key: (one.name, one.hours) for one in topics.of_grid(town.session, town.lotus.id)}
    assert known[METER] == ("表计班", 4)
    assert known["street_light"] == ("路灯", 48)
    assert "solar" not in known
    with pytest.raises(Mistaken) as wrong:
        topics.write(town.session, by=admin, key="Ä", name="", hours=0)
    assert set(wrong.value.mistakes) == {"key", "name", "hours"}
    with pytest.raises(Forbidden):
        topics.write(town.session, by=town.me(town.wangfang), key=METER, name="表", hours=4)


def test_a_phone_without_devices_is_told_and_not_asked_again(town: Cast, ask: Ask, database: Database, chosen: Settings) -> None:
    consultation_id = asked(town, ask()).id
    town.session.commit()
    work = Work(database=database, settings=chosen)
    consulting_calls.sweep(work)
    with database.reading() as session:
        assert session.get_one(Consultation, consultation_id).told_at is not None
    assert jobs._name(consulting_calls.tell) == "tickets.specialists.consulting_calls.tell"


@pytest.fixture
def question(told_town: Cast, session: Session) -> Ticket:
    ticket = conversation.ask(
        session, told_town.lotus, words="电表是不是走快了？", channel=Channel.web, token=TOKEN, estate=told_town.garden, room="501",
        contact="15400000777",
    )  # fmt: skip
    session.commit()
    return ticket


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_pages_lead_there_and_back(
    told_town: Cast, question: Ticket, signed_in: Callable[..., Client], resident: Client, database: Database
) -> None:
    town = told_town
    owner, wu, he = signed_in(town.wangfang), signed_in(town.wujian), signed_in(town.hemei)
    thread = f"/desk/tickets/{question.id}"
    assert "转专业工程师" in owner.get(thread).text
    empty = owner.post(f"{thread}/consultations", data={"specialist": f"{METER}/{town.wujian.id}", "question": " "})
    assert empty.status_code == 422
    month = (clock.today() + timedelta(days=30)).isoformat()
    owner.post(f"{thread}/consultations", data={"specialist": f"{METER}/{town.wujian.id}", "question": DOUBT, "day": month})
    assert "比专业意见早：请先给客户回个话" in owner.get(thread).text
    assert "已请计量与表计方面的专业工程师来看。" in resident.get(f"/q/{TOKEN}").text
    with database.reading() as session:
        mine = f"/desk/consultations/{session.scalars(sa.select(Consultation.id)).one()}"

    assert wu.get("/desk").url.path == "/desk/consultations"
    assert "电表是不是走快了" in wu.get("/desk/consultations").text
    page = wu.get(mine).text
    assert DOUBT in page
    assert "客户那边" in page
    assert "15400000777" not in page, "the number is the owner's alone"
    assert [wu.get(path).status_code for path in (thread, "/desk/tickets?state=open")] == [404, 200]
    assert "电表是不是走快了" not in wu.get("/desk/tickets").text
    assert he.get(mine).status_code == 404

    wu.post(f"{mine}/taking", data={})
    wu.post(f"{mine}/notes", data={"note": "只给同事看的一句"})
    assert "只给同事看的一句" in owner.get(thread).text
    seen = resident.get(f"/q/{TOKEN}").text
    assert "计量与表计方面的专业工程师正在看。" in seen
    assert "王芳负责，在这里答复您" in seen
    assert "只给同事看的一句" not in seen
    assert DOUBT not in seen

    assert wu.post(f"{mine}/opinion", data={"opinion": "误差在允许范围内。", "source": ""}).status_code == 422
    wu.post(f"{mine}/opinion", data={"opinion": "误差在允许范围内。", "source": "JJG 596-2012"})
    assert "电表是不是走快了？" not in wu.get(mine).text.split('class="mem"')[1], "given back, the thread is no longer the specialist's"
    filled = owner.get(thread).text.split('name="words"')[1].partition("</textarea>")[0]
    assert "误差在允许范围内。" in filled
    assert "依据：JJG 596-2012" in filled
    assert "误差在允许范围内。" not in resident.get(f"/q/{TOKEN}").text, "the owner sends it, nobody else"
    assert "给了意见" in owner.get("/desk").text
