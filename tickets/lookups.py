"""Looking for people: by room, telephone number or words. Each look-up is kept, with a mark instead of the number."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grids.staff import Me, digits
from grids.tables import Estate
from tickets import inbox, merging, reaches, written
from tickets.privacy import unmasking
from tickets.tables import Entry, Household, Reach, Ticket


def find(session: Session, words: str, *, by: Me, limit: int = 50) -> Sequence[Ticket]:
    """Their questions, in whatever state, the newest first: of all grids that this colleague sees."""
    words = written.line(words, "q")
    if not words:
        return []
    unmasking.may_search(session, by)
    wanted = inbox.rows().where(Ticket.grid_id.in_(by.seen), _by_contact(session, words) if written.is_phone(words) else _mentions(words))
    found = session.scalars(wanted.order_by(Ticket.id.desc()).limit(limit)).all()
    unmasking.searched(session, by=by, mark=reaches.mark_of(session, words), found=len(found))
    return found


def homes(session: Session, household_id: int) -> Sequence[Household]:
    """Every name under which a household is known."""
    return session.scalars(sa.select(Household).where(Household.id.in_(merging.family(session, household_id)))).all()


def _by_contact(session: Session, words: str) -> sa.ColumnElement[bool]:
    """The whole number by its mark; the room or the building of this number too, since 501 may be either."""
    marked = sa.select(Reach.household_id).where(Reach.mark == reaches.mark_of(session, digits(words)))
    ids = {one for household_id in session.scalars(marked) for one in merging.family(session, household_id)}
    return sa.or_(Ticket.household_id.in_(ids), _mentions(words))


def _mentions(words: str) -> sa.ColumnElement[bool]:
    """In what was said, in the place; of a name the whole, as it lies sealed."""
    return sa.or_(
        Ticket.entries.any(Entry.words.contains(words, autoescape=True)),
        Ticket.building.contains(words, autoescape=True),
        Ticket.household.has(Household.room.contains(words, autoescape=True)),
        Ticket.estate.has(Estate.name.contains(words, autoescape=True)),
    )
