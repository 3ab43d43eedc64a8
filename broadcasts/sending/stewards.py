"""The tree of stewards: who relays to which buildings, and who calls whom."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import audit, clock
from app.core.errors import Missing, Mistaken, Refused
from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.sending.tables import Steward, StewardKind, StewardPlace
from broadcasts.subscribers import audiences
from grids.staff.staff import Me, digits
from grids.tables import Grid
from pwa.push.payload import plain

MOST = 200
KINDS: dict[str, Phrase] = {
    StewardKind.building_head: _("Head of the building"), StewardKind.village_electrician: _("Village electrician"),
    StewardKind.property_office: _("Property office"), StewardKind.volunteer: _("Volunteer"),
}  # fmt: skip
SHOWN = (joinedload(Steward.grid), selectinload(Steward.places).options(joinedload(StewardPlace.estate), joinedload(StewardPlace.building)))


def add(session: Session, grid: Grid, *, by: Me, estates: Sequence[int] = (), buildings: Sequence[int] = (), **said: Any) -> Steward:
    by.must_look_after(grid.id)
    if len(of_grids(session, [grid.id])) >= MOST:
        raise Refused(_("This grid has %(n)s stewards already.", n=MOST))
    steward = Steward(grid=grid, created_at=clock.now(), places=[])
    _fill(session, steward, estates, buildings, said)
    session.add(steward)
    session.flush()
    audit.record(session, "stewards.add", f"steward/{steward.id}", by=by.id)
    return steward


def change(session: Session, steward: Steward, *, by: Me, estates: Sequence[int] = (), buildings: Sequence[int] = (), **said: Any) -> None:
    by.must_look_after(steward.grid_id)
    _fill(session, steward, estates, buildings, said)
    session.flush()
    audit.record(session, "stewards.change", f"steward/{steward.id}", by=by.id)


def leave(session: Session, steward: Steward, *, by: Me) -> None:
    """The steward has stopped: the number is forgotten, those below are called by whoever called this one."""
    by.must_look_after(steward.grid_id)
    if steward.left_at is not None:
        return
    steward.left_at, steward.phone, steward.note = clock.now(), "", ""
    below = sa.update(Steward).where(Steward.above_id == steward.id).values(above_id=steward.above_id)
    session.execute(below, execution_options={"synchronize_session": "fetch"})
    audit.record(session, "stewards.leave", f"steward/{steward.id}", by=by.id)


def of_grids(session: Session, grid_ids: Collection[int]) -> Sequence[Steward]:
    """Those who relay now, with their places, by the time they began."""
    found = sa.select(Steward).where(Steward.grid_id.in_(grid_ids), Steward.left_at.is_(None))
    return session.scalars(found.order_by(Steward.grid_id, Steward.id).options(*SHOWN)).all()


def find(session: Session, steward_id: int, *, for_: Me) -> Steward:
    steward = session.scalar(sa.select(Steward).where(Steward.id == steward_id, Steward.left_at.is_(None)).options(*SHOWN))
    if steward is None or not for_.looks_after(steward.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return steward


def tree(found: Sequence[Steward]) -> Iterator[tuple[int, Steward]]:
    """Each with its depth, those below under the one who calls them. Who calls somebody not here stands at the top."""
    known = {one.id for one in found}

    def below(above: int | None, depth: int) -> Iterator[tuple[int, Steward]]:
        for one in found:
            if (one.above_id if one.above_id in known else None) == above:
                yield depth, one
                yield from below(one.id, depth + 1)

    return below(None, 0)


def masked(phone: str) -> str:
    """154****0105: enough to tell two apart in a list that somebody may look at over a shoulder."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****"


def _fill(session: Session, steward: Steward, estates: Sequence[int], buildings: Sequence[int], said: dict[str, Any]) -> None:
    phone = digits(said.get("phone", ""))
    if not 5 <= len(phone) <= 15:
        raise Mistaken(_("Please look again at the marked fields."), {"phone": _("A telephone number has 5 to 15 digits.")})
    chosen = audiences.choose(session, steward.grid, estates=estates, buildings=buildings)
    if not chosen:
        raise Mistaken(
            _("Please look again at the marked fields."), {"estates": _("Choose at least one building that this person relays to.")}
        )
    steward.above_id = _above(session, steward, said.get("above"))
    steward.places = [StewardPlace(estate=place.estate, building=place.building) for place in chosen]
    steward.kind, steward.phone = said.get("kind", StewardKind.building_head), phone
    steward.name, steward.note = plain(said.get("name", "")), plain(said.get("note", ""))


def _above(session: Session, steward: Steward, above_id: int | None) -> int | None:
    """Nobody calls himself, not even by way of others: that would be a ring without a first call."""
    calls = {one.id: one.above_id for one in of_grids(session, [steward.grid.id])}
    if above_id is not None and above_id not in calls:
        raise Mistaken(_("Please look again at the marked fields."), {"above": _("This is not one of the choices.")})
    step = above_id
    while step is not None and steward.id is not None:
        if step == steward.id:
            raise Mistaken(
                _("Please look again at the marked fields."), {"above": _("These two would call each other. Choose somebody else.")}
            )
        step = calls.get(step)
    return above_id
