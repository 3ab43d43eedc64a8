"""Who thanks for an answer asks nothing, and whoever asks something beside the thanks waits for an answer."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.core import clock
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets import conversation, inbox, promises, thanking, threads
from tickets.tables import Ticket, TicketState

NOON = datetime(2027, 7, 14, 4, 0, tzinfo=UTC)
THANKS = [
    "谢谢", "谢谢！！", "非常感谢", "好的，谢谢您", "收到，辛苦了", "明白了，谢谢王经理", "来电了，谢谢师傅", "麻烦您了🙏",
    "OK, thanks!", "嗯嗯 知道了",
    
    "没有别的问题了，感谢回复", "没事了，已经好了，麻烦您了", "不用了谢谢", "👍", "👍🏻👍🏻", "🙏", "电源收到了，老人没事，谢谢您。",
    "没事儿了", "已经恢复正常了",
    "现在不用了，谢谢师傅", "发票收到了", "修好了，不跳了。", "好的[抱拳]", "已经修好了，太好了，谢谢你们", "谢谢小王",
]  # fmt: skip
QUESTIONS = [
    "谢谢，那发票呢", "谢谢？", "好的，可是还没来电", "谢谢啊，等了三天", "没电了", "来电了吗",
    "解决了吗？谢谢", "收到，什么时候来", "谢谢，我等您电话", "好了又停了",
   
    "不用来了", "不用你们管", "没事了，发票呢", "👍？", "好了没", "好了又不亮了", "电源没收到", "罚单收到了", "停电通知收到了", "没事找事",
    "老人有事", "电源收到了，老人没事，什么时候来电", "不亮了", "不走了", "没用了", "老人没事了吗", "不用了你们太慢了", "👎",
    "不行", "不明白", "谢谢您，再问一句", "没解决", "知道了，但是我不同意", "？", "……", "好什么好", "谢谢你们全家",
    "来电了❓", "修好了❔", "谢谢❓", "有电了❌", "好的👎", "没问题了 ⚡🔥", "谢谢小火小烟",
    "嗯" * 39 + "没", "谢" * 39 + "没", "好的" * 19 + "没",
]  # fmt: skip


@pytest.fixture
def answered(town: Cast, ask: Ask) -> Ticket:
    with time_machine.travel(NOON, tick=False):
        ticket = ask("发票怎么开？")
        conversation.answer(town.session, ticket, by=town.me(town.wangfang), words="在网上国网里开。")
    return ticket


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_thanks_are_the_whole_message_or_it_is_a_question(town: Cast, answered: Ticket) -> None:
    assert [words for words in THANKS if not thanking.ends(town.session, answered, words)] == []
    assert [words for words in QUESTIONS if thanking.ends(town.session, answered, words)] == []


def test_thanks_after_an_answer_start_no_clock_and_stay_to_be_read(town: Cast, answered: Ticket) -> None:
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        conversation.say_more(town.session, answered, words="好的，谢谢您！")
        seen = threads.read(town.session, answered.id)
        running = [one for one in seen.clocks if one.measure == "first_answer" and one.ended_at is None]
        assert (seen.state, running) == (TicketState.answered, [])
        assert [line.words for line in threads.lines(seen)][-1] == "好的，谢谢您！"
        assert inbox.counts(town.session, town.me(town.wangfang)).waiting == 0
        conversation.say_more(town.session, seen, words="谢谢，那纸质的呢？")
        assert (seen.state, seen.due_at > NOON + timedelta(days=2)) == (TicketState.open, True)


def test_thanks_reopen_nothing_that_was_settled(town: Cast, answered: Ticket) -> None:
    conversation.close(town.session, answered, by=town.me(town.wangfang))
    conversation.reopen(town.session, answered, words="谢谢")
    assert answered.state is TicketState.closed
    conversation.reopen(town.session, answered, words="谢谢，还是开不出来")
    assert answered.state is TicketState.open


def test_a_yes_to_what_we_asked_is_what_we_waited_for_and_a_photo_is_never_only_thanks(town: Cast, answered: Ticket) -> None:
    conversation.say_more(town.session, answered, words="谢谢", pictured=True)
    assert answered.state is TicketState.open
    conversation.answer(town.session, answered, by=town.me(town.wangfang), words="明天上午在家吗？")
    conversation.say_more(town.session, answered, words="谢谢")
    assert answered.state is TicketState.answered
    conversation.say_more(town.session, answered, words="好的")
    assert answered.state is TicketState.open


def test_no_longer_needed_is_a_question_while_somebody_is_to_come(town: Cast, answered: Ticket) -> None:
    assert thanking.ends(town.session, answered, "不用了，谢谢")
    entry = conversation.answer(town.session, answered, by=town.me(town.wangfang), words="明天送到。")
    promises.make(town.session, entry, by=town.me(town.wangfang), day=clock.today() + timedelta(days=1))
    assert not thanking.ends(town.session, answered, "不用了，谢谢")
    assert thanking.ends(town.session, answered, "好的，谢谢")
