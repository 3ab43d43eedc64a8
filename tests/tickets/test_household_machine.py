"""Any order of asking, attaching, answering, closing, reopening, handing over and merging, with a notice that moves: no message is
lost, none doubled, no thread in a wrong state, and every attached thread has heard the newest truth once."""

import itertools
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app.core.errors import Forbidden, Missing, Refused
from broadcasts import drafts, notices
from broadcasts.tables import NoticeKind, UpdateState
from grids.staff.staff import Me
from tests.cast import Cast
from tickets import conversation, handovers
from tickets.households import memory, merging
from tickets.households.tables import Household
from tickets.outages import attaching, homecoming, news, updates
from tickets.tables import Channel, Closure, Entry, Ticket, TicketState

HANDED = re.compile(r"这件转给了(.+?，由那边答复)")
"""The line that a thread has of its handing over."""
fresh = itertools.count()
channels = st.sampled_from([Channel.web, Channel.phone, Channel.sms])
homes, picks, twice = st.integers(1, 4), st.integers(0, 10**6), st.integers(1, 2)


def machine(town: Cast, clock: time_machine.Traveller) -> type[RuleBasedStateMachine]:
    session, manager, beyond = town.session, town.me(town.wangfang), town.me(town.chengang)

    # What earlier examples left is no part of this one's belief.
    class Households(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.first = session.scalar(sa.select(sa.func.max(Ticket.id))) or 0
            self.asked: list[str] = []
            self.answered: list[str] = []
            self.handed: list[str] = []
            self.settled: set[int] = set()
            self.round = next(fresh)
            self.notice = drafts.write(session, town.lotus, by=manager, kind=NoticeKind.fault_outage, title="停", estates=[town.garden.id])
            notices.publish(session, self.notice, by=manager)

        def mine(self) -> list[Ticket]:
            return list(session.scalars(sa.select(Ticket).where(Ticket.id > self.first).order_by(Ticket.id)))

        def pick(self, number: int) -> Ticket:
            known = self.mine()
            return known[number % len(known)]

        def who(self, ticket: Ticket) -> Me:
            return manager if ticket.grid_id == town.lotus.id else beyond

        def attempt(self, act: Callable[[], object], times: int = 1) -> bool:
            """Whether it was done; what is refused has left nothing behind. Sent twice it is done once."""
            clock.shift(timedelta(minutes=3))
            for n in range(times):
                try:
                    with session.begin_nested():
                        act()
                except (Refused, Missing, Forbidden):
                    return n > 0
            return True

        @rule(
            home=homes,
            channel=st.sampled_from([Channel.web, Channel.phone, Channel.sms]),
            dark=st.booleans(),
            known=st.booleans(),
            times=twice,
        )
        def ask(self, home: int, channel: Channel, dark: bool, known: bool, times: int) -> None:
            words, token = ("没电了" if dark else "电费怎么算") + f"{next(fresh)}", f"token{next(fresh)}"
            room = f"{self.round}-{home}" if known else ""
            by = manager if channel is Channel.phone else None
            asking = lambda: conversation.ask(  # noqa: E731
                session, town.lotus, words=words, channel=channel, token=token, estate=town.garden, building=f"{home % 3 + 1}", room=room,
                contact=f"1{self.round:06}000{home}", by=by,
            )  # fmt: skip
            assert self.attempt(asking, times)
            self.asked.append(words)

        @precondition(lambda self: self.asked)
        @rule(number=picks, times=twice)
        def answer(self, number: int, times: int) -> None:
            ticket, words = self.pick(number), f"答{next(fresh)}"
            if self.attempt(lambda: conversation.answer(session, ticket, by=self.who(ticket), words=words), times):
                self.answered.append(words)

        @precondition(lambda self: self.asked)
        @rule(number=picks, times=twice)
        def say_more(self, number: int, times: int) -> None:
            ticket, words = self.pick(number), f"补充{next(fresh)}"
            if self.attempt(lambda: conversation.say_more(session, ticket, words=words), times):
                self.asked.append(words)

        @precondition(lambda self: self.asked)
        @rule(number=picks)
        def close(self, number: int) -> None:
            ticket = self.pick(number)
            self.attempt(lambda: conversation.close(session, ticket, by=self.who(ticket)))

        @precondition(lambda self: self.asked)
        @rule(number=picks)
        def reopen(self, number: int) -> None:
            clock.shift(timedelta(minutes=11))
            ticket, words = self.pick(number), f"没好{next(fresh)}"
            if self.attempt(lambda: conversation.reopen(session, ticket, words=words)):
                self.asked.append(words)

        @precondition(lambda self: self.asked)
        @rule(number=picks, times=twice)
        def attach(self, number: int, times: int) -> None:
            ticket = self.pick(number)
            self.attempt(lambda: attaching.attach(session, ticket, self.notice, by=self.who(ticket)), times)

        @precondition(lambda self: self.asked)
        @rule(number=picks, times=twice)
        def detach(self, number: int, times: int) -> None:
            ticket = self.pick(number)
            self.attempt(lambda: attaching.detach(session, ticket, by=self.who(ticket)), times)

        @precondition(lambda self: self.asked)
        @rule(number=picks, times=twice)
        def hand_over(self, number: int, times: int) -> None:
            ticket = self.pick(number)
            by, to = self.who(ticket), town.lake if ticket.grid_id == town.lotus.id else town.lotus
            told = f"{to.name}，由那边答复"
            if self.attempt(lambda: handovers.hand_over(session, ticket, to=to.id, by=by), times):
                self.handed.append(told)

        @precondition(lambda self: self.asked)
        @rule(number=picks, other=picks)
        def merge(self, number: int, other: int) -> None:
            one, two = (session.get(Household, self.pick(n).household_id or 0) for n in (number, other))
            if one and two and self.attempt(lambda: merging.merge(session, one, two, by=manager)):
                assert one.id in merging.family(session, two.id)

        @precondition(lambda self: self.asked)
        @rule(number=picks)
        def part(self, number: int) -> None:
            household = self.pick(number).household_id
            if household and (made := merging.standing(session, household)):
                self.attempt(lambda: merging.undo(session, made[0].id, by=manager), 2)

        @rule(state=st.sampled_from([UpdateState.progress, UpdateState.new_time, UpdateState.restored]), runs=twice)
        def the_notice_moves(self, state: UpdateState, runs: int) -> None:
            soon = datetime.now(UTC) + timedelta(hours=2) if state is UpdateState.new_time else None
            moved = lambda: notices.update(session, self.notice, by=manager, state=state, words=f"进展{next(fresh)}", ends_at=soon)  # noqa: E731
            self.attempt(moved)
            for _ in range(runs):
                while updates._tell_some(session, updates._held(session, self.notice.id), first=True):
                    pass
            session.expire_all()

        @precondition(lambda self: self.asked)
        @rule(number=picks, back=st.booleans(), times=twice)
        def come_home(self, number: int, back: bool, times: int) -> None:
            ticket = self.pick(number)
            if self.attempt(lambda: homecoming.tell(session, ticket, back=back), times):
                assert ticket.state is (TicketState.closed if back else TicketState.open)

        @invariant()
        def nothing_is_lost_or_doubled(self) -> None:
            ours = sa.select(Entry.author_id, Entry.words).where(Entry.ticket_id > self.first, Entry.update_id.is_(None))
            found = session.execute(ours).all()
            assert Counter(words for author, words in found if author is None) == Counter(self.asked)
            said = [words for author, words in found if author is not None]
            told = [HANDED.search(words) for words in said]
            assert Counter(words for words, moved in zip(said, told, strict=True) if not moved) == Counter(self.answered)
            assert Counter(moved[1] for moved in told if moved) == Counter(self.handed)

        @invariant()
        def who_is_attached_heard_the_newest_truth_once(self) -> None:
            told = sa.select(Entry.ticket_id, Entry.update_id).where(Entry.ticket_id > self.first, Entry.update_id.is_not(None))
            pairs = session.execute(told).all()
            assert len(set(pairs)) == len(pairs)
            for ticket in self.mine():
                if ticket.notice_id is not None:  # It may be one of an earlier example, which still runs.
                    newest = news.latest(session, ticket.notice_id)
                    assert newest is not None
                    assert ticket.told_update_id == newest.id
                    assert not ticket.answered_by_notice or (ticket.id, newest.id) in pairs

        @invariant()
        def states_are_what_the_moves_made_them(self) -> None:
            for ticket in self.mine():
                ends = session.scalars(sa.select(Closure.reopened_at).where(Closure.ticket_id == ticket.id).order_by(Closure.id)).all()
                assert all(moment is not None for moment in ends[:-1])
                assert (ticket.state is TicketState.closed) == (bool(ends) and ends[-1] is None)
                assert ticket.state is not TicketState.answered or ticket.answered_at is not None

        @invariant()
        def the_household_is_remembered_under_all_its_names(self) -> None:
            for ticket in self.mine()[-1:]:
                if ticket.household_id is None:
                    continue
                family = merging.family(session, ticket.household_id)
                before = [
                    one for one in self.mine() if one.household_id in family and one.asked_at <= ticket.asked_at and one is not ticket
                ]
                whole = conversation.find(session, ticket.id, for_=self.who(ticket))
                assert memory.of(session, whole, for_=self.who(ticket)).times == min(len(before), 20)

    return Households


@pytest.mark.slow
def test_no_message_is_lost_or_doubled_however_households_and_notices_move(town: Cast) -> None:
    with time_machine.travel(datetime(2027, 7, 14, 4, 0, tzinfo=UTC), tick=False) as clock:
        how = settings(
            max_examples=12, stateful_step_count=20, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck)
        )
        run_state_machine_as_test(machine(town, clock), settings=how)
