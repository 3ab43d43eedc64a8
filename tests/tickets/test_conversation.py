"""The thread of a question, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from app.core import clock
from app.core.audit import AuditEntry
from app.core.database import Database
from app.core.errors import Forbidden, Missing, Mistaken, Refused, TooMany
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets import conversation, floods, limits, promises, ratings
from tickets.households import reaches
from tickets.households.tables import Household, Reach
from tickets.tables import Channel, Entry, Ticket, TicketState

NOON = datetime(2027, 7, 14, 4, 0, tzinfo=UTC)


def said(session: Session, ticket: Ticket) -> list[str]:
    return list(session.scalars(sa.select(Entry.words).where(Entry.ticket_id == ticket.id).order_by(Entry.id)))


def test_a_question_waits_with_its_first_sentence_as_subject(town: Cast, ask: Ask) -> None:
    with time_machine.travel(NOON, tick=False):
        ticket = ask("这个月电费怎么高了？家里没添电器。", estate=town.garden, building="2", room="3单元501室", contact="+86 100-0000-0009")
    assert (ticket.state, ticket.subject) == (TicketState.open, "这个月电费怎么高了？")
    reach = town.session.get_one(Reach, ticket.reach_id)
    assert (reaches.told(town.session, reach), reach.shown) == ("10000000009", "100****0009")
    assert "10000000009" not in str(town.session.execute(sa.select(Reach.__table__)).one())
    assert ticket.due_at == NOON + timedelta(minutes=120)
    home = town.session.get_one(Household, ticket.household_id)
    assert (home.building, home.room) == ("2号楼", "3-501")


def test_a_long_question_gets_a_short_subject(ask: Ask) -> None:
    assert len(ask("电" * 300).subject) == 32


def test_the_same_home_is_one_household_however_it_is_written(town: Cast, ask: Ask) -> None:
    written = [("2号楼", "3-501"), ("2", "3单元501室"), ("２号楼 ", "3 - 501")]
    tickets = [ask(f"第{n}次问", estate=town.garden, building=b, room=r) for n, (b, r) in enumerate(written)]
    assert len({ticket.household_id for ticket in tickets}) == 1


def test_a_question_needs_no_personal_data(ask: Ask) -> None:
    ticket = ask("几点来电？")
    assert (ticket.estate_id, ticket.household_id, ticket.reach_id) == (None, None, None)


def test_an_estate_of_another_grid_is_not_taken(town: Cast, ask: Ask) -> None:
    with pytest.raises(Missing):
        ask(estate=town.shore)


def test_the_same_form_sent_twice_is_one_question(town: Cast, ask: Ask) -> None:
    first, second = ask("没电了", token="t" * 22), ask("没电了", token="t" * 22)
    assert first.id == second.id
    assert said(town.session, first) == ["没电了"]


def test_a_form_sent_again_with_other_words_loses_none_of_them(town: Cast, ask: Ask) -> None:
    first = ask("没电了", token="t" * 22)
    ask("没电了，三楼也是", token="t" * 22)
    assert said(town.session, first) == ["没电了", "没电了，三楼也是"]


def test_two_forms_in_the_same_moment_make_one_question(told_town: Cast, database: Database) -> None:
    """The one that comes second meets the unique hash, not only an earlier look."""
    with database.session(writes=True) as one:
        conversation.ask(one, told_town.lotus, words="没电了", channel=Channel.web, token="same")
        if database.is_sqlite:  # One writer at a time: there the second one has to wait anyway.
            one.commit()
        else:
            _second_waits_for_first(one, told_town, database)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 1


def _second_waits_for_first(one: Session, town: Cast, database: Database) -> None:
    import threading

    def again() -> None:
        with database.writing() as other:
            conversation.ask(other, town.lotus, words="没电了", channel=Channel.web, token="same")

    second = threading.Thread(target=again)
    second.start()
    second.join(0.5)
    assert second.is_alive()
    one.commit()
    second.join(10)


def test_only_a_hash_of_the_address_is_kept(town: Cast, ask: Ask) -> None:
    ticket = ask(token="secret-address")
    assert "secret-address" not in str(town.session.execute(sa.select(Ticket.__table__).where(Ticket.id == ticket.id)).one())
    assert conversation.by_token(town.session, "secret-address").id == ticket.id
    with pytest.raises(Missing):
        conversation.by_token(town.session, "secret-addresS")


def test_first_answer_stops_the_clock(town: Cast, ask: Ask) -> None:
    me = town.me(town.wangfang)
    with time_machine.travel(NOON, tick=False) as clock:
        ticket = ask()
        clock.shift(timedelta(minutes=8))
        conversation.answer(town.session, ticket, by=me, words="七月进了第二档。")
        clock.shift(timedelta(minutes=8))
        conversation.answer(town.session, ticket, by=me, words="算法发给您。")
    assert ticket.state is TicketState.answered
    assert ticket.answered_at == NOON + timedelta(minutes=8)


def test_only_who_looks_after_the_grid_answers(town: Cast, ask: Ask) -> None:
    ticket = ask()
    with pytest.raises(Missing):
        conversation.answer(town.session, ticket, by=town.me(town.chengang), words="我来")
    with pytest.raises(Forbidden):
        conversation.answer(town.session, ticket, by=town.me(town.liujie), words="我来")
    conversation.answer(town.session, ticket, by=town.me(town.zhaomin), words="我是代班的赵敏。")


def test_a_word_after_the_answer_is_a_question_again_with_a_new_clock(town: Cast, ask: Ask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        ticket = ask()
        conversation.answer(town.session, ticket, by=town.me(town.wangfang), words="八点来电。")
        clock.shift(timedelta(hours=5))
        conversation.say_more(town.session, ticket, words="八点过了还没来。")
    assert ticket.state is TicketState.open
    assert ticket.due_at == NOON + timedelta(hours=7)
    assert ticket.answered_at == NOON


def test_nothing_is_closed_without_an_answer(town: Cast, ask: Ask) -> None:
    ticket = ask()
    with pytest.raises(Refused, match="先答复"):
        conversation.close(town.session, ticket, by=town.me(town.wangfang))


def test_a_closed_thread_is_reopened_by_its_asker_with_a_new_clock(town: Cast, ask: Ask) -> None:
    me = town.me(town.wangfang)
    with time_machine.travel(NOON, tick=False) as clock:
        ticket = ask()
        conversation.answer(town.session, ticket, by=me, words="修好了。")
        closure = conversation.close(town.session, ticket, by=me)
        with pytest.raises(Refused):
            conversation.close(town.session, ticket, by=me)
        with pytest.raises(Refused):
            conversation.answer(town.session, ticket, by=me, words="还有一句")
        with pytest.raises(Refused):
            conversation.say_more(town.session, ticket, words="还没好")
        clock.shift(timedelta(hours=3))
        conversation.reopen(town.session, ticket, words="还没好")
        conversation.reopen(town.session, ticket, words="还没好")
        assert closure.reopened_at == NOON + timedelta(hours=3)
        clock.shift(timedelta(hours=1))
        with pytest.raises(Refused):
            conversation.reopen(town.session, ticket, words="再开一次")
    assert ticket.state is TicketState.open
    assert ticket.due_at == NOON + timedelta(hours=5)
    assert said(town.session, ticket)[-2:] == ["修好了。", "还没好"]


def test_an_answer_is_rated_once_and_for_a_day_the_tap_may_be_changed_where_it_was_made(town: Cast, ask: Ask) -> None:
    ticket = ask()
    with pytest.raises(Refused):
        ratings.rate(town.session, ticket, stars=5)
    conversation.answer(town.session, ticket, by=town.me(town.wangfang), words="好了。")
    for stars in (0, 6, -1):
        with pytest.raises(Mistaken):
            ratings.rate(town.session, ticket, stars=stars)
    first = ratings.rate(town.session, ticket, stars=4, words="很快")
    assert ratings.rate(town.session, ticket, stars=4) is first
    with time_machine.travel(first.at + timedelta(hours=23), tick=False) as clock:
        assert (ratings.rate(town.session, ticket, stars=2).stars, first.words) == (2, "")
        clock.shift(timedelta(hours=2))
        assert not ratings.may_change(first), "the day is counted from the first tap"
        with pytest.raises(Refused):
            ratings.rate(town.session, ticket, stars=1)
    first.address = "another"
    with pytest.raises(Refused):
        ratings.rate(town.session, ticket, stars=1)


def test_a_clerk_notes_what_was_said_at_the_counter_and_may_have_solved_it(town: Cast, ask: Ask) -> None:
    sunli = town.me(town.sunli)
    ticket = ask("过户要带什么？", channel=Channel.counter, by=sunli)
    conversation.answer_at_once(town.session, ticket, by=sunli, words="身份证和房产证。", solved=True)
    assert (ticket.state, ticket.entered_by_id) == (TicketState.closed, sunli.id)
    acts = town.session.scalars(sa.select(AuditEntry.act).where(AuditEntry.subject == f"ticket/{ticket.id}").order_by(AuditEntry.id)).all()
    assert acts == ["tickets.note", "tickets.answer", "tickets.close"]


def test_solved_needs_its_answer(town: Cast, ask: Ask) -> None:
    sunli = town.me(town.sunli)
    with pytest.raises(Mistaken) as error:
        conversation.answer_at_once(town.session, ask(channel=Channel.phone, by=sunli), by=sunli, words=" ", solved=True)
    assert "answer" in error.value.mistakes


def test_who_may_note_questions(town: Cast, ask: Ask) -> None:
    for person, why in ((town.chengang, Missing), (town.liujie, Forbidden), (town.admin, Forbidden)):
        with pytest.raises(why):
            ask(channel=Channel.phone, by=town.me(person))
    for person in (town.wangfang, town.zhaomin, town.sunli):
        ask(channel=Channel.phone, by=town.me(person))


def test_another_grids_manager_finds_nothing(town: Cast, ask: Ask) -> None:
    ticket = ask()
    with pytest.raises(Missing):
        conversation.find(town.session, ticket.id, for_=town.me(town.chengang))
    for person in (town.wangfang, town.liujie, town.sunli):
        assert conversation.find(town.session, ticket.id, for_=town.me(person)).id == ticket.id


def test_a_thread_is_limited_and_says_when_to_go_on(town: Cast, ask: Ask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        ticket = ask("0")
        for n in range(1, limits.MESSAGES):
            clock.shift(timedelta(minutes=1))
            conversation.say_more(town.session, ticket, words=str(n))
        with pytest.raises(TooMany) as error:
            conversation.say_more(town.session, ticket, words="一句太多")
        assert error.value.retry_after == 41 * 60 + 1
        clock.shift(timedelta(minutes=42))
        conversation.say_more(town.session, ticket, words="现在可以了")


def test_a_grid_is_limited_generously_and_staff_never(town: Cast, ask: Ask) -> None:
    ask()
    town.session.execute(sa.update(Ticket).values(asked_at=NOON))
    row = {
        c.name: v
        for c, v in zip(Ticket.__table__.c, town.session.execute(sa.select(Ticket.__table__)).one(), strict=True)
        if c.name != "id"
    }
    town.session.execute(sa.insert(Ticket), [row] * (floods.NAMELESS - 1))
    with time_machine.travel(NOON + timedelta(minutes=9), tick=False):
        with pytest.raises(TooMany):
            ask()
        ask(grid=town.lake)
        ask(channel=Channel.phone, by=town.me(town.wangfang))
    with time_machine.travel(NOON + timedelta(minutes=11), tick=False):
        ask()


@pytest.mark.parametrize("words", ["", "   ", "电" * 2001, "没\x00电", "没\ud800电"])
def test_words_that_cannot_be_kept_are_a_mistake(ask: Ask, words: str) -> None:
    with pytest.raises(Mistaken):
        ask(words)


def test_marks_that_turn_the_writing_are_dropped(town: Cast, ask: Ask) -> None:
    ticket = ask("我家\u202e电表\u2066坏了\x1b[31m")
    assert said(town.session, ticket) == ["我家电表坏了[31m"]


def test_what_was_promised_is_answered_into_a_settled_question_until_it_is_kept(town: Cast, ask: Ask) -> None:
    session, me = town.session, town.me(town.wangfang)
    ticket = ask("电表走得快")
    entry = conversation.answer(session, ticket, by=me, words="我去核对读数，明天告诉您。")
    made = promises.make(session, entry, by=me, day=clock.today() + timedelta(days=1))
    conversation.close(session, ticket, by=me)
    said = conversation.answer(session, ticket, by=me, words="读数核对过了，表是准的。")
    assert (said.author_id, ticket.state) == (me.id, TicketState.closed)
    promises.keep(session, promises.find(session, made.id, for_=me), by=me)
    with pytest.raises(Refused):
        conversation.answer(session, ticket, by=me, words="再说一句。")
