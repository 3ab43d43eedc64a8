"""What colleagues have told of walks, as the reckoning needs it: the gates they pinned, the walks they timed."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from grids.hours import hours
from grids.reaching.tables import EstateGate, TimedWalk
from grids.walking.gates import Gate
from grids.walking.timed import Timed
from grids.walking.timed import TimedWalk as Walked


class Standing(msgspec.Struct, frozen=True):
    """A gate as walks are reckoned through it."""

    id: int
    estate_id: int
    gate: Gate
    opening_hours: str

    @property
    def always(self) -> bool:
        return not self.opening_hours or hours.always(self.opening_hours)


def gates(session: Session, estate_ids: Collection[int]) -> list[Standing]:
    wanted = sa.select(EstateGate).where(EstateGate.estate_id.in_(estate_ids), EstateGate.removed_at.is_(None))
    return [
        Standing(one.id, one.estate_id, Gate(one.lon, one.lat, str(one.estate_id)), one.opening_hours)
        for one in session.scalars(wanted.order_by(EstateGate.id))
    ]


def walks(session: Session, homes: Sequence[Any]) -> Timed:
    """The walks from these homes, in the order in which they were walked: the last of a pair counts."""
    by_door = {(row.estate_id, row.building_id): row.id for row in homes}
    if not by_door:
        return Timed(())
    estates = {estate for estate, _building in by_door}
    wanted = sa.select(TimedWalk).where(TimedWalk.estate_id.in_(estates)).order_by(TimedWalk.id)
    found = [(by_door.get((one.estate_id, one.building_id)), one) for one in session.scalars(wanted)]
    return Timed(tuple(Walked(home, one.point_id, one.seconds, one.metres) for home, one in found if home is not None))
