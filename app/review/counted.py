"""How the review counts: over which time, and never without saying over how many."""

from datetime import timedelta

import msgspec
import sqlalchemy as sa

from grids.staff.staff import Me

PERIOD = timedelta(days=30)


class Figure(msgspec.Struct, frozen=True):
    """A number with the count it was made from. None where nothing was counted."""

    value: float | None
    n: int


def within(column: sa.ColumnElement[int] | sa.orm.InstrumentedAttribute[int], me: Me, grid_id: int | None) -> sa.ColumnElement[bool]:
    """The subtree, or the one grid of it that was chosen."""
    return column.in_(me.seen if grid_id is None else me.seen & {grid_id})
