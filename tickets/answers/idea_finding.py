"""Looks through new answers in colleagues' own words for those that are alike: some at a time, none twice."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from tickets.answers import likeness
from tickets.answers.ideas import since
from tickets.answers.tables import AnswerUse, CardIdea, CardIdeaMark, CardIdeaSource
from tickets.tables import Entry, Ticket

SPAN, BATCH, POOL = 50_000, 200, 300
"""So many messages are gone through in a run, for so many new answers; each is laid beside those of so many of the grid's newest
threads: a run costs the same however much was ever said, the first one in an old house too."""
ALIKE, ASKED_ALIKE, FEWEST, SHORTEST = 0.5, 0.3, 3, 12
"""How near the answers and the questions must be, how many are a habit, and how long an answer is one."""


def sweep(work: Work) -> None:
    with work.database.reading() as session:
        new, mark = _new(session, _mark(session))
    if not new and mark is None:
        return
    for grid_id in dict.fromkeys(row.grid_id for row in new):
        if work.stopping.is_set():
            return
        with work.database.writing() as session:  # A grid at a time: nobody who writes waits long for it.
            look(session, grid_id, {row.id for row in new if row.grid_id == grid_id})
    with work.database.writing() as session:
        session.merge(CardIdeaMark(id=1, entry_id=mark))


def look(session: Session, grid_id: int, new: set[int]) -> None:
    """Make an idea of what is alike, or put it to one that is there. What a person let be is not brought up again."""
    pool = _pool(session, grid_id, new)
    wanted = [at for at, row in enumerate(pool) if row.id in new]
    said, asked = likeness.of([row.words for row in pool], wanted), likeness.of([row.subject for row in pool], wanted)
    for at in wanted:
        _gather(session, grid_id, [pool[n] for n in _near(said[at], asked[at])])


def _near(said: Mapping[int, float], asked: Mapping[int, float]) -> list[int]:
    return [n for n, near in said.items() if near >= ALIKE and asked.get(n, 0) >= ASKED_ALIKE]


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


def _pool(session: Session, grid_id: int, new: set[int]) -> Sequence[Any]:
    """The newest answer of each of the grid's newest threads, and of those that have a new one."""
    newest = session.scalars(sa.select(Ticket.id).where(Ticket.grid_id == grid_id).order_by(Ticket.asked_at.desc()).limit(POOL)).all()
    theirs = session.scalars(sa.select(Entry.ticket_id).where(Entry.id.in_(new))).all()
    rows = sa.select(Entry.id, Entry.ticket_id, Entry.words, Ticket.subject).join(Ticket, Ticket.id == Entry.ticket_id)
    found = session.execute(rows.where(Entry.ticket_id.in_({*newest, *theirs}), *_own_words())).all()
    return list({row.ticket_id: row for row in sorted(found, key=lambda row: row.id)}.values())


def _new(session: Session, mark: int) -> tuple[Sequence[Any], int | None]:
    """What came after the mark, and where the mark goes now; nowhere where nothing came."""
    last = session.scalar(sa.select(sa.func.max(Entry.id)))
    if last is None or last <= mark:
        return [], None
    rows = sa.select(Entry.id, Ticket.grid_id).join(Ticket, Ticket.id == Entry.ticket_id)
    end = min(mark + SPAN, last)
    new = session.execute(rows.where(Entry.id > mark, Entry.id <= end, *_own_words()).order_by(Entry.id).limit(BATCH)).all()
    return new, new[-1].id if len(new) == BATCH else end


def _mark(session: Session) -> int:
    return session.scalar(sa.select(CardIdeaMark.entry_id).where(CardIdeaMark.id == 1)) or 0
