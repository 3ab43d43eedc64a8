"""How much may be written in a thread, never per address: a whole estate may share one. See floods.py for a grid's door."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import TooMany
from app.core.words import Phrase
from app.core.words import phrase as _
from tickets.clocks.tables import Acknowledgement
from tickets.tables import Closure, Entry, Ticket
from tickets.wording.tables import AbuseMark

MESSAGES, MESSAGES_WITHIN = 20, timedelta(hours=1)
AFTER_ABUSE = 3
"""So many messages in that time once a colleague marked one as abuse."""
SETTLED = 3
"""So many times an hour an asker settles the same question by a tap."""
IN_DANGER = 4
"""Who tells of a danger gets through so many times as often: more than anybody can mean, less than a machine can send."""
TWICE_WITHIN = timedelta(minutes=10)


def messages(session: Session, ticket: Ticket, *, danger: bool) -> None:
    """Raises TooMany where a thread's asker writes without end, or goes on after abuse."""
    said = sa.select(Entry.at).where(Entry.ticket_id == ticket.id, Entry.author_id.is_(None)).order_by(Entry.id.desc())
    why = _("That is a lot of messages in one hour. Please wait a little, or call.")
    most = MESSAGES * IN_DANGER if danger else MESSAGES
    if not danger and abused(session, ticket):
        most, why = (
            AFTER_ABUSE,
            _("You can write here three times an hour. Please call if it is urgent; what tells of a danger always gets through."),
        )
    slow(session, said, most, MESSAGES_WITHIN, why)


def abused(session: Session, ticket: Ticket) -> bool:
    """Whether a message of this thread is marked as abuse at this moment."""
    marked = sa.select(AbuseMark.id).where(AbuseMark.ticket_id == ticket.id, AbuseMark.undone_at.is_(None))
    return session.scalar(marked.limit(1)) is not None


def settled_too_often(session: Session, ticket: Ticket) -> bool:
    """Whether the asker said within the hour so often that it is over: from now on a person looks before it is settled once more."""
    lately = (Closure.ticket_id == ticket.id, Closure.by_id.is_(None), Closure.at > clock.now() - MESSAGES_WITHIN)
    return (session.scalar(sa.select(sa.func.count()).select_from(Closure).where(*lately)) or 0) >= SETTLED


def just_said(session: Session, ticket: Ticket, author_id: int | None, words: str) -> Entry | None:
    """The thread's last message, if it is this one: a form that was sent twice."""
    last = session.scalar(sa.select(Entry).where(Entry.ticket_id == ticket.id).order_by(Entry.id.desc()).limit(1))
    same = last is not None and last.author_id == author_id and last.words == words and is_recent(last.at)
    return last if same else None


def is_acknowledged(session: Session, ticket: Ticket) -> bool:
    """Whether the asker had a receipt within these minutes."""
    last = session.scalar(sa.select(sa.func.max(Acknowledgement.at)).where(Acknowledgement.ticket_id == ticket.id))
    return last is not None and is_recent(last)


def is_recent(moment: datetime) -> bool:
    return clock.now() - moment < TWICE_WITHIN


def slow(session: Session, moments: sa.Select[datetime], most: int, within: timedelta, why: Phrase) -> None:
    """The most-th newest moment tells all: if it is recent, there have been too many."""
    oldest = session.scalar(moments.offset(most - 1).limit(1))
    if oldest is not None and within >= (wait := oldest + within - clock.now()) > timedelta():
        raise TooMany(why, retry_after=int(wait.total_seconds()) + 1)
