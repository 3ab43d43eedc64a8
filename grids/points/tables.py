"""The ways of paying, as an administrator keeps them."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table


class Walk(StrEnum):
    """Whether somebody who pays so must go out."""

    home = "home"
    out = "out"


class PayWay(Table):
    """A way of paying for electricity: how it is done, what it needs, who says so and since when. The lowest `rank` is said first."""

    __tablename__ = "pay_ways"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    rank: Mapped[int]
    name: Mapped[str]
    walk: Mapped[Walk]
    official: Mapped[bool]
    steps: Mapped[str]
    need: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    since: Mapped[date]
    ended_at: Mapped[datetime | None]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
