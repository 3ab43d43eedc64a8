"""The estates of a grid as the reader wants them."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.core.errors import Missing
from app.core.words import phrase as _
from broadcasts.dispatch.shapes import Place
from grids.tables import Estate, Grid


def places(session: Session, code: str) -> list[Place]:
    """Raises Missing where no grid has this code."""
    if session.scalar(sa.select(Grid.id).where(Grid.code == code)) is None:
        raise Missing(_("There is no grid with the code %(code)s.", code=code))
    chosen = sa.select(Estate).join(Estate.grid).where(Grid.code == code).options(selectinload(Estate.buildings)).order_by(Estate.name)
    return [Place(one.name, tuple(building.name for building in one.buildings)) for one in session.scalars(chosen)]
