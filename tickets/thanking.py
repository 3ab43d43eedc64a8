"""Thanks: what is said after an answer and asks for nothing. It stays in the thread, and nobody has to answer it."""

import re
import tomllib
from functools import cache
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tickets import pauses
from tickets.tables import Entry, Ticket, TicketState

FILE = Path(__file__).with_name("thanking.toml")
LONGEST = 40


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
    asks: re.Pattern[str]


@cache
def signs() -> Signs:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Signs(
        thanks=_nothing_but(said["thanks"], said["between"]),
        both=_nothing_but([*said["thanks"], *said["assent"]], said["between"]),
        asks=re.compile(said["asks"]),
    )


def ends(session: Session, ticket: Ticket, words: str) -> bool:
    """Whether these words only thank for the answer, or say that it was understood, so that nobody has to answer them.

    A "yes" to what we asked, or while we wait for the customer, is what we waited for.
    """
    if ticket.state is TicketState.open or len(words) > LONGEST or not signs().both.stands_in(words):
        return False
    return signs().thanks.stands_in(words) or not _is_asked(session, ticket)


def _is_asked(session: Session, ticket: Ticket) -> bool:
    if pauses.standing(session, ticket) is not None:
        return True
    theirs = sa.select(Entry.words).where(Entry.ticket_id == ticket.id, Entry.author_id.is_not(None))
    last = session.scalar(theirs.order_by(Entry.id.desc()).limit(1))
    return signs().asks.search(last or "") is not None


def _nothing_but(pieces: list[str], between: str) -> Nothing:
    return Nothing(re.compile("|".join(f"(?:{one})" for one in pieces), re.IGNORECASE), re.compile(between))
