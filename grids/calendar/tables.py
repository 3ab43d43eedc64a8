"""Holidays, and the weekend days worked in exchange."""

from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table


class DayKind(StrEnum):
    holiday = "holiday"
    workday = "workday"


class CalendarDay(Table):
    """A public holiday, or a weekend day that is worked in exchange."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind]
    name: Mapped[str]
    source: Mapped[str]
