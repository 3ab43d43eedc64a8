"""Abuse is folded and may be marked; danger always gets through; nothing is closed by it. And ratings, by whom."""

import pytest
import sqlalchemy as sa
import time_machine

from app.core.errors import Forbidden, Missing, Refused, TooMany
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tests.tickets.test_conversation import NOON, said
from tickets import conversation, limits, ratings, threads
from tickets.tables import Rating, Ticket, TicketState
from tickets.wording import moderation
from tickets.wording.tables import AbuseMark, AbuseReason


def first(town: Cast, ticket: Ticket) -> int:
    return town.session.scalars(threads.of_asker(ticket.id)).first().id  # type: ignore[union-attr]


@pytest.mark.parametrize("words", ["你们这帮傻 逼", "他妈的又停电", "再不来打死你们", "滚犊子", "SB供电所"])
def test_words_that_hurt_are_folded(words: str) -> None:
    assert moderation.hurts(words)


@pytest.mark.parametrize(
    "words",
    [
        "我妈的电表坏了",
        "你们就是废物，骗子",
        "过去死机过一次",
        "电死人谁负责",
        "傻逼！电线着火了",
        "麻手，他妈的漏电",
        "USB充电",
        "打死都不信要这么多钱",
    ],
)
def test_a_plain_complaint_and_a_danger_however_it_is_said_are_not(words: str) -> None:
    assert not moderation.hurts(words)


def test_a_list_shows_the_calm_sentence_of_an_angry_question(town: Cast, ask: Ask) -> None:
    assert ask("傻逼供电所。电费为什么贵了一倍？").subject == "电费为什么贵了一倍？"
    assert ask("傻逼供电所").subject == "一条带情绪的留言"


def test_abuse_is_marked_with_a_reason_answered_calmly_once_and_taken_back(town: Cast, ask: Ask) -> None:
    ticket, me = ask("你们这帮傻逼"), town.me(town.wangfang)
    entry = first(town, ticket)
    for _ in range(2):
        mark = moderation.mark(town.session, ticket, entry, by=me, reason=AbuseReason.insult)
    conversation.say_more(town.session, ticket, words="就是傻逼")
    second = town.session.scalars(threads.of_asker(ticket.id).order_by(sa.desc("id"))).first()
    moderation.mark(town.session, ticket, second.id, by=me, reason=AbuseReason.harassment)  # type: ignore[union-attr]
    told = said(town.session, ticket)
    assert [words for words in told if words.startswith("我们想帮您")] == told[1:2]
    assert (ticket.state, ticket.answered_at) == (TicketState.open, None)
    assert (mark.by_id, mark.reason, len(moderation.marks(town.session, ticket))) == (town.wangfang.id, AbuseReason.insult, 2)
    moderation.undo(town.session, ticket, mark.id, by=me)
    again = moderation.undo(town.session, ticket, mark.id, by=town.me(town.zhaomin))
    assert (again.undone_by_id, len(moderation.marks(town.session, ticket))) == (town.wangfang.id, 1)


def test_who_may_not_mark_and_what_may_not_be_marked(town: Cast, ask: Ask) -> None:
    ticket, other = ask("你们这帮傻逼"), ask("怎么过户")
    answer = conversation.answer(town.session, ticket, by=town.me(town.wangfang), words="看到了")
    with pytest.raises(Forbidden):
        moderation.mark(town.session, ticket, first(town, ticket), by=town.me(town.sunli), reason=AbuseReason.insult)
    for entry_id in (answer.id, first(town, other), 999, 2**63):
        with pytest.raises(Missing):
            moderation.mark(town.session, ticket, entry_id, by=town.me(town.wangfang), reason=AbuseReason.insult)
    assert town.session.scalar(sa.select(sa.func.count()).select_from(AbuseMark)) == 0


def test_after_abuse_three_messages_an_hour_and_a_danger_always(town: Cast, ask: Ask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        ticket = ask("你们这帮傻逼")
        moderation.mark(town.session, ticket, first(town, ticket), by=town.me(town.wangfang), reason=AbuseReason.insult)
        for words in ("一", "二"):
            conversation.say_more(town.session, ticket, words=words)
        with pytest.raises(TooMany) as slow:
            conversation.say_more(town.session, ticket, words="三")
        assert "危险" in str(slow.value)
        for n in range(limits.MESSAGES):
            conversation.say_more(town.session, ticket, words=f"电线冒火花了{n}")
        assert ticket.state is TicketState.open
        clock.shift(limits.MESSAGES_WITHIN)
        conversation.say_more(town.session, ticket, words="对不起，刚才急了")


def test_a_rating_taken_on_the_telephone_says_by_whom_and_the_askers_own_tap_counts_more(town: Cast, ask: Ask) -> None:
    ticket, clerk = ask("怎么过户"), town.me(town.sunli)
    with pytest.raises(Refused):
        ratings.take(town.session, ticket, stars=5, by=clerk)
    conversation.answer(town.session, ticket, by=town.me(town.wangfang), words="带身份证。")
    with pytest.raises(Missing):
        ratings.take(town.session, ticket, stars=5, by=town.me(town.chengang))
    with pytest.raises(Forbidden):
        ratings.take(town.session, ticket, stars=5, by=town.me(town.liujie))
    taken = ratings.take(town.session, ticket, stars=5, by=clerk)
    assert (taken.taken_by_id, ratings.take(town.session, ticket, stars=5, by=clerk)) == (town.sunli.id, taken)
    with pytest.raises(Refused):
        ratings.take(town.session, ticket, stars=4, by=town.me(town.wangfang))
    ratings.rate(town.session, ticket, stars=2, words="等太久")
    [kept] = town.session.scalars(sa.select(Rating).where(Rating.ticket_id == ticket.id))
    assert (kept.stars, kept.words, kept.taken_by_id) == (2, "等太久", None)
    with pytest.raises(Refused):
        ratings.take(town.session, ticket, stars=5, by=clerk)
