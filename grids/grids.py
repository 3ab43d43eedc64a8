"""Service grids: finding them, who looks after them, what lies in them."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.core import audit, clock
from app.core.errors import Missing
from app.core.words import phrase as _
from grids.staff.staff import Me, on_duty
from grids.tables import Duty, Estate, Grid, Organisation, Part, Person, Settlement


class Contact(msgspec.Struct, frozen=True):
    """Whom households of a grid reach now."""

    name: str
    phone: str
    part: Part


def hold(session: Session, *grid_ids: int | None) -> None:
    """One after the other, in the order of their keys. They may be pointed at meanwhile: questions of these grids need not wait."""
    session.flush()
    for grid_id in sorted({one for one in grid_ids if one is not None}):
        session.execute(sa.select(Grid.id).where(Grid.id == grid_id).with_for_update(key_share=True))


def add(session: Session, *, code: str, name: str, organisation: Organisation, boundary: dict[str, Any]) -> Grid:
    grid = Grid(code=code, name=name, organisation_id=organisation.id, boundary=boundary, created_at=clock.now())
    session.add(grid)
    session.flush()
    return grid


def settle(session: Session, grid: Grid, *, by: Me, as_: Settlement) -> None:
    """Town or country: what is promised there from now on."""
    by.must_administer()
    if grid.settlement is not as_:
        audit.record(session, "grids.settle", f"grid/{grid.id}", by=by.id, before=grid.settlement, after=as_)
        grid.settlement = as_
        session.flush()


def by_code(session: Session, code: str) -> Grid:
    """The grid with its estates, for residents. Raises Missing."""
    wanted = sa.select(Grid).where(Grid.code == code).options(selectinload(Grid.estates))
    # An address may carry anything, also what no database takes.
    grid = session.scalar(wanted) if code.isascii() and code.isalnum() else None
    if grid is None:
        raise Missing(_("No grid has this short code. Please check the six digits on the poster."))
    return grid


def of_code(session: Session, code: str) -> Grid | None:
    return session.scalar(sa.select(Grid).where(Grid.code == code))


def codes(session: Session) -> Sequence[tuple[str, str]]:
    """Short code and name of all grids."""
    return [(row.code, row.name) for row in session.execute(sa.select(Grid.code, Grid.name).order_by(Grid.code))]


def get(session: Session, grid_id: int) -> Grid:
    """By its key, for what is told to everybody."""
    return session.get_one(Grid, grid_id)


def find(session: Session, grid_id: int, *, for_: Me) -> Grid:
    """The grid with its estates, if this colleague may see it."""
    grid = session.get(Grid, grid_id, options=[selectinload(Grid.estates)]) if for_.sees(grid_id) else None
    if grid is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return grid


def seen_by(session: Session, me: Me) -> Sequence[Grid]:
    """The grids a colleague sees, with estates, duties and their people."""
    wanted = sa.select(Grid).where(Grid.id.in_(me.seen)).order_by(Grid.name)
    return session.scalars(wanted.options(selectinload(Grid.estates), selectinload(Grid.duties).joinedload(Duty.person))).all()


def seen_after(session: Session, me: Me, key: int, limit: int) -> Sequence[Grid]:
    """Some of the grids a colleague sees, in the order of their ids, with estates."""
    wanted = sa.select(Grid).where(Grid.id.in_(me.seen), Grid.id > key).order_by(Grid.id).limit(limit)
    return session.scalars(wanted.options(selectinload(Grid.estates))).all()


def own(session: Session, me: Me) -> Sequence[Grid]:
    """The grids a colleague looks after now."""
    return session.scalars(sa.select(Grid).where(Grid.id.in_(me.own)).order_by(Grid.name).options(selectinload(Grid.estates))).all()


def contact(session: Session, grid_id: int) -> Contact | None:
    """The manager on duty; the deputy where there is no manager; None where nobody was put on duty."""
    people = on_duty_in(session, grid_id)
    return people.get(Part.manager) or people.get(Part.deputy)


def on_duty_in(session: Session, grid_id: int) -> dict[Part, Contact]:
    """Who looks after the grid now, in each part the one who came last."""
    found = sa.select(Person.name, Person.phone, Duty.part).join(Duty, Duty.person_id == Person.id)
    here = found.where(Duty.grid_id == grid_id, *on_duty()).order_by(Duty.since_at)
    return {row.part: Contact(*row) for row in session.execute(here)}


def households(estates: Iterable[Estate]) -> int:
    return sum(estate.households for estate in estates)


class Map:
    """The boundaries of many areas, asked which one a place (WGS-84) lies in."""

    def __init__(self, areas: Iterable[tuple[int, dict[str, Any]]]) -> None:
        # Imported here, as each work process would carry it and numpy in its memory, and never asks.
        from shapely import STRtree
        from shapely.geometry import shape

        pairs = [(key, shape(boundary)) for key, boundary in areas]
        self.keys = [key for key, _shape in pairs]
        self.shapes = [drawn for _key, drawn in pairs]
        self.tree = STRtree(self.shapes)

    @property
    def drawn(self) -> set[int]:
        """Those that have a boundary already."""
        return {key for key, drawn in zip(self.keys, self.shapes, strict=True) if not drawn.is_empty}

    def find(self, lat: float, lon: float) -> int | None:
        from shapely.geometry import Point

        hits = self.tree.query(Point(lon, lat), predicate="intersects")
        return self.keys[min(hits)] if len(hits) else None


def chart(session: Session) -> Map:
    """All grids' boundaries."""
    return Map((row.id, row.boundary) for row in session.execute(sa.select(Grid.id, Grid.boundary).order_by(Grid.id)))
