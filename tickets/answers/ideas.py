"""Like answers to like questions suggest one card. A job finds them, a person decides; nothing is published by itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock, nameless
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from app.core.words import say
from broadcasts.cards import cards
from broadcasts.cards.tables import CardVersion
from grids.staff.staff import Me
from tickets import answers
from tickets.answers.tables import CardIdea, CardIdeaSource
from tickets.tables import Entry

SHOWN, TITLE, WORDS = 5, 40, 2000


class Idea(msgspec.Struct, frozen=True):
    """What a card could say, without persons, and the answers that say so."""

    idea: CardIdea
    title: str
    words: str
    source: str
    entries: Sequence[Entry]


def open_to(session: Session, me: Me) -> list[Idea]:
    """Those of the own grids that no answer of the book fits meanwhile, the newest first."""
    waits = (CardIdea.settled_at.is_(None), CardIdea.grid_id.in_(me.own))
    rows = session.scalars(sa.select(CardIdea).where(*waits).order_by(CardIdea.id.desc()).limit(SHOWN)).all()
    return [told for row in rows if (told := _told(session, row)) is not None and not _fits(told)]


def beside(session: Session, ticket_id: int, *, for_: Me) -> Idea | None:
    """What an answer of this thread belongs to, where it was given again and again."""
    here = sa.exists().where(CardIdeaSource.idea_id == CardIdea.id, CardIdeaSource.entry_id == Entry.id, Entry.ticket_id == ticket_id)
    waits = (CardIdea.settled_at.is_(None), CardIdea.grid_id.in_(for_.own), here)
    row = session.scalar(sa.select(CardIdea).where(*waits).order_by(CardIdea.id.desc()).limit(1))
    told = _told(session, row) if row is not None else None
    return told if told is not None and not _fits(told) else None


def find(session: Session, idea_id: int, *, for_: Me) -> Idea:
    row = session.get(CardIdea, idea_id, with_for_update=True) if 0 < idea_id < 2**63 else None
    told = _told(session, row) if row is not None and for_.sees(row.grid_id) else None
    if told is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    for_.must_look_after(told.idea.grid_id)
    return told


def write(session: Session, told: Idea, *, by: Me, slug: str, wording: cards.Wording) -> CardVersion:
    """Approved by a person, in that person's words."""
    _must_wait(told.idea)
    made = cards.add(session, by=by, slug=slug, **wording)
    _settle(session, told.idea, by=by, slug=made.slug)
    return made


def let_be(session: Session, told: Idea, *, by: Me) -> None:
    if told.idea.slug:
        _must_wait(told.idea)
    _settle(session, told.idea, by=by, slug="")


def _must_wait(row: CardIdea) -> None:
    if row.settled_at is not None:
        raise Refused(_("These answers were dealt with already. Please look at the page again."))


def _settle(session: Session, row: CardIdea, *, by: Me, slug: str) -> None:
    if row.settled_at is None:
        row.settled_at, row.settled_by_id, row.slug = clock.now(), by.id, slug
        audit.record(session, "card_ideas.settle", f"card-idea/{row.id}", by=by.id, card=slug)
        session.flush()


def _told(session: Session, row: CardIdea) -> Idea | None:
    """Read from the answers themselves: what is erased there stands nowhere else."""
    said = (
        sa.select(Entry)
        .join(CardIdeaSource, CardIdeaSource.entry_id == Entry.id)
        .where(CardIdeaSource.idea_id == row.id, Entry.words != "")
    )
    entries = session.scalars(said.order_by(Entry.id).options(joinedload(Entry.ticket), joinedload(Entry.author))).all()
    if not entries:
        return None
    title = min((one.ticket.subject for one in entries), key=len)
    words = max((one.words for one in entries), key=len)
    who = say(", ").join(dict.fromkeys(one.author.name for one in entries if one.author))
    source = say("Answers of %(who)s", who=who)
    return Idea(row, nameless.words(title)[:TITLE], nameless.words(words)[:WORDS], source[:120], entries)


def _fits(told: Idea) -> bool:
    """What the book sends by itself: there is an answer already."""
    return any(hit.sends_itself for hit in answers.find(told.title))


def since() -> datetime:
    return clock.now() - timedelta(days=30)
