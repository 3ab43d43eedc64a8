"""Whose wire is it, on the resident's pages and on the desk: no script, no login, and nobody is let go before it works."""

import re

import pytest
import sqlalchemy as sa

from app.core.database import Database
from app.core.errors import Refused
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tests.tickets.test_inbox import outage
from tickets import conversation
from tickets.tables import TicketState
from tickets.triage import outcomes, whose_wire
from tickets.triage.tables import TriageOutcome
from tickets.triage.tree import Question, tree

DEAD_METER = ["none", "lit", "off", "utility"]


def paths(question: Question, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every way through the questions."""
    known = tree()
    return [
        path
        for option in question.options
        for path in ([(*before, option.id)] if option.leaf else paths(known.questions[option.next], (*before, option.id)))
    ]


def test_the_thread_waits_until_the_asker_says_that_it_works(ask: Ask, town: Cast) -> None:
    ticket = ask("就我家没电", estate=town.garden, room="501")
    me = town.me(town.wangfang)
    whose_wire.record(town.session, ticket, DEAD_METER)
    conversation.answer(town.session, ticket, by=me, words="明早来换表。")
    with pytest.raises(Refused):
        conversation.close(town.session, ticket, by=me)
    assert ticket.state is TicketState.answered
    outcomes.works(town.session, ticket)
    outcomes.works(town.session, ticket)
    assert ticket.state is TicketState.closed
    assert town.session.scalars(sa.select(TriageOutcome)).one().works_at is not None


def test_an_outcome_sent_twice_is_kept_once_and_a_half_way_is_none(ask: Ask, town: Cast) -> None:
    ticket = ask("就我家没电")
    assert whose_wire.record(town.session, ticket, DEAD_METER).id == whose_wire.record(town.session, ticket, DEAD_METER).id
    for wrong in ([], ["none"], ["none", "lit", "moon"], [*DEAD_METER, "more"]):
        with pytest.raises(Refused):
            whose_wire.record(town.session, ticket, wrong)
    assert town.session.scalar(sa.select(sa.func.count()).select_from(TriageOutcome)) == 1


def test_a_closed_question_waits_again_when_it_is_dark_again(ask: Ask, town: Cast) -> None:
    ticket = ask("就我家没电")
    whose_wire.record(town.session, ticket, DEAD_METER)
    outcomes.works(town.session, ticket)
    whose_wire.record(town.session, ticket, ["none", "lit", "on", "up"])
    assert ticket.state is TicketState.open
    assert outcomes.pending(town.session, ticket) is not None


def test_a_colleague_who_hears_that_it_works_may_note_it_others_may_not(ask: Ask, town: Cast) -> None:
    ticket = ask("就我家没电")
    with pytest.raises(Refused):
        outcomes.works(town.session, ticket, by=town.me(town.wangfang))
    whose_wire.record(town.session, ticket, DEAD_METER)
    outcomes.works(town.session, ticket, by=town.me(town.wangfang))
    assert outcomes.pending(town.session, ticket) is None


def test_every_way_ends_at_a_page_that_says_who_repairs_and_dangers_stop_with_telephones(resident: Client, told_town: Cast) -> None:
    for path in paths(tree().questions[tree().first]):
        page = resident.get(f"/g/104226/triage?a={'.'.join(path)}")
        assert page.status_code == 200, path
        for part in ("归谁修", "可以转发的话", "规则审定于", "发给台区经理"):
            assert part in page.text, path
    fire = resident.get("/g/104226/triage?a=smell").text
    assert fire.index("tel:119") < fire.index("归谁修")
    assert "tel:95598" in fire
    assert resident.get("/g/104226/triage?a=none.moon").status_code == 404


def test_from_the_grid_page_to_a_question_that_carries_the_answers(resident: Client, database: Database, told_town: Cast) -> None:
    resident.get("/g/104226").text.index("/g/104226/triage")
    form = resident.get(f"/g/104226/ask?about=outage&triage={'.'.join(DEAD_METER)}").text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    asked = resident.post("/g/104226/ask", data={**fields, "words": "家里没电"}, follow_redirects=False)
    thread = asked.headers["location"]
    assert "有电了" in resident.get(thread).text
    with database.reading() as session:
        assert session.scalars(sa.select(TriageOutcome)).one().leaf == "meter_dead"
    assert resident.post(f"{thread}/working", data={}, follow_redirects=False).status_code == 303
    assert resident.post(f"{thread}/working", data={}, follow_redirects=False).status_code == 303


def test_a_known_outage_of_the_building_stands_before_all_questions(ask: Ask, town: Cast, resident: Client) -> None:
    token, elsewhere = "9a" * 20, "8b" * 20
    ask("家里没电", estate=town.garden, token=token)
    ask("家里没电", estate=town.court, token=elsewhere)
    notice = outage(town, town.garden)
    town.session.commit()
    known = resident.get(f"/q/{token}/triage").text
    assert f"/n/{notice.number}" in known
    assert "有没有下面这些情况" not in known
    assert "tel:95598" in known
    assert f"/n/{notice.number}" in resident.get("/g/104226/triage").text
    assert "有没有下面这些情况" in resident.get(f"/q/{token}/triage?on=1").text
    assert "有没有下面这些情况" in resident.get(f"/q/{elsewhere}/triage").text


def test_the_desk_sees_where_the_questions_ended_or_what_to_ask_next(ask: Ask, town: Cast) -> None:
    asked = ask("没电了，怎么回事")
    advised = whose_wire.advice(town.session, conversation.find(town.session, asked.id, for_=town.me(town.wangfang)))
    assert advised is not None
    assert advised.ask
    whose_wire.record(town.session, asked, DEAD_METER)
    ended = whose_wire.advice(town.session, conversation.find(town.session, asked.id, for_=town.me(town.wangfang)))
    assert ended is not None
    assert ended.leaf is not None
    assert ended.leaf.id == "meter_dead"
    bill = ask("这个月电费怎么高了", token="7c" * 20)
    me = town.me(town.wangfang)
    assert whose_wire.advice(town.session, conversation.find(town.session, bill.id, for_=me)) is None, "a bill has an owner, and no wire"
    blinking = ask("我家电表一直在闪红灯", token="7d" * 20)
    meter = whose_wire.advice(town.session, conversation.find(town.session, blinking.id, for_=me))
    assert meter is not None
    assert str(meter.whose) == "供电公司"
