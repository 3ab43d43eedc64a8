"""Where a draft is published, now or later, undone within seconds, or written anew in the place of what holds."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.core.errors import Missing, Mistaken, Overtaken, Refused
from app.core.forms import read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, Written, form_again, see
from app.core.words import phrase as _
from broadcasts import as_before, desk, life, meanwhile, notices, unsaid
from broadcasts.composer import overtaken, unanswered
from broadcasts.composer.written import Release, Undo
from broadcasts.feeds import cap, feed_pages
from broadcasts.tables import Notice, UpdateState
from grids.staff import staff
from grids.staff.who import Me


@post("/desk/notices/{number:str}/publication", sync_to_thread=True, include_in_schema=False)
def publish(number: FromPath[str], form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    """Now, or at the time that the form names."""
    notice = notices.find(session, number, for_=me)
    try:
        if not notice.is_written_only:
            return _done(session, notice.id, me, settings)
        said = read(Release, form)
        unanswered.must_be_looked_at(session, notice, by=me, looked=said.looked)
        if said.publish_at is not None:
            life.schedule(session, notice, by=me, at=said.publish_at, late_reason=said.late_reason, mark=said.mark)
            return see(f"/desk/notices/{notice.id}")
        reason, next_at = said.late_reason, said.next_update_at
        notices.publish(session, notice, by=me, late_reason=reason, next_update_at=next_at, grace=life.GRACE, mark=said.mark)
    except (Mistaken, Overtaken) as error:
        session.rollback()
        notice = notices.find(session, number, for_=me)
        form = overtaken.again(form, notice) if isinstance(error, Overtaken) else form
        return form_again(desk.DRAFT, error, form, **desk.before(session, notice), **desk.shown(session, notice, me, settings))
    return _done(session, notice.id, me, settings)


def _done(session: Db, notice_id: int, me: staff.Me, settings: Settings) -> Response[Any]:
    """The notice; where a colleague had published it before, that is said."""
    session.expire_all()
    notice = notices.find(session, str(notice_id), for_=me)
    if notice.published_by_id == me.id:
        return see(f"/desk/notices/{notice.number}")
    told = meanwhile.published_by(session, notice)
    already = _("%(name)s has published this already (%(time)s). It did not go out a second time.", **told)
    return desk.whole(session, notice, me, settings, already=already)


@post("/desk/notices/{number:str}/undo", sync_to_thread=True, include_in_schema=False)
def undo(number: FromPath[str], form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    """By the number that was given, which is gone after the first of two taps. Who comes too late sees the notice and what can be done."""
    gone = notices.taken_back(session, number)
    notice = notices.find(session, str(gone.notice_id) if gone and gone.notice_id else number, for_=me)
    me.must_look_after(notice.grid_id)
    said = as_before.of(session, notice) is not None
    try:
        if said:
            typed = _typed(notice) if unsaid.can_undo(session, notice) else {}
            unsaid.undo(session, notice, by=me, version=read(Undo, form).version)
            notice = notices.find(session, notice.number, for_=me)
            return desk.whole(session, notice, me, settings, form=typed) if typed else see(f"/desk/notices/{notice.number}")
        return see(f"/desk/notices/{life.undo(session, notice, by=me).id}")
    except Refused as late:
        session.rollback()
        instead = UpdateState.corrected if said else UpdateState.cancelled
        notice = notices.find(session, number, for_=me)
        return desk.whole(session, notice, me, settings, status=late.status, too_late=late.reason, form=Written(state=instead))


def _typed(notice: Notice) -> dict[str, str]:
    """What was taken back stands in the form again."""
    last = notice.updates[-1]
    return {"state": last.state, "words": last.words} if last.words else {}


@post("/desk/notices/{number:str}/waiting", sync_to_thread=True, include_in_schema=False)
def unschedule(number: FromPath[str], session: Db, me: Me) -> Response[Any]:
    """It waits no longer for its time: a draft again."""
    notice = life.unschedule(session, notices.find(session, number, for_=me), by=me)
    return see(f"/desk/notices/{notice.id}")


@post("/desk/notices/{number:str}/replacement", sync_to_thread=True, include_in_schema=False)
def replace(number: FromPath[str], session: Db, me: Me) -> Response[Any]:
    new = life.replacement(session, notices.find(session, number, for_=me), by=me)
    return see(f"/desk/notices/{new.id}/edit")


@get("/desk/notices/{number:str}/cap.xml", sync_to_thread=True, include_in_schema=False)
def warning(number: FromPath[str], session: Db, me: Me, settings: Config) -> Response[bytes]:
    """For trying a warning system: an exercise has its CAP message here and at no public address."""
    found = notices.find(session, number, for_=me)
    if found.is_written_only:
        raise Missing(_("Publish the notice first."))
    feed = feed_pages.of_grid(session, found.grid.code, settings)
    return Response(cap.alert(feed, found), media_type="application/cap+xml; charset=utf-8", headers={"cache-control": "no-store"})


routes: list[Any] = [warning, publish, undo, unschedule, replace]
