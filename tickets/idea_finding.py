"""Looks through new answers in colleagues' own words for those that are alike: some at a time, none twice."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from tickets.answers import likeness
from tickets.idea_tables import CardIdea, CardIdeaMark, CardIdeaSource
from tickets.ideas import since
from tickets.tables import AnswerUse, Entry, Ticket

BATCH, POOL = 200, 300
"""So many new answers a run; each beside so many of the same grid, so that a run costs the same however much was ever said."""
ALIKE, ASKED_ALIKE, FEWEST, SHORTEST = 0.5, 0.3, 3, 12
"""How near the answers and the questions must be, how many are a habit, and how long an answer is one."""


def sweep(work: Work) -> None:
    with work.database.reading() as session:
        new, mark = _new(session, _mark(session))
    if not new and mark is None:
        return
    with work.database.writing() as session:
        for grid_id in dict.fromkeys(row.grid_id for row in new):
            look(session, grid_id, {row.id for row in new if row.grid_id == grid_id})
        session.merge(CardIdeaMark(id=1, entry_id=mark))


def look(session: Session, grid_id: int, new: set[int]) -> None:
    """Make an idea of what is alike, or put it to one that is there. What a person let be is not brought up again."""
    pool = _pool(session, grid_id)
    said, asked = likeness.of([row.words for row in pool]), likeness.of([row.subject for row in pool])
    for at, row in enumerate(pool):
        if row.id in new:
            _gather(session, grid_id, [pool[n] for n in _near(at, said, asked)])


def _near(at: int, said: Sequence[Mapping[int, float]], asked: Sequence[Mapping[int, float]]) -> list[int]:
    return [n for n, near in said[at].items() if near >= ALIKE and asked[at].get(n, 0) >= ASKED_ALIKE]


def _gather(session: Session, grid_id: int, alike: Sequence[Any]) -> None:
    keys = [row.id for row in alike]
    known = dict(session.execute(sa.select(CardIdeaSource.entry_id, CardIdeaSource.idea_id).where(CardIdeaSource.entry_id.in_(keys))).all())
    free = [row for row in alike if row.id not in known]
    if known:
        idea_id = min(known.values())
    elif len({row.ticket_id for row in free}) >= FEWEST:
        idea = CardIdea(grid_id=grid_id, at=clock.now(), settled_at=None, settled_by_id=None, slug="")
        session.add(idea)
        session.flush()
        idea_id = idea.id
    else:
        return
    session.add_all(CardIdeaSource(entry_id=row.id, idea_id=idea_id) for row in free)
    session.flush()


def _own_words() -> tuple[sa.ColumnElement[bool], ...]:
    """A colleague's, not a notice's and not the book's, and more than a word or two."""
    of_the_book = sa.exists().where(AnswerUse.entry_id == Entry.id)
    return (
        Entry.author_id.is_not(None),
        Entry.update_id.is_(None),
        sa.func.length(Entry.words) >= SHORTEST,
        Entry.at >= since(),
        ~of_the_book,
    )


def _pool(session: Session, grid_id: int) -> Sequence[Any]:
    """The newest of each thread."""
    rows = sa.select(Entry.id, Entry.ticket_id, Entry.words, Ticket.subject).join(Ticket, Ticket.id == Entry.ticket_id)
    found = session.execute(rows.where(Ticket.grid_id == grid_id, *_own_words()).order_by(Entry.id.desc()).limit(POOL)).all()
    return list({row.ticket_id: row for row in reversed(found)}.values())


def _new(session: Session, mark: int) -> tuple[Sequence[Any], int | None]:
    """What came after the mark, and where the mark goes now; nowhere where nothing came."""
    last = session.scalar(sa.select(sa.func.max(Entry.id)))
    if last is None or last <= mark:
        return [], None
    rows = sa.select(Entry.id, Ticket.grid_id).join(Ticket, Ticket.id == Entry.ticket_id)
    new = session.execute(rows.where(Entry.id > mark, *_own_words()).order_by(Entry.id).limit(BATCH)).all()
    return new, new[-1].id if len(new) == BATCH else last


def _mark(session: Session) -> int:
    return session.scalar(sa.select(CardIdeaMark.entry_id).where(CardIdeaMark.id == 1)) or 0
