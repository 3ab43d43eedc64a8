"""How many questions a grid's door takes, so that a flood is slowed and nobody else: never per address, as a whole estate may share one.

Whoever writes under a number that somebody heard from them is let in. Of the others what looks the same is slowed first, then who names
neither home nor number. A danger, and who can be found, only where no people could write so much: the tables must not be filled.
"""

import re
import unicodedata
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.words import phrase as _
from broadcasts import limits
from tickets.households import reaches
from tickets.households.tables import Household, Reach
from tickets.kinds.tables import DANGER
from tickets.limits import slow
from tickets.tables import Channel, Ticket

WITHIN = timedelta(minutes=10)
OF_ONE, ALIKE, NAMELESS, ALIKE_IN_DANGER, AT_ALL = 20, 100, 300, 1000, 6000
"""An outage brings hundreds of questions in minutes; so many in one grid are a machine's."""
SIGNS = re.compile(r"[\W\d_]+")


class Asker(msgspec.Struct, frozen=True):
    """What is known of who asks, before anything is kept."""

    grid_id: int
    words: str
    contact: str
    at_home: bool
    """They say in which building they live."""
    danger: bool


def must_let_in(session: Session, one: Asker) -> None:
    """Raises TooMany, with the time to wait."""
    if _is_known(session, one) and limits.left(session, *_theirs(session, one), most=OF_ONE, within=WITHIN):
        return
    alike = _(
        "The same words came very often within minutes. Please say which estate and building you mean; in danger call 95598, 119 for fire."
    )
    if not one.at_home:
        limits.must_be_left(session, *_alike(one), most=ALIKE_IN_DANGER if one.danger else ALIKE, within=WITHIN, why=alike)
    asked = sa.select(Ticket.asked_at).where(Ticket.grid_id == one.grid_id, Ticket.channel == Channel.web)
    if not (one.danger or one.at_home or reaches.identifies(one.contact)):
        _slow(session, asked.where(Ticket.household_id.is_(None), Ticket.kind != DANGER), NAMELESS)
    _slow(session, asked, AT_ALL)


def count(session: Session, one: Asker) -> None:
    """One more of them was let in."""
    limits.note(session, *_alike(one))
    if reaches.identifies(one.contact):
        limits.note(session, *_theirs(session, one))


def _is_known(session: Session, one: Asker) -> bool:
    """Whether somebody of this grid was heard under this number."""
    if not reaches.identifies(one.contact):
        return False
    theirs = sa.select(Reach.id).join(Household, Household.id == Reach.household_id)
    here = (Reach.mark == reaches.mark_of(session, one.contact), Reach.heard_at.is_not(None), Household.grid_id == one.grid_id)
    return session.scalar(theirs.where(*here).limit(1)) is not None


def _alike(one: Asker) -> tuple[str, str]:
    """Words without their numbers and signs: a machine counts them up."""
    return "questions alike", f"{one.grid_id} {SIGNS.sub('', unicodedata.normalize('NFKC', one.words)).casefold()}"


def _theirs(session: Session, one: Asker) -> tuple[str, str]:
    return "questions of a number", f"{one.grid_id} {reaches.mark_of(session, one.contact)}"


def _slow(session: Session, asked: sa.Select[datetime], most: int) -> None:
    """What lies ahead was asked while the machine's clock was wrong."""
    why = _(
        "Very many people are asking at this moment. Please say where you live or leave a number, then it arrives; or try again in a "
        "few minutes. In danger call 95598."
    )
    slow(session, asked.where(Ticket.asked_at <= clock.now()).order_by(Ticket.asked_at.desc()), most, WITHIN, why)
