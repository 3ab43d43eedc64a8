"""Steps of a notice's life: waiting for a time, undone within seconds, replaced, reminded of, called for."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.core import clock
from app.core.errors import Forbidden, Mistaken, Refused
from app.core.jobs import Work
from broadcasts import drafts, life, notices, seconds
from broadcasts.deliveries import deliveries
from broadcasts.deliveries.tables import Delivery
from broadcasts.promises import calls, promises, reminders
from broadcasts.promises.tables import Call, Promise, PromiseKind, Reminder
from broadcasts.tables import LateReason, Notice, NoticeKind, NoticeState, TakenBack, Update, UpdateState
from grids.staff import staff
from grids.tables import Duty, Person
from tests import cast
from tests.broadcasts.phones import crowd, phone
from tests.broadcasts.stage import HOUR, NOON, draft, planned, published
from tests.cast import Cast
from tests.client import Client
from tests.pwa.loopback import PushService

MINUTE = timedelta(minutes=1)


def rows(town: Cast, table: type) -> list:  # type: ignore[type-arg]
    return list(town.session.scalars(sa.select(table).order_by(table.id)))  # type: ignore[attr-defined]


def count(town: Cast, table: type) -> int:
    return town.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_undone_it_is_a_draft_again_and_nothing_ever_leaves(town: Cast, service: PushService) -> None:
    me = town.me(town.wangfang)
    crowd(town.session, service, town.lotus, 3)
    with clock.at(NOON):
        notice = draft(town)
        notices.publish(town.session, notice, by=me, grace=life.GRACE, next_update_at=NOON + HOUR)
        number = notice.number
        assert {one.due_at for one in rows(town, Delivery)} == {NOON + life.GRACE + seconds.LEEWAY}
        assert count(town, Promise) == 2
    with clock.at(NOON + timedelta(seconds=9)):
        life.undo(town.session, notice, by=me)
        life.undo(town.session, notice, by=me)
    assert (notice.state, notice.version, notice.published_at, notice.next_update_at) == (NoticeState.draft, 0, None, None)
    for table in (Delivery, Update, Promise, Call, Reminder, LateReason):
        assert town.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0, table
    assert town.session.get_one(TakenBack, number).notice_id == notice.id
    with clock.at(NOON + timedelta(seconds=20)):
        assert notices.publish(town.session, notice, by=me).number > number


def test_after_ten_seconds_it_cannot_be_undone(town: Cast) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        notice = notices.publish(town.session, draft(town), by=me, grace=life.GRACE)
    with clock.at(NOON + timedelta(seconds=11)), pytest.raises(Refused):
        life.undo(town.session, notice, by=me)
    with pytest.raises(Refused):
        life.undo(town.session, published(town), by=me)


def test_undo_takes_back_a_replacement_too(town: Cast, service: PushService) -> None:
    me = town.me(town.wangfang)
    crowd(town.session, service, town.lotus, 2)
    with clock.at(NOON):
        old = notices.publish(town.session, draft(town), by=me, next_update_at=NOON + HOUR)
        new = life.replacement(town.session, old, by=me)
        assert life.replacement(town.session, old, by=me) is new
        notices.publish(town.session, new, by=me, grace=life.GRACE)
        assert (old.state, old.next_update_at) == (NoticeState.superseded, None)
        life.undo(town.session, new, by=me)
    assert (old.state, old.version, old.next_update_at) == (NoticeState.published, 3, NOON + HOUR), "counted on"
    assert [one.ended_at for one in rows(town, Promise)] == [None, None]
    assert len(rows(town, Call)) == 6


def test_a_notice_waits_for_its_time_and_is_published_once(told_town: Cast, work: Work) -> None:
    me = told_town.me(told_town.wangfang)
    notice = draft(told_town, kind=NoticeKind.service, ends_at=None)
    with clock.at(NOON):
        life.schedule(told_town.session, notice, by=me, at=NOON + HOUR)
        with pytest.raises(Refused):
            drafts.edit(told_town.session, notice, by=me, kind=NoticeKind.service)
    told_town.session.commit()
    for minutes in (59, 60, 61):
        with clock.at(NOON + minutes * MINUTE):
            life.sweep(work)
        with work.database.reading() as session:
            known = session.scalars(sa.select(Notice).where(Notice.id == notice.id).options(*notices.SHOWN)).one()
            assert (known.state is NoticeState.published) == (minutes >= 60)
    assert len(known.updates) == 1
    assert known.published_by is not None
    assert known.published_by.name == "王芳"


@pytest.mark.parametrize("left", ["suspended", "off duty"])
def test_what_a_colleague_scheduled_who_may_publish_no_more_is_held_for_a_look(
    told_town: Cast, work: Work, signed_in: Callable[[Person], Client], left: str
) -> None:
    notice = draft(told_town, kind=NoticeKind.service, ends_at=None).id
    told_town.session.commit()
    with work.database.writing() as session:
        town = cast.found(session)
        with clock.at(clock.now() - 2 * HOUR):
            life.schedule(session, session.get_one(Notice, notice), by=town.me(town.wangfang), at=clock.now() + HOUR)
        if left == "suspended":
            staff.suspend(session, town.wangfang, by=None)
        else:
            session.execute(sa.update(Duty).where(Duty.person_id == town.wangfang.id).values(until_at=clock.now() - HOUR))
    life.sweep(work)
    with work.database.writing() as session:
        assert session.get_one(Notice, notice).state is NoticeState.scheduled
        staff.restore(session, cast.found(session).wangfang, by=None)
    life.sweep(work)
    assert "定时的同事已不负责" in signed_in(told_town.zhaomin).get("/desk").text
    with work.database.writing() as session:
        town, held = cast.found(session), session.get_one(Notice, notice, options=notices.SHOWN)
        assert held.state is NoticeState.scheduled, "also when who chose the hour has come back"
        assert notices.publish(session, held, by=town.me(town.zhaomin)).published_by_id == town.zhaomin.id


def test_what_waits_is_seen_by_nobody_and_can_be_taken_back(town: Cast) -> None:
    me = town.me(town.wangfang)
    notice = life.schedule(town.session, draft(town), by=me, at=clock.now() + HOUR)
    with pytest.raises(Refused):
        notices.update(town.session, notice, by=me, state=UpdateState.progress, words="……")
    assert life.unschedule(town.session, notice, by=me).state is NoticeState.draft
    with pytest.raises(Mistaken):
        life.schedule(town.session, notice, by=me, at=clock.now() - HOUR)
    with pytest.raises((Forbidden, Refused)):
        life.schedule(town.session, notice, by=town.me(town.liujie), at=clock.now() + HOUR)


def test_an_outage_that_nobody_published_in_time_is_a_draft_again(told_town: Cast, work: Work) -> None:
    with clock.at(NOON):
        notice = life.schedule(told_town.session, draft(told_town), by=told_town.me(told_town.wangfang), at=NOON + MINUTE)
    told_town.session.commit()
    with clock.at(NOON + 5 * HOUR):
        life.sweep(work)
    with work.database.reading() as session:
        assert session.get_one(Notice, notice.id).state is NoticeState.draft


def test_a_promise_is_followed_by_what_came_of_it(town: Cast) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        notice = notices.publish(town.session, draft(town, ends_at=NOON + 2 * HOUR), by=me, next_update_at=NOON + HOUR)
    with clock.at(NOON + 50 * MINUTE):
        notices.update(town.session, notice, by=me, state=UpdateState.new_time, ends_at=NOON + 3 * HOUR, next_update_at=NOON + 2 * HOUR)
    with clock.at(NOON + 130 * MINUTE):
        notices.update(town.session, notice, by=me, state=UpdateState.restored)
        told = [(one.kind, promises.outcome(one, clock.now())) for one in rows(town, Promise)]
    assert told == [
        (PromiseKind.eta, "superseded"), (PromiseKind.next_update, "kept"), (PromiseKind.eta, "kept"), (PromiseKind.next_update, "broken"),
    ]  # fmt: skip


def test_a_time_moved_only_after_it_had_passed_was_broken(town: Cast) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        notice = notices.publish(town.session, draft(town, ends_at=NOON + HOUR), by=me)
    with clock.at(NOON + 2 * HOUR):
        notices.update(town.session, notice, by=me, state=UpdateState.new_time, ends_at=NOON + 3 * HOUR)
        assert [promises.outcome(one, clock.now()) for one in rows(town, Promise)] == ["broken", "open"]


def test_a_crew_that_arrives_brings_the_service_promise_where_no_end_is_known(town: Cast) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        notice = published(town, ends_at=None)
    with clock.at(NOON + 3 * MINUTE):
        notices.update(town.session, notice, by=me, state=UpdateState.arrived)
        assert notice.ends_at == NOON + 3 * HOUR + 10 * MINUTE
    with pytest.raises(Refused):
        notices.update(town.session, planned(town), by=me, state=UpdateState.arrived)


def test_nobody_promises_news_of_the_past(town: Cast) -> None:
    with pytest.raises(Mistaken) as error:
        notices.publish(town.session, draft(town), by=town.me(town.wangfang), next_update_at=clock.now() - HOUR)
    assert set(error.value.mistakes) == {"next_update_at"}


@pytest.mark.parametrize(("late", "n", "median"), [([-5.0, 10, 20, 40], 4, None), ([-30.0, -5, 10, 20, 40], 5, 10)])
def test_nothing_is_said_of_fewer_than_five(late: list[float], n: int, median: float | None) -> None:
    found = promises.counted(late)
    assert (found.n, found.median_minutes) == (n, median)
    if n >= 5:
        assert (found.half_within_minutes, found.on_time) == (20, 0.4)


def test_accuracy_counts_the_first_time_told(town: Cast) -> None:
    me = town.me(town.wangfang)
    for minutes in (-10, 0, 10, 20, 30):
        with clock.at(NOON):
            notice = published(town, ends_at=NOON + HOUR)
            notices.update(town.session, notice, by=me, state=UpdateState.new_time, ends_at=NOON + 5 * HOUR)
        with clock.at(NOON + HOUR + minutes * MINUTE):
            notices.update(town.session, notice, by=me, state=UpdateState.restored)
    with clock.at(NOON + 3 * HOUR):
        found = promises.accuracy(town.session, (town.lotus.id,))
        assert (found.n, found.median_minutes, found.half_within_minutes, found.on_time) == (5, 10, 10, 0.4)
        assert promises.accuracy(town.session, (town.lake.id,)).n == 0
    with clock.at(NOON + timedelta(days=91)):
        assert promises.accuracy(town.session, (town.lotus.id,)).n == 0


def test_the_affected_are_reminded_at_each_time_once(told_town: Cast, work: Work, service: PushService) -> None:
    crowd(told_town.session, service, told_town.lotus, 2)
    with clock.at(NOON):
        notice = planned(told_town)
        start, end = notice.starts_at, notice.ends_at
    told_town.session.commit()
    assert start is not None
    assert end is not None
    for at in (start - timedelta(days=7), start - timedelta(days=1), start - 30 * MINUTE, start, end):
        for _twice in range(2):
            with clock.at(at):
                reminders.sweep(work)
    with work.database.reading() as session:
        told = session.scalars(sa.select(Update).where(Update.state == UpdateState.reminder).order_by(Update.id)).all()
        assert [one.words for one in told] == [
            "提醒：还有 7 天停电。", "提醒：还有 24 小时停电。", "提醒：还有 30 分停电。", "提醒：现在开始停电。",
            "预计来电的时间到了。您家还没来电的话，请告诉我们。",
        ]  # fmt: skip
        sent = sa.select(sa.func.count()).select_from(Delivery).where(Delivery.update_id.in_([one.id for one in told]))
        assert session.scalar(sent) == 10
        known = session.scalars(sa.select(Notice).where(Notice.id == notice.id).options(*notices.SHOWN)).one()
        assert (known.version, len(known.updates)) == (1, 1)


def test_reminders_move_with_the_notice_and_end_with_it(town: Cast) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        notice = planned(town)
        before = {(one.edge, one.minutes): one.due_at for one in rows(town, Reminder)}
        later = {"starts_at": notice.starts_at + HOUR, "ends_at": notice.ends_at + HOUR}
        notices.update(town.session, notice, by=me, state=UpdateState.new_time, **later)
        assert {(one.edge, one.minutes): one.due_at for one in rows(town, Reminder)} == {key: at + HOUR for key, at in before.items()}
        notices.update(town.session, notice, by=me, state=UpdateState.cancelled)
    assert count(town, Reminder) == 0


def test_a_reminder_that_would_mislead_is_skipped(told_town: Cast, work: Work) -> None:
    with clock.at(NOON):
        start = planned(told_town).starts_at
    told_town.session.commit()
    assert start is not None
    with clock.at(start - 10 * MINUTE):
        reminders.sweep(work)
    with work.database.reading() as session:
        known = {one.minutes: (one.sent_at, one.skipped_at) for one in session.scalars(sa.select(Reminder).where(Reminder.edge == "start"))}
    assert [known[minutes][0] for minutes in (-10080, -1440, -30)] == [None, None, None]
    assert all(known[minutes][1] for minutes in (-10080, -1440, -30))
    assert known[0] == (None, None)


def test_two_workers_at_once_remind_once(told_town: Cast, work: Work, service: PushService) -> None:
    crowd(told_town.session, service, told_town.lotus, 1)
    with clock.at(NOON):
        start = planned(told_town).starts_at
    told_town.session.commit()
    assert start is not None

    def remind() -> None:
        with clock.at(start):
            reminders.sweep(work)

    threads = [threading.Thread(target=remind) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with work.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Update).where(Update.state == UpdateState.reminder)) == 1


def test_a_worker_that_dies_in_the_middle_of_a_reminder_leaves_it_to_the_next(
    told_town: Cast, work: Work, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(told_town.session, service, told_town.lotus, 1)
    with clock.at(NOON):
        start = planned(told_town).starts_at
    told_town.session.commit()
    assert start is not None
    with monkeypatch.context() as broken:
        broken.setattr(deliveries, "announce", lambda *_given, **_named: 1 / 0)
        with clock.at(start), pytest.raises(ZeroDivisionError):
            reminders.sweep(work)
    with clock.at(start + MINUTE):
        reminders.sweep(work)
    with work.database.reading() as session:
        assert (
            session.scalar(sa.select(sa.func.count()).select_from(Delivery).join(Update).where(Update.state == UpdateState.reminder)) == 1
        )


def test_the_chain_is_manager_then_deputy_then_supervisor(town: Cast) -> None:
    with clock.at(NOON):
        notices.publish(town.session, draft(town), by=town.me(town.wangfang), next_update_at=NOON + HOUR)
    news = town.session.scalars(sa.select(Promise.id).where(Promise.kind == PromiseKind.next_update)).one()
    asked = sa.select(Call.part, Call.due_at).where(Call.subject == f"promise/{news}").order_by(Call.due_at)
    chain = [(part, due_at - NOON) for part, due_at in town.session.execute(asked)]
    assert chain == [("manager", HOUR), ("deputy", HOUR + 10 * MINUTE), ("supervisor", HOUR + 20 * MINUTE)]
    who = [set(town.session.scalars(calls.people(town.session, part, town.lotus.id))) for part, _after in chain]
    assert who == [{town.wangfang.id}, {town.zhaomin.id}, {town.liujie.id}]


def test_news_in_time_stops_the_chain(town: Cast) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        notice = notices.publish(town.session, draft(town, ends_at=None), by=me, next_update_at=NOON + HOUR)
    with clock.at(NOON + 30 * MINUTE):
        notices.update(town.session, notice, by=me, state=UpdateState.progress, words="正在查。")
    assert count(town, Call) == 0


def test_colleagues_are_called_one_after_the_other_on_their_own_phones(told_town: Cast, work: Work, service: PushService) -> None:
    held = {
        who.name: phone(told_town.session, service, of=who)
        for who in (told_town.wangfang, told_town.zhaomin, told_town.liujie, told_town.chengang)
    }
    neighbour = phone(told_town.session, service, grid=told_town.lotus)
    begun = clock.now()
    notices.publish(told_town.session, draft(told_town), by=told_town.me(told_town.wangfang), next_update_at=begun + HOUR)
    told_town.session.execute(sa.update(Delivery).values(state="sent"))
    told_town.session.commit()
    heard = []
    for minutes in (59, 60, 61, 70, 80, 90):
        with time_machine.travel(begun + minutes * MINUTE + timedelta(seconds=1)):
            calls.sweep(work)
        heard.append([name for name, one in held.items() for _message in service.to(one)])
    assert heard[0] == []
    assert heard[1] == heard[2] == ["王芳"]
    assert heard[3] == ["王芳", "赵敏"]
    assert heard[4] == heard[5] == ["王芳", "赵敏", "刘洁"]
    assert service.to(neighbour) == []
    said = service.to(held["王芳"])[0].words["notification"]
    assert isinstance(said, dict)
    assert said["title"] == "该更新了：莲花园故障停电"
    with work.database.reading() as session:
        assert [one.phones for one in session.scalars(sa.select(Call).where(Call.sent_at.is_not(None)))] == [1, 1, 1]
