"""What is worth hearing in its season: rows of an organisation's calendar, each made into a draft of every grid on its day.

The manager looks at it and publishes, or lets an occasion be published by itself (a Routine). Which day was observed is a row
written with the notice, so that no day of an occasion is observed twice, however many workers look.
"""

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.jobs import Work
from broadcasts import drafts, notices
from broadcasts.promises.tables import Observance, Occasion, Routine
from broadcasts.tables import Notice, NoticeKind
from grids.staff import organisations, staff
from grids.staff.staff import Me, on_duty
from grids.tables import Duty, Grid, Organisation, Part, Person

FILE = Path(__file__).with_suffix(".toml")
LATE = timedelta(hours=20)
"""So long after its time an occasion is still made; who was switched off for longer waits for the next one."""


class Written(msgspec.Struct, frozen=True):
    """One entry of the file."""

    key: str
    on: str
    kind: NoticeKind
    title: str
    words: str
    source: str
    effective_on: date
    card: str = ""
    organisation: str = ""


@cache
def filed() -> tuple[Written, ...]:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))["occasions"]
    return tuple(msgspec.convert(said, list[Written]))


def seed(session: Session) -> int:
    """Lay the file's rows into the table, once each: what an operator changed since then stays. How many were new."""
    new = 0
    for one in filed():
        home = organisations.named(session, one.organisation) if one.organisation else None
        same = Occasion.organisation_id == home.id if home else Occasion.organisation_id.is_(None)
        held = sa.select(Occasion.id).where(same, Occasion.key == one.key, Occasion.effective_on == one.effective_on)
        if (one.organisation and home is None) or session.scalar(held):
            continue
        said = msgspec.structs.asdict(one)
        del said["organisation"]
        session.add(Occasion(organisation_id=home.id if home else None, **(said | {"words": one.words.strip()})))
        new += 1
    session.flush()
    return new


def of_grid(session: Session, grid: Grid) -> list[Occasion]:
    """Those that hold here today, by their keys: the nearest organisation's newest."""
    path = session.scalar(sa.select(Organisation.path).where(Organisation.id == grid.organisation_id)) or ""
    found = organisations.holding(session, Occasion, organisations.line(path), clock.today())
    return sorted({one.key: one for one in found}.values(), key=lambda one: next_time(one, clock.now()))


def last_time(occasion: Occasion, now: datetime) -> datetime:
    """When it was last due; that may be this very minute."""
    return _near(occasion, now, -1)


def next_time(occasion: Occasion, now: datetime) -> datetime:
    return _near(occasion, now, 1)


def sweep(work: Work) -> None:
    """Make what is due in every grid."""
    with work.database.reading() as session:
        grids = session.scalars(sa.select(Grid.id)).all()
    for grid_id in grids:
        if work.stopping.is_set():
            return
        with work.database.reading() as session:
            due = [one.id for one in _due(session, session.get_one(Grid, grid_id))]
        for occasion_id in due:
            try:
                with work.database.writing() as session:
                    observe(session, session.get_one(Occasion, occasion_id), session.get_one(Grid, grid_id))
            except IntegrityError:
                continue  # Another worker observed it in the same moment.


def observe(session: Session, occasion: Occasion, grid: Grid) -> Notice | None:
    """A draft in the name of the colleague on duty, published by itself where the grid wants that. Once a day of the occasion."""
    day = clock.local(last_time(occasion, clock.now())).date()
    by = _on_duty(session, grid.id)
    done = session.get(Observance, (grid.id, occasion.key, day))
    if by is None or done is not None:
        return None
    kept = Observance(grid_id=grid.id, key=occasion.key, day=day, notice_id=None, at=clock.now())
    session.add(kept)
    session.flush()
    notice = drafts.write(session, grid, by=by, kind=occasion.kind, title=occasion.title, words=occasion.words, estates=[])
    kept.notice_id = notice.id
    if session.get(Routine, (grid.id, occasion.key)):
        notices.publish(session, notice, by=by)
    return notice


def let_go(session: Session, grid: Grid, key: str, *, by: Me, alone: bool) -> None:
    """From now on published by itself, or no longer. Asked twice it is done once."""
    by.must_look_after(grid.id)
    routine = session.get(Routine, (grid.id, key))
    if alone and routine is None:
        session.add(Routine(grid_id=grid.id, key=key, since_at=clock.now(), by_id=by.id))
    elif not alone and routine:
        session.delete(routine)
    audit.record(session, "occasions.let_go" if alone else "occasions.look_first", f"grid/{grid.id}", by=by.id, key=key)


def routines(session: Session, grid: Grid) -> set[str]:
    return set(session.scalars(sa.select(Routine.key).where(Routine.grid_id == grid.id)))


def _due(session: Session, grid: Grid) -> list[Occasion]:
    now = clock.now()
    rows = session.execute(sa.select(Observance.key, Observance.day).where(Observance.grid_id == grid.id))
    done = {(key, day) for key, day in rows}
    lately = [(one, last_time(one, now)) for one in of_grid(session, grid)]
    return [one for one, at in lately if now - at < LATE and (one.key, clock.local(at).date()) not in done]


def _on_duty(session: Session, grid_id: int) -> Me | None:
    """The manager; in the manager's absence the deputy."""
    found = sa.select(Person).join(Duty, Duty.person_id == Person.id).where(Duty.grid_id == grid_id, *on_duty())
    person = session.scalars(found.order_by(Duty.part != Part.manager, Duty.since_at.desc())).first()
    return staff.as_me(session, person) if person else None


def _near(occasion: Occasion, now: datetime, way: int) -> datetime:
    """The nearest moment of the occasion on one side of now."""
    rhythm, day, at = occasion.on.split()
    hour = time.fromisoformat(at)
    today = clock.local(now).date()
    for step in range(9 if rhythm == "weekly" else 800):
        here = today + timedelta(days=step * way)
        if (str(here.isoweekday()) if rhythm == "weekly" else f"{here:%m-%d}") != day:
            continue
        moment = clock.as_utc(datetime.combine(here, hour))
        if (way < 0 and moment <= now) or (way > 0 and moment > now):
            return moment
    raise ValueError(occasion.on)
