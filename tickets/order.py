"""The order of the lists of questions, and the keys at their beginning: of each grid its first ones, by their index.

Asked for all grids at once, SQLite would look at every thread of theirs.
"""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tickets.tables import Ticket, TicketState

LONGEST_UNION = 400
"""SQLite takes no more parts than 500."""


def columns(state: TicketState, *, unfinished: bool = False) -> tuple[str, ...]:
    """What waits by its time, what is to be done by the time for that, anything else the newest first."""
    if unfinished:
        return "completion_due_at", "id"
    return ("due_at", "id") if state is TicketState.open else ("-id",)


def by(names: Sequence[str], of: Any = Ticket) -> list[Any]:
    return [getattr(of, name[1:]).desc() if name.startswith("-") else getattr(of, name) for name in names]


def can_be_lateral(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def first(
    grid_ids: Collection[int],
    state: TicketState,
    limit: int,
    *,
    conditions: Sequence[sa.ColumnElement[bool]] = (),
    unfinished: bool = False,
    lateral: bool = False,
) -> sa.Select[int]:
    """So many keys from the beginning of one list. `lateral`: as PostgreSQL can say it, in few words for many grids."""
    names = columns(state, unfinished=unfinished)
    wanted = sa.select(*(getattr(Ticket, name.lstrip("-")) for name in names)).where(Ticket.state == state, *conditions)
    wanted = wanted.order_by(*by(names)).limit(limit)
    if lateral and len(grid_ids) > 1:
        grid = sa.func.unnest(sa.literal(sorted(grid_ids), sa.ARRAY(sa.BigInteger))).table_valued("id").render_derived(name="grid")
        its = wanted.where(Ticket.grid_id == grid.c.id).lateral()
        return sa.select(its.c.id).select_from(grid).join(its, sa.true()).order_by(*by(names, its.c)).limit(limit)
    if not 1 < len(grid_ids) <= LONGEST_UNION:
        return wanted.where(Ticket.grid_id.in_(grid_ids)).with_only_columns(Ticket.id)
    each = [wanted.where(Ticket.grid_id == grid_id).subquery() for grid_id in sorted(grid_ids)]
    every = sa.union_all(*(sa.select(*one.c) for one in each)).subquery()
    return sa.select(every.c.id).order_by(*by(names, every.c)).limit(limit)
