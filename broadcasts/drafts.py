"""Drafts of notices: written, written anew, thrown away. Only their grid's staff see them."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack

import sqlalchemy as sa
from sqlalchemy.orm import Session, attributes

from app.core import audit, clock
from app.core.errors import Refused
from app.core.words import phrase as _
from broadcasts import meanwhile, rules
from broadcasts.notices import hold
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeKind, NoticeState, Place
from grids.staff.staff import Me
from grids.tables import Grid
from pwa.push.payload import plain


class Wording(TypedDict, total=False):
    """What a manager writes. `estates`, `buildings` and `partly` are ids (audiences.choose). No end for a fault: it is not known."""

    title: str
    words: str
    cause: str
    line: str
    starts_at: datetime | None
    ends_at: datetime | None
    estates: Sequence[int]
    buildings: Sequence[int]
    partly: Sequence[int]
    exercise: bool


def write(session: Session, grid: Grid, *, by: Me, kind: NoticeKind, **said: Unpack[Wording]) -> Notice:
    """A notice only its grid's staff see."""
    by.must_look_after(grid.id)
    notice = Notice(
        number=f"draft-{secrets.token_hex(6)}", grid=grid, kind=kind, state=NoticeState.draft, version=0,
        created_at=clock.now(), created_by_id=by.id, published_by=None, places=[], updates=[], late=None, replaced_by=None,
    )  # fmt: skip
    with session.no_autoflush:
        _fill(session, notice, kind, said)
    session.add(notice)
    session.flush()
    meanwhile.wrote(session, notice, by=by.id)
    audit.record(session, "notices.draft", f"notice/{notice.id}", by=by.id, kind=kind)
    return notice


def edit(session: Session, notice: Notice, *, by: Me, kind: NoticeKind, mark: str | None = None, **said: Unpack[Wording]) -> Notice:
    """Write a draft anew. What is published is changed by `update`, which says so. `mark`: of the wording that was read (meanwhile.py)."""
    by.must_look_after(notice.grid_id)
    _must_be_draft(session, notice)
    meanwhile.must_be_newest(session, notice, mark, by=by.id)
    for place in session.scalars(sa.select(Place).where(Place.notice_id == notice.id)).all():
        session.delete(place)
    session.flush()
    attributes.set_committed_value(notice, "places", [])
    _fill(session, notice, kind, said)
    if notice.replaces_id:
        rules.one_mode(notice, session.get_one(Notice, notice.replaces_id))
    meanwhile.wrote(session, notice, by=by.id)
    audit.record(session, "notices.edit", f"notice/{notice.id}", by=by.id)
    return notice


def discard(session: Session, notice: Notice, *, by: Me) -> None:
    by.must_look_after(notice.grid_id)
    _must_be_draft(session, notice)
    for place in notice.places:
        session.delete(place)
    session.flush()
    session.delete(notice)
    audit.record(session, "notices.discard", f"notice/{notice.id}", by=by.id)


def _fill(session: Session, notice: Notice, kind: NoticeKind, said: Wording) -> None:
    notice.kind = kind
    notice.exercise = bool(said.get("exercise", False))
    notice.words, notice.cause, notice.line = (plain(said.get(name, "")) for name in ("words", "cause", "line"))  # type: ignore[arg-type]
    notice.starts_at, notice.ends_at = rules.window(kind, said.get("starts_at"), said.get("ends_at"))
    estates, buildings, partly = said.get("estates", ()), said.get("buildings", ()), said.get("partly", ())
    places = audiences.named(session, notice.grid, kind, estates=estates, buildings=buildings, partly=partly)
    notice.places.extend(places)
    notice.title = plain(said.get("title", "")) or audiences.title(kind, places)


def _must_be_draft(session: Session, notice: Notice) -> None:
    hold(session, notice)
    if notice.state is NoticeState.scheduled:
        raise Refused(_("The notice waits for its time. Take it back first, then write it anew."))
    if notice.state is not NoticeState.draft:
        told = meanwhile.published_by(session, notice)
        raise Refused(_("%(name)s has published this already (%(time)s). Say what changed in an update.", **told))
