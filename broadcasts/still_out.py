"""Within ten seconds of "the power is back": it is still out, as if nobody had said so. Nothing has left until then."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Refused
from app.core.words import phrase as _
from broadcasts import deliveries, life, notices, promises, reminders
from broadcasts.tables import Notice, NoticeState, Update, UpdateState
from grids.staff import Me


def can_undo(notice: Notice) -> bool:
    """The seconds are those of the update, not those of publishing."""
    if notice.state is not NoticeState.restored or notice.undo_until is None or notice.published_at is None:
        return False
    return notice.undo_until - life.GRACE > notice.published_at and clock.now() <= notice.undo_until


def seconds_left(notice: Notice) -> int:
    return int((notice.undo_until - clock.now()).total_seconds()) + 1 if notice.undo_until and can_undo(notice) else 0


def undo(session: Session, notice: Notice, *, by: Me) -> Notice:
    """Asked twice it is done once."""
    by.must_look_after(notice.grid_id)
    notices.hold(session, notice)
    if notice.state is NoticeState.published:
        return notice
    told = sa.select(Update).where(Update.notice_id == notice.id, Update.state != UpdateState.reminder).order_by(Update.id.desc())
    last, before = session.scalars(told.limit(2)).all()
    if last.state is not UpdateState.restored or not can_undo(notice) or not life.comes_back(session, last):
        raise Refused(_("The ten seconds are over, the notice is on its way. Say in an update what is right."))
    notice.state, notice.version, notice.ends_at, notice.undo_until = NoticeState.published, notice.version - 1, before.ends_at, None
    promises.resume(session, notice, last)
    reminders.follow(session, notice, close=timedelta())
    deliveries.resume(session, before)
    session.delete(last)
    session.flush()
    session.expire(notice, ["updates"])
    audit.record(session, "notices.still_out", f"notice/{notice.number}", by=by.id, version=notice.version)
    return notice
