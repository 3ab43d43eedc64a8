"""Notices in lists: what holds now in a grid, what is coming, what is over."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts.notices import SHOWN
from broadcasts.present import SILENT, Present, present
from broadcasts.tables import WRITTEN, Notice, NoticeKind, NoticeState, public
from grids.tables import Grid

OUTAGES = [kind for kind in NoticeKind if kind.is_outage]
LOOK_BACK, STANDING, JUST_BACK = timedelta(days=90), timedelta(days=30), timedelta(hours=12)
MOST = 300
STATES = ("draft", "scheduled", "in_progress", "restored", "cancelled", "superseded", "finished", "published")


class Told(msgspec.Struct, frozen=True):
    """A notice beside its present truth."""

    notice: Notice
    now: Present


class Shelf(msgspec.Struct):
    """`out`: without power or just back; `coming`: outages to come or called off; `news`: no outage; `past`: the rest, newest first."""

    out: list[Told] = []
    coming: list[Told] = []
    news: list[Told] = []
    past: list[Told] = []


def of_grid(session: Session, grid: Grid, *, at: datetime | None = None) -> Shelf:
    """For residents: no exercise."""
    return _shelf(session, public(), (grid.id,), at or clock.now())


def of_grids(session: Session, grid_ids: Collection[int], *, at: datetime | None = None) -> Shelf:
    """For colleagues: exercises too."""
    return _shelf(session, Notice.state.not_in(WRITTEN), grid_ids, at or clock.now())


def _shelf(session: Session, known: sa.ColumnElement[bool], grid_ids: Collection[int], at: datetime) -> Shelf:
    """What was published in three months, or still holds, in its places."""
    endless = sa.and_(Notice.state == NoticeState.published, Notice.kind.in_(OUTAGES), Notice.ends_at.is_(None))
    recent = sa.or_(Notice.published_at > at - LOOK_BACK, Notice.ends_at > at - SILENT, endless)
    wanted = sa.select(Notice).where(Notice.grid_id.in_(grid_ids), known, recent)
    shelf = Shelf()
    for notice in session.scalars(wanted.order_by(Notice.published_at.desc(), Notice.id.desc()).limit(MOST).options(*SHOWN)):
        told = Told(notice, present(notice, at))
        getattr(shelf, _place(told, at)).append(told)
    shelf.coming.sort(key=lambda told: told.notice.starts_at or at)
    shelf.out.sort(key=lambda told: told.now.state == "restored")
    return shelf


def _place(told: Told, at: datetime) -> str:
    state, notice = told.now.state, told.notice
    if told.now.runs:
        return "out"
    if state in ("planned", "moved"):
        return "coming"
    if state == "restored" and notice.ends_at and notice.ends_at > at - JUST_BACK:
        return "out"
    if state == "cancelled" and notice.kind.is_outage and notice.ends_at and notice.ends_at > at:
        return "coming"
    if state == "published" and notice.published_at and (notice.ends_at or notice.published_at > at - STANDING):
        return "news"
    return "past"


def drafts(session: Session, grid_ids: Collection[int]) -> Sequence[Notice]:
    wanted = sa.select(Notice).where(Notice.grid_id.in_(grid_ids), Notice.state.in_(WRITTEN))
    return session.scalars(wanted.order_by(Notice.id.desc()).limit(MOST).options(*SHOWN)).all()


def listed(session: Session, grid_ids: Collection[int], *, state: str = "", before: int = 0, limit: int = 50) -> Sequence[Notice]:
    """Published notices of these grids, newest first; `limit + 1` of them, so that one sees whether there are more. No exercise."""
    wanted = sa.select(Notice).where(Notice.grid_id.in_(grid_ids), public())
    if state:
        wanted = wanted.where(in_state(state, clock.now()))
    if before:
        wanted = wanted.where(Notice.id < before)
    return session.scalars(wanted.order_by(Notice.id.desc()).limit(limit + 1).options(*SHOWN)).all()


def in_state(state: str, at: datetime) -> sa.ColumnElement[bool]:
    """The same truth as `present`, for the database to sort out."""
    holds, outage = Notice.state == NoticeState.published, Notice.kind.in_(OUTAGES)
    conditions = {
        "scheduled": sa.and_(holds, outage, Notice.starts_at > at),
        "in_progress": sa.and_(holds, outage, Notice.starts_at <= at, sa.or_(Notice.ends_at.is_(None), Notice.ends_at >= at - SILENT)),
        "finished": sa.and_(holds, sa.or_(sa.and_(outage, Notice.ends_at < at - SILENT), sa.and_(~outage, Notice.ends_at <= at))),
        "published": sa.and_(holds, ~outage, sa.or_(Notice.ends_at.is_(None), Notice.ends_at > at)),
        "restored": Notice.state == NoticeState.restored,
        "cancelled": Notice.state == NoticeState.cancelled,
        "superseded": Notice.state == NoticeState.superseded,
    }
    return conditions.get(state, sa.false())
