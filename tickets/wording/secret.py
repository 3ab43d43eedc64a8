"""Numbers that nobody has to tell us and that may do harm in other hands: of identity cards and of bank cards, by their check digits."""

import re
from collections.abc import Iterator

from app.core.words import say
from tickets.wording.personal import WIDE

CARD = re.compile(r"(?<![\d-])\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![\d-])")
IDENTITY = re.compile(r"(?<!\d)\d{6}[ -]?(?:19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[\dXx](?!\d)")
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"


def stands_in(words: str) -> bool:
    return next(_found(words), None) is not None


def hidden(words: str) -> str:
    """The same words without such numbers."""
    for start, end in sorted(_found(words), reverse=True):
        words = words[:start] + say("[number left out]") + words[end:]
    return words


def _found(words: str) -> Iterator[tuple[int, int]]:
    plain = words.translate(WIDE)
    identities = [one.span() for one in IDENTITY.finditer(plain) if _is_identity(_bare(one[0]))]
    yield from identities
    for one in CARD.finditer(plain):
        if one.span() not in identities and _is_card(_bare(one[0])):
            yield one.span()


def _bare(said: str) -> str:
    return re.sub(r"[ -]", "", said).upper()


def _is_identity(said: str) -> bool:
    """GB 11643: the last sign checks the others."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(said[:17], WEIGHTS, strict=True)) % 11] == said[17]


def _is_card(digits: str) -> bool:
    """ISO/IEC 7812, the formula of Luhn."""
    summed = sum(sum(divmod(int(digit) * (1 + index % 2), 10)) for index, digit in enumerate(reversed(digits)))
    return summed % 10 == 0
