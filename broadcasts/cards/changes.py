"""What one version of a card changed of the one before it, line by line."""

from collections.abc import Iterator
from difflib import SequenceMatcher

import msgspec

from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.cards.tables import CardVersion

FIELDS = {
    "title": _("Title"),
    "summary": _("In one sentence"),
    "words": _("In your words"),
    "source": _("Source"),
    "valid_until": _("Holds until"),
}


class Change(msgspec.Struct, frozen=True):
    """Of one part of the card: what went and what came."""

    name: Phrase
    gone: list[str]
    come: list[str]


def between(before: CardVersion, after: CardVersion) -> list[Change]:
    return [change for field, name in FIELDS.items() for change in _of(name, getattr(before, field), getattr(after, field))]


def _of(name: Phrase, before: object, after: object) -> Iterator[Change]:
    old, new = (str(one or "").split("\n") for one in (before, after))
    old, new = ([line for line in lines if line.strip()] for lines in (old, new))
    for what, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            yield Change(name, old[start:end], new[first:last])
