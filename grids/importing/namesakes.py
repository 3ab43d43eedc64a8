"""Estates of one name: within a grid that is one estate, so that a corrected file moves it and makes no second."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.words import phrase as _
from grids.importing.columns import Row
from grids.importing.keeping import Candidate
from grids.importing.report import Report
from grids.importing.texts import plain
from grids.tables import Estate, Grid

Named = tuple[int | None, str]


class Namesakes:
    """The estates that stand, by grid and name, asked by rows whose key is not known."""

    def __init__(self, session: Session, found: Sequence[Candidate], report: Report) -> None:
        self.report, self.keys = report, {one.key for one in found}
        self.grids = {row.id: row.name for row in session.execute(sa.select(Grid.id, Grid.name))}
        self.standing: dict[Named, list[sa.RowMapping]] = defaultdict(list)
        for row in session.execute(sa.select(*Estate.__table__.columns).order_by(Estate.id)).mappings():
            self.standing[row["grid_id"], plain(row["name"])].append(row)

    def of(self, one: Candidate) -> sa.RowMapping | None:
        """The estate that this row means: the grid's own of that name, else the only one that had no grid so far."""
        grid_id, name = one.values["grid_id"], one.values["name"]
        here = self._free(grid_id, name) if grid_id is not None else []
        if len(here) > 1:
            self._tell(self.grids[grid_id], name, len(here))
        homeless = self._free(None, name)
        found = here[0] if here else homeless[0] if len(homeless) == 1 and homeless[0]["source"] == self.report.source else None
        if found is not None:
            self.keys.add(found["source_key"])
        return found

    def _free(self, grid_id: int | None, name: str) -> list[sa.RowMapping]:
        """Those whom no row of the file has named by their key, nor an earlier one by their name."""
        rows = self.standing.get((grid_id, plain(name)), [])
        return [row for row in rows if row["source"] != self.report.source or row["source_key"] not in self.keys]

    def _tell(self, grid: str, name: str, n: int) -> None:
        said = {"grid": grid, "n": n, "name": name}
        self.report.warn(_("%(grid)s has %(n)s estates called %(name)s, which residents see twice: only the oldest was updated.", **said))


class Once:
    """A name once in a grid, for the rows of a file that carry no numbers of their own."""

    def __init__(self) -> None:
        self.seen: dict[Named, int] = {}

    def repeats(self, row: Row, one: Candidate, report: Report) -> bool:
        grid_id, name = one.values["grid_id"], one.values["name"]
        first = self.seen.setdefault((grid_id, plain(name)), row.number) if grid_id is not None else row.number
        if first == row.number:
            return False
        why = _("The grid has an estate of this name already.")
        reason = _("Row %(row)s gave this name in the same grid. If it is another estate, name them apart.", row=first)
        report.skip(row.number, name, reason, why)
        return True
