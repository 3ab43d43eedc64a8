"""A notice's whole life in any order: no message lost or told twice, no state that the trade does not know."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from app.core import clock
from app.core.database import Database
from app.core.errors import Refused
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import drafts, life, notices, unsaid
from broadcasts.deliveries.tables import Delivery
from broadcasts.present import present
from broadcasts.promises import promises, reminders
from broadcasts.promises.tables import Call, Promise, PromiseKind, Reminder
from broadcasts.tables import Notice, NoticeKind, NoticeState, TakenBack, Update, UpdateState
from tests import cast
from tests.broadcasts.phones import crowd
from tests.broadcasts.stage import HOUR, NOON
from tests.pwa import loopback

PHONES = 3
OVER = (NoticeState.restored, NoticeState.cancelled, NoticeState.superseded)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def machine(database: Database, work: Work, service: loopback.PushService) -> type[RuleBasedStateMachine]:
    class Life(RuleBasedStateMachine):
        """One session, undone at the end; time goes on by our own hand."""

        @initialize(planned=st.booleans())
        def begin(self, planned: bool) -> None:
            self.session = database.session(writes=True)
            self.now = NOON
            self.town = cast.play(self.session)
            crowd(self.session, service, self.town.lotus, PHONES)
            self.me = self.town.me(self.town.wangfang)
            self.told = 0
            kind = NoticeKind.planned_outage if planned else NoticeKind.fault_outage
            start = self.now + timedelta(days=8) if planned else self.now
            with clock.at(self.now):
                self.notice = drafts.write(
                    self.session, self.town.lotus, by=self.me, kind=kind, starts_at=start, ends_at=start + 3 * HOUR,
                    estates=[self.town.garden.id],
                )  # fmt: skip
            self.first = self.notice
            self.numbers: list[str] = []
            self.unsaid, self.undone = Counter[int](), dict[int, int]()

        def teardown(self) -> None:
            if hasattr(self, "session"):
                self.session.rollback()
                self.session.close()

        def try_to(self, act: Any, *given: Any, **said: Any) -> bool:
            try:
                with clock.at(self.now):
                    act(self.session, *given, **said)
            except Refused:
                return False
            return True

        @rule(minutes=st.sampled_from([0, 1, 5, 29, 60, 700, 1441, 10_081]))
        def time_goes_on(self, minutes: int) -> None:
            self.now += minutes * MINUTE + timedelta(seconds=3)

        @rule(soon=st.booleans())
        def publish(self, soon: bool) -> None:
            was = self.notice.state
            next_at = self.now + HOUR if soon else None
            done = self.try_to(
                notices.publish, self.notice, by=self.me, next_update_at=next_at, late_reason="急", grace=life.GRACE
            )  # fmt: skip
            if done and was in (NoticeState.draft, NoticeState.scheduled):
                assert self.notice.number not in self.numbers
                self.numbers.append(self.notice.number)

        @rule()
        def undo(self) -> None:
            may = life_can_undo(self)
            assert self.try_to(life.undo, self.notice, by=self.me) is (may or self.notice.is_written_only)
            if may and self.notice.replaces_id:
                self.unsaid[self.notice.replaces_id] += 2  # That it was replaced is unsaid with it.

        @rule(minutes=st.integers(1, 100))
        def schedule(self, minutes: int) -> None:
            self.try_to(life.schedule, self.notice, by=self.me, at=self.now + minutes * MINUTE, late_reason="急")

        @rule()
        def take_from_waiting(self) -> None:
            self.try_to(life.unschedule, self.notice, by=self.me)

        @rule()
        def the_clock_publishes(self) -> None:
            was = self.notice.state
            with clock.at(self.now):
                life.publish_when_due(self.session, self.notice.id)
            if was is not NoticeState.published and self.notice.state is NoticeState.published:
                assert self.notice.number not in self.numbers
                self.numbers.append(self.notice.number)

        @rule(
            state=st.sampled_from(list(UpdateState)), hours=st.integers(1, 40), words=st.sampled_from(["", "正在查"]),
            soon=st.booleans(),
        )  # fmt: skip
        def update(self, state: UpdateState, hours: int, words: str, soon: bool) -> None:
            was, version = self.notice.state, self.notice.version
            said: dict[str, Any] = {"grace": life.GRACE if soon else timedelta()}
            said |= {"ends_at": self.now + hours * HOUR} if state is UpdateState.new_time else {}
            next_at = self.now + 30 * MINUTE if soon else None
            done = self.try_to(notices.update, self.notice, by=self.me, state=state, words=words, next_update_at=next_at, **said)
            # The same once more, tapped twice, is agreed to and adds nothing.
            added = done and self.notice.version > version
            assert not (added and was in (NoticeState.draft, NoticeState.scheduled, NoticeState.cancelled, NoticeState.superseded))
            assert self.notice.version - version in ((0, 1) if done else (0,))

        @rule()
        def unsay(self) -> None:
            with clock.at(self.now):
                may = unsaid.can_undo(self.session, self.notice)
            again = self.undone.get(self.notice.id) == self.notice.version
            assert self.try_to(unsaid.undo, self.notice, by=self.me) is (may or again)
            if may:
                self.undone[self.notice.id] = self.notice.version
                self.unsaid[self.notice.id] += 2

        @precondition(lambda self: self.notice.state is NoticeState.published)
        @rule()
        def replace(self) -> None:
            with clock.at(self.now):
                self.first, self.notice = self.notice, life.replacement(self.session, self.notice, by=self.me)

        @rule()
        def remind(self) -> None:
            with clock.at(self.now):
                due = sa.select(Reminder.id).where(Reminder.due_at <= self.now)
                for key in self.session.scalars(due).all():
                    for _twice in range(2):
                        reminders.send(self.session, key)

        def all(self, table: Any) -> list[Any]:
            self.session.flush()
            return list(self.session.scalars(sa.select(table)))

        @invariant()
        def every_update_is_told_once_to_each_phone(self) -> None:
            if not hasattr(self, "session"):
                return
            counted = sa.select(Delivery.update_id, sa.func.count()).group_by(Delivery.update_id)
            told = dict(self.session.execute(counted).all())
            assert told == {one.id: PHONES for one in self.all(Update)}

        @invariant()
        def a_notice_has_a_timeline_as_long_as_its_version(self) -> None:
            if not hasattr(self, "session"):
                return
            for notice in self.all(Notice):
                steps = [one for one in self.all(Update) if one.notice_id == notice.id and one.state is not UpdateState.reminder]
                assert notice.version == (len(steps) + self.unsaid[notice.id] if steps else 0)
                assert (notice.version == 0) == notice.is_written_only
                assert (notice.published_at is None) == notice.is_written_only
                if steps:
                    assert steps[0].state is UpdateState.published

        @invariant()
        def a_number_taken_back_is_nobodys(self) -> None:
            if hasattr(self, "session"):
                assert not {one.number for one in self.all(TakenBack)} & {one.number for one in self.all(Notice)}

        @invariant()
        def one_promise_of_a_kind_is_open_and_it_is_the_one_on_the_page(self) -> None:
            if not hasattr(self, "session"):
                return
            for notice in self.all(Notice):
                open_ = {one.kind: one.at for one in self.all(Promise) if one.notice_id == notice.id and one.ended_at is None}
                stands = notice.state is NoticeState.published
                assert open_.get(PromiseKind.eta) == (notice.ends_at if stands else None)
                assert open_.get(PromiseKind.next_update) == notice.next_update_at
            for promise in self.all(Promise):
                assert promises.outcome(promise, self.now) in ("open", "kept", "broken", "superseded")

        @invariant()
        def nobody_is_called_or_reminded_for_what_is_over(self) -> None:
            if not hasattr(self, "session"):
                return
            over = {one.id for one in self.all(Notice) if one.state in OVER or one.is_written_only}
            assert not [one for one in self.all(Reminder) if one.notice_id in over and not one.sent_at and not one.skipped_at]
            closed = {f"promise/{one.id}" for one in self.all(Promise) if one.ended_at is not None}
            assert not [one for one in self.all(Call) if one.subject in closed and one.sent_at is None]

        @invariant()
        def the_page_says_one_truth(self) -> None:
            if not hasattr(self, "session"):
                return
            self.session.flush()
            found = self.session.scalars(sa.select(Notice).options(*notices.SHOWN), execution_options={"populate_existing": True}).unique()
            for notice in found:
                truth = present(notice, self.now)
                assert (truth.state == "superseded") == (notice.state is NoticeState.superseded)
                assert (truth.state == "cancelled") == (notice.state is NoticeState.cancelled)

    return Life


def life_can_undo(self: Any) -> bool:
    with clock.at(self.now):
        told = self.session.scalars(sa.select(Update).where(Update.notice_id == self.notice.id)).all()
        return life.can_undo(self.notice) and len(told) == 1


def test_any_life_loses_nothing_and_says_nothing_twice(database: Database, chosen: Settings) -> None:
    with loopback.running() as service:
        run_state_machine_as_test(
            machine(database, Work(database=database, settings=chosen), service),
            settings=settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)),
        )
