"""Within ten seconds of an update: the notice stands as before. Its page said so at once; no message leaves until then."""

from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Refused
from app.core.words import phrase as _
from broadcasts import as_before, notices
from broadcasts.as_before_tables import AsBefore
from broadcasts.tables import Notice, NoticeState
from grids.staff.staff import Me


def can_undo(session: Session, notice: Notice) -> bool:
    """While the seconds of its newest update last."""
    return notice.undo_until is not None and _can_undo(notice, as_before.of(session, notice))


def undo(session: Session, notice: Notice, *, by: Me, version: int | None = None) -> Notice:
    """The notice stands as before its newest update. Asked twice it is done once.

    `version` is the one that was seen: what somebody said since stays.
    """
    by.must_look_after(notice.grid_id)
    notices.hold(session, notice)
    before = as_before.of(session, notice)
    undone = before is not None and before.undone_at is not None and notice.version == before.version + 2
    if undone and version in (None, notice.version - 1):
        return notice
    if version not in (None, notice.version):
        raise Refused(_("Something else was said since. Look at the notice as it stands; nothing was taken back."))
    if before is None or not _can_undo(notice, before) or not as_before.put_back(session, notice, before):
        raise Refused(_("The ten seconds are over, the notice is on its way. Say in an update what is right."))
    audit.record(session, "notices.unsay", f"notice/{notice.number}", by=by.id, version=notice.version)
    return notice


def _can_undo(notice: Notice, before: AsBefore | None) -> bool:
    """The seconds are those of its newest update; of what a new notice took the place of, the new one is undone."""
    newest = before is not None and before.undone_at is None and notice.version == before.version + 1
    in_time = notice.undo_until is not None and clock.now() <= notice.undo_until
    return newest and in_time and notice.state is not NoticeState.superseded
