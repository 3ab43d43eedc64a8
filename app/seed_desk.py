"""The demo town's groups and stewards, and what was posted: by the acts that managers use."""

import tomllib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts import notices
from broadcasts.sending import checklist, groups, openings, postings, stewards, targets
from broadcasts.sending.checklist import Row
from broadcasts.sending.tables import StewardKind
from broadcasts.tables import Notice
from grids import grids, staff
from grids.staff import Me
from grids.tables import Duty, Grid, Person

FILE = Path(__file__).parent / "demo" / "sending.toml"
PAUSE = timedelta(seconds=30)
Happening = tuple[datetime, Callable[[Session], None]]
Places = Callable[[Session, list[dict[str, Any]]], tuple[list[int], list[int]]]


def lists(session: Session, places: Places) -> None:
    """The groups and the tree of stewards, each kept by the manager of its grid."""
    above: dict[str, int] = {}
    for one in _told("groups"):
        grid, me = _grid(session, one["grid"])
        estates, buildings = places(session, one["places"])
        said: dict[str, Any] = {name: one[name] for name in ("name", "members", "greeting", "note", "brief") if name in one}
        groups.add(session, grid, by=me, estates=estates, buildings=buildings, **said)
    for one in _told("stewards"):
        grid, me = _grid(session, one["grid"])
        estates, buildings = places(session, one["places"])
        told: dict[str, Any] = {name: one[name] for name in ("name", "phone", "note") if name in one}
        told |= {"kind": StewardKind(one["kind"]), "above": above.get(one.get("above", ""))}
        above[one["key"]] = stewards.add(session, grid, by=me, estates=estates, buildings=buildings, **told).id


def brought(when: Callable[[dict[str, Any]], datetime], ids: dict[str, int]) -> Iterable[Happening]:
    """`ids` are the notices by their keys, known when it happens."""
    for told in _told("postings"):
        yield when(told["begun"]), _posting(told, ids)


def _posting(told: dict[str, Any], ids: dict[str, int]) -> Callable[[Session], None]:
    def post(session: Session) -> None:
        notice = session.scalars(sa.select(Notice).where(Notice.id == ids[told["notice"]]).options(*notices.SHOWN)).one()
        me, begun = _grid(session, notice.grid.code)[1], clock.now()
        desk = checklist.of(session, notice, grids.contact(session, notice.grid_id), base_url="")
        names = {"posters": desk.posters, "stewards": desk.stewards}
        keys = {one["key"]: one["name"] for one in _told("stewards")}
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


def _grid(session: Session, code: str) -> tuple[Grid, Me]:
    grid = session.scalars(sa.select(Grid).where(Grid.code == code)).one()
    manager = sa.select(Person).join(Duty, Duty.person_id == Person.id).where(Duty.grid_id == grid.id).order_by(Duty.id)
    return grid, staff.as_me(session, session.scalars(manager.limit(1)).one())


def _told(key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))[key]
    return found
