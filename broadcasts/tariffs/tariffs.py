"""Which tariff holds where: rows with their source and the day they hold from, filled from tariffs.toml and kept by administrators."""

import re
import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing, Mistaken
from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.tariffs.tables import Tariff, TariffPeriod, TariffRegion
from grids.staff.organisations import line as line_to
from grids.staff.staff import Me
from grids.tables import Grid, Organisation

PRICE = re.compile(r"\d{1,2}\.\d{1,8}")
FILE = Path(__file__).with_suffix(".toml")
NEWEST = (Tariff.effective_on.desc().nulls_last(), Tariff.id.desc())


class Facts(msgspec.Struct, kw_only=True, frozen=True):
    """A tariff as somebody states it."""

    region: str
    period: TariffPeriod
    limits: list[int]
    prices: list[str]
    source: str
    effective_on: date | None = None
    peaks: list[str] = []
    valleys: list[str] = []
    summer_months: list[int] = []
    summer_limits: list[int] = []
    people_from: int = 0
    people_kwh: int = 0
    shared_price: str = ""
    note: str = ""
    checked_on: date | None = None


class Call(msgspec.Struct, frozen=True):
    number: str
    label: str


class Tenant(msgspec.Struct, frozen=True):
    """What the law says to whoever sells electricity on, and whom to call."""

    source: str
    effective_on: date
    calls: list[Call]


def seed(session: Session) -> int:
    """Lay the file's rows into the table, once each: what an administrator set stays. How many were new."""
    known = {tuple(row) for row in session.execute(sa.select(Tariff.region, Tariff.effective_on))}
    new = [one for one in filed() if (one.region, one.effective_on) not in known]
    session.add_all(Tariff(**msgspec.structs.asdict(one), set_at=clock.now()) for one in new)
    session.flush()
    return len(new)


def state(session: Session, facts: Facts, *, by: Me) -> Tariff:
    """A region's tariff, from its day on. What held before stays to be read."""
    by.must_administer()
    if wrong := mistakes(facts):
        raise Mistaken(_("Please look again at the marked fields."), wrong)
    made = Tariff(**msgspec.structs.asdict(facts), set_at=clock.now(), set_by_id=by.id)
    session.add(made)
    session.flush()
    audit.record(session, "tariffs.state", f"tariff/{facts.region}", by=by.id, effective_on=str(facts.effective_on or ""), row=made.id)
    return made


def mistakes(facts: Facts) -> dict[str, Phrase]:
    """What a tariff cannot be, by the fields of its form."""
    wrong: dict[str, Phrase] = {}
    for name, values in (("price", facts.prices), ("peak", facts.peaks), ("valley", facts.valleys)):
        wrong |= {f"{name}_{n}": _("A price such as 0.4883.") for n, value in enumerate(values, 1) if not PRICE.fullmatch(value)}
    if facts.shared_price and not PRICE.fullmatch(facts.shared_price):
        wrong["shared_price"] = _("A price such as 0.4883.")
    if bool(facts.peaks) != bool(facts.valleys):
        wrong["valley_1"] = _("Day and night prices belong together.")
    for name, limits in (("limit_2", facts.limits), ("summer_limit_2", facts.summer_limits)):
        if limits and (len(limits) != 2 or not 0 < limits[0] < limits[1]):
            wrong[name] = _("The second tier ends above the first.")
    if bool(facts.summer_months) != bool(facts.summer_limits):
        wrong["summer_from"] = _("Summer needs its months, from the first to the last, and its limits.")
    return wrong


def place(session: Session, organisation: Organisation, region: str, *, by: Me) -> None:
    """In this organisation's grids, and below, that region's tariff holds."""
    by.must_administer()
    find(session, region)
    session.merge(TariffRegion(organisation_id=organisation.id, region=region, set_at=clock.now(), set_by_id=by.id))
    session.flush()
    audit.record(session, "tariffs.place", f"organisation/{organisation.id}", by=by.id, region=region)


def find(session: Session, region: str, *, on: date | None = None) -> Tariff:
    """The region's newest row that holds on that day."""
    begun = sa.or_(Tariff.effective_on.is_(None), Tariff.effective_on <= (on or clock.today()))
    found = session.scalar(sa.select(Tariff).where(Tariff.region == region, begun).order_by(*NEWEST).limit(1))
    if found is None:
        raise Missing(_("We do not know this region's tariff. Please choose another one, or call 95598."))
    return found


def history(session: Session, region: str) -> Sequence[Tariff]:
    return session.scalars(sa.select(Tariff).where(Tariff.region == region).order_by(*NEWEST)).all()


def regions(session: Session) -> Sequence[str]:
    first = sa.func.min(Tariff.id)
    return session.scalars(sa.select(Tariff.region).group_by(Tariff.region).order_by(first)).all()


def organisations(session: Session) -> list[tuple[Organisation, str]]:
    """All of them, each with the region that was set for it."""
    wanted = sa.select(Organisation, TariffRegion.region).join(TariffRegion, isouter=True).order_by(Organisation.path)
    return [(one, region or "") for one, region in session.execute(wanted)]


def region_of(session: Session, grid: Grid) -> str:
    """What was set for its organisation, or for the nearest one above it; empty where nobody did."""
    path = session.scalar(sa.select(Organisation.path).where(Organisation.id == grid.organisation_id)) or ""
    line = line_to(path)
    rows = sa.select(TariffRegion.organisation_id, TariffRegion.region).where(TariffRegion.organisation_id.in_(line))
    chosen = {row[0]: row[1] for row in session.execute(rows)}
    return next((chosen[key] for key in reversed(line) if key in chosen), "")


@cache
def filed() -> tuple[Facts, ...]:
    return tuple(msgspec.convert(one, Facts) for one in _read()["tariffs"])


@cache
def tenant() -> Tenant:
    return msgspec.convert(_read()["tenant"], Tenant)


def _read() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
