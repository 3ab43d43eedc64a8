"""What a supervisor reads is counted once, of people's answers, and each list says by how much."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from app.core import words
from app.review import asked, clocks, figures
from broadcasts import drafts, notices
from broadcasts.tables import NoticeKind
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tickets import conversation
from tickets.clocks.tables import Measure
from tickets.outages import attaching
from tickets.tables import Channel, Ticket

NOON, HOUR = datetime(2027, 7, 14, 4, 0, tzinfo=UTC), timedelta(hours=1)
Browser = Callable[[Person], Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def asks(town: Cast, words: str, *, kind: str = "") -> Ticket:
    where = {"estate": town.garden, "building": "1号楼", "kind": kind}
    return conversation.ask(town.session, town.lotus, words=words, channel=Channel.web, token=f"{words:_<40}"[:40], **where)


@pytest.fixture
def questions(told_town: Cast) -> list[Ticket]:
    """One answered by 王芳 after an hour, one by a notice at once, one never, and one answered and not done."""
    me, session = told_town.me(told_town.wangfang), told_town.session
    with time_machine.travel(NOON, tick=False) as now:
        said = {"kind": NoticeKind.fault_outage, "cause": "电缆故障", "estates": [told_town.garden.id]}
        fault = drafts.write(session, told_town.lotus, by=me, **said)
        notices.publish(session, fault, by=me)
        now.shift(60)
        person, dark = asks(told_town, "发票怎么开？"), asks(told_town, "什么时候来电")
        never, undone = asks(told_town, "装表", kind="new_connection"), asks(told_town, "电表走得快", kind="meter_check")
        assert dark.answered_at is not None or attaching.attach(session, dark, fault, by=me)
        now.shift(HOUR)
        conversation.answer(session, person, by=me, words="在网上国网里开。")
        conversation.answer(session, undone, by=me, words="受理了。")
        session.commit()
    return [person, dark, never, undone]


def test_nobody_is_counted_twice_and_a_notice_that_answers_is_no_persons_answer(told_town: Cast, questions: list[Ticket]) -> None:
    person, dark, never, undone = questions
    boss, session = told_town.me(told_town.liujie), told_town.session
    with time_machine.travel(NOON + timedelta(days=20), tick=False):

        def listed(which: str) -> set[int]:
            return {one.id for one in asked.listed(session, boss, which=which, grid_id=None)}

        standing = figures.together(session, boss)
        assert (standing.first_answer, standing.by_itself) == (figures.Figure(60, 2), 1)
        assert (listed("answered"), listed("by_itself")) == ({person.id, undone.id}, {dark.id})
        assert (clocks.together(session, boss).unfinished, standing.overdue) == (1, 1)
        assert (listed("unfinished"), listed("overdue")) == ({undone.id}, {never.id})
        assert listed("late_ends") == {never.id, undone.id}
        late = clocks.late_by(session, [never], Measure.first_answer)[never.id]
        assert (late.by, late.runs) == (timedelta(days=20) - timedelta(hours=2, minutes=1), True)


def test_the_review_says_of_how_many_how_late_and_which_day(told_town: Cast, questions: list[Ticket], signed_in: Browser) -> None:
    with time_machine.travel(NOON + timedelta(days=20), tick=False):
        review = signed_in(told_town.liujie)
        first = review.get("/review").text
        assert all(words in first for words in ("人工答复 2 件 · 另有自动答复 1 件", "1 件事到期没办完", "1 件诉求逾期"))
        assert not re.search(r"\bn=\d", first)
        late = re.sub(r"<[^>]+>", " ", review.get("/review/tickets?which=late_answers").text)
        assert "晚 19 天 · 还没答复" in " ".join(late.split())
        assert 'data-head="首次答复"' in review.get("/review/grids").text


def test_a_day_is_said_as_people_say_it_with_the_year_only_where_it_is_another() -> None:
    with time_machine.travel(NOON, tick=False):
        assert words.say("Valid until %(day)s", day=date(2027, 11, 20)).endswith("11月20日")
        assert words.say("Valid until %(day)s", day=date(2026, 11, 20)).endswith("2026年11月20日")
