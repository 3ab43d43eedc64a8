"""The affected hear again what holds: days ahead, half an hour ahead, when it begins and when it was to end.

Each is a row with its time, made when the notice is told and moved with it. A reminder that comes so late that it would
mislead is skipped; each is sent once, as an update of its own that changes nothing and stands in no timeline.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from broadcasts import seconds, texts
from broadcasts.deliveries import deliveries
from broadcasts.promises import company
from broadcasts.promises.tables import Reminder, Topic
from broadcasts.tables import Notice, NoticeState, Update, UpdateState

CLOSE = timedelta(minutes=15)
"""Who has just heard of the notice itself is not reminded of it."""
Point = tuple[str, int, datetime]


def follow(session: Session, notice: Notice, *, close: timedelta = CLOSE) -> None:
    """Those that the notice's times ask for now; what was planned for other times is dropped, what was sent stays."""
    wanted = _points(session, notice) if notice.state is NoticeState.published and not notice.exercise else set()
    planned = {_point(one): one for one in session.scalars(sa.select(Reminder).where(Reminder.notice_id == notice.id))}
    for point, row in planned.items():
        if point not in wanted and not (row.sent_at or row.skipped_at):
            session.delete(row)
    for edge, minutes, due_at in wanted - planned.keys():
        if due_at > clock.now() + (close if minutes else timedelta()):
            session.add(Reminder(notice_id=notice.id, edge=edge, minutes=minutes, due_at=due_at))
    session.flush()


def sweep(work: Work) -> None:
    now = clock.now()
    waiting = (Reminder.sent_at.is_(None), Reminder.skipped_at.is_(None), Reminder.due_at <= now)
    with work.database.reading() as session:
        due = session.scalars(sa.select(Reminder.id).where(*waiting).order_by(Reminder.due_at)).all()
    for reminder_id in due:
        if work.stopping.is_set():
            return
        with work.database.writing() as session:
            send(session, reminder_id)


def send(session: Session, reminder_id: int) -> None:
    """Tell it, or see that it is too late; all in one transaction, so that it is done once however often it is asked for.

    While what the notice says may still be taken back it waits for the next sweep.
    """
    held = sa.select(Reminder).where(Reminder.id == reminder_id).with_for_update()
    reminder = session.scalar(held.execution_options(populate_existing=True))
    if reminder is None or reminder.sent_at or reminder.skipped_at:
        return
    notice = session.get_one(Notice, reminder.notice_id, with_for_update=True, populate_existing=True)
    if seconds.until_it_stands(session, notice):
        return
    now = clock.now()
    if notice.state is not NoticeState.published or now > _latest(reminder):
        reminder.skipped_at = now
        return
    told = Update(
        notice_id=notice.id, state=UpdateState.reminder, words="", starts_at=notice.starts_at, ends_at=notice.ends_at,
        at=now, by_id=notice.published_by_id,
    )  # fmt: skip
    told.words = texts.reminder(notice, told, now)
    session.add(told)
    session.flush()
    reminder.sent_at = now
    deliveries.announce(session, told)


def _points(session: Session, notice: Notice) -> set[Point]:
    """When each is due by the grid's rule: start-30 is half an hour before the start."""
    edges = {"start": notice.starts_at, "end": notice.ends_at}
    found = set()
    for said in company.of(session, notice.grid_id).words(Topic.reminders, notice.kind):
        sign = 1 if "+" in said else -1
        edge, _sign, number = said.partition("+" if sign > 0 else "-")
        minutes, at = sign * int(number), edges.get(edge)
        if at is not None:
            found.add((edge, minutes, at + timedelta(minutes=minutes)))
    return found


def _point(reminder: Reminder) -> Point:
    return reminder.edge, reminder.minutes, reminder.due_at


def _latest(reminder: Reminder) -> datetime:
    """Ahead of the edge: while half of the time is left. At the edge: half an hour."""
    return reminder.due_at + (timedelta(minutes=abs(reminder.minutes) / 2) if reminder.minutes else texts.AT_THE_EDGE)
