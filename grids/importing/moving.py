"""After boundaries changed: estates and points go to the grid they lie in."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grids import grids
from grids.tables import Estate, PaymentPoint


def assign(session: Session, grid_ids: Collection[int]) -> int:
    """Those without a grid, those of these grids and those that now lie within them. How many changed.

    One that no boundary holds any more is left without a grid, for an administrator to see. What a file put into a grid
    that is not drawn yet stays there.
    """
    chart = grids.chart(session)
    ours = set(grid_ids) & chart.drawn
    count = 0
    tables: tuple[type[Estate] | type[PaymentPoint], ...] = (Estate, PaymentPoint)
    for table in tables:
        wanted = sa.select(table.id, table.lat, table.lon, table.grid_id).where(table.lat.is_not(None))
        changes = []
        for row in session.execute(wanted).all():
            found = chart.find(row.lat, row.lon)
            if found != row.grid_id and (row.grid_id is None or row.grid_id in ours or found in ours):
                changes.append({"id": row.id, "grid_id": found})
        if changes:
            session.execute(sa.update(table), changes)
        count += len(changes)
    session.expire_all()
    return count
