"""The walks of some homes: what colleagues have told of them is read in one go, then they are reckoned without a database."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from app.core.settings import Settings
from grids.reaching import networks, told
from grids.walking import reach as reaching
from grids.walking.gates import Gate
from grids.walking.walks import ORDINARY_PACE, Method, Places
from grids.walking.walks import Reach as Walked

MOST = 32_000
"""Seconds that stand for "nobody knows how long at most"."""


def places(rows: Sequence[Any]) -> Places:
    """Rows with a place as arrays; homes with their estate, whose gates they use."""
    lon, lat = (np.array([getattr(row, name) for row in rows], dtype=float) for name in ("lon", "lat"))
    estates = [str(row.estate_id) for row in rows] if rows and hasattr(rows[0], "estate_id") else ()
    return Places([row.id for row in rows], lon, lat, estates)


class Ways:
    """Some homes, their gates and their timed walks, read in one go; then reckoned without a database."""

    def __init__(self, session: Session, settings: Settings, rows: Sequence[Any]) -> None:
        self.rows, self.settings = rows, settings
        self.gates = told.gates(session, {row.estate_id for row in rows})
        self.walked = told.walks(session, rows)

    def hold(self, session: Session) -> bool:
        """Whether nobody has pinned a gate or timed a walk here meanwhile."""
        now = Ways(session, self.settings, self.rows)
        return now.gates == self.gates and now.walked == self.walked

    @property
    def always(self) -> list[Gate]:
        """The gates that are open at any hour; of an estate that has no such gate, all."""
        free = [one for one in self.gates if one.always]
        have = {one.estate_id for one in free}
        return [one.gate for one in self.gates if one.always or one.estate_id not in have]

    def reckon(self, points: Sequence[Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The rows of reach; and those through a gate that is not always open, where they are shorter."""
        if not self.rows or not points:
            return [], []
        there = places(points)
        main = _rows(self._walk(there, self.rows, self.always))
        known = {(row["home_id"], row["point_id"]): row["seconds"] for row in main}
        by_gate: list[dict[str, Any]] = []
        have_free = {one.estate_id for one in self.gates if one.always}
        for one in self.gates:
            if one.always or one.estate_id not in have_free:
                continue
            own = [row for row in self.rows if row.estate_id == one.estate_id]
            for row in _rows(self._walk(there, own, [one.gate])):
                if row["seconds"] < known.get((row["home_id"], row["point_id"]), MOST):
                    by_gate.append({**row, "gate_id": one.id})
        return main, by_gate

    def _walk(self, points: Places, rows: Sequence[Any], through: list[Gate]) -> Walked:
        ways: list[Method] = [self.walked] if self.walked.timed else []
        return reaching.reach(points, places(rows), [*ways, *networks.methods(self.settings, through)])


def _rows(walked: Walked) -> list[dict[str, Any]]:
    """Whole seconds, so rounded that a yes or no never becomes one by rounding."""
    second = 60 / ORDINARY_PACE
    walks = walked.walks
    least = np.floor(walks.least * second).clip(0, MOST).astype(int)
    most = np.ceil(np.nan_to_num(walks.most * second, posinf=MOST)).clip(0, MOST).astype(int)
    seconds = np.rint(walks.metres * second).clip(0, MOST).astype(int)
    columns = (walks.home, walks.point, seconds, least, most, walked.method)
    return [
        {
            "home_id": walked.homes.ids[home], "point_id": walked.points.ids[point], "seconds": length, "least": low, "most": high,
            "method": walked.names[method],
        }
        for home, point, length, low, high, method in zip(*(column.tolist() for column in columns), strict=True)
    ]  # fmt: skip
