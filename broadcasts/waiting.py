"""What waits for its time to be published, is held where nobody may publish it any more, or is a draft again."""

import secrets

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, attributes

from app.core import audit
from broadcasts.tables import LateReason, Notice, NoticeState

log = structlog.get_logger("notices")


def stop_replacements(session: Session, notice: Notice, *, by: int) -> None:
    """A colleague told something new of this notice: what waits to take its place was written before, and needs another look."""
    waits = sa.select(Notice).where(Notice.replaces_id == notice.id, Notice.state == NoticeState.scheduled).with_for_update()
    for one in session.scalars(waits):
        draft_again(session, one)
        audit.record(session, "notices.unschedule", f"notice/{one.id}", by=by)


def hold(session: Session, notice: Notice, scheduled_by: int) -> None:
    """Its hour has come, and who chose it looks after the grid no more: nothing leaves under that name. Nobody's, it is held."""
    notice.published_by_id = None
    audit.record(session, "notices.hold", f"notice/{notice.id}", by=None, scheduled_by=scheduled_by)
    log.warning("held: who scheduled this notice looks after its grid no more", notice=notice.id)


def draft_again(session: Session, notice: Notice) -> None:
    if notice.state is not NoticeState.scheduled:
        notice.number = f"draft-{secrets.token_hex(6)}"
    notice.state, notice.version = NoticeState.draft, 0
    notice.publish_at = notice.undo_until = notice.next_update_at = notice.published_at = None
    notice.published_by_id = None
    session.flush()
    session.execute(sa.delete(LateReason).where(LateReason.notice_id == notice.id), execution_options={"synchronize_session": False})
    for name in ("late", "published_by"):
        attributes.set_committed_value(notice, name, None)
