"""What electricity costs, where, from which day on."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table


class TariffPeriod(StrEnum):
    """Over which time use is added up before its tier is looked up."""

    year = "year"
    month = "month"


class Tariff(Table):
    """What a household's kilowatt-hours cost in a region from one day on, with its source. A change is a new row.

    Without `effective_on` the source does not say since when; a row that does comes before it.
    Prices are kept as written, digit by digit. `limits` are the ends of all tiers but the last, in kWh a period.
    """

    __tablename__ = "tariffs"

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(index=True)
    period: Mapped[TariffPeriod]
    effective_on: Mapped[date | None]
    limits: Mapped[list[int]] = mapped_column(sa.JSON)
    prices: Mapped[list[str]] = mapped_column(sa.JSON)
    peaks: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    valleys: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    summer_months: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    summer_limits: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    people_from: Mapped[int] = mapped_column(default=0)
    people_kwh: Mapped[int] = mapped_column(default=0)
    shared_price: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    checked_on: Mapped[date | None]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class TariffRegion(Table):
    """Whose tariff holds in an organisation's grids, and in those of all below it."""

    __tablename__ = "tariff_regions"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    region: Mapped[str]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
