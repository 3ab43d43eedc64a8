"""Steps of a notice's life besides its updates: published at a later time, undone within seconds, replaced by a new one."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, attributes

from app.core import audit, clock
from app.core.errors import Mistaken, Refused
from app.core.jobs import Work
from app.core.words import phrase as _
from broadcasts import as_before, drafts, meanwhile, notices, waiting
from broadcasts.promises import lead_times, promises
from broadcasts.promises.tables import Reminder
from broadcasts.sending.tables import Opening
from broadcasts.tables import Notice, NoticeState, TakenBack, Update
from grids.staff import staff
from grids.staff.staff import Me
from pwa.push.payload import plain

GRACE = timedelta(seconds=10)
FARTHEST = timedelta(days=366)


def schedule(session: Session, notice: Notice, *, by: Me, at: datetime, late_reason: str = "", mark: str | None = None) -> Notice:
    """It is published by itself at this time. Whether that is late is judged by that time. Asked twice it is done once."""
    by.must_look_after(notice.grid_id)
    notices.hold(session, notice)
    if not notice.is_written_only:
        raise Refused(_("The notice is published already."))
    at = clock.as_utc(at)
    if (notice.publish_at, notice.published_by_id) == (at, by.id):
        return notice
    meanwhile.must_be_read(session, notice, mark)
    if not clock.now() < at < clock.now() + FARTHEST:
        raise Mistaken(_("Please look again at the marked fields."), {"publish_at": _("A time to come, within a year.")})
    if notice.ends_at and notice.ends_at <= at:
        raise Mistaken(_("Please look again at the marked fields."), {"publish_at": _("By then it is over: an earlier time.")})
    lead_times.must_explain(session, notice, by=by.id, reason=plain(late_reason), at=at)
    notice.state, notice.publish_at, notice.published_by_id = NoticeState.scheduled, at, by.id
    audit.record(session, "notices.schedule", f"notice/{notice.id}", by=by.id, at=at.isoformat())
    return notice


def unschedule(session: Session, notice: Notice, *, by: Me) -> Notice:
    """A draft again. Asked twice it is done once."""
    by.must_look_after(notice.grid_id)
    notices.hold(session, notice)
    if notice.state is NoticeState.scheduled:
        waiting.draft_again(session, notice)
        audit.record(session, "notices.unschedule", f"notice/{notice.id}", by=by.id)
    return notice


def sweep(work: Work) -> None:
    """Publish whatever waits for a time that has come."""
    due = (Notice.state == NoticeState.scheduled, Notice.publish_at <= clock.now())
    with work.database.reading() as session:
        waiting = session.scalars(sa.select(Notice.id).where(*due).order_by(Notice.publish_at)).all()
    for notice_id in waiting:
        with work.database.writing() as session:
            publish_when_due(session, notice_id)


def publish_when_due(session: Session, notice_id: int) -> None:
    """Safe to run twice. What is over by now, because nobody worked for a while, is a draft again.

    Whose name it would bear is still allowed to; else it is held, and waits for a colleague to look at it.
    """
    notice = session.get_one(Notice, notice_id, options=notices.SHOWN)
    notices.hold(session, notice)
    if notice.state is not NoticeState.scheduled or notice.publish_at is None or notice.publish_at > clock.now():
        return
    replaced = session.get(Notice, notice.replaces_id) if notice.replaces_id else None
    if (notice.ends_at and notice.ends_at <= clock.now()) or (replaced and not _may_replace(notice, replaced)):
        waiting.draft_again(session, notice)
        audit.record(session, "notices.unschedule", f"notice/{notice.id}", by=None)
        return
    by = notice.published_by_id
    if by is None:
        return
    if staff.still_looks_after(session, by, notice.grid_id):
        notices.tell_first(session, notice, by=by, next_update_at=None)
    else:
        waiting.hold(session, notice, by)


def _may_replace(notice: Notice, replaced: Notice) -> bool:
    return replaced.state is NoticeState.published and replaced.exercise is notice.exercise


def undo(session: Session, notice: Notice, *, by: Me) -> Notice:
    """Within ten seconds of publishing: a draft again, as if nothing had happened; only its number is never given again."""
    by.must_look_after(notice.grid_id)
    notices.hold(session, notice)
    if notice.is_written_only:
        return notice
    told = session.scalars(sa.select(Update).where(Update.notice_id == notice.id).order_by(Update.id)).all()
    if len(told) != 1 or notice.undo_until is None or clock.now() > notice.undo_until or not as_before.take_back(session, told[0]):
        raise Refused(_("The ten seconds are over, the notice is on its way. Withdraw it instead, so that everybody hears."))
    if notice.replaces_id:
        _put_back(session, session.get_one(Notice, notice.replaces_id))
    session.add(TakenBack(number=notice.number, notice_id=notice.id, grid_id=notice.grid_id, at=clock.now(), by_id=by.id))
    audit.record(session, "notices.undo", f"notice/{notice.number}", by=by.id, notice=notice.id)
    _forget(session, notice)
    waiting.draft_again(session, notice)
    return notice


def can_undo(notice: Notice) -> bool:
    """While its seconds last and nothing was said since."""
    untouched = notice.version == 1 and notice.state is NoticeState.published
    return untouched and notice.undo_until is not None and clock.now() <= notice.undo_until


def replacement(session: Session, notice: Notice, *, by: Me) -> Notice:
    """A draft that will take this notice's place when it is published. Asked twice it is the same draft."""
    by.must_look_after(notice.grid_id)
    notices.hold(session, notice)
    if notice.state is not NoticeState.published:
        raise Refused(_("Only a notice that holds can be replaced. Please write a new one."))
    begun = sa.select(Notice).where(Notice.replaces_id == notice.id, Notice.state.in_((NoticeState.draft, NoticeState.scheduled)))
    if found := session.scalar(begun):
        return found
    said = {name: getattr(notice, name) for name in ("title", "words", "cause", "line", "starts_at", "ends_at", "exercise")}
    whole = [place.estate_id for place in notice.places if place.building_id is None]
    parts = [place.building_id for place in notice.places if place.building_id]
    partly = [place.estate_id for place in notice.places if place.partly]
    new = drafts.write(session, notice.grid, by=by, kind=notice.kind, estates=whole, buildings=parts, partly=partly, **said)
    new.replaces_id = notice.id
    session.flush()
    return new


def _put_back(session: Session, old: Notice) -> None:
    """The notice replaced holds again; those who were to hear that it does not hear nothing."""
    notices.hold(session, old)
    before = as_before.of(session, old)
    if before is None or old.state is not NoticeState.superseded or not as_before.put_back(session, old, before):
        raise Refused(_("The ten seconds are over, the notice is on its way. Withdraw it instead, so that everybody hears."))


def _forget(session: Session, notice: Notice) -> None:
    promises.forget(session, notice)
    for table in (Reminder, Opening):
        session.execute(sa.delete(table).where(table.notice_id == notice.id))
    attributes.set_committed_value(notice, "updates", [])
