"""The ledger of machines: what stands where, since when it has not worked, who repaired it."""

import tomllib
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import audit, clock
from app.core.errors import Missing, Mistaken
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.points import points, sightings
from grids.points.tables import Found, Machine, MachineFault
from grids.staff.staff import Me
from grids.tables import PaymentPoint

KIOSK = "kiosk"
"""A place that is nothing but its machines."""


class Kind(msgspec.Struct, frozen=True):
    label: str
    pays: bool = False


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of equipment.toml."""
    read = tomllib.loads(Path(__file__).with_name("equipment.toml").read_text("utf-8"))
    return msgspec.convert(read["kinds"], dict[str, Kind])


def kind_label(kind: str) -> Phrase | str:
    known = kinds().get(kind)
    return _(known.label) if known else kind


def add(session: Session, point: PaymentPoint, *, by: Me, kind: str, label: str) -> Machine:
    """`label` is what stands on it: a number or a place in the hall."""
    points.must_keep(by, point.grid_id)
    if kind not in kinds():
        raise _mistaken(kind=_("This is not one of the choices."))
    machine = Machine(point_id=point.id, kind=kind, label=label, added_at=clock.now(), added_by_id=by.id, faults=[])
    session.add(machine)
    session.flush()
    audit.record(session, "equipment.add", f"machine/{machine.id}", by=by.id, kind=kind, point=point.id)
    return machine


def find(session: Session, machine_id: int, *, for_: Me) -> Machine:
    shown = (joinedload(Machine.point), selectinload(Machine.faults))
    wanted = sa.select(Machine).where(Machine.id == machine_id, Machine.removed_at.is_(None)).options(*shown)
    machine = session.scalar(wanted) if 0 < machine_id < 2**63 else None
    if machine is None or not (for_.administers or for_.sees(machine.point.grid_id)):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return machine


def at(session: Session, point: PaymentPoint) -> Sequence[Machine]:
    """The machines that stand there now, with their faults."""
    wanted = sa.select(Machine).where(Machine.point_id == point.id, Machine.removed_at.is_(None))
    return session.scalars(wanted.order_by(Machine.id).options(selectinload(Machine.faults))).all()


def fault(machine: Machine) -> MachineFault | None:
    """Why it does not work now."""
    return next((one for one in machine.faults if one.repaired_at is None), None)


def report_fault(session: Session, machine: Machine, *, by: Me, words: str) -> MachineFault:
    """Told twice it is one fault: the words of the second are added. A kiosk whose last machine fails is shut."""
    points.must_keep(by, machine.point.grid_id)
    if not words:
        raise _mistaken(words=_("Please fill this in."))
    if (known := fault(machine)) is not None:
        known.words = known.words if words in known.words else f"{known.words}\n{words}"[:500]
        return known
    found = MachineFault(machine=machine, words=words, at=clock.now(), by_id=by.id)
    session.add(found)
    session.flush()
    audit.record(session, "equipment.fault", f"machine/{machine.id}", by=by.id)
    if machine.point.kind == KIOSK and not _pays(session, machine.point):
        sightings.visit(session, machine.point, by=by, found=Found.shut, words=words)
    return found


def repair(session: Session, machine: Machine, *, by: Me, words: str = "") -> None:
    """It works again. What works already stays as it is."""
    points.must_keep(by, machine.point.grid_id)
    if (known := fault(machine)) is None:
        return
    was_shut = machine.point.kind == KIOSK and not _pays(session, machine.point)
    known.repaired_at, known.repaired_by_id, known.repair = clock.now(), by.id, words
    session.flush()
    audit.record(session, "equipment.repair", f"machine/{machine.id}", by=by.id)
    if was_shut and _pays(session, machine.point):
        sightings.visit(session, machine.point, by=by, found=Found.open, words=words)


def remove(session: Session, machine: Machine, *, by: Me) -> None:
    points.must_keep(by, machine.point.grid_id)
    machine.removed_at = clock.now()
    audit.record(session, "equipment.remove", f"machine/{machine.id}", by=by.id)


def broken(session: Session, grid_ids: Collection[int]) -> Sequence[Machine]:
    """The machines of these grids that do not work, the longest first."""
    wanted = sa.select(Machine).join(Machine.point).join(Machine.faults)
    wanted = wanted.where(PaymentPoint.grid_id.in_(grid_ids), Machine.removed_at.is_(None), MachineFault.repaired_at.is_(None))
    return session.scalars(wanted.order_by(MachineFault.at).options(joinedload(Machine.point), selectinload(Machine.faults))).unique().all()


def _pays(session: Session, point: PaymentPoint) -> bool:
    """Whether one of its machines can be paid at now."""
    return any(kinds()[one.kind].pays and fault(one) is None for one in at(session, point) if one.kind in kinds())


def _mistaken(**mistakes: Phrase) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), mistakes)
