"""Looking for people: by room, telephone number or words. Each look-up is kept, with a mark instead of the number."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from grids.staff.staff import Me, digits
from grids.tables import Estate
from tickets import inbox, written
from tickets.households import merging, reaches
from tickets.households.tables import Household, Reach
from tickets.privacy import sight, unmasking
from tickets.tables import Entry, Ticket

WHOLE = 11
"""So many digits has a mobile number."""
MOST = 500
"""So many of the newest are looked through from afar."""


def find(session: Session, words: str, *, by: Me, limit: int = 50) -> Sequence[Ticket]:
    """Their questions, in whatever state, the newest first: of all grids that this colleague sees."""
    words = written.line(words, "q")
    if not words:
        return []
    unmasking.may_search(session, by)
    near = by.seen & by.near
    both = [*_near(session, words, near, limit), *_from_afar(session, words, by, by.seen - near, limit)]
    found = sorted(both, key=lambda ticket: -ticket.id)[:limit]
    unmasking.searched(session, by=by, mark=reaches.mark_of(session, words), found=len(found))
    return found


def homes(session: Session, household_id: int) -> Sequence[Household]:
    """Every name under which a household is known."""
    return session.scalars(sa.select(Household).where(Household.id.in_(merging.family(session, household_id)))).all()


def _near(session: Session, words: str, grid_ids: frozenset[int], limit: int) -> Sequence[Ticket]:
    """The whole number by its mark; the room or the building of this number too, since 501 may be either."""
    here = sa.or_(_reached(session, words), _mentions(words)) if written.is_phone(words) else _mentions(words)
    return session.scalars(_newest(grid_ids, here).limit(limit)).all()


def _from_afar(session: Session, words: str, by: Me, grid_ids: frozenset[int], limit: int) -> Sequence[Ticket]:
    """A whole number, or what stands in the words as they are read from afar: nothing is found that may not be read."""
    if written.is_phone(words) and len(digits(words)) == WHOLE:
        return session.scalars(_newest(grid_ids, _reached(session, words)).limit(limit)).all()
    may_be = _newest(grid_ids, _mentions(words)).options(selectinload(Ticket.entries)).limit(MOST)
    return [one for one in session.scalars(may_be) if any(words.casefold() in text.casefold() for text in _read(session, one, by))][:limit]


def _read(session: Session, ticket: Ticket, by: Me) -> list[str]:
    masked = sight.reading(session, ticket, for_=by)
    estate = ticket.estate.name if ticket.estate else ""
    return [estate, sight.building(ticket, for_=by), *(masked(entry.words) for entry in ticket.entries)]


def _newest(grid_ids: frozenset[int], here: sa.ColumnElement[bool]) -> sa.Select[Ticket]:
    return inbox.rows().where(Ticket.grid_id.in_(grid_ids), here).order_by(Ticket.id.desc())


def _reached(session: Session, words: str) -> sa.ColumnElement[bool]:
    marked = sa.select(Reach.household_id).where(Reach.mark == reaches.mark_of(session, digits(words)))
    ids = {one for household_id in session.scalars(marked) for one in merging.family(session, household_id)}
    return Ticket.household_id.in_(ids)


def _mentions(words: str) -> sa.ColumnElement[bool]:
    """In what was said, in the place; of a name the whole, as it lies sealed."""
    return sa.or_(
        Ticket.entries.any(Entry.words.contains(words, autoescape=True)),
        Ticket.building.contains(words, autoescape=True),
        Ticket.household.has(Household.room.contains(words, autoescape=True)),
        Ticket.estate.has(Estate.name.contains(words, autoescape=True)),
    )
