"""The send desk of a notice: everything that is to be done by hand for its latest update, and what is done."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.core.words import say
from broadcasts.present import Present, present
from broadcasts.print import script_of_dropped
from broadcasts.sending import dropped, fitted, groups, openings, patience, standing, stewards, targets, unfinished
from broadcasts.sending.tables import Group, Posting, Steward, Way
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, Place, Update
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


class Desk(msgspec.Struct, frozen=True):
    """What the texts of one notice's desk are made from."""

    notice: Notice
    truth: Present
    contact: Contact | None
    base_url: str
    ticks: Ticks
    out: dropped.Dropped


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
    unheard: bool
    """Withdrawn before any group had it: nothing is owed to them."""

    @property
    def posted(self) -> int:
        return done(self.groups)

    @property
    def late(self) -> bool:
        return not self.unheard and clock.now() >= self.due_at and self.posted < len(self.groups)


def done(rows: Iterable[Row]) -> int:
    return sum(1 for row in rows if row.posting)


def of(session: Session, notice: Notice, contact: Contact | None, *, base_url: str) -> Checklist:
    """Needs what notices.SHOWN loads. The text is as true as this moment."""
    update, told = notice.updates[-1], _postings(session, notice)
    ticked = _ticks(session, notice, told)
    opened = openings.of_notice(session, notice.id)
    desk = Desk(notice, present(notice, clock.now()), contact, base_url, ticked, dropped.of(session, notice))
    knocked = {posting.building_id for posting in ticked.values() if posting.way is Way.door}
    return Checklist(
        update, patience.due_at(notice.kind, update), _groups(session, desk, opened),
        _estates(notice, Way.poster, ticked) + _hung(desk), _estates(notice, Way.loudspeaker, ticked) + _played(desk),
        _stewards(session, desk),
        doors=buildings(session, notice), knocked=len(knocked), opened=sum(opened.values()), before=_before(notice, update, told),
        unheard=unfinished.unheard(session, notice),
    )  # fmt: skip


def _groups(session: Session, desk: Desk, opened: Mapping[int, int]) -> list[Row]:
    """Those whom it concerns; then those whom it concerns no more, who are to hear that."""
    rows, last = [], []
    for group in groups.of_grids(session, [desk.notice.grid_id]):
        to, n = dropped.target(group), opened.get(group.id, 0)
        if met := fitted.places(desk.notice, group.places):
            text = fitted.for_group(desk.notice, desk.truth, desk.contact, group, met, base_url=desk.base_url)
            rows.append(Row(to, desk.ticks.get(to), group.name, where=say_places(met), group=group, text=text, opened=n))
        elif owed := desk.out.owed(group):
            text = dropped.for_group(desk.notice, desk.contact, group, *owed, base_url=desk.base_url)
            last.append(Row(to, desk.ticks.get(to), group.name, where=say_dropped(owed[0]), group=group, text=text, opened=n))
    return rows + last


def _stewards(session: Session, desk: Desk) -> list[Row]:
    """As a tree: each below the one who tells them."""
    concerned = {one: fitted.places(desk.notice, one.places) for one in stewards.of_grids(session, [desk.notice.grid_id])}
    owed = {one: found for one, met in concerned.items() if not met and (found := desk.out.owed(one))}
    shown = stewards.tree([one for one, met in concerned.items() if met or one in owed])
    return [_steward(desk, one, depth, concerned[one], owed.get(one)) for depth, one in shown]


def _steward(desk: Desk, one: Steward, depth: int, met: Sequence[Place], owed: tuple[list[Place], Posting] | None) -> Row:
    if met or owed is None:
        where, text = say_places(met), fitted.for_steward(desk.notice, desk.truth, desk.contact, one, met, base_url=desk.base_url)
    else:
        where, text = say_dropped(owed[0]), dropped.for_steward(desk.notice, desk.contact, one, *owed, base_url=desk.base_url)
    to = dropped.target(one)
    return Row(to, desk.ticks.get(to), one.name, where=where, text=text, steward=one, depth=min(depth, 3))


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


def _hung(desk: Desk) -> list[Row]:
    """Posters to be taken down."""
    found = [(targets.of(Way.poster, estate.id), estate, met) for estate, met, _told in desk.out.at(Way.poster)]
    return [
        Row(to, desk.ticks.get(to), estate.name, where=say("take it down: %(places)s", places=say_places(met))) for to, estate, met in found
    ]


def _played(desk: Desk) -> list[Row]:
    """Where the loudspeaker is to say that it is off."""
    rows = []
    for estate, met, told in desk.out.at(Way.loudspeaker):
        to, text = targets.of(Way.loudspeaker, estate.id), script_of_dropped.loudspeaker(desk.notice, met, told, desk.contact)
        rows.append(Row(to, desk.ticks.get(to), estate.name, where=say_dropped(met), text="\n".join(text.words)))
    return rows


def say_places(places: Sequence[Place]) -> str:
    return " · ".join(audiences.lines(places))


def buildings(session: Session, notice: Notice) -> int:
    whole = [place.estate_id for place in notice.places if place.building is None]
    count = session.scalar(sa.select(sa.func.count()).select_from(Building).where(Building.estate_id.in_(whole))) or 0
    return count + sum(1 for place in notice.places if place.building is not None)


def ticks(session: Session, notice: Notice) -> Ticks:
    """What is ticked and holds, by target."""
    return _ticks(session, notice, _postings(session, notice))


def _ticks(session: Session, notice: Notice, told: Sequence[Posting]) -> Ticks:
    """`told` are all of the notice's, with who ticked them."""
    known = {posting.id: posting for posting in told}
    return {one.target: known[one.id] for one in standing.of(session, notice)}


def _postings(session: Session, notice: Notice) -> Sequence[Posting]:
    found = sa.select(Posting).where(Posting.notice_id == notice.id, Posting.withdrawn_at.is_(None)).order_by(Posting.at, Posting.id)
    return session.scalars(found.options(joinedload(Posting.by))).all()


def _before(notice: Notice, update: Update, told: Sequence[Posting]) -> list[tuple[Update, list[Posting]]]:
    older = [one for one in reversed(notice.updates) if one.id != update.id]
    return [(one, [posting for posting in told if posting.update_id == one.id]) for one in older]
