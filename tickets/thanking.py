"""Thanks: what is said after an answer and asks for nothing. It stays in the thread, and nobody has to answer it."""

import re
import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts import outages
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.clocks import pauses
from tickets.tables import Entry, Ticket, TicketPromise, TicketState

FILE = Path(__file__).with_name("thanking.toml")
LONGEST = 40
LATELY = timedelta(days=2)


class Nothing(msgspec.Struct, frozen=True):
    """Nothing but such pieces, with marks between them."""

    piece: re.Pattern[str]
    between: re.Pattern[str]

    def stands_in(self, words: str) -> bool:
        """Piece by piece and never back: one expression for all would try a stranger's forty letters in every division there is."""
        end = pieces = 0
        while end < len(words):
            found = self.piece.match(words, end)
            mark = found or self.between.match(words, end)
            if mark is None:
                return False
            pieces, end = pieces + (found is not None), mark.end()
        return pieces > 0


class Signs(msgspec.Struct, frozen=True):
    thanks: Nothing
    both: Nothing
    every: Nothing
    gone_again: Nothing
    asks: re.Pattern[str]


@cache
def signs() -> Signs:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Signs(
        thanks=_nothing_but(said["thanks"], said["between"]),
        both=_nothing_but([*said["thanks"], *said["assent"]], said["between"]),
        every=_nothing_but([*said["thanks"], *said["assent"], *said["declining"]], said["between"]),
        gone_again=_nothing_but(said["gone_again"], said["between"]),
        asks=re.compile(said["asks"]),
    )


def ends(session: Session, ticket: Ticket, words: str) -> bool:
    """Whether these words only thank for the answer, or say that it was understood, so that nobody has to answer them.

    A "yes" to what we asked, or while we wait for the customer, is what we waited for.
    """
    if ticket.state is TicketState.open or not is_polite(words):
        return False
    if signs().thanks.stands_in(words):
        return True
    if signs().gone_again.stands_in(words) and _was_dark(session, ticket):
        return False
    return not _is_asked(session, ticket) and (signs().both.stands_in(words) or not _is_awaited(session, ticket))


def is_polite(words: str) -> bool:
    """Whether these words by themselves ask nothing: thanks, a yes, no longer needed."""
    return len(words) <= LONGEST and signs().every.stands_in(words)


def _is_asked(session: Session, ticket: Ticket) -> bool:
    if pauses.standing(session, ticket) is not None:
        return True
    theirs = sa.select(Entry.words).where(Entry.ticket_id == ticket.id, Entry.author_id.is_not(None))
    last = session.scalar(theirs.order_by(Entry.id.desc()).limit(1))
    return signs().asks.search(last or "") is not None


def _was_dark(session: Session, ticket: Ticket) -> bool:
    """Whether they asked about the light, or an outage of their home was lately told to be over."""
    if ticket.dark or ticket.notice_id is not None or ticket.estate_id is None:
        return ticket.dark or ticket.notice_id is not None
    return outages.restored_lately(session, ticket.estate_id, since=clock.now() - LATELY)


def _is_awaited(session: Session, ticket: Ticket) -> bool:
    """Whether somebody is to come, or something is promised: who needs it no longer takes that back."""
    visit = sa.exists().where(Appointment.ticket_id == ticket.id, Appointment.state == AppointmentState.booked)
    promise = sa.exists().where(TicketPromise.ticket_id == ticket.id, TicketPromise.kept_at.is_(None))
    return bool(session.scalar(sa.select(sa.or_(visit, promise))))


def _nothing_but(pieces: list[str], between: str) -> Nothing:
    return Nothing(re.compile("|".join(f"(?:{one})" for one in pieces), re.IGNORECASE), re.compile(between))
