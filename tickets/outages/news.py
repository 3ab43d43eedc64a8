"""Which updates of a notice are news to those who asked, and who is behind."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from broadcasts.tables import Update, UpdateState
from tickets.tables import Ticket


def latest(session: Session, notice_id: int) -> Update | None:
    """The newest update that is news to who asked."""
    return session.scalar(sa.select(Update).where(Update.notice_id == notice_id, is_news()).order_by(Update.id.desc()).limit(1))


def is_news() -> sa.ColumnElement[bool]:
    """A reminder changes nothing; of a notice that was replaced the threads go on with the new one."""
    return Update.state.not_in((UpdateState.reminder, UpdateState.superseded))


def is_behind(update: Update) -> sa.ColumnElement[bool]:
    return sa.or_(Ticket.told_update_id.is_(None), Ticket.told_update_id < update.id)
