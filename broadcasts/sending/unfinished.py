"""Send desks that are not done: how many of its groups have the latest update of a notice."""

from collections.abc import Iterable, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from broadcasts.present import Present, present
from broadcasts.sending import dropped, fitted, groups, patience, standing
from broadcasts.sending.tables import Group, Posting
from broadcasts.tables import Notice, NoticeState, Place, Update, UpdateState, public


class Open(msgspec.Struct, frozen=True):
    """A send desk that is not done: how many of its groups have the latest update."""

    notice: Notice
    now: Present
    posted: int
    groups: int
    late: bool
    unheard: bool


def of_grids(session: Session, grid_ids: Iterable[int]) -> list[Open]:
    """The desks to go on with, the latest update first. Nothing where a grid has no groups."""
    own = list(grid_ids)
    here = groups.of_grids(session, own)
    desks = [_open(session, notice, here) for notice in _lately(session, own) if here]
    return [desk for desk in desks if desk.posted < desk.groups and not desk.unheard]


def of(session: Session, notice: Notice) -> Open:
    """How far the desk of one notice is. Needs what notices.SHOWN loads."""
    return _open(session, notice, groups.of_grids(session, [notice.grid_id]))


def _lately(session: Session, grid_ids: list[int]) -> list[Notice]:
    since = clock.now() - patience.longest()
    last = sa.select(sa.func.max(Update.at)).where(Update.notice_id == Notice.id, Update.state != UpdateState.reminder).scalar_subquery()
    found = sa.select(Notice).where(Notice.grid_id.in_(grid_ids), public(), Notice.state != NoticeState.superseded, last >= since)
    shown = (
        selectinload(Notice.updates).joinedload(Update.by),
        joinedload(Notice.replaced_by),
        selectinload(Notice.places).options(joinedload(Place.estate), joinedload(Place.building))
    )  # fmt: skip
    notices = session.scalars(found.order_by(last.desc()).options(*shown)).all()
    return [notice for notice in notices if clock.now() < patience.needs_until(notice.kind, notice.updates[-1])]


def _open(session: Session, notice: Notice, here: Sequence[Group]) -> Open:
    update = notice.updates[-1]
    out, own = dropped.of(session, notice), [group for group in here if group.grid_id == notice.grid_id]
    concerned = {group.id for group in own if fitted.places(notice, group.places) or out.owed(group)}
    posted = sum(one.group_id in concerned for one in standing.of(session, notice))
    silent, late = unheard(session, notice), clock.now() >= patience.due_at(notice.kind, update)
    return Open(notice, present(notice, clock.now()), posted, len(concerned), late and not silent, silent)


def unheard(session: Session, notice: Notice) -> bool:
    """Withdrawn, and no group was ever ticked for it, nor for the one that it replaced: nobody there waits to hear of it."""
    if notice.state is not NoticeState.cancelled:
        return False
    both = (notice.id, notice.replaces_id or notice.id)
    return session.scalar(sa.select(Posting.id).where(Posting.notice_id.in_(both), Posting.group_id.is_not(None)).limit(1)) is None
