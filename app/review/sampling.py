"""A few answers to read: drawn anew each day, the same ones all day, without persons."""

import random
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.review.counted import PERIOD
from grids.staff.staff import Me
from tickets.tables import Entry, Ticket

DRAWN = 10


class Sample(msgspec.Struct, frozen=True):
    answers: Sequence[Entry]
    of: int
    """Of how many answers that colleagues wrote in the period."""


def today(session: Session, me: Me) -> Sample:
    """Chance chooses, not the supervisor; whoever looks twice a day sees no others."""
    me.must_review()
    told = (Entry.author_id.is_not(None), Entry.update_id.is_(None), Entry.at >= clock.now() - PERIOD)
    ours = (Ticket.grid_id.in_(me.seen), sa.or_(Ticket.entered_by_id.is_(None), Entry.author_id != Ticket.entered_by_id))
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = sa.select(Entry.id).join(Ticket, Entry.ticket_id == Ticket.id).where(*told, *ours, Entry.at < midnight)
    keys = session.scalars(wanted.order_by(Entry.id)).all()
    drawn = random.Random(f"{clock.today()} {me.organisation_id}").sample(keys, min(DRAWN, len(keys)))  # noqa: S311 - nobody gains by guessing
    shown = sa.select(Entry).where(Entry.id.in_(drawn)).order_by(Entry.at.desc(), Entry.id)
    found = session.scalars(shown.options(joinedload(Entry.author), joinedload(Entry.ticket).joinedload(Ticket.grid))).all()
    return Sample(found, len(keys))


def asked(session: Session, sample: Sample) -> dict[int, str]:
    """By answer: what the asker had written last before it."""
    before = sa.orm.aliased(Entry)
    last = sa.select(sa.func.max(before.id)).where(before.ticket_id == Entry.ticket_id, before.author_id.is_(None), before.id < Entry.id)
    pairs = sa.select(Entry.id, last.correlate(Entry).scalar_subquery()).where(Entry.id.in_([one.id for one in sample.answers]))
    of = {answer: question for answer, question in session.execute(pairs) if question}
    words: dict[int, str] = {
        row.id: row.words for row in session.execute(sa.select(Entry.id, Entry.words).where(Entry.id.in_(of.values())))
    }
    return {answer: words[question] for answer, question in of.items()}
