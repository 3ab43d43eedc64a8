"""What a supervisor is told: grid by grid who is within the circle, building by building who is not."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grids.coverage import glance
from grids.coverage.counting import Covered
from grids.coverage.questions import Asked
from grids.reaching.tables import Home
from grids.tables import Estate, Grid


class Line(msgspec.Struct, frozen=True):
    """Households of a grid (or of all): surely within the circle, perhaps, and surely not."""

    households: int
    surely: int
    perhaps: int
    grid: Grid | None = None

    @property
    def outside(self) -> int:
        return self.households - self.surely - self.perhaps

    @property
    def share(self) -> float | None:
        return self.surely / self.households if self.households else None


class Left(msgspec.Struct, frozen=True):
    """A building whose households are not surely within the circle. `perhaps`: a walk or hours that are not sure."""

    home: Home
    perhaps: bool

    @property
    def name(self) -> str:
        return f"{self.home.estate.name} {self.home.building.name}" if self.home.building else self.home.estate.name


def line(seen: Covered, grid: Grid | None = None) -> Line:
    households = seen.households
    surely, perhaps = int(households[seen.surely].sum()), int(households[seen.perhaps & ~seen.surely].sum())
    return Line(int(households.sum()), surely, perhaps, grid)


def lines(session: Session, grids: Sequence[Grid], asked: Asked) -> list[Line]:
    """Grid by grid, the one with most households outside first."""
    found = [one for grid in grids for one in [line(glance.look(session, grid, asked), grid)] if one.households]
    return sorted(found, key=lambda one: (-one.outside, -one.perhaps))


def left_out(session: Session, seen: Covered) -> list[Left]:
    """The buildings that are not surely covered: first those that surely are not, the fullest first."""
    keys = dict(zip(seen.homes[~seen.surely].tolist(), seen.perhaps[~seen.surely].tolist(), strict=True))
    shown = (joinedload(Home.estate), joinedload(Home.building))
    homes = session.scalars(sa.select(Home).where(Home.id.in_(keys)).options(*shown))
    return sorted((Left(home, keys[home.id]) for home in homes), key=lambda one: (one.perhaps, -one.home.households, one.home.id))


def together(parts: Sequence[Line]) -> Line:
    return Line(sum(one.households for one in parts), sum(one.surely for one in parts), sum(one.perhaps for one in parts))


def grids_of(session: Session, ids: Sequence[int]) -> Sequence[Grid]:
    """These grids, if they have households that we know of."""
    settled = sa.exists().where(Estate.grid_id == Grid.id)
    return session.scalars(sa.select(Grid).where(Grid.id.in_(ids), settled).order_by(Grid.id)).all()
