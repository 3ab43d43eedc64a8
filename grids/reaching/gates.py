"""Gates of estates, as colleagues have pinned them. Where one stands, walks begin there; while it is shut, they do not."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from geopy.distance import geodesic
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Missing, Mistaken
from app.core.words import phrase as _
from grids.hours import hours
from grids.points.points import must_keep
from grids.reaching import reckoning
from grids.reaching.tables import EstateGate, Home
from grids.staff.staff import Me
from grids.tables import Estate

FAR_M = 1_500.0
"""No estate is so large: a gate further from its middle is a slip of the finger."""


def pin(session: Session, estate: Estate, *, by: Me, name: str, lat: float, lon: float, opening_hours: str = "") -> EstateGate:
    """A gate stands here. The walks of the estate's homes are reckoned anew."""
    must_keep(by, estate.grid_id)
    away = geodesic((estate.lat, estate.lon), (lat, lon)).m if estate.lat is not None and estate.lon is not None else 0.0
    if away > FAR_M:
        why = _("This is %(km)s km from the middle of the estate. Please look at the place again.", km=f"{away / 1000:.1f}")
        raise Mistaken(_("Please look again at the marked fields."), {"lat": why})
    gate = EstateGate(
        estate_id=estate.id,
        name=name,
        lat=lat,
        lon=lon,
        opening_hours=hours.check(opening_hours),
        pinned_at=clock.now(),
        pinned_by_id=by.id,
    )
    session.add(gate)
    session.flush()
    audit.record(session, "gates.pin", f"estate/{estate.id}", by=by.id, gate=gate.id, name=name)
    _reckon_anew(session, estate.id)
    return gate


def remove(session: Session, gate: EstateGate, *, by: Me) -> None:
    """There is no gate here any more, or never was."""
    estate = session.get_one(Estate, gate.estate_id)
    must_keep(by, estate.grid_id)
    if gate.removed_at is None:
        gate.removed_at = clock.now()
        session.flush()
        audit.record(session, "gates.remove", f"estate/{estate.id}", by=by.id, gate=gate.id, name=gate.name)
        _reckon_anew(session, estate.id)


def find(session: Session, gate_id: int, *, estate: Estate) -> EstateGate:
    gate = session.get(EstateGate, gate_id) if 0 < gate_id < 2**63 else None
    if gate is None or gate.estate_id != estate.id:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return gate


def of_estates(session: Session, estate_ids: Collection[int]) -> Sequence[EstateGate]:
    wanted = sa.select(EstateGate).where(EstateGate.estate_id.in_(estate_ids), EstateGate.removed_at.is_(None))
    return session.scalars(wanted.options(joinedload(EstateGate.by)).order_by(EstateGate.id)).all()


def _reckon_anew(session: Session, estate_id: int) -> None:
    session.execute(sa.update(Home).where(Home.estate_id == estate_id).values(reckoned_at=None))
    reckoning.ask(session)
