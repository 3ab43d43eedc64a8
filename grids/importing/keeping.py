"""Rows of a file against the rows that stand: new ones added, changed ones altered, the others left alone. In bulk."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.audit import AuditEntry
from app.core.errors import Refused
from app.core.words import phrase as _
from grids.importing.places import Doubles
from grids.importing.report import Report
from grids.importing.texts import plain
from grids.tables import Estate, PaymentPoint

BATCH = 2000
# Not words of the file: a change of these alone is none.
NOT_SAID = ("grid_id", "source", "source_key", "source_datum", "imported_at")


class Candidate(msgspec.Struct):
    """A row that may be kept: what the file says, and what is supposed where the row is new."""

    row: int
    key: str
    values: dict[str, Any]
    supposed: dict[str, Any] = {}


Meant = Callable[[Candidate], sa.RowMapping | None]


def _nobody(_one: Candidate) -> None:
    return None


def key_of(*parts: str) -> str:
    """For files without ids: the same words give the same key, whatever the row."""
    return "h" + hashlib.sha256("\x1f".join(plain(part) for part in parts).encode()).hexdigest()[:23]


def source_of(stem: str, source: str) -> str:
    name = (source or stem).strip()
    if not name or len(name) > 80:
        raise Refused(_("The name of the source needs 1 to 80 characters."))
    return name


def settle(
    session: Session, model: type[Estate] | type[PaymentPoint], found: Sequence[Candidate], report: Report, *, meant: Meant = _nobody
) -> None:
    """Write the difference (unless it is a trial) and count it. `meant` knows a row whose key and place tell nothing."""
    standing = {row["source_key"]: row for row in _standing(session, model, report.source)}
    neighbours = _neighbours(session, model)
    keys, edited = {one.key for one in found}, _edited(session, model)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for one in found:
        old = standing.get(one.key) or _moved(neighbours, one, keys, report) or meant(one)
        if old is None:
            new.append(one.values | one.supposed)
        elif old["source"] != report.source:
            _leave(one, old["source"], report)
        elif difference := _difference(old, _unless_edited(one, old, edited, report)):
            changed.append({"id": old["id"], **difference})
        else:
            report.unchanged += 1
    report.new, report.changed = len(new), len(changed)
    gone = {line.row for line in report.skipped}
    report.show([one.values for one in found if one.row not in gone])
    if not report.dry_run:
        _write(session, model, new, changed)


def _moved(neighbours: Doubles, one: Candidate, keys: set[str], report: Report) -> sa.RowMapping | None:
    """The same name within 30 metres: the same place of an earlier file whose key was made from it, or another source's."""
    if one.values["lat"] is None:
        return None
    others = neighbours.all(one.values["name"], one.values["lat"], one.values["lon"])
    return next((other for other in others if other["source"] != report.source or other["source_key"] not in keys), None)


def _leave(one: Candidate, source: str, report: Report) -> None:
    why = _("Known already from another source.")
    reason = _("Known already from the source %(source)s. To update it, give that name as the source's.", source=source)
    report.skip(one.row, one.values["name"], reason, why)


def _standing(session: Session, model: type[Estate] | type[PaymentPoint], source: str) -> Iterable[sa.RowMapping]:
    return session.execute(sa.select(*model.__table__.columns).where(model.source == source)).mappings()


def _neighbours(session: Session, model: type[Estate] | type[PaymentPoint]) -> Doubles:
    doubles = Doubles()
    for row in session.execute(sa.select(*model.__table__.columns).where(model.lat.is_not(None))).mappings():
        doubles.add(row["name"], row["lat"], row["lon"], row)
    return doubles


def _difference(old: sa.RowMapping, now: dict[str, Any]) -> dict[str, Any]:
    """What the file says otherwise than the table. What it leaves empty never wipes out what somebody has entered."""
    said = {name: value for name, value in now.items() if name not in NOT_SAID and value and not _same(old[name], value)}
    if ("lat" in said or "lon" in said or old["grid_id"] is None) and now["grid_id"] not in (None, old["grid_id"]):
        said["grid_id"] = now["grid_id"]
    if said:
        said |= {name: now[name] for name in NOT_SAID if name != "grid_id"}
    return said


def _edited(session: Session, model: type[Estate] | type[PaymentPoint]) -> dict[str, set[str]]:
    """Which columns of which points a colleague has put right by hand (the acts say so in the log)."""
    if model is not PaymentPoint:
        return {}
    edited: dict[str, set[str]] = {}
    wanted = sa.select(AuditEntry.subject, AuditEntry.facts).where(AuditEntry.act == "points.edit")
    for subject, facts in session.execute(wanted):
        edited.setdefault(subject, set()).update(facts)
    return edited


def _unless_edited(one: Candidate, old: sa.RowMapping, edited: dict[str, set[str]], report: Report) -> dict[str, Any]:
    """Who was there knows better than a file."""
    by_hand = edited.get(f"point/{old['id']}", set())
    if any(one.values.get(name) and not _same(old[name], one.values[name]) for name in by_hand if name in old):
        report.remark(one.row, one.values["name"], _("A colleague has put this right by hand; the file's words were left out."))
    return {name: old[name] if name in by_hand else value for name, value in one.values.items()}


def _same(old: Any, now: Any) -> bool:
    return abs(old - now) < 1e-7 if isinstance(old, float) and isinstance(now, float) else bool(old == now)


def _write(session: Session, model: type[Estate] | type[PaymentPoint], new: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    for start in range(0, len(new), BATCH):
        session.execute(sa.insert(model.__table__), new[start : start + BATCH])  # type: ignore[arg-type]
    for row in changed:
        said = {name: value for name, value in row.items() if name != "id"}
        session.execute(sa.update(model).where(model.id == row["id"]).values(said).execution_options(synchronize_session=False))
    session.expire_all()


def common(name: str, *, key: str, report: Report, lat: float | None, lon: float | None, grid_id: int | None) -> dict[str, Any]:
    return {
        "name": name, "lat": lat, "lon": lon, "grid_id": grid_id, "source": report.source, "source_key": key,
        "source_datum": str(report.datum), "imported_at": clock.now(),
    }  # fmt: skip
