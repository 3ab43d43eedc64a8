"""Once a day every grid answers the standing questions, so that the circle is seen to grow."""

from collections.abc import Collection, Sequence
from datetime import date

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from grids.reaching.tables import CoverageSnapshot, Home
from grids.tables import Estate, Grid

AT_ONCE = 20
"""Grids in one transaction."""


class Day(msgspec.Struct, frozen=True):
    day: date
    households: int
    surely: int

    @property
    def share(self) -> float:
        return self.surely / self.households if self.households else 0.0

    @property
    def percent(self) -> float:
        return 100 * self.share


def wait(work: Work) -> bool:
    """Whether a grid has not answered today."""
    with work.database.reading() as session:
        return bool(_due(session))


def sweep(work: Work) -> None:
    """What has not been asked today, once its walks are reckoned. Killed in the middle it goes on where it was."""
    while not work.stopping.is_set():
        with work.database.reading() as session:
            grids = _due(session)
        if not grids:
            return
        with work.database.writing() as session:
            for grid in grids:
                take(session, grid)


def take(session: Session, grid: Grid) -> None:
    """Imported here: a worker that sends messages does not carry the arrays."""
    from grids.coverage import glance, report
    from grids.coverage.questions import book

    day = clock.today()
    done = sa.select(CoverageSnapshot.question).where(CoverageSnapshot.grid_id == grid.id, CoverageSnapshot.day == day)
    known = set(session.scalars(done))
    for key, question in book().questions.items():
        if key not in known:
            found = report.line(glance.look(session, grid, question.asked))
            session.add(
                CoverageSnapshot(
                    grid_id=grid.id, day=day, question=key, households=found.households, surely=found.surely, perhaps=found.perhaps
                )
            )
    session.flush()


def history(session: Session, grid_ids: Collection[int], question: str, most: int = 60) -> list[Day]:
    """Day by day, these grids together, the oldest first. A day on which not all of them were asked is left out."""
    mine = sa.select(
        CoverageSnapshot.day, sa.func.sum(CoverageSnapshot.households), sa.func.sum(CoverageSnapshot.surely), sa.func.count()
    ).where(CoverageSnapshot.grid_id.in_(grid_ids), CoverageSnapshot.question == question)
    rows = session.execute(mine.group_by(CoverageSnapshot.day).order_by(CoverageSnapshot.day.desc()).limit(most)).all()
    whole = max((count for *_said, count in rows), default=0)
    return [Day(day, int(households), int(surely)) for day, households, surely, count in reversed(rows) if count == whole]


def _due(session: Session) -> Sequence[Grid]:
    from grids.coverage.questions import book

    today = sa.select(CoverageSnapshot.grid_id).where(CoverageSnapshot.day == clock.today()).group_by(CoverageSnapshot.grid_id)
    asked = today.having(sa.func.count() >= len(book().questions))
    here = sa.exists().where(Home.estate_id == Estate.id, Estate.grid_id == Grid.id)
    waiting = here.where(Home.reckoned_at.is_(None))
    return session.scalars(sa.select(Grid).where(Grid.id.not_in(asked), here, ~waiting).order_by(Grid.id).limit(AT_ONCE)).all()
