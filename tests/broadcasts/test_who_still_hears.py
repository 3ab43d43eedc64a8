"""Who left, switched off or moved hears nothing more; a reminder is for those whom it touches, true when it is sent, never too early."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import life, notices
from broadcasts.channels import webpush
from broadcasts.deliveries.tables import Delivery
from broadcasts.promises import reminders
from broadcasts.promises.tables import Reminder
from broadcasts.subscribers import subscribers, subscriptions
from broadcasts.subscribers.tables import ChannelName, Subscriber, Subscription, Topic
from broadcasts.tables import Notice, NoticeKind, Update, UpdateState
from pwa.tables import Device
from tests.broadcasts.phones import phone
from tests.broadcasts.stage import HOUR, NOON, draft, published
from tests.broadcasts.test_hearers import asks, buildings, hearing
from tests.cast import Cast
from tests.client import Client
from tests.pwa import loopback

NINE = datetime(2027, 7, 24, 9, tzinfo=clock.SHANGHAI)
DARK = {"kind": NoticeKind.planned_outage, "starts_at": NINE, "ends_at": NINE + 8 * HOUR}


def everybody_heard(session: Session) -> None:
    session.execute(sa.update(Delivery).values(tries=1))


def moves(session: Session, town: Cast, one: Subscriber, *, far: bool) -> None:
    session.execute(sa.delete(Subscription).where(Subscription.subscriber_id == one.id))
    to = {"grid": town.lake, "estate": town.shore} if far else {"grid": town.lotus, "estate": town.court}
    subscriptions.subscribe(session, one, **to)  # type: ignore[arg-type]


def test_who_left_or_switched_off_or_moved_hears_of_no_change(session: Session, town: Cast) -> None:
    me, by_mail = town.me(town.wangfang), subscribers.of_address(session, ChannelName.email, "li@example.com")
    with clock.at(NOON):
        stays, leaves, off, far, near, two = (asks(session, town.lotus, town.garden) for _ in range(6))
        subscriptions.subscribe(session, by_mail, grid=town.lotus, estate=town.garden)
        subscriptions.subscribe(session, two, grid=town.lotus, estate=town.court)
        notice = published(town, **DARK)
        assert len(hearing(session, notice)) == 7
        everybody_heard(session)
    with clock.at(NOON + HOUR):
        was = leaves.device_id
        subscribers.leave(session, leaves)
        assert session.get(Device, was, populate_existing=True) is None
        subscribers.prefer(session, off, topics=[Topic.knowledge])
        subscribers.prefer(session, by_mail, topics=[Topic.knowledge])
        moves(session, town, far, far=True)
        moves(session, town, near, far=False)
        notices.update(session, notice, by=me, state=UpdateState.progress, words="改了")
        assert set(hearing(session, notice)) == {stays.device_id, two.device_id}
        notices.update(session, notice, by=me, state=UpdateState.corrected, words="只停荷塘苑", estates=[town.court.id])
        assert set(hearing(session, notice)) == {stays.device_id, two.device_id, near.device_id}


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_leaving_by_the_page_ends_the_phone_but_not_a_colleagues_work(told_town: Cast, resident: Client, chosen: Settings) -> None:
    session = told_town.session
    with loopback.running() as service:
        phone(session, service, grid=told_town.lotus)
        phone(session, service, grid=told_town.lotus, of=told_town.wangfang)
    links = [subscribers.link(one, chosen.secret) for one in session.scalars(sa.select(Subscriber).order_by(Subscriber.id))]
    session.commit()
    for link in links:
        assert resident.post(f"/s/{link}/leaving").status_code == 200
    assert session.scalars(sa.select(Subscriber)).all() == []
    [still] = session.scalars(sa.select(Device)).all()
    assert still.sign_in is not None


def test_who_was_corrected_away_is_told_so_and_not_reminded(session: Session, town: Cast, work: Work) -> None:
    first, second, _third = buildings(session, town.garden)
    touched, left_out = asks(session, town.lotus, town.garden, first), asks(session, town.lotus, town.garden, second)
    with clock.at(NOON):
        notice, me = published(town, **DARK), town.me(town.wangfang)
        everybody_heard(session)
        notices.update(session, notice, by=me, state=UpdateState.corrected, buildings=[first.id], estates=[])
        assert set(hearing(session, notice)) == {touched.device_id, left_out.device_id}
        everybody_heard(session)
    number = notice.number
    session.commit()
    with clock.at(NINE - HOUR / 2):
        reminders.sweep(work)
        assert set(hearing(session, notices.by_number(session, number))) == {touched.device_id}


@pytest.fixture
def reminded(session: Session, work: Work) -> Callable[[Notice], Update]:
    """The newest reminder after a sweep."""

    def sweep(notice: Notice) -> Update:
        notice_id = notice.id
        session.commit()
        reminders.sweep(work)
        session.expire_all()
        told = sa.select(Update).where(Update.notice_id == notice_id, Update.state == UpdateState.reminder)
        return session.scalars(told.order_by(Update.id.desc())).first()  # type: ignore[return-value]

    return sweep


def test_a_reminder_is_true_when_it_leaves_and_not_kept_after(session: Session, town: Cast, reminded: Callable[[Notice], Update]) -> None:
    """Made before dawn, it waits for the end of quiet hours."""
    six = NINE.replace(hour=6, minute=10)
    with clock.at(NOON):
        notice = published(town, **(DARK | {"starts_at": six}))
    number = notice.number

    def said(told: Update, at: datetime) -> tuple[str, datetime]:
        with clock.at(at):
            message = webpush.message(notices.by_number(session, number), told, base_url="https://lindian.test")
        return json.loads(message.payload)["notification"]["body"].split("。")[0], message.until

    with clock.at(six - timedelta(minutes=29)):
        ahead = reminded(notice)
    assert said(ahead, six - timedelta(minutes=29)) == ("提醒：还有 29 分停电", six)
    assert said(ahead, six - timedelta(minutes=4)) == ("提醒：还有 4 分停电", six)
    with clock.at(six + timedelta(minutes=1)):
        now = reminded(notices.by_number(session, number))
    assert said(now, six + timedelta(minutes=2)) == ("提醒：现在开始停电", six + timedelta(minutes=31))
    with clock.at(NINE + 8 * HOUR):
        over = reminded(notices.by_number(session, number))
    assert said(over, NINE + 9 * HOUR)[0] == "预计来电的时间到了"
    assert over.words.startswith("预计来电的时间到了")


def test_no_reminder_leaves_while_the_notice_can_be_undone(session: Session, town: Cast, work: Work) -> None:
    me, start = town.me(town.wangfang), NOON + timedelta(seconds=5)
    with clock.at(NOON):
        notice = draft(town, kind=NoticeKind.planned_outage, starts_at=start, ends_at=start + HOUR)
        notices.publish(session, notice, by=me, late_reason="临时安排", grace=life.GRACE)
        session.commit()
    for seconds_later, many in ((6, 0), (11, 0), (13, 1)):
        with clock.at(NOON + timedelta(seconds=seconds_later)):
            reminders.sweep(work)
        told = sa.select(sa.func.count()).select_from(Update).where(Update.state == UpdateState.reminder)
        assert session.scalar(told) == many, seconds_later
        assert session.scalar(sa.select(sa.func.count()).select_from(Reminder).where(Reminder.skipped_at.is_not(None))) == 0
        session.commit()
