"""The seconds in which what was told can be taken back: its page says it at once, and nothing leaves until they are over."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts.tables import Notice

LEEWAY = timedelta(seconds=2)
"""Who can undo still wins when the answer is on its way."""


def until_it_stands(session: Session, notice: Notice) -> timedelta:
    """How long what was told last may still be taken back, also that another took its place: so long nobody is told of it.

    Look at it with the notice held.
    """
    newest = sa.select(sa.func.max(Notice.undo_until)).where(sa.or_(Notice.id == notice.id, Notice.replaces_id == notice.id))
    until = session.scalar(newest)
    return max(until + LEEWAY - clock.now(), timedelta()) if until else timedelta()


def after(grace: timedelta) -> timedelta:
    """When messages leave of what can be taken back for so long."""
    return grace + LEEWAY if grace else grace
