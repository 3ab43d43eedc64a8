"""Any order of asking, answering, closing, reopening, rating, consulting, passing on: no message lost, none doubled, no wrong state.

And no clock that runs when nobody waits, or stands when somebody does."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app import passing
from app.core.clock import now
from app.core.errors import Refused
from grids.staff import passing as duties
from grids.staff.staff import Me
from tests.cast import Cast
from tickets import conversation, ratings
from tickets.clocks import waiting
from tickets.clocks.tables import Clock, Measure, Pause
from tickets.specialists import consultations, consulting, opinions
from tickets.specialists.tables import Consultation
from tickets.tables import Channel, Closure, Entry, Rating, Ticket, TicketState

# Whole words only once, so that a lost or doubled one is seen.
fresh = itertools.count()
once_or_twice = st.integers(1, 2)


@dataclass
class Thread:
    """What we believe."""

    ticket: Ticket
    token: str
    state: TicketState = TicketState.open
    said: list[tuple[int | None, str]] = field(default_factory=list)
    answered: bool = False
    stars: int | None = None
    rated_at: datetime | None = None
    closures: list[bool] = field(default_factory=list)
    asked: int | None = None
    consultations: int = 0


def machine(town: Cast, clock: time_machine.Traveller) -> type[RuleBasedStateMachine]:
    session, specialist = town.session, town.me(town.wujian)
    asked_about = f"metering/{specialist.id}"

    class Conversation(RuleBasedStateMachine):
        threads = Bundle("threads")

        def __init__(self) -> None:
            super().__init__()
            self.known: list[Thread] = []
            self.passed, self.managers = 0, [town.wangfang, town.chengang]
            if duties.manager(session, town.lotus.id) is town.chengang:  # An earlier run ended with him.
                self.managers.reverse()

        @property
        def manager(self) -> Me:
            return town.me(self.managers[0])

        def attempt(self, act: Callable[[], object], times: int, *, allowed: bool) -> bool:
            """Send it once or twice; a refusal comes exactly where we expect it."""
            clock.shift(timedelta(minutes=4))
            try:
                for _ in range(times):
                    act()
            except Refused:
                assert not allowed
            else:
                assert allowed
            return allowed

        @rule(target=threads, times=once_or_twice)
        def ask(self, times: int) -> Thread:
            words, token = f"问{next(fresh)}", f"token{next(fresh)}"
            asked: list[Ticket] = []
            how: dict[str, Any] = {"channel": Channel.api, "kind": "meter_check"}
            act = lambda: asked.append(conversation.ask(session, town.lotus, words=words, token=token, **how))  # noqa: E731
            self.attempt(act, times, allowed=True)
            thread = Thread(asked[0], token, said=[(None, words)])
            self.known.append(thread)
            return thread

        @rule(thread=threads, times=once_or_twice)
        def ask_again_with_the_same_form(self, thread: Thread, times: int) -> None:
            words = f"同一张表{next(fresh)}"
            act = lambda: conversation.ask(session, town.lotus, words=words, channel=Channel.api, token=thread.token)  # noqa: E731
            self.attempt(act, times, allowed=True)
            if thread.state is TicketState.closed:
                thread.closures[-1] = True
            thread.said.append((None, words))
            thread.state = TicketState.open

        @rule(thread=threads, times=once_or_twice)
        def answer(self, thread: Thread, times: int) -> None:
            words = f"答{next(fresh)}"
            act = lambda: conversation.answer(session, thread.ticket, by=self.manager, words=words)  # noqa: E731
            if self.attempt(act, times, allowed=thread.state is not TicketState.closed):
                thread.said.append((self.manager.id, words))
                thread.state, thread.answered = TicketState.answered, True

        @rule(thread=threads, times=once_or_twice)
        def say_more(self, thread: Thread, times: int) -> None:
            words = f"补充{next(fresh)}"
            act = lambda: conversation.say_more(session, thread.ticket, words=words)  # noqa: E731
            if self.attempt(act, times, allowed=thread.state is not TicketState.closed):
                thread.said.append((None, words))
                thread.state = TicketState.open

        @rule(thread=threads, times=once_or_twice, days=st.sampled_from(waiting.DAYS))
        def wait_for_the_customer(self, thread: Thread, times: int, days: int) -> None:
            act = lambda: waiting.begin(session, thread.ticket, by=self.manager, reason="等户号", days=days)  # noqa: E731
            self.attempt(act, times, allowed=thread.state is TicketState.answered)

        @rule(thread=threads, days=st.integers(0, 20))
        def go_on(self, thread: Thread, days: int) -> None:
            clock.shift(timedelta(days=days))
            waiting.go_on(session, thread.ticket, by=self.manager)

        @rule(thread=threads)
        def close(self, thread: Thread) -> None:
            act = lambda: conversation.close(session, thread.ticket, by=self.manager)  # noqa: E731
            if self.attempt(act, 1, allowed=thread.answered and thread.state is not TicketState.closed):
                thread.closures.append(False)
                thread.state, thread.asked = TicketState.closed, None

        @rule(thread=threads, times=once_or_twice, silent=st.booleans())
        def reopen(self, thread: Thread, times: int, silent: bool) -> None:
            clock.shift(timedelta(minutes=11))
            words = "" if silent else f"没好{next(fresh)}"
            act = lambda: conversation.reopen(session, thread.ticket, words=words)  # noqa: E731
            if self.attempt(act, times, allowed=thread.state is TicketState.closed):
                thread.said.extend([] if silent else [(None, words)])
                thread.closures[-1] = True
                thread.state = TicketState.open

        @rule(thread=threads, times=once_or_twice, stars=st.integers(1, 5))
        def rate(self, thread: Thread, times: int, stars: int) -> None:
            act = lambda: ratings.rate(session, thread.ticket, stars=stars)  # noqa: E731
            still = thread.rated_at is not None and now() - thread.rated_at < ratings.CHANGEABLE
            if self.attempt(act, times, allowed=thread.answered and (still or thread.stars in (None, stars))):
                thread.stars, thread.rated_at = stars, thread.rated_at or now()

        @rule(thread=threads, times=once_or_twice)
        def ask_a_specialist(self, thread: Thread, times: int) -> None:
            words, asked = f"请看{next(fresh)}", list[Consultation]()
            act = lambda: asked.append(consulting.ask(session, thread.ticket, specialist=asked_about, by=self.manager, words=words))  # noqa: E731
            if self.attempt(act, times, allowed=thread.state is not TicketState.closed and thread.asked is None):
                thread.asked, thread.consultations = asked[0].id, thread.consultations + 1

        @rule(thread=threads, times=once_or_twice)
        def say_a_word_between_colleagues(self, thread: Thread, times: int) -> None:
            if thread.asked is not None:
                asked = consultations.find(session, thread.asked, for_=specialist)
                note = partial(consulting.note, session, asked, by=specialist, words=f"只给同事看{next(fresh)}")
                self.attempt(note, times, allowed=True)

        @rule(thread=threads, times=once_or_twice, how=st.sampled_from(["agree", "decline", "recall"]))
        def give_it_back(self, thread: Thread, times: int, how: str) -> None:
            if thread.asked is None:
                return
            words, asked = f"意见{next(fresh)}", consultations.find(session, thread.asked, for_=specialist)
            acts: dict[str, Callable[[], object]] = {
                "agree": partial(opinions.agree, session, asked, by=specialist, words=words, source="规程"),
                "decline": partial(opinions.decline, session, asked, by=specialist, words=words),
                "recall": partial(consulting.recall, session, asked, by=self.manager),
            }
            self.attempt(acts[how], times, allowed=True)
            thread.asked = None
            if how != "recall" and thread.state is TicketState.answered:
                thread.state = TicketState.open

        @rule(times=once_or_twice)
        def pass_the_grid_on(self, times: int) -> None:
            if self.passed >= 2:
                return
            self.passed += 1
            old, new = (town.me(one) for one in self.managers)
            handed = duties.prepare(session, town.lotus, to=new.id, by=old)
            self.attempt(lambda: passing.take(session, handed, by=new), times, allowed=True)
            self.managers.reverse()
            for thread in self.known[-1:]:
                late = partial(conversation.answer, session, thread.ticket, by=town.me(self.managers[1]), words="我不在这个网格了")
                self.attempt(late, 1, allowed=False)

        @invariant()
        def a_specialist_has_what_was_asked_and_not_given_back(self) -> None:
            rows = sa.select(Consultation.ticket_id, Consultation.ended_at).where(
                Consultation.ticket_id.in_([one.ticket.id for one in self.known])
            )
            found = [tuple(row) for row in session.execute(rows)]
            for thread in self.known:
                mine = [ended_at for ticket_id, ended_at in found if ticket_id == thread.ticket.id]
                assert (len(mine), mine.count(None)) == (thread.consultations, int(thread.asked is not None))

        @invariant()
        def nothing_is_lost_or_doubled(self) -> None:
            for thread in self.known:
                which = thread.ticket.id
                entries = session.execute(sa.select(Entry.author_id, Entry.words).where(Entry.ticket_id == which).order_by(Entry.id))
                assert [tuple(row) for row in entries] == thread.said
                closures = session.scalars(sa.select(Closure.reopened_at).where(Closure.ticket_id == which).order_by(Closure.id))
                assert [moment is not None for moment in closures] == thread.closures
                ratings = session.scalars(sa.select(Rating.stars).where(Rating.ticket_id == which)).all()
                assert ratings == ([] if thread.stars is None else [thread.stars])

        @invariant()
        def states_are_what_the_moves_made_them(self) -> None:
            for thread in self.known:
                row = session.execute(sa.select(Ticket.state, Ticket.answered_at).where(Ticket.id == thread.ticket.id)).one()
                assert (row.state, row.answered_at is not None) == (thread.state, thread.answered)
                assert (thread.state is TicketState.closed) == (bool(thread.closures) and not thread.closures[-1])

        @invariant()
        def a_clock_runs_for_whoever_waits_and_for_nobody_else(self) -> None:
            dues = {row.id: row for row in session.execute(sa.select(Ticket.id, Ticket.due_at, Ticket.completion_due_at))}
            clocks = session.execute(sa.select(Clock.ticket_id, Clock.measure, Clock.due_at, Clock.ended_at)).all()
            rests = session.execute(sa.select(Pause.ticket_id, Pause.at, Pause.until_at).where(Pause.ended_at.is_(None))).all()
            for thread in self.known:
                ticket, closed = dues[thread.ticket.id], thread.state is TicketState.closed
                mine = [one for one in clocks if one.ticket_id == ticket.id]
                running = {one.measure: one.due_at for one in mine if one.ended_at is None}
                assert running.get(Measure.first_answer) == (ticket.due_at if thread.state is TicketState.open else None)
                assert running.get(Measure.completion) == ticket.completion_due_at
                assert (ticket.completion_due_at is None) is closed
                assert sum(one.measure is Measure.completion for one in mine) == sum(thread.closures) + 1
                standing = [one for one in rests if one.ticket_id == ticket.id and one.until_at > now()]
                assert len(standing) <= (thread.state is TicketState.answered)
                assert all(ticket.completion_due_at > one.until_at or ticket.completion_due_at <= one.at for one in standing)

    return Conversation


@pytest.mark.slow
def test_no_message_is_lost_or_doubled(town: Cast) -> None:
    with time_machine.travel(datetime(2027, 7, 14, 4, 0, tzinfo=UTC), tick=False) as clock:
        how = settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
        run_state_machine_as_test(machine(town, clock), settings=how)
