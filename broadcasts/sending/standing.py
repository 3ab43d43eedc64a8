"""Ticks that hold: those of the newest update; where it changed no more than the area, also earlier ones, of whom nothing changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from broadcasts.area_tables import LeftOut, TakenIn
from broadcasts.sending.tables import GroupPlace, Posting, StewardPlace
from broadcasts.tables import Notice, Update

Spot = tuple[int, int | None]
"""An estate, or a building of it."""


def of(session: Session, notice: Notice) -> list[Posting]:
    """The newest of each target. Needs the notice's updates."""
    since = _since(notice)
    found = sa.select(Posting).where(Posting.notice_id == notice.id, Posting.withdrawn_at.is_(None), Posting.update_id >= since.id)
    told = {one.target: one for one in session.scalars(found.order_by(Posting.update_id))}
    last = notice.updates[-1]
    moved = _moved(session, notice, since) if since is not last else []
    return [one for one in told.values() if one.update_id == last.id or not _concerned(session, one, moved)]


def _since(notice: Notice) -> Update:
    """The last update that told more than an area."""
    return next(one for one in reversed(notice.updates) if not one.only_area or one is notice.updates[0])


def _moved(session: Session, notice: Notice, since: Update) -> list[tuple[int, Spot]]:
    """What came into the area or went out of it, and by which update."""
    return [*_rows(session, TakenIn, notice, since), *_rows(session, LeftOut, notice, since)]


def _rows(session: Session, table: type[TakenIn] | type[LeftOut], notice: Notice, since: Update) -> list[tuple[int, Spot]]:
    found = sa.select(table.update_id, table.estate_id, table.building_id).join(table.update)
    named = session.execute(found.where(Update.notice_id == notice.id, Update.id > since.id))
    return [(update_id, (estate, building)) for update_id, estate, building in named]


def _concerned(session: Session, posting: Posting, moved: Sequence[tuple[int, Spot]]) -> bool:
    """Who has no places is for the whole grid."""
    later = [spot for update_id, spot in moved if update_id > posting.update_id]
    theirs = _spots(session, posting) if later else []
    return bool(later) and (not theirs or any(_meet(one, own) for one in later for own in theirs))


def _spots(session: Session, posting: Posting) -> Sequence[Spot]:
    if posting.estate_id is not None:
        return [(posting.estate_id, posting.building_id)]
    if posting.group_id is not None:
        return _places(session, GroupPlace, GroupPlace.group_id == posting.group_id)
    return _places(session, StewardPlace, StewardPlace.steward_id == posting.steward_id)


def _places(session: Session, table: type[GroupPlace] | type[StewardPlace], whose: sa.ColumnElement[bool]) -> list[Spot]:
    return [(estate, building) for estate, building in session.execute(sa.select(table.estate_id, table.building_id).where(whose))]


def _meet(one: Spot, other: Spot) -> bool:
    return one[0] == other[0] and (None in (one[1], other[1]) or one[1] == other[1])
