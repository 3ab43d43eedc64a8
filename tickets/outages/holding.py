"""Which outage a report of no power may belong to: one that holds now, or one that ended so lately that it may be the same."""

import enum
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts import notices
from broadcasts.present import SILENT, present
from broadcasts.tables import Notice, NoticeState
from tickets.answers.tables import AnswerUse
from tickets.outages.tables import Suspicion
from tickets.tables import Entry, Ticket, TicketState

FILE = Path(__file__).with_name("attaching.toml")


class Fit(enum.Enum):
    """What a notice is to who reports no power: none of theirs, an answer, or only a reason to ask whether theirs is back."""

    none = "none"
    answers = "answers"
    asks = "asks"


@cache
def spans() -> tuple[timedelta, timedelta]:
    """So long before an outage was said to begin, and after it was said to be over, a report may be of the same."""
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))["same"]
    return timedelta(minutes=said["minutes_before"]), timedelta(minutes=said["minutes_after"])


def runs(session: Session, notice: Notice) -> bool:
    known = notices.by_number(session, notice.number)
    return known.kind.is_outage and present(known, clock.now()).runs


def fit(notice: Notice, said_at: datetime) -> Fit:
    """Of a report made at this time. The notice is whole, with its updates."""
    if present(notice, clock.now()).runs:
        return Fit.answers
    if notice.state is not NoticeState.restored or notice.ends_at is None or said_at > notice.ends_at + spans()[1]:
        return Fit.none
    return Fit.answers if said_at <= notice.ends_at else Fit.asks


def since(session: Session, notice: Notice) -> datetime:
    """From when on reports may be of this outage; those that led to its notice surely are."""
    first = session.scalar(sa.select(sa.func.min(Suspicion.first_at)).where(Suspicion.notice_id == notice.id))
    before = (notice.starts_at or clock.now()) - spans()[0]
    return min(before, first) if first else before


def free(notice: Notice) -> sa.ColumnElement[bool]:
    """Threads that no other notice of now has: of one that is over those alone that wait for an answer."""
    over = sa.or_(Notice.state != NoticeState.published, Notice.ends_at < clock.now() - SILENT)
    left = sa.and_(Ticket.state == TicketState.open, Ticket.notice_id != notice.id, Ticket.notice_id.in_(sa.select(Notice.id).where(over)))
    return sa.or_(Ticket.notice_id.is_(None), left)


def last_words(session: Session, tickets: Sequence[Ticket]) -> Mapping[int, Entry]:
    """What each asker wrote last."""
    by_itself = sa.exists().where(AnswerUse.entry_id == Entry.id)
    theirs = (Entry.author_id.is_(None), Entry.update_id.is_(None), ~by_itself)
    wanted = sa.select(Entry).where(Entry.ticket_id.in_([one.id for one in tickets]), *theirs).order_by(Entry.id)
    return {one.ticket_id: one for one in session.scalars(wanted)}
