"""Estates: finding one that a colleague may see."""

from sqlalchemy.orm import Session

from app.core.errors import Missing
from app.core.words import phrase as _
from grids.staff.staff import Me
from grids.tables import Estate


def find(session: Session, estate_id: int, *, for_: Me) -> Estate:
    """The estate, if it lies in a grid that this colleague sees. Raises Missing."""
    estate = session.get(Estate, estate_id) if 0 < estate_id < 2**63 else None
    if estate is None or not (for_.administers or for_.sees(estate.grid_id)):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return estate
