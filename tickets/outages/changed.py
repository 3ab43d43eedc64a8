"""A notice moved after a colleague had looked at the thread: what was written before may promise what holds no more.

It is held, with its words, until that was read. In a danger the words go first.
"""

from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Refused
from app.core.words import phrase as _
from broadcasts import notices
from broadcasts.area_tables import LeftOut
from broadcasts.present import present
from broadcasts.tables import Notice, Place, Update, UpdateState
from tickets import unread
from tickets.kinds.tables import DANGER
from tickets.outages import signs
from tickets.tables import Entry, Ticket

MOVES = (UpdateState.new_time, UpdateState.corrected, UpdateState.cancelled, UpdateState.restored, UpdateState.superseded)


class Changed(unread.Unread):
    """The notice says something else than it did when this colleague looked."""

    def __init__(self, notice: Notice) -> None:
        now = present(notice, clock.now())
        said = {"number": notice.number, "word": " ".join(part for part in (now.word, now.time) if part)}
        Refused.__init__(
            self, _("Notice %(number)s says now: %(word)s. Your answer was not sent: please look whether it is still true.", **said)
        )


def must_be_known(session: Session, ticket: Ticket, words: str, seen: unread.Mark, *, by_id: int) -> None:
    """Who moved it knows it. Raises Changed."""
    if ticket.kind == DANGER:
        return
    wide = ticket.dark or signs.speaks_of_outage(ticket.subject) or signs.speaks_of_outage(words)
    since = _moves(ticket, near=wide).where(Update.id > seen.update, Update.by_id != by_id)
    number = session.scalar(since.with_only_columns(Notice.number).order_by(Update.id.desc()).limit(1))
    if number is not None:
        raise Changed(notices.by_number(session, number))


def looked_at(session: Session, ticket: Ticket) -> unread.Mark:
    """How far whoever sees the thread's page has read: its lines, and what the notices say that may concern it."""
    return _with(session, unread.shown(ticket), _moves(ticket, near=True))


def known_at(session: Session, ticket: Ticket, made: datetime | None) -> unread.Mark:
    """The same of a page that stood there at that moment; nothing where none is known."""
    return _with(session, unread.at(session, ticket, made), _moves(ticket, near=True).where(Update.at <= made)) if made else unread.NOTHING


def _with(session: Session, read: unread.Mark, moves: sa.Select[Update]) -> unread.Mark:
    return msgspec.structs.replace(read, update=session.scalar(moves.with_only_columns(sa.func.max(Update.id))) or 0)


def _moves(ticket: Ticket, *, near: bool) -> sa.Select[Update]:
    """Of the thread's own notices; `near`: of each that touches or touched its estate too."""
    told = sa.select(Update.notice_id).join(Entry, Entry.update_id == Update.id).where(Entry.ticket_id == ticket.id)
    about = [Update.notice_id == ticket.notice_id, Update.notice_id.in_(told)]
    if near and ticket.estate_id is not None:
        left = sa.select(Update.notice_id).join(LeftOut, LeftOut.update_id == Update.id).where(LeftOut.estate_id == ticket.estate_id)
        there = sa.select(Place.notice_id).where(Place.estate_id == ticket.estate_id)
        about += [Update.notice_id.in_(left), Update.notice_id.in_(there)]
    moved = sa.select(Update).join(Notice, Notice.id == Update.notice_id)
    return moved.where(sa.or_(*about), Update.state.in_(MOVES), Notice.exercise.is_(False))
