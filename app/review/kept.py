"""What a supervisor sees of promises to the households: late notices with their reasons, news overdue, how true the times were."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from app.review.counted import PERIOD, within
from app.review.figures import OUTAGES
from broadcasts.promises import calls, promises
from broadcasts.promises.promises import Accuracy
from broadcasts.promises.tables import Promise, PromiseKind
from broadcasts.tables import LateMove, LateReason, Notice, NoticeState, Place, Update
from grids.staff.staff import Me

SHOWN = (
    joinedload(Notice.grid),
    joinedload(Notice.late),
    selectinload(Notice.updates).options(joinedload(Update.late), joinedload(Update.by)),
    joinedload(Notice.published_by),
    selectinload(Notice.places).joinedload(Place.estate),
)


class Kept(msgspec.Struct, frozen=True):
    late: int
    silent: int
    phones: int
    """On how many phones colleagues were told of the outages that are silent."""
    accuracy: Accuracy


def together(session: Session, me: Me) -> Kept:
    me.must_review()
    quiet = silent(session, me, grid_id=None)
    return Kept(
        late=len(late(session, me, grid_id=None)),
        silent=len(quiet),
        phones=sum(phones(session, quiet).values()),
        accuracy=promises.accuracy(session, me.seen),
    )


def late(session: Session, me: Me, *, grid_id: int | None) -> Sequence[Notice]:
    """Published, or moved, later than the rule asks, in the period, newest first."""
    since = clock.now() - PERIOD
    first = sa.and_(Notice.published_at >= since, sa.exists().where(LateReason.notice_id == Notice.id))
    moved = sa.exists().where(LateMove.notice_id == Notice.id, LateMove.at >= since)
    found = sa.select(Notice).where(sa.or_(first, moved))
    told = (within(Notice.grid_id, me, grid_id), Notice.exercise.is_(False))
    return session.scalars(found.where(*told).order_by(Notice.published_at.desc()).limit(200).options(*SHOWN)).all()


def silent(session: Session, me: Me, *, grid_id: int | None) -> Sequence[Notice]:
    """Running outages of which news was promised for a time that has passed."""
    running = (Notice.state == NoticeState.published, Notice.kind.in_(OUTAGES), Notice.exercise.is_(False))
    due = (Notice.next_update_at < clock.now(), within(Notice.grid_id, me, grid_id))
    return session.scalars(sa.select(Notice).where(*running, *due).order_by(Notice.next_update_at).limit(200).options(*SHOWN)).all()


def phones(session: Session, notices: Sequence[Notice]) -> dict[int, int]:
    """By notice: how many phones of colleagues heard that its news is due."""
    keys = [notice.id for notice in notices]
    due = sa.select(Promise).where(Promise.notice_id.in_(keys), Promise.kind == PromiseKind.next_update, Promise.ended_at.is_(None))
    about = {f"promise/{one.id}": one.notice_id for one in session.scalars(due)}
    found = dict.fromkeys(keys, 0)
    for call in calls.made(session, about):
        found[about[call.subject]] += call.phones
    return found


def restored(session: Session, me: Me, *, grid_id: int | None) -> Sequence[tuple[Notice, float]]:
    """The outages behind the accuracy, each with the minutes that its first promise was off."""
    seen = me.seen if grid_id is None else me.seen & {grid_id}
    off = promises.minutes_off(session, seen)
    found = session.scalars(sa.select(Notice).where(Notice.id.in_(off)).order_by(Notice.ends_at.desc()).limit(200).options(*SHOWN))
    return [(notice, off[notice.id]) for notice in found]
