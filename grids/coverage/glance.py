"""One grid at one hour, asked of the database: its walks stay there. A week, a map, the next best places need them (town.py)."""

from collections.abc import Mapping, Sequence

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from grids.coverage import town
from grids.coverage.counting import Covered
from grids.coverage.hours import Week, weeks
from grids.coverage.questions import Asked, monday
from grids.points import trade
from grids.reaching.tables import GateReach, Reach
from grids.tables import Grid, PaymentPoint
from grids.walking.metres import Bools, Ints


def look(session: Session, grid: Grid, asked: Asked) -> Covered:
    """What counting.covered says of the grid's arrays."""
    homes, ours, near = town.homes(session, [grid.id]), town.ours([grid.id]), asked.seconds
    gated = town.walks(session, GateReach, ours, GateReach.gate_id)
    reached = session.scalars(sa.select(Reach.point_id).where(Reach.home_id.in_(ours), Reach.least <= near).distinct()).all()
    shops = [shop for shop in town.shops(session, {*reached, *gated[:, 1].tolist()}) if trade.offers(shop, asked.need)]
    gates = town.gates(session, np.unique(gated[:, 4]).tolist())
    worked_out = weeks(session, {*(shop.opening_hours for shop in shops), *gates.values()}, monday(asked.at))
    open_, may_be_open = _Open(shops, gates, worked_out, asked, "open"), _Open(shops, gates, worked_out, asked, "perhaps")
    ungated = session.connection().execute(_reached(ours, near, open_.points, may_be_open.points)).all()
    return Covered(
        homes[:, 0], homes[:, 1],
        _among(homes[:, 0], [home for home, surely in ungated if surely], gated[(gated[:, 3] <= near) & open_.through(gated)]),
        _among(homes[:, 0], [home for home, _surely in ungated], gated[(gated[:, 2] <= near) & may_be_open.through(gated)]),
    )  # fmt: skip


class _Open:
    """The places and gates that are open at that hour, or may be."""

    def __init__(self, shops: Sequence[PaymentPoint], gates: Mapping[int, str], weeks: Mapping[str, Week], asked: Asked, how: str) -> None:
        then = {text for text, week in weeks.items() if getattr(week, how)[asked.quarter]}
        self.points = [shop.id for shop in shops if shop.opening_hours in then]
        self.gates = [gate for gate, text in gates.items() if text in then]

    def through(self, gated: Ints) -> Bools:
        both: Bools = np.isin(gated[:, 1], self.points) & np.isin(gated[:, 4], self.gates)
        return both


def _reached(ours: sa.Select[int], near: float, open_: Sequence[int], may_be_open: Sequence[int]) -> sa.Select[int, int]:
    """The homes from which something may be reached, and whether surely."""
    surely = sa.case((sa.and_(Reach.most <= near, Reach.point_id.in_(open_)), 1), else_=0)
    there = (Reach.home_id.in_(ours), Reach.least <= near, Reach.point_id.in_(may_be_open))
    return sa.select(Reach.home_id, sa.func.max(surely)).where(*there).group_by(Reach.home_id)


def _among(homes: Ints, ungated: Sequence[int], gated: Ints) -> Bools:
    found: Bools = np.isin(homes, np.concatenate([np.array(ungated, dtype=np.int64), gated[:, 0]]))
    return found
