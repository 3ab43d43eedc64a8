"""Each night what is over its time is erased, some at a time, and a row says in numbers what it was.

Safe to run twice, also at once, and to be killed: a batch and its number are one transaction, and the day's row goes on where it was.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from app.core import audit, clock, twins
from app.core.jobs import Work, later
from grids.staff import organisations
from grids.staff.staff import Me
from grids.tables import Grid, Organisation
from tickets.photos import unnamed
from tickets.privacy import overdue, periods
from tickets.privacy.overdue import Batch, Place
from tickets.privacy.tables import Kept, RetentionRun

NIGHT, MORNING = time(1, 30), time(5, 0)
log = structlog.get_logger("retention")


def sweep(work: Work) -> None:
    """Once a night, in its small hours."""
    if NIGHT <= clock.local(clock.now()).time() < MORNING:
        run(work, day=clock.today())


def run(work: Work, *, day: date) -> None:
    """Erase what is over its time on this day; then the photos that nobody has are looked for."""
    with work.database.writing() as session:
        if _held(session, day).ended_at is not None:
            return
        places = _places(session)
    for path, grids in places.items():
        for kept in overdue.STEPS:
            _step(work, day, path, grids, kept)
    if not work.stopping.is_set():
        _end(work, day)


def runs(session: Session, *, by: Me, limit: int = 30) -> Sequence[RetentionRun]:
    """What each night erased, the newest first."""
    by.must_administer()
    return session.scalars(sa.select(RetentionRun).order_by(RetentionRun.day.desc()).limit(limit)).all()


def _step(work: Work, day: date, path: str, grids: Sequence[int], kept: Kept) -> None:
    after = 0
    while not work.stopping.is_set():
        batch = _batch(work, day, path, grids, kept, after)
        if batch.looked < overdue.BATCH:
            return
        after = batch.last


def _batch(work: Work, day: date, path: str, grids: Sequence[int], kept: Kept, after: int) -> Batch:
    with work.database.writing() as session:
        row = _held(session, day)
        period = periods.of_line(session, organisations.line(path))[kept]
        place = Place(path, grids, clock.now() - timedelta(days=period.days))
        batch = overdue.STEPS[kept](session, place, after)
        row.numbers = {**row.numbers, kept: row.numbers.get(kept, 0) + batch.erased}
    return batch


def _end(work: Work, day: date) -> None:
    with work.database.writing() as session:
        row = _held(session, day)
        if row.ended_at is None:
            row.ended_at = clock.now()
            later(session, unnamed.wipe)
            audit.record(session, "privacy.erase", f"retention/{day.isoformat()}", by=None, **row.numbers)
            log.info("erased what was over its time", day=day.isoformat(), **row.numbers)


def _held(session: Session, day: date) -> RetentionRun:
    """The day's row, held: who comes second goes on after the first's batch."""
    wanted = sa.select(RetentionRun).where(RetentionRun.day == day).with_for_update()
    found = session.scalar(wanted)
    if found is not None:
        return found
    if not twins.first(session, RetentionRun(day=day, at=clock.now(), ended_at=None, numbers={})):
        log.info("two workers began the night at once", day=day.isoformat())
    return session.scalars(wanted).one()


def _places(session: Session) -> dict[str, list[int]]:
    """Grids by the path of their organisation."""
    found: dict[str, list[int]] = {}
    for path, grid_id in session.execute(sa.select(Organisation.path, Grid.id).join(Grid, Grid.organisation_id == Organisation.id)):
        found.setdefault(path, []).append(grid_id)
    return found
