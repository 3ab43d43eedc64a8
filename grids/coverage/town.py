"""Homes, places to pay and the walks between them, as arrays."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from grids.coverage.hours import Week, weeks
from grids.points import trade
from grids.reaching.tables import EstateGate, GateReach, Home, Reach
from grids.tables import Estate, PaymentPoint
from grids.walking.metres import Bools, Ints


class Pairs:
    """Walks, sorted by home: `starts` says where each home's begin. `week` is the number of the hours that hold for the walk."""

    def __init__(self, homes: int, home: Ints, point: Ints, least: Ints, most: Ints, week: Ints) -> None:
        order = np.argsort(home, kind="stable")
        self.home, self.point = home[order], point[order]
        self.least, self.most, self.week = least[order], most[order], week[order]
        self.starts = np.searchsorted(self.home, np.arange(homes + 1))

    def __len__(self) -> int:
        return len(self.home)


class Town:
    """What coverage is reckoned from. `weeks` are the distinct weeks of hours; a point's needs are asked of `offering`."""

    def __init__(self, homes: Ints, households: Ints, shops: Sequence[PaymentPoint], pairs: Pairs, different: Sequence[Week]) -> None:
        self.homes, self.households, self.points, self.pairs, self.weeks = homes, households, shops, pairs, different

    def offering(self, need: Collection[str]) -> Bools:
        """Of each point, whether all that is needed is there."""
        return np.array([trade.offers(point, need) for point in self.points], dtype=bool)


def read(session: Session, grid_ids: Collection[int], monday: datetime) -> Town:
    """The homes of these grids with every place to pay that they may walk to, in the week that begins then."""
    living = homes(session, grid_ids)
    ungated, gated = walks(session, Reach, ours(grid_ids)), walks(session, GateReach, ours(grid_ids), GateReach.gate_id)
    places = shops(session, np.unique(np.concatenate([ungated[:, 1], gated[:, 1]])).tolist())
    behind = gates(session, np.unique(gated[:, 4]).tolist())
    worked_out = weeks(session, {*(shop.opening_hours for shop in places), *behind.values()}, monday)
    return _town(living[:, 0], living[:, 1], places, worked_out, ungated, gated, behind)


def _town(
    ids: Ints, households: Ints, shops: Sequence[PaymentPoint], worked_out: dict[str, Week], walks: Ints, gated: Ints, gates: dict[int, str]
) -> Town:
    numbers, different = _Weeks(), {shop.id: n for n, shop in enumerate(shops)}
    own = np.array([numbers.of(worked_out[shop.opening_hours]) for shop in shops], dtype=np.int64)
    walks, gated = (rows[np.isin(rows[:, 1], list(different))] for rows in (walks, gated))
    shop_of = np.array([different[point] for point in np.concatenate([walks[:, 1], gated[:, 1]]).tolist()], dtype=np.int64)
    behind = [
        numbers.of(worked_out[shops[different[point]].opening_hours].both(worked_out[gates[gate]]))
        for point, gate in gated[:, [1, 4]].tolist()
    ]
    week = np.concatenate([own[shop_of[: len(walks)]], np.array(behind, dtype=np.int64)])
    both = np.concatenate([walks[:, :4], gated[:, :4]])
    pairs = Pairs(len(ids), np.searchsorted(ids, both[:, 0]), shop_of, both[:, 2], both[:, 3], week)
    return Town(ids, households, shops, pairs, numbers.weeks)


class _Weeks:
    """Places that keep the same hours share one week."""

    def __init__(self) -> None:
        self.weeks: list[Week] = []
        self._known: dict[bytes, int] = {}

    def of(self, week: Week) -> int:
        number = self._known.setdefault(week.key, len(self.weeks))
        if number == len(self.weeks):
            self.weeks.append(week)
        return number


def ours(grid_ids: Collection[int]) -> sa.Select[int]:
    """The numbers of the homes of these grids."""
    return sa.select(Home.id).join(Estate, Estate.id == Home.estate_id).where(Estate.grid_id.in_(grid_ids))


def homes(session: Session, grid_ids: Collection[int]) -> Ints:
    """A row a home: its number and its households."""
    return _read(session, ours(grid_ids).add_columns(Home.households).order_by(Home.id), 2)


def walks(session: Session, table: Any, ours: sa.Select[int], *more: Any) -> Ints:
    """A row a walk: home, point, least, most, and what is asked more."""
    columns = (table.home_id, table.point_id, table.least, table.most, *more)
    return _read(session, sa.select(*columns).where(table.home_id.in_(ours)), len(columns))


def _read(session: Session, asked: sa.Select[Any], columns: int) -> Ints:
    """They are many: read past the ORM."""
    rows = session.connection().execute(asked).all()
    return np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=len(rows) * columns).reshape(-1, columns)


def shops(session: Session, ids: Collection[int]) -> list[PaymentPoint]:
    """Those that residents may be sent to."""
    shown, wanted = (PaymentPoint.hidden_at.is_(None), PaymentPoint.same_as_id.is_(None)), sorted(ids)
    found: list[PaymentPoint] = []
    for start in range(0, len(wanted), 10_000):
        found += session.scalars(sa.select(PaymentPoint).where(PaymentPoint.id.in_(wanted[start : start + 10_000]), *shown))
    return sorted(found, key=lambda shop: shop.id)


def gates(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The hours of these gates."""
    return {row[0]: row[1] for row in session.execute(sa.select(EstateGate.id, EstateGate.opening_hours).where(EstateGate.id.in_(ids)))}
