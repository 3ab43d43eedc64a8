"""A move that only the newcomer told: until a colleague knows that it is so, the door is the former's too, by their heard number."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tickets.households import merging, reaches
from tickets.households.tables import Household, Removal
from tickets.tables import Entry, Ticket

STANDING = Removal.undone_at.is_(None)
UNTOLD = (Removal.by_id.is_(None), Removal.seen_at.is_(None), STANDING)


def former(session: Session, home: Household, contact: str) -> Household | None:
    """Who had this home before somebody claimed it, and was heard with this number there."""
    mark = reaches.mark_of(session, contact)
    formers = (claim.gone_id for claim in _under(session, home.id, *UNTOLD))
    found = next((one for one in formers if reaches.is_theirs(session, mark, merging.family(session, one))), None)
    return session.get_one(Household, found) if found is not None else None


def denied(session: Session, claim: Removal) -> bool:
    """Whether the former was in touch again since, as somebody heard."""
    formers = {one for each in _under(session, claim.came_id, *UNTOLD) for one in merging.family(session, each.gone_id)}
    said = sa.select(Entry.id).join(Entry.ticket).where(Entry.author_id.is_(None), Entry.update_id.is_(None), Entry.at > claim.at)
    heard = said.where(Entry.channel.in_(reaches.VOUCHED), Ticket.household_id.in_(formers))
    return session.scalar(heard.limit(1)) is not None


def lived_there(session: Session, home: Household, other: Household) -> bool:
    """Whether the other left this home to whoever has it now, or to somebody before them."""
    theirs = merging.family(session, other.id)
    return any(move.gone_id in theirs for move in _under(session, home.id, STANDING))


def _under(session: Session, household_id: int, *such: sa.ColumnElement[bool]) -> Iterator[Removal]:
    """How this home changed hands, by such moves without a gap, the newest first."""
    newest = sa.select(Removal).where(*such).order_by(Removal.id.desc()).limit(1)
    move = session.scalar(newest.where(Removal.came_id.in_(merging.family(session, household_id))))
    while move is not None:
        yield move
        earlier = (Removal.id < move.id, Removal.came_id.in_(merging.family(session, move.gone_id)))
        move = session.scalar(newest.where(*earlier))
