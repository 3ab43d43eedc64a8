"""A manager's WeChat groups: which there are, whom they serve, in which order they are posted to."""

import secrets
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import audit, clock
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from broadcasts.sending.tables import Group, GroupPlace
from broadcasts.subscribers import audiences
from grids.staff.staff import Me
from grids.tables import Grid
from pwa.push.payload import plain

MOST = 50
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Of a suffix: none that is taken for another one when it is read from a photograph."""
SUFFIX = 4
SHOWN = (joinedload(Group.grid), selectinload(Group.places).options(joinedload(GroupPlace.estate), joinedload(GroupPlace.building)))


def add(session: Session, grid: Grid, *, by: Me, estates: Sequence[int] = (), buildings: Sequence[int] = (), **said: Any) -> Group:
    """One more group of this grid, posted to last. Without places it is for the whole grid."""
    by.must_look_after(grid.id)
    here = list(of_grids(session, [grid.id]))
    if len(here) >= MOST:
        raise Refused(_("This grid has %(n)s groups already. Leave one that is quiet first.", n=MOST))
    last = max((group.position for group in here), default=0)
    group = Group(grid=grid, position=last + 1, suffix=_suffix(session), created_at=clock.now(), places=[])
    _fill(session, group, estates, buildings, said)
    session.add(group)
    session.flush()
    audit.record(session, "groups.add", f"group/{group.id}", by=by.id, name=group.name)
    return group


def change(session: Session, group: Group, *, by: Me, estates: Sequence[int] = (), buildings: Sequence[int] = (), **said: Any) -> None:
    by.must_look_after(group.grid_id)
    _fill(session, group, estates, buildings, said)
    session.flush()
    audit.record(session, "groups.change", f"group/{group.id}", by=by.id, name=group.name)


def leave(session: Session, group: Group, *, by: Me) -> None:
    """The group is no longer posted to. What was posted stays in the ledgers."""
    by.must_look_after(group.grid_id)
    if group.left_at is None:
        group.left_at = clock.now()
        audit.record(session, "groups.leave", f"group/{group.id}", by=by.id, name=group.name)


def rise(session: Session, group: Group, *, by: Me) -> None:
    """One place earlier in the order."""
    by.must_look_after(group.grid_id)
    above = [one for one in of_grids(session, [group.grid_id]) if one.position < group.position]
    if above:
        group.position, above[-1].position = above[-1].position, group.position
        session.flush()


def of_grids(session: Session, grid_ids: Collection[int]) -> Sequence[Group]:
    """The groups that are posted to, in the order of posting, with their places."""
    found = sa.select(Group).where(Group.grid_id.in_(grid_ids), Group.left_at.is_(None))
    return session.scalars(found.order_by(Group.grid_id, Group.position, Group.id).options(*SHOWN)).all()


def find(session: Session, group_id: int, *, for_: Me) -> Group:
    group = session.scalar(sa.select(Group).where(Group.id == group_id).options(*SHOWN))
    if group is None or not for_.sees(group.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return group


def _fill(session: Session, group: Group, estates: Sequence[int], buildings: Sequence[int], said: dict[str, Any]) -> None:
    chosen = audiences.choose(session, group.grid, estates=estates, buildings=buildings)
    group.places = [GroupPlace(estate=place.estate, building=place.building) for place in chosen]
    group.name, group.greeting, group.note = (plain(said.get(name, "")) for name in ("name", "greeting", "note"))
    group.members, group.brief = said.get("members", 0), said.get("brief", False)


def _suffix(session: Session) -> str:
    """Of an address, and short: it is typed from a photograph as well."""
    taken = set(session.scalars(sa.select(Group.suffix)))
    return next(word for word in iter(lambda: "".join(secrets.choice(LETTERS) for _n in range(SUFFIX)), "") if word not in taken)
