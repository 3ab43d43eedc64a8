"""Who else acts when an update of a notice is told: packages above this one, which broadcasts does not know.

The roof registers acts of the shape `act(session, update)` once for a database (app/connecting.py). They are called for every
update of every notice, in the transaction of the act that told it: what they write is kept with the update or not at all.
When they are called the update is flushed, `session.get(Notice, update.notice_id)` is as it is from now on, and the places of
before and of now are both in the table where an area was corrected. The first message of a notice is an update too
(`UpdateState.published`). Slow work is asked for with `jobs.later`, as everywhere.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.core.database import Database
from broadcasts.tables import Update

Hears = Callable[[Session, Update], None]
KEY = "hears of updates"


def register(database: Database, *acts: Hears) -> None:
    """From now on sessions of this database call these acts, in this order, instead of those registered before."""
    database.info[KEY] = acts


def tell(session: Session, update: Update) -> None:
    acts: tuple[Hears, ...] = session.info.get(KEY, ())
    for act in acts:
        act(session, update)
