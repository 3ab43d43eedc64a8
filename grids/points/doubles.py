"""Places to pay of different files that may be one and the same: found after each import, decided by an administrator.

The same name within 30 m is one place, and an import says so by itself (grids/importing/places.py). What is less sure waits here:
of one kind, the same name but for a branch in brackets within 150 m, a name that is alike within 60 m, or one telephone within 200 m.
"""

import re
from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from grids.importing.places import metres
from grids.importing.texts import plain
from grids.points.tables import Double
from grids.staff.staff import Me
from grids.tables import PaymentPoint

SAME_NAME, ALIKE_NAME, SAME_PHONE = 150.0, 60.0, 200.0
ALIKE = 80.0
BATCH = 1_000
_BRANCH = re.compile(r"[(\uff08\[].*?[)\uff09\]]")
_NUMBER = re.compile(r"\d+")
Row = sa.Row[int, str, str, float, float, str]


def look(session: Session, ids: Collection[int] | None = None) -> int:
    """Note the doubtful pairs among all points, or those with one of these; how many are new. Decided ones stay decided."""
    known = {(row[0], row[1]) for row in session.execute(sa.select(Double.first_id, Double.second_id))}
    wanted = None if ids is None else set(ids)
    rows = [
        {"first_id": a, "second_id": b, "metres": round(gap, 1), "likeness": likeness, "found_at": clock.now()}
        for a, b, gap, likeness in _pairs(_points(session))
        if (a, b) not in known and (wanted is None or a in wanted or b in wanted)
    ]
    for start in range(0, len(rows), BATCH):
        session.execute(sa.insert(Double), rows[start : start + BATCH])
    return len(rows)


def waiting(session: Session, *, by: Me, most: int = 50) -> Sequence[Double]:
    """The pairs to decide, the likeliest first, with both places."""
    by.must_administer()
    shown = (joinedload(Double.first), joinedload(Double.second))
    return session.scalars(_undecided().order_by(Double.likeness.desc(), Double.metres).limit(most).options(*shown)).all()


def count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(_undecided().subquery())) or 0


def find(session: Session, double_id: int) -> Double:
    shown = (joinedload(Double.first), joinedload(Double.second))
    found = session.scalar(sa.select(Double).where(Double.id == double_id).options(*shown)) if 0 < double_id < 2**63 else None
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def decide(session: Session, double: Double, *, by: Me, keep_id: int | None) -> None:
    """They are one place, and this one of the two is kept with what the other knew more; or, without one, they are two."""
    by.must_administer()
    if double.decided_at is not None:
        return
    if keep_id is not None:
        _merge(double, keep_id)
    double.decided_at, double.decided_by_id, double.same = clock.now(), by.id, keep_id is not None
    audit.record(session, "points.decide", f"double/{double.id}", by=by.id, kept=keep_id)


def _merge(double: Double, keep_id: int) -> None:
    pair = {one.id: one for one in (double.first, double.second)}
    if keep_id not in pair:
        raise Refused(_("Only one of the two can be kept."))
    kept = pair.pop(keep_id)
    other = pair.popitem()[1]
    if kept.same_as_id is not None:
        raise Refused(_("This place was found to be another one meanwhile. Please decide that pair first."))
    for field in ("phone", "opening_hours", "address", "grid_id"):
        setattr(kept, field, getattr(kept, field) or getattr(other, field))
    other.same_as_id = kept.id


def _undecided() -> sa.Select[Double]:
    first, second = sa.orm.aliased(PaymentPoint), sa.orm.aliased(PaymentPoint)
    open_pair = sa.select(Double).where(Double.decided_at.is_(None)).join(first, Double.first_id == first.id)
    return open_pair.join(second, Double.second_id == second.id).where(first.same_as_id.is_(None), second.same_as_id.is_(None))


def _points(session: Session) -> Sequence[Row]:
    table = PaymentPoint
    wanted = sa.select(table.id, table.name, table.kind, table.lat, table.lon, table.phone).where(table.same_as_id.is_(None))
    return session.execute(wanted.order_by(table.id)).all()


def _pairs(points: Sequence[Row]) -> Iterator[tuple[int, int, float, float]]:
    """(id, id, metres, likeness 0 to 100) of what may be one place."""
    # Imported here, as each work process would carry it and numpy in its memory, and never asks.
    from shapely import STRtree
    from shapely import points as dots

    if not points:
        return
    tree = STRtree(dots([(one.lon, one.lat) for one in points]))
    # A degree of latitude is 111 km, one of longitude in China at least 60 km: the box is generous, metres decide.
    near = tree.query(tree.geometries, predicate="dwithin", distance=SAME_PHONE / 60_000)
    for i, j in near.T.tolist():
        if i < j and points[i].kind == points[j].kind:
            one, other = points[i], points[j]
            gap = metres(one.lat, one.lon, other.lat, other.lon)
            if likeness := _likeness(one, other, gap):
                yield one.id, other.id, gap, likeness


def _likeness(one: Row, other: Row, gap: float) -> float:
    """0 where nothing speaks for one place."""
    if one.phone and one.phone == other.phone and gap <= SAME_PHONE:
        return 100.0
    if gap > SAME_NAME or _differ(_BRANCH.findall(one.name), _BRANCH.findall(other.name)):
        return 0.0
    core, other_core = _core(one.name), _core(other.name)
    if core == other_core:
        return 95.0
    if gap > ALIKE_NAME or _differ(_NUMBER.findall(core), _NUMBER.findall(other_core)):
        return 0.0
    short, long = sorted((core, other_core), key=len)
    alike = 90.0 if len(short) >= 4 and short in long else float(fuzz.ratio(core, other_core))
    return alike if alike >= ALIKE else 0.0


def _core(name: str) -> str:
    """Without the branch in brackets and the way of writing."""
    return plain(_BRANCH.sub("", name)) or plain(name)


def _differ(said: list[str], other: list[str]) -> bool:
    """Shop 3 and shop 5, or two branches that are named, are not one with a slip of the pen."""
    return bool(said and other) and plain("".join(said)) != plain("".join(other))
