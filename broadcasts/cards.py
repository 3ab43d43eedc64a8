"""Cards: one printable, shareable answer to one question each."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NotRequired, TypedDict, Unpack

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from app.core.words import phrase as _
from broadcasts.tables import Card
from grids.staff import Me
from pwa.push.payload import plain

TOPICS = {
    "tariff": _("What electricity costs"),
    "procedures": _("Getting things done"),
    "safety": _("Staying safe"),
    "buying": _("Where to pay"),
    "meter": _("The meter"),
}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Wording(TypedDict):
    """What a card says, where it has it from and until when it holds."""

    topic: str
    title: str
    summary: str
    words: str
    source: str
    valid_until: NotRequired[date | None]


def add(session: Session, *, by: Me, slug: str, **said: Unpack[Wording]) -> Card:
    """A new card, published at once. Its address is printed, so the slug stays for good."""
    _may_write(by)
    if not SLUG.fullmatch(slug) or len(slug) > 60:
        raise _mistaken(slug=_("Small letters, digits and hyphens only."))
    if session.scalar(sa.select(Card.id).where(Card.slug == slug)):
        raise Refused(_("A card with this address exists already."))
    card = Card(slug=slug, version=0, owner_id=by.id)
    session.add(card)
    return _write(session, card, by, said)


def publish(session: Session, card: Card, *, by: Me, **said: Unpack[Wording]) -> Card:
    """A new version at the same address."""
    _may_write(by)
    return _write(session, card, by, said)


def find(session: Session, slug: str) -> Card:
    card = session.scalar(sa.select(Card).where(Card.slug == slug)) if SLUG.fullmatch(slug) else None
    if card is None:
        raise Missing(_("There is no such card. It may have got another name."))
    return card


def of_topic(session: Session, topic: str) -> Sequence[Card]:
    return session.scalars(sa.select(Card).where(Card.topic == topic).order_by(Card.title)).all()


def by_topic(session: Session) -> list[tuple[str, list[Card]]]:
    """Every card, under its topic, in the topics' order."""
    found = session.scalars(sa.select(Card).order_by(Card.id)).all()
    shelves = [(topic, [card for card in found if card.topic == topic]) for topic in TOPICS]
    return [(topic, held) for topic, held in shelves if held]


def expired(card: Card) -> bool:
    return card.valid_until is not None and card.valid_until < clock.today()


def _may_write(by: Me) -> None:
    if not (by.own or by.reviews):
        raise Forbidden(_("Only managers and administrators write cards."))


def _write(session: Session, card: Card, by: Me, said: Wording) -> Card:
    if said["topic"] not in TOPICS:
        raise _mistaken(topic=_("This is not one of the choices."))
    card.topic, card.valid_until = said["topic"], said.get("valid_until")
    card.title, card.summary, card.words, card.source = (plain(said[name]) for name in ("title", "summary", "words", "source"))
    blank = {name: _("Please fill this in.") for name in ("title", "words", "source") if not getattr(card, name)}
    if blank:
        raise _mistaken(**blank)
    card.version, card.published_at = card.version + 1, clock.now()
    session.flush()
    audit.record(session, "cards.publish", f"card/{card.slug}", by=by.id, version=card.version)
    return card


def _mistaken(**mistakes: object) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), mistakes)  # type: ignore[arg-type]
