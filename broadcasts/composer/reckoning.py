"""What the composer's form means as it stands: whom it reaches, and whether it comes in time."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from app.core import clock
from app.core.words import span
from broadcasts.promises import lead_times
from broadcasts.promises.lead_times import Ahead
from broadcasts.sending import fitted, groups
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeKind
from grids.tables import Grid


class Reckoning(msgspec.Struct, frozen=True):
    when: str
    places: list[str]
    estates: int
    households: int
    groups: int
    ahead: Ahead | None
    everybody: bool
    """News for which nothing is ticked."""


def reckon(session: Session, grid: Grid, form: Mapping[str, str], said: Mapping[str, Sequence[str]]) -> Reckoning:
    """Of a form that may be half filled: what cannot be read counts as not said."""
    own = audiences.of_grid(session, grid)
    kind = NoticeKind(form["kind"]) if form.get("kind") in set(NoticeKind) else None
    everybody = kind is not None and not kind.is_outage and not any(said.get(name) for name in ("estates", "buildings", "partly"))
    estates = [one.id for one in own if str(one.id) in said.get("estates", ())]
    buildings = [building.id for one in own for building in one.buildings if str(building.id) in said.get("buildings", ())]
    partly = [one.id for one in own if str(one.id) in said.get("partly", ())]
    chosen = audiences.choose(session, grid, estates=estates, buildings=buildings, partly=partly)
    places = audiences.everybody(session, grid) if everybody else chosen
    start, end = (_moment(form.get(name, "")) for name in ("starts_at", "ends_at"))
    outage = kind is None or kind.is_outage
    notice = Notice(kind=kind, grid_id=grid.id, starts_at=start, places=places)
    ahead = lead_times.of(session, notice) if kind and outage else None
    told = sum(bool(fitted.places(notice, group.places)) for group in groups.of_grids(session, [grid.id])) if places else 0
    when = span(start, None if form.get("unknown") else end) if outage and (start or end) else ""
    estates_ = len({one.estate.id for one in places})
    return Reckoning(when, audiences.lines(places), estates_, audiences.households(places), told, ahead, everybody)


def _moment(said: str) -> datetime | None:
    try:
        return clock.as_utc(datetime.fromisoformat(said))
    except (ValueError, OverflowError):
        return None
