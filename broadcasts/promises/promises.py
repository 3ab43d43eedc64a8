"""Times that were told: kept as rows, each followed by what came of it. How true they were is counted, not claimed."""

from collections.abc import Collection
from datetime import datetime, timedelta
from statistics import median

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.core.errors import Mistaken
from app.core.words import moment, say
from app.core.words import phrase as _
from broadcasts.promises import calls, company
from broadcasts.promises.calls import Said
from broadcasts.promises.tables import Promise, PromiseKind, Topic
from broadcasts.tables import Notice, NoticeKind, NoticeState, Update, UpdateState

OVER = (UpdateState.restored, UpdateState.cancelled, UpdateState.superseded)
FARTHEST = timedelta(days=3)
PERIOD, FEWEST = timedelta(days=90), 5
ROUND_S = 600


class Accuracy(msgspec.Struct, frozen=True):
    """How true the first promised ends were. Minutes late are positive; nothing is said of fewer than five."""

    n: int
    median_minutes: float | None = None
    half_within_minutes: float | None = None
    on_time: float | None = None


def next_update(notice: Notice, said: datetime | None) -> datetime | None:
    """When the next news is promised, as it is kept. Raises Mistaken where nobody could keep it."""
    if said is None or not notice.kind.is_outage:
        return None
    at = clock.as_utc(said)
    if at <= clock.now():
        raise Mistaken(_("Please look again at the marked fields."), {"next_update_at": _("The next news is still to come: a later time.")})
    if at > clock.now() + FARTHEST:
        raise Mistaken(_("Please look again at the marked fields."), {"next_update_at": _("Within three days, please.")})
    return at


def usual_next(session: Session, notice: Notice) -> datetime | None:
    """What a form proposes: the company's rhythm from now, on a full ten minutes. Nothing where none is usual."""
    rhythm = company.of(session, notice.grid_id).length(Topic.news_minutes, notice.kind)
    if not rhythm or (notice.starts_at and notice.starts_at > clock.now()):
        return None
    return rounded(clock.now() + rhythm)


def rounded(at: datetime) -> datetime:
    """On the next full ten minutes: 19:30, not 19:23."""
    return at + timedelta(seconds=-at.timestamp() % ROUND_S)


def follow(session: Session, notice: Notice, update: Update) -> None:
    """What this update keeps, breaks or replaces, and what it promises anew."""
    if not notice.kind.is_outage or notice.exercise:
        return
    open_ = session.scalars(sa.select(Promise).where(Promise.notice_id == notice.id, Promise.ended_at.is_(None))).all()
    for promise in open_:
        _end(session, promise, notice, update)
    eta = notice.ends_at if notice.state is NoticeState.published else None
    standing = any(one.kind is PromiseKind.eta and one.ended_at is None for one in open_)
    for kind, at in ((PromiseKind.eta, None if standing else eta), (PromiseKind.next_update, notice.next_update_at)):
        if at is not None:
            promise = Promise(notice_id=notice.id, kind=kind, at=at, made_at=update.at, by_id=update.by_id)
            session.add(promise)
            session.flush()
            calls.plan(session, f"promise/{promise.id}", promise.kind, notice.grid_id, promise.at)


def _end(session: Session, promise: Promise, notice: Notice, update: Update) -> None:
    holds = promise.kind is PromiseKind.eta and update.state not in OVER and promise.at == notice.ends_at
    if holds:
        return
    back = promise.kind is PromiseKind.eta and update.state is UpdateState.restored
    promise.ended_at, promise.ended_as = (notice.ends_at or update.at) if back else update.at, update.state
    calls.drop(session, f"promise/{promise.id}")


def standing(session: Session, notice: Notice) -> list[int]:
    """What it promises now."""
    open_ = sa.select(Promise.id).where(Promise.notice_id == notice.id, Promise.ended_at.is_(None))
    return list(session.scalars(open_.order_by(Promise.id)))


def stand_again(session: Session, notice: Notice, ids: Collection[int]) -> None:
    """These stand again, with their calls, and what was promised since was never said; who was called already is not called again."""
    for promise in session.scalars(sa.select(Promise).where(Promise.notice_id == notice.id)).all():
        if promise.id in ids:
            promise.ended_at = promise.ended_as = None
            calls.plan(session, f"promise/{promise.id}", promise.kind, notice.grid_id, promise.at)
        elif promise.ended_at is None:
            calls.drop(session, f"promise/{promise.id}")
            session.delete(promise)
    session.flush()


def forget(session: Session, notice: Notice) -> None:
    """Nothing was ever promised: the notice is undone before anybody heard of it."""
    made = session.scalars(sa.select(Promise).where(Promise.notice_id == notice.id)).all()
    for promise in made:
        calls.drop(session, f"promise/{promise.id}")
        session.delete(promise)
    session.flush()


def spoken(session: Session, promise_id: int) -> Said | None:
    """What colleagues read on their phones when the time has come; nothing where the promise is over."""
    promise = session.get_one(Promise, promise_id, options=[joinedload(Promise.notice)])
    if promise.ended_at is not None:
        return None
    notice, when = promise.notice, moment(promise.at)
    body = say("News was promised for %(time)s. Say in one sentence how it goes.", time=when)
    if promise.kind is PromiseKind.eta:
        body = say("The power was to be back %(time)s. Say that it is back, or a new time.", time=when)
    return Said(say("News is due: %(title)s", title=notice.title), body, f"/desk/notices/{notice.number}")


def outcome(promise: Promise, now: datetime) -> str:
    """open, kept, broken, superseded: told by what happened, never set by hand."""
    if promise.ended_at is None or promise.ended_at > promise.at:
        return "broken" if now > promise.at else "open"
    fulfilled = promise.kind is PromiseKind.next_update or promise.ended_as is UpdateState.restored
    return "kept" if fulfilled else "superseded"


def told(session: Session, notice: Notice) -> list[tuple[Promise, str]]:
    """Every time this notice promised, newest first, beside what came of it."""
    made = sa.select(Promise).where(Promise.notice_id == notice.id).order_by(Promise.id.desc()).options(joinedload(Promise.by))
    return [(promise, outcome(promise, clock.now())) for promise in session.scalars(made)]


def accuracy(session: Session, grid_ids: Collection[int]) -> Accuracy:
    """Over what came back in ninety days: the first end that people were told against the end it had."""
    return counted(list(minutes_off(session, grid_ids).values()))


def minutes_off(session: Session, grid_ids: Collection[int]) -> dict[int, float]:
    """By notice: how much later than first promised the power was back; earlier is negative."""
    since = clock.now() - PERIOD
    outages = Notice.kind.in_([kind for kind in NoticeKind if kind.is_outage])
    ended = (Notice.grid_id.in_(grid_ids), outages, Notice.state == NoticeState.restored, Notice.exercise.is_(False))
    rows = sa.select(Promise.notice_id, Promise.at, Notice.ends_at).join(Notice, Notice.id == Promise.notice_id)
    found = session.execute(rows.where(*ended, Notice.ends_at > since, Promise.kind == PromiseKind.eta).order_by(Promise.id.desc())).all()
    return {notice_id: (back - at).total_seconds() / 60 for notice_id, at, back in found if back}


def counted(minutes_late: list[float]) -> Accuracy:
    n = len(minutes_late)
    if n < FEWEST:
        return Accuracy(n)
    return Accuracy(n, median(minutes_late), median(map(abs, minutes_late)), sum(late <= 0 for late in minutes_late) / n)
