"""What the screen in the hall shows, one thing at a time: the power, what is coming, one card."""

from collections.abc import Iterator

import msgspec
from sqlalchemy.orm import Session

from app.core import clock
from app.core.words import say
from broadcasts import texts
from broadcasts.cards import cards
from broadcasts.shelf import Shelf, Told
from broadcasts.subscribers import audiences

SECONDS = 8
OUT, COMING, NEWS = 3, 3, 1
"""So many of each at most: who waits for a lift sees the whole loop."""


class Slide(msgspec.Struct, frozen=True):
    """`time` is the part of `words` that is set large. `of` says whose it is; `foot` what was said last, or before."""

    look: str
    icon: str
    of: str
    word: str
    words: str = ""
    time: str = ""
    foot: str = ""
    number: str = ""


def slides(session: Session, shelf: Shelf) -> list[Slide]:
    return [*_power(shelf), *map(_notice, shelf.coming[:COMING]), *map(_notice, shelf.news[:NEWS]), *_card(session)]


def _power(shelf: Shelf) -> Iterator[Slide]:
    """What is out, or that nothing is known to be; what just came back is good news after it."""
    if not any(told.now.runs for told in shelf.out):
        yield Slide("fine", "fine", say("Now"), say("No outage known"), say("If yours is dark, please tell us."))
    yield from map(_notice, shelf.out[:OUT])


def _notice(told: Told) -> Slide:
    notice, now = told.notice, told.now
    place = audiences.short(notice.places)
    if now.state == "published":
        return Slide(now.look, now.icon, now.word, notice.title, texts.news(notice), foot=place, number=notice.number)
    last = now.was or texts.newest(notice)[1] or notice.cause
    return Slide(now.look, now.icon, place, now.word, now.words, now.time, last, notice.number)


def _card(session: Session) -> Iterator[Slide]:
    """Another one each minute, the same for everybody who looks in that minute."""
    found = [card for _topic, held in cards.by_topic(session) for card in held if not cards.expired(card)]
    if found:
        card = found[int(clock.now().timestamp()) // 60 % len(found)]
        yield Slide("card", "lamp", say(cards.TOPICS[card.topic]), card.title, card.summary)
