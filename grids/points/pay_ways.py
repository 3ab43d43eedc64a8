"""The ways of paying for electricity: filled from pay_ways.toml, kept by administrators. The official ones that need no walk come first."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing
from app.core.words import phrase as _
from grids.points.tables import PayWay, Walk
from grids.staff.staff import Me


def seed(session: Session) -> int:
    """Add the ways that this release knows and the table does not. What staff changed or ended stays so; how many are new."""
    known = set(session.scalars(sa.select(PayWay.key)))
    with Path(__file__).with_name("pay_ways.toml").open("rb") as file:
        told = tomllib.load(file)["way"]
    rows = [{**one, "walk": Walk(one["walk"]), "rank": 10 * number} for number, one in enumerate(told, 1) if one["key"] not in known]
    if rows:
        session.execute(sa.insert(PayWay), rows)
    return len(rows)


def standing(session: Session) -> Sequence[PayWay]:
    """Those that are in use, as residents read them: the official first, and those for which nobody need go out."""
    order = (sa.case((PayWay.walk == Walk.home, 0), else_=1), PayWay.official.desc(), PayWay.rank, PayWay.id)
    return session.scalars(sa.select(PayWay).where(PayWay.ended_at.is_(None)).order_by(*order)).all()


def every(session: Session) -> Sequence[PayWay]:
    return session.scalars(sa.select(PayWay).order_by(PayWay.rank, PayWay.id)).all()


def find(session: Session, way_id: int) -> PayWay:
    way = session.get(PayWay, way_id) if 0 < way_id < 2**63 else None
    if way is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return way


def edit(
    session: Session, way: PayWay, *, by: Me, name: str, steps: str, need: str, source: str, rank: int, official: bool, used: bool
) -> PayWay:  # fmt: skip
    """What an administrator knows of a way of paying here. One that is not in use any more stays in the list."""
    by.must_administer()
    ended = None if used else way.ended_at or clock.now()
    said = {"name": name, "steps": steps, "need": need, "source": source, "rank": rank, "official": official, "ended_at": ended}
    changed = {field: value for field, value in said.items() if getattr(way, field) != value}
    for field, value in changed.items():
        setattr(way, field, value)
    if changed:
        way.changed_by_id, way.since = by.id, clock.today()
        session.flush()
        audit.record(session, "pay_ways.edit", f"pay_way/{way.key}", by=by.id, changed=sorted(changed))
    return way
