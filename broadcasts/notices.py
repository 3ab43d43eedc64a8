"""Notices: published and kept true by updates. Drafts are in drafts.py, lists in shelf.py, the present truth in present.py."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from broadcasts import areas, as_before, meanwhile, numbers, rules, seconds, telling, timely, updates, waiting
from broadcasts.promises import lead_times, promises
from broadcasts.tables import LateMove, Notice, NoticeState, Place, TakenBack, Update, UpdateState, public
from broadcasts.updates import Said
from grids.staff.staff import Me
from grids.tables import Person
from pwa.push.payload import plain

SHOWN = (
    joinedload(Notice.grid),
    joinedload(Notice.published_by),
    selectinload(Notice.places).options(joinedload(Place.estate), joinedload(Place.building)),
    selectinload(Notice.updates).options(joinedload(Update.by), joinedload(Update.late)),
    joinedload(Notice.late),
    joinedload(Notice.replaced_by),
)
"""What a page of a notice shows, loaded with it."""


def publish(
    session: Session, notice: Notice, *, by: Me, late_reason: str = "", next_update_at: datetime | None = None,
    grace: timedelta = timedelta(), mark: str | None = None,
) -> Notice:  # fmt: skip
    """Give it its number and tell everybody. Asked twice it is done once.

    Within `grace` nothing leaves, and `life.undo` takes all of it back. What comes later than the rule asks needs its reason.
    `mark` is that of the draft which was read (meanwhile.py).
    """
    by.must_look_after(notice.grid_id)
    hold(session, notice)
    if not notice.is_written_only:
        return notice
    meanwhile.must_be_read(session, notice, mark)
    rules.must_not_be_over(notice)
    next_at = promises.next_update(notice, next_update_at)
    lead_times.must_explain(session, notice, by=by.id, reason=plain(late_reason))
    return tell_first(session, notice, by=by.id, next_update_at=next_at, grace=grace)


def tell_first(session: Session, notice: Notice, *, by: int, next_update_at: datetime | None, grace: timedelta = timedelta()) -> Notice:
    """What publishing is, whoever asked for it and when. The notice whose place it takes no longer holds."""
    now = clock.now()
    notice.number = numbers.following(session, clock.today())
    notice.state, notice.publish_at = NoticeState.published, None
    notice.undo_until = now + grace if grace else None
    notice.published_at, notice.published_by = now, session.get(Person, by)
    after = seconds.after(grace)
    replaced = session.get_one(Notice, notice.replaces_id) if notice.replaces_id else None
    if replaced is not None:
        _supersede(session, replaced, notice, by, after)
    told = telling.tell(session, notice, UpdateState.published, by=by, next_update_at=next_update_at, after=after)
    if replaced is not None:
        areas.follow(session, told, replaced)
    return notice


def update(
    session: Session, notice: Notice, *, by: Me, state: UpdateState, words: str = "", starts_at: datetime | None = None,
    ends_at: datetime | None = None, title: str = "", cause: str = "", line: str = "", next_update_at: datetime | None = None,
    estates: Sequence[int] | None = None, buildings: Sequence[int] | None = None, partly: Sequence[int] | None = None,
    grace: timedelta = timedelta(), late_reason: str = "", version: int | None = None,
) -> Update:  # fmt: skip
    """One more entry of the timeline; what it changes is true from now on. The same said twice within a minute is said once.

    Progress may bring the cause; a correction whatever was wrong, also the area: without `estates`, `buildings` and `partly` it stays.
    A new time after the power was said to be back makes the outage go on. Within `grace` no message leaves (see unsaid.py).
    A new start needs its time ahead as the first did, or its reason. `version` is the one that was seen (meanwhile.py).
    """
    by.must_look_after(notice.grid_id)
    hold(session, notice)
    area = (estates, buildings, partly)
    said = updates.said(state, words, starts_at, ends_at, area=any(area), title=title, cause=cause, line=line)
    moved = areas.moved(session, notice, *area) if state is UpdateState.corrected else []
    last = _last(session, notice)
    if last and not moved and updates.said_already(said, last, notice, by_id=by.id):
        return last
    updates.may_follow(notice, state)
    meanwhile.must_be_seen(session, notice, version)
    next_at = promises.next_update(notice, next_update_at)
    updates.must_be_enough(said, moved=bool(moved))
    late = _step(session, notice, said, by=by.id, late_reason=plain(late_reason), grace=grace)
    told = _tell(session, notice, said, moved, by=by.id, next_update_at=next_at, after=seconds.after(grace), last=last)
    if late:
        late.update_id = told.id
        session.add(late)
        session.flush()
    waiting.stop_replacements(session, notice, by=by.id)
    return told


def find(session: Session, number: str, *, for_: Me) -> Notice:
    """By its number, or a draft by its id, if this colleague may see it."""
    wanted = Notice.id == int(number) if numbers.is_id(number) else Notice.number == number
    known = numbers.is_id(number) or numbers.is_number(number)
    notice = session.scalar(sa.select(Notice).where(wanted).options(*SHOWN)) if known else None
    if notice is None or not for_.sees(notice.grid_id) or (notice.is_written_only and not for_.looks_after(notice.grid_id)):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return notice


def by_number(session: Session, number: str) -> Notice:
    """For everybody: only what is published, and no exercise."""
    wanted = sa.select(Notice).where(Notice.number == number, public()).options(*SHOWN)
    notice = session.scalar(wanted) if numbers.is_number(number) else None
    if notice is None:
        raise Missing(
            _("There is no notice with this number. Please check it; if somebody sent it to you, do not trust it and call 95598.")
        )
    return notice


def taken_back(session: Session, number: str) -> TakenBack | None:
    """A number that was undone right after it was given; somebody may have seen it."""
    return session.get(TakenBack, number) if numbers.is_number(number) else None


def _step(session: Session, notice: Notice, said: Said, *, by: int, late_reason: str, grace: timedelta) -> LateMove | None:
    """The notice from now on, and as it was before, for whoever takes this back."""
    before = as_before.now(session, notice)
    updates.step(session, notice, said)
    if notice.state is NoticeState.published and (notice.starts_at, notice.ends_at) != (before.starts_at, before.ends_at):
        timely.put_right(notice)
    late = lead_times.must_explain_move(session, notice, before.starts_at, by=by, reason=late_reason)
    as_before.keep(session, notice, before, undo_until=clock.now() + grace if grace else None)
    return late


def _tell(
    session: Session, notice: Notice, said: Said, moved: list[Place], *, by: int, next_update_at: datetime | None, after: timedelta,
    last: Update | None,
) -> Update:  # fmt: skip
    if moved:
        return areas.tell(session, notice, said, moved, by=by, next_update_at=next_update_at, after=after, last=last)
    updates.put_right(notice, said)
    return telling.tell(session, notice, said.state, said.words, by=by, next_update_at=next_update_at, after=after)


def _supersede(session: Session, old: Notice, new: Notice, by: int, after: timedelta) -> None:
    hold(session, old)
    rules.one_mode(new, old)
    if old.state is not NoticeState.published:
        raise Refused(_("The notice that this one was to replace is over. Discard this draft and write a new notice."))
    as_before.keep(session, old, as_before.now(session, old), undo_until=None)
    old.state = NoticeState.superseded
    telling.tell(session, old, UpdateState.superseded, by=by, after=after)


def _last(session: Session, notice: Notice) -> Update | None:
    return session.scalar(sa.select(Update).where(Update.notice_id == notice.id).order_by(Update.id.desc()).limit(1))


def hold(session: Session, notice: Notice) -> None:
    """Nobody else changes this notice until we are done; we see what they did before."""
    session.refresh(notice, ["number", "version", "undo_until", "publish_at", *as_before.SAID], with_for_update=True)
