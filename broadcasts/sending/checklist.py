"""The send desk of a notice: everything that is to be done by hand for its latest update, and what is done."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from app.core.words import say
from broadcasts.present import Present, present
from broadcasts.sending import dropped, fitted, groups, openings, patience, stewards, targets
from broadcasts.sending.tables import Group, Posting, Steward, Way
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeState, Place, Update, UpdateState, public
from grids.grids import Contact
from grids.tables import Building

Ticks = Mapping[str, Posting]


class Row(msgspec.Struct, frozen=True):
    """One thing to do: `to` names it in a form, `posting` is there when it is done."""

    to: str
    posting: Posting | None
    name: str
    where: str = ""
    text: str = ""
    group: Group | None = None
    steward: Steward | None = None
    depth: int = 0
    opened: int = 0


class Checklist(msgspec.Struct, frozen=True):
    update: Update
    due_at: datetime
    groups: list[Row]
    posters: list[Row]
    loudspeakers: list[Row]
    stewards: list[Row]
    doors: int
    """Buildings, and of them those where somebody has knocked."""
    knocked: int
    opened: int
    before: list[tuple[Update, list[Posting]]]
    """Earlier updates, the latest first, with what was ticked for them."""

    @property
    def posted(self) -> int:
        return done(self.groups)

    @property
    def late(self) -> bool:
        return clock.now() >= self.due_at and self.posted < len(self.groups)


def done(rows: Iterable[Row]) -> int:
    return sum(1 for row in rows if row.posting)


def of(session: Session, notice: Notice, contact: Contact | None, *, base_url: str) -> Checklist:
    """Needs what notices.SHOWN loads. The text is as true as this moment."""
    update, truth = notice.updates[-1], present(notice, clock.now())
    told = _postings(session, notice)
    standing = _ticks(notice, told)
    opened = openings.of_notice(session, notice.id)
    out = dropped.of(session, notice)
    knocked = {posting.building_id for posting in standing.values() if posting.way is Way.door}
    return Checklist(
        update, patience.due_at(notice.kind, update), _groups(session, notice, truth, contact, standing, opened, base_url, out),
        _estates(notice, Way.poster, standing), _estates(notice, Way.loudspeaker, standing),
        _stewards(session, notice, truth, contact, standing, base_url, out),
        doors=buildings(session, notice), knocked=len(knocked), opened=sum(opened.values()), before=_before(notice, update, told),
    )  # fmt: skip


def _groups(
    session: Session, notice: Notice, truth: Present, contact: Contact | None, ticks: Ticks, opened: Mapping[int, int], base_url: str,
    out: dropped.Dropped,
) -> list[Row]:  # fmt: skip
    rows, last = [], []
    for group in groups.of_grids(session, [notice.grid_id]):
        to, n = dropped.target(group), opened.get(group.id, 0)
        if met := fitted.places(notice, group.places):
            text = fitted.for_group(notice, truth, contact, group, met, base_url=base_url)
            rows.append(Row(to, ticks.get(to), group.name, where=say_places(met), group=group, text=text, opened=n))
        elif owed := out.owed(group):
            text = dropped.for_group(notice, contact, group, *owed, base_url=base_url)
            last.append(Row(to, ticks.get(to), group.name, where=say_dropped(owed[0]), group=group, text=text, opened=n))
    return rows + last


def _stewards(
    session: Session, notice: Notice, truth: Present, contact: Contact | None, ticks: Ticks, base_url: str, out: dropped.Dropped
) -> list[Row]:
    rows = []
    concerned = {one: fitted.places(notice, one.places) for one in stewards.of_grids(session, [notice.grid_id])}
    owed = {one: found for one, met in concerned.items() if not met and (found := out.owed(one))}
    for depth, one in stewards.tree([one for one, met in concerned.items() if met or one in owed]):
        if met := concerned[one]:
            where, text = say_places(met), fitted.for_steward(notice, truth, contact, one, met, base_url=base_url)
        else:
            where, text = say_dropped(owed[one][0]), dropped.for_steward(notice, contact, one, *owed[one], base_url=base_url)
        to = dropped.target(one)
        rows.append(Row(to, ticks.get(to), one.name, where=where, text=text, steward=one, depth=min(depth, 3)))
    return rows


def say_dropped(places: Sequence[Place]) -> str:
    return say("no longer: %(places)s", places=say_places(places))


def _estates(notice: Notice, way: Way, ticks: Ticks) -> list[Row]:
    """An estate at a time: one walks through it with the posters, one plays it from its gate."""
    ordered = sorted(notice.places, key=lambda place: (place.estate.name, place.estate_id))
    rows = []
    for estate_id, group in groupby(ordered, key=lambda place: place.estate_id):
        here, to = list(group), targets.of(way, estate_id)
        rows.append(Row(to, ticks.get(to), here[0].estate.name, where=say_places(here)))
    return rows


def say_places(places: Sequence[Place]) -> str:
    return " · ".join(audiences.lines(places))


def buildings(session: Session, notice: Notice) -> int:
    whole = [place.estate_id for place in notice.places if place.building is None]
    count = session.scalar(sa.select(sa.func.count()).select_from(Building).where(Building.estate_id.in_(whole))) or 0
    return count + sum(1 for place in notice.places if place.building is not None)


def ticks(session: Session, notice: Notice) -> Ticks:
    """What is ticked for the latest update, by target."""
    return _ticks(notice, _postings(session, notice))


def _ticks(notice: Notice, told: Sequence[Posting]) -> Ticks:
    return {posting.target: posting for posting in told if posting.update_id == notice.updates[-1].id}


def _postings(session: Session, notice: Notice) -> Sequence[Posting]:
    found = sa.select(Posting).where(Posting.notice_id == notice.id, Posting.withdrawn_at.is_(None)).order_by(Posting.at, Posting.id)
    return session.scalars(found.options(joinedload(Posting.by))).all()


def _before(notice: Notice, update: Update, told: Sequence[Posting]) -> list[tuple[Update, list[Posting]]]:
    older = [one for one in reversed(notice.updates) if one.id != update.id]
    return [(one, [posting for posting in told if posting.update_id == one.id]) for one in older]


class Open(msgspec.Struct, frozen=True):
    """A send desk that is not done: how many of its groups have the latest update."""

    notice: Notice
    now: Present
    posted: int
    groups: int
    late: bool


def unfinished(session: Session, grid_ids: Iterable[int]) -> list[Open]:
    """The desks to go on with, the latest update first. Nothing where a grid has no groups."""
    own = list(grid_ids)
    here = groups.of_grids(session, own)
    desks = [_open(session, notice, here) for notice in _lately(session, own) if here]
    return [desk for desk in desks if desk.posted < desk.groups]


def standing(session: Session, notice: Notice) -> Open:
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
    concerned = [group.id for group in own if fitted.places(notice, group.places) or out.owed(group)]
    standing = (Posting.update_id == update.id, Posting.withdrawn_at.is_(None), Posting.group_id.in_(concerned))
    posted = session.scalar(sa.select(sa.func.count()).select_from(Posting).where(*standing)) or 0
    return Open(notice, present(notice, clock.now()), posted, len(concerned), clock.now() >= patience.due_at(notice.kind, update))
