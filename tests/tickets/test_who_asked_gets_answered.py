"""A notice moves and all who asked hear of it: once each, however often it is tried, killed in the middle or joined late."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import drafts, life, notices, unsaid
from broadcasts.tables import Notice, UpdateState
from tests.cast import Cast
from tests.tickets import asking_crowd
from tests.tickets.conftest import Ask
from tickets import conversation
from tickets.households.tables import Way
from tickets.outages import attaching, errands, homecoming, news, telling, updates
from tickets.tables import Channel, Entry, Errand, Ticket, TicketState

Start = Callable[[], "subprocess.Popen[bytes]"]


def tell(database: Database, chosen: Settings, notice: Notice) -> None:
    """What the worker does when it is asked."""
    updates.tell_askers(Work(database=database, settings=chosen), notice_id=notice.id)


def told(session: Session, notice: Notice, state: UpdateState) -> Counter[int]:
    """How often each thread was told of this step."""
    which = sa.select(Entry.ticket_id).join(Entry.ticket).where(Ticket.notice_id == notice.id, Entry.update_id.is_not(None))
    step = next(one.id for one in notices.by_number(session, notice.number).updates if one.state is state)
    return Counter(session.scalars(which.where(Entry.update_id == step)))


def restore(town: Cast, notice: Notice) -> None:
    notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.restored)
    town.session.commit()


def test_who_asks_about_a_known_outage_hears_what_is_known_at_once(town: Cast) -> None:
    there = asking_crowd.estate(town)
    notice = asking_crowd.fault(town, there)
    ticket = asking_crowd.ask(town, there, 0)
    assert (ticket.notice_id, ticket.state) == (notice.id, TicketState.answered)
    said = town.session.scalars(sa.select(Entry).where(Entry.ticket_id == ticket.id).order_by(Entry.id)).all()
    assert [entry.words for entry in said[:1]] == ["没电了，几点来电？"]
    assert "正在停电" in said[1].words
    assert notice.number in said[1].words
    assert (said[1].author_id, said[1].update_id is not None) == (town.wangfang.id, True)


@pytest.mark.parametrize("words", ["停电了，家里老人在用制氧机", "没电了，电梯里有人被困", "没电，闻到焦味", "交了电费还是没电"])
def test_who_needs_a_person_is_told_nothing_in_place_of_one(words: str, town: Cast) -> None:
    there = asking_crowd.estate(town)
    notice = asking_crowd.fault(town, there)
    ticket = conversation.ask(
        town.session, town.lotus, words=words, channel=Channel.web, token="t" * 40, estate=there, building="3", room="5"
    )
    assert (ticket.notice_id, ticket.state, ticket.answered_by_notice) == (notice.id, TicketState.open, False)


def test_the_neighbours_building_is_not_attached(town: Cast, ask: Ask) -> None:
    asking_crowd.fault(town, asking_crowd.estate(town))
    assert ask("没电了", estate=town.garden, building="1", room="1").notice_id is None


@pytest.mark.slow
def test_three_hundred_threads_are_told_once_with_retries_and_late_comers(town: Cast, database: Database, chosen: Settings) -> None:
    there = asking_crowd.estate(town)
    early = [asking_crowd.ask(town, there, n) for n in range(40)]
    notice = asking_crowd.fault(town, there)
    rest = [asking_crowd.ask(town, there, n) for n in range(40, asking_crowd.HOMES)]
    town.session.commit()
    for _ in range(2):
        tell(database, chosen, notice)
    restore(town, notice)
    late = asking_crowd.ask(town, there, 900)
    attaching.attach(town.session, late, notice, by=town.me(town.wangfang))
    town.session.commit()
    for _ in range(3):
        tell(database, chosen, notice)
    town.session.expire_all()
    back = told(town.session, notice, UpdateState.restored)
    assert set(back) == {ticket.id for ticket in [*early, *rest, late]}
    assert set(back.values()) == {1}
    assert updates.behind(town.session, notice.id) == 0
    states = Counter(town.session.scalars(sa.select(Ticket.state).where(Ticket.notice_id == notice.id)))
    assert states == {TicketState.answered: 301}
    # Each in its own way: the page tells those of the web, the others are errands, one each.
    ways = Counter(town.session.scalars(sa.select(Errand.way).where(Errand.update_id.is_not(None))))
    assert ways == {Way.paste: 50, Way.call: 100}


def test_the_sweep_finds_who_was_not_told(town: Cast, database: Database, chosen: Settings) -> None:
    there = asking_crowd.estate(town)
    notice = asking_crowd.fault(town, there)
    asking_crowd.ask(town, there, 0)
    restore(town, notice)
    asked: list[dict[str, object]] = []
    database.info["jobs"] = type(
        "Client", (), {"enqueue_in_transaction": lambda _self, _session, _options, *said: asked.append(said[-1])}
    )()
    updates.sweep(Work(database=database, settings=chosen))
    assert asked == [{"notice_id": notice.id}]
    tell(database, chosen, notice)
    asked.clear()
    updates.sweep(Work(database=database, settings=chosen))
    assert asked == []


def test_of_two_updates_at_once_the_newest_alone_is_told(town: Cast, database: Database, chosen: Settings) -> None:
    there = asking_crowd.estate(town)
    notice = asking_crowd.fault(town, there)
    ticket = asking_crowd.ask(town, there, 0)
    notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.progress, words="正在接电缆头。")
    restore(town, notice)
    tell(database, chosen, notice)
    assert told(town.session, notice, UpdateState.progress) == {}
    assert told(town.session, notice, UpdateState.restored) == {ticket.id: 1}


def test_nobody_is_told_of_what_may_still_be_undone(town: Cast, database: Database, chosen: Settings) -> None:
    there = asking_crowd.estate(town)
    ticket = asking_crowd.ask(town, there, 0)
    me = town.me(town.wangfang)
    notice = drafts.write(town.session, town.lotus, by=me, kind=asking_crowd.NoticeKind.fault_outage, estates=[there.id])
    with clock.at(clock.now()):  # However slow the machine is, these are the same ten seconds.
        notices.publish(town.session, notice, by=me, grace=life.GRACE)
        second = asking_crowd.ask(town, there, 1)
        town.session.commit()
        tell(database, chosen, notice)
        town.session.refresh(ticket)
        assert (ticket.notice_id, second.notice_id) == (None, None)
        life.undo(town.session, notice, by=me)
    notices.publish(town.session, notice, by=me)
    with clock.at(clock.now()):
        notices.update(town.session, notice, by=me, state=UpdateState.progress, words="说错了", grace=life.GRACE)
        third = asking_crowd.ask(town, there, 2)
        town.session.commit()
        tell(database, chosen, notice)
        assert (third.notice_id, told(town.session, notice, UpdateState.progress)) == (notice.id, {})
        unsaid.undo(town.session, notice, by=me)
    town.session.commit()
    tell(database, chosen, notice)
    assert told(town.session, notice, UpdateState.published).get(third.id) == 1, "what stands is told after all"


def test_still_dark_opens_this_household_alone_and_back_settles_it(town: Cast, database: Database, chosen: Settings) -> None:
    there = asking_crowd.estate(town)
    notice = asking_crowd.fault(town, there)
    dark, fine, silent = (asking_crowd.ask(town, there, n) for n in range(3))
    restore(town, notice)
    tell(database, chosen, notice)
    for _ in range(2):
        homecoming.tell(town.session, dark, back=False)
        homecoming.tell(town.session, fine, back=True)
    states = [town.session.get_one(Ticket, one.id, populate_existing=True).state for one in (dark, fine, silent)]
    assert states == [TicketState.open, TicketState.closed, TicketState.answered]
    assert updates.standing(town.session, notice.id) == updates.Standing(asked=3, told=3, back=1, dark=1, waiting=1)
    homecoming.tell(town.session, dark, back=True)
    assert town.session.get_one(Ticket, dark.id).state is TicketState.closed


def test_a_tick_is_kept_with_who_did_it_and_the_next_news_asks_anew(town: Cast, database: Database, chosen: Settings) -> None:
    there = asking_crowd.estate(town)
    notice, me = asking_crowd.fault(town, there), town.me(town.wangfang)
    asking_crowd.ask(town, there, 3)
    asking_crowd.ask(town, there, 4)
    rounds = errands.of_notice(town.session, notice, for_=town.me(town.wangfang))
    assert [(call.number, call.shown) for call in rounds.calls] == [("", "138****0003")]
    assert [name for name, _some in rounds.pasted] == ["十二栋"]
    for _ in range(2):
        errands.tick(town.session, rounds.calls[0].errand, by=me)
        errands.tick_group(town.session, notice, there.id, by=me, update_id=notice.updates[-1].id)
    assert errands.counts(town.session, notice.id) == (0, 2)
    restore(town, notice)
    tell(database, chosen, notice)
    assert errands.counts(town.session, notice.id) == (2, 4)


def test_a_question_detached_by_a_person_stays_detached(town: Cast, database: Database, chosen: Settings) -> None:
    there = asking_crowd.estate(town)
    notice = asking_crowd.fault(town, there)
    ticket = asking_crowd.ask(town, there, 0)
    attaching.detach(town.session, ticket, by=town.me(town.wangfang))
    assert (ticket.notice_id, ticket.state) == (None, TicketState.open)
    restore(town, notice)
    tell(database, chosen, notice)
    town.session.refresh(ticket)
    assert (ticket.notice_id, ticket.state) == (None, TicketState.open)


def test_detached_and_attached_again_it_hears_the_same_truth_once(town: Cast) -> None:
    there = asking_crowd.estate(town)
    notice, me = asking_crowd.fault(town, there), town.me(town.wangfang)
    ticket = asking_crowd.ask(town, there, 0)
    attaching.detach(town.session, ticket, by=me)
    attaching.attach(town.session, ticket, notice, by=me)
    assert told(town.session, notice, UpdateState.published) == {ticket.id: 1}
    assert ticket.state is TicketState.answered


def test_the_words_are_those_of_the_present_truth(town: Cast) -> None:
    there = asking_crowd.estate(town)
    notice = asking_crowd.fault(town, there)
    notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.restored)
    latest = news.latest(town.session, notice.id)
    assert latest is not None
    assert "已复电" in telling.words(notices.by_number(town.session, notice.number), latest)


@pytest.fixture
def start(chosen: Settings) -> Iterator[Start]:
    """`lindian work`, as an operator starts it."""
    running: list[subprocess.Popen[bytes]] = []
    environ = {
        **os.environ, "LINDIAN_HOME": str(chosen.home), "LINDIAN_DATABASE_URL": chosen.database_url, "LINDIAN_PUSH_LOOPBACK": "1",
        "LINDIAN_SWEEP": "*/2 * * * * *", "LINDIAN_LOG": "CRITICAL",
    }  # fmt: skip

    def begin() -> "subprocess.Popen[bytes]":
        running.append(subprocess.Popen([sys.executable, "-c", "from tests.tickets import slow_worker; slow_worker.main()"], env=environ))
        return running[-1]

    yield begin
    for one in running:
        with suppress(ProcessLookupError):
            one.kill()
        one.wait()


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_leaves_nobody_untold_and_nobody_told_twice(town: Cast, database: Database, start: Start) -> None:
    there = asking_crowd.estate(town)
    notice = asking_crowd.fault(town, there)
    for n in range(asking_crowd.HOMES):
        asking_crowd.ask(town, there, n)
    restore(town, notice)
    first = start()
    before = wait_until(database, notice, lambda told: told >= 50)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert 50 <= before < asking_crowd.HOMES
    second = start()
    wait_until(database, notice, lambda told: told == asking_crowd.HOMES)
    second.send_signal(signal.SIGTERM)
    second.wait(15)
    with database.reading() as session:
        assert set(told(session, notice, UpdateState.restored).values()) == {1}
        assert Counter(session.scalars(sa.select(Ticket.state))) == {TicketState.answered: asking_crowd.HOMES}


def wait_until(database: Database, notice: Notice, enough: Callable[[int], bool]) -> int:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with database.reading() as session:
            number = len(told(session, notice, UpdateState.restored))
        if enough(number):
            return number
        time.sleep(0.02)
    pytest.fail(f"only {number} were told")
