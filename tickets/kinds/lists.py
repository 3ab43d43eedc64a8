"""Lists that come with a release and that an organisation names anew: what questions are, what specialists are asked about."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from grids.staff import organisations
from tickets.kinds.tables import TicketKind
from tickets.specialists.tables import SpecialistTopic

Listed = TypeVar("Listed", TicketKind, SpecialistTopic)


def lay(session: Session, table: type[Listed], filed: Sequence[msgspec.Struct]) -> int:
    """The file's lines as rows, once each: what staff changed since then stays. How many were new."""
    held = set(session.scalars(sa.select(table.key).where(table.organisation_id.is_(None))))
    rows = [table(organisation_id=None, rank=rank, retired_at=None, **msgspec.structs.asdict(row)) for rank, row in enumerate(filed)]
    new = [row for row in rows if row.key not in held]
    session.add_all(new)
    session.flush()
    return len(new)


def standing(session: Session, table: type[Listed], line: Sequence[int], *, retired: bool = False) -> Sequence[Listed]:
    """In their order; of one key the nearest organisation's row holds."""
    nearest = {row.key: row for row in organisations.holding(session, table, line, clock.today())}
    return sorted((one for one in nearest.values() if retired or one.retired_at is None), key=lambda one: (one.rank, one.key))
