"""What the demo town's colleagues found at the places to pay."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.seed.town import Happening, Town, read
from grids.points import equipment, pay_ways, sightings
from grids.points.tables import Found, PayWay
from grids.tables import PaymentPoint


def kept(town: Town) -> Iterable[Happening]:
    said = read("upkeep")
    for key in said["not_here"]:
        yield town.now - timedelta(days=300), _ending(town, key)
    for one in said["visits"]:
        yield town.when(one["at"]), _visiting(town, one)
    for number, one in enumerate(said["shut"]):
        yield town.when(one["at"]), _finding_shut(number, one)
    for one in said["machines"]:
        yield town.now - timedelta(days=60), _equipping(town, one)
        if "fault" in one:
            yield town.when(one["fault"]["at"]), _breaking(town, one)


def _ending(town: Town, key: str) -> Callable[[Session], None]:
    def end(session: Session) -> None:
        way = session.scalars(sa.select(PayWay).where(PayWay.key == key)).one()
        said = {name: getattr(way, name) for name in ("name", "steps", "need", "source", "rank", "official")}
        pay_ways.edit(session, way, by=town.me(session, "he"), used=False, **said)

    return end


def _visiting(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def visit(session: Session) -> None:
        sightings.visit(session, _point(session, one), by=town.me(session, one["by"]), found=Found(one["found"]), words=one["words"])

    return visit


def _finding_shut(number: int, one: dict[str, Any]) -> Callable[[Session], None]:
    def tell(session: Session) -> None:
        sightings.tell_shut(session, _point(session, one), nonce=f"demo {number}", words=one["words"])

    return tell


def _equipping(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def add(session: Session) -> None:
        equipment.add(session, _point(session, one), by=town.me(session, one["by"]), kind=one["kind"], label=one["place"])

    return add


def _breaking(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def report(session: Session) -> None:
        me = town.me(session, one["by"])
        machine = next(found for found in equipment.at(session, _point(session, one)) if found.label == one["place"])
        equipment.report_fault(session, equipment.find(session, machine.id, for_=me), by=me, words=one["fault"]["words"])

    return report


def _point(session: Session, one: dict[str, Any]) -> PaymentPoint:
    return session.scalars(sa.select(PaymentPoint).where(PaymentPoint.name == one["point"]).order_by(PaymentPoint.id).limit(1)).one()
