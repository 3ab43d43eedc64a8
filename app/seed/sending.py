"""The demo town's groups and stewards, and what was posted: by the acts that managers use."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.seed.town import Happening, Town, grid, places, read
from broadcasts.sending import checklist, groups, openings, postings, stewards, targets
from broadcasts.sending.checklist import Row
from broadcasts.sending.tables import StewardKind
from broadcasts.tables import Notice
from grids import grids
from grids.staff import staff
from grids.staff.staff import Me
from grids.tables import Duty, Grid, Person

PAUSE = timedelta(seconds=30)


def lists(session: Session) -> None:
    """The groups and the tree of stewards, each kept by the manager of its grid."""
    above: dict[str, int] = {}
    for one in read("sending")["groups"]:
        place, me = _kept(session, one["grid"])
        estates, buildings = places(session, one["places"])
        said: dict[str, Any] = {name: one[name] for name in ("name", "members", "greeting", "note", "brief") if name in one}
        groups.add(session, place, by=me, estates=estates, buildings=buildings, **said)
    for one in read("sending")["stewards"]:
        place, me = _kept(session, one["grid"])
        estates, buildings = places(session, one["places"])
        told: dict[str, Any] = {name: one[name] for name in ("name", "phone", "note") if name in one}
        told |= {"kind": StewardKind(one["kind"]), "above": above.get(one.get("above", ""))}
        above[one["key"]] = stewards.add(session, place, by=me, estates=estates, buildings=buildings, **told).id


def brought(town: Town) -> Iterable[Happening]:
    for told in read("sending")["postings"]:
        yield town.when(told["begun"]), _posting(town, told)


def _posting(town: Town, told: dict[str, Any]) -> Callable[[Session], None]:
    def post(session: Session) -> None:
        notice = town.notice(session, told["notice"])
        me, begun = _kept(session, notice.grid.code)[1], clock.now()
        desk = checklist.of(session, notice, grids.contact(session, notice.grid_id), base_url="")
        names = {"posters": desk.posters, "stewards": desk.stewards}
        keys = {one["key"]: one["name"] for one in read("sending")["stewards"]}
        done = desk.groups[: told["groups"]]
        done += [row for key, rows in names.items() for row in rows if row.name in [keys.get(one, one) for one in told.get(key, [])]]
        _tick(session, notice, me, done, begun)
        opened = zip(done, told["opened"], strict=False)
        openings.keep(session, {(notice.id, row.group.suffix): count for row, count in opened if row.group})

    return post


def _tick(session: Session, notice: Notice, me: Me, rows: Sequence[Row], begun: datetime) -> None:
    for number, row in enumerate(rows):
        with clock.at(begun + number * PAUSE):
            postings.tick(session, notice, by=me, update_id=notice.updates[-1].id, to=targets.read(row.to))


def _kept(session: Session, code: str) -> tuple[Grid, Me]:
    """A grid, and who keeps its lists."""
    place = grid(session, code)
    manager = sa.select(Person).join(Duty, Duty.person_id == Person.id).where(Duty.grid_id == place.id).order_by(Duty.id)
    return place, staff.as_me(session, session.scalars(manager.limit(1)).one())
