"""Cards: one printable, shareable answer to one question each, in versions that never change once they were published."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NotRequired, TypedDict, Unpack

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from app.core.words import phrase as _
from broadcasts.cards.tables import Card, CardVersion
from grids.staff.staff import Me
from pwa.push.payload import plain

TOPICS = {
    "tariff": _("What electricity costs"),
    "procedures": _("Getting things done"),
    "safety": _("Staying safe"),
    "buying": _("Where to pay"),
    "meter": _("The meter"),
}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 60
MOST = 2**31
"""A database keeps no larger number of a version."""
SHOWN = (joinedload(CardVersion.card).joinedload(Card.owner),)


class Wording(TypedDict):
    """What a card says, where it has it from and until when it holds."""

    topic: str
    title: str
    summary: str
    words: str
    source: str
    valid_until: NotRequired[date | None]


def add(session: Session, *, by: Me, slug: str = "", **said: Unpack[Wording]) -> CardVersion:
    """A new card, published at once. Its address is printed, so the slug stays for good; left empty it is the title's sound."""
    must_write(by)
    wording = written(said)
    card = Card(slug=_address(session, slug, str(wording["title"])), owner_id=by.id)
    session.add(card)
    session.flush()
    return _publish(session, card, by, 1, wording)


def revise(session: Session, current: CardVersion, *, by: Me, after: int | None = None, **said: Unpack[Wording]) -> CardVersion:
    """The next version at the same address. `after` is the version that its writer had before the eyes."""
    must_write(by)
    wording = written(said)
    session.execute(sa.select(Card.id).where(Card.id == current.card_id).with_for_update())
    if all(getattr(current, name) == value for name, value in wording.items()):
        return current
    newest = session.scalar(sa.select(sa.func.max(CardVersion.version)).where(CardVersion.card_id == current.card_id))
    if newest != current.version or after not in (None, newest):
        raise Refused(_("Somebody has published another version meanwhile. Please look at it first, then write yours again."))
    return _publish(session, current.card, by, current.version + 1, wording)


def take_over(session: Session, current: CardVersion, *, by: Me) -> None:
    """From now on this colleague answers for the card."""
    must_write(by)
    if current.card.owner_id != by.id:
        before, current.card.owner_id = current.card.owner_id, by.id
        audit.record(session, "cards.take_over", f"card/{current.slug}", by=by.id, before=before)


def pass_on(session: Session, *, leaver: int, to: int) -> None:
    """Whoever leaves answers for no card any more; the successor does."""
    session.execute(sa.update(Card).where(Card.owner_id == leaver).values(owner_id=to))


def find(session: Session, slug: str, *, version: int | None = None) -> CardVersion:
    """The card as it reads now, or as it read in one of its versions."""
    wanted = _of(slug).where(CardVersion.version == version) if version is not None else _of(slug)
    known = SLUG.fullmatch(slug) and (version or 1) < MOST
    found = session.scalar(wanted.limit(1)) if known else None
    if found is None:
        raise Missing(_("There is no such card. It may have got another name."))
    return found


def versions(session: Session, slug: str) -> Sequence[CardVersion]:
    """All of them, the newest first, with who wrote them."""
    return session.scalars(_of(slug).options(joinedload(CardVersion.by))).all()


def every(session: Session) -> Sequence[CardVersion]:
    """Each card as it reads now."""
    newest = sa.select(sa.func.max(CardVersion.id)).group_by(CardVersion.card_id)
    return session.scalars(sa.select(CardVersion).where(CardVersion.id.in_(newest)).order_by(CardVersion.card_id).options(*SHOWN)).all()


def by_topic(session: Session) -> list[tuple[str, list[CardVersion]]]:
    """Every card, under its topic, in the topics' order."""
    found = every(session)
    shelves = [(topic, [card for card in found if card.topic == topic]) for topic in TOPICS]
    return [(topic, held) for topic, held in shelves if held]


def stale(session: Session, *, owner_id: int) -> list[CardVersion]:
    """The cards of this colleague that hold no longer: to be looked at and published again."""
    return [card for card in every(session) if card.card.owner_id == owner_id and expired(card)]


def expired(card: CardVersion) -> bool:
    return card.valid_until is not None and card.valid_until < clock.today()


def must_write(by: Me) -> None:
    if not (by.own or by.reviews):
        raise Forbidden(_("Only managers and administrators write cards."))


def _of(slug: str) -> sa.Select[CardVersion]:
    wanted = sa.select(CardVersion).join(CardVersion.card).where(Card.slug == slug)
    return wanted.order_by(CardVersion.version.desc()).options(*SHOWN)


def _address(session: Session, slug: str, title: str) -> str:
    """The one wanted, if it is free; else one that sounds like the title."""
    from pypinyin import lazy_pinyin  # 55 MB, which a worker that sends messages does not carry.

    sound = "-".join(re.findall(r"[a-z0-9]+", " ".join(lazy_pinyin(title)).lower()))[: LONGEST_SLUG - 4].strip("-") or "card"
    if slug and (not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG):
        raise _mistaken(slug=_("Small letters, digits and hyphens only."))
    taken = set(session.scalars(sa.select(Card.slug).where(Card.slug.startswith(slug or sound))))
    if slug in taken:
        raise _mistaken(slug=_("A card with this address exists already."))
    return slug or next(one for one in (sound, *(f"{sound}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def written(said: Wording) -> dict[str, object]:
    """As it would be published; raises Mistaken with every reason why it cannot."""
    if said["topic"] not in TOPICS:
        raise _mistaken(topic=_("This is not one of the choices."))
    words: dict[str, object] = {name: plain(str(said[name])) for name in ("title", "summary", "words", "source")}
    if blank := {name: _("Please fill this in.") for name in ("title", "words", "source") if not words[name]}:
        raise _mistaken(**blank)
    return {**words, "topic": said["topic"], "valid_until": said.get("valid_until")}


def _publish(session: Session, card: Card, by: Me, number: int, wording: dict[str, object]) -> CardVersion:
    made = CardVersion(card=card, version=number, published_at=clock.now(), by_id=by.id, **wording)
    session.add(made)
    session.flush()
    audit.record(session, "cards.publish", f"card/{card.slug}", by=by.id, version=number)
    return made


def _mistaken(**mistakes: object) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), mistakes)  # type: ignore[arg-type]
