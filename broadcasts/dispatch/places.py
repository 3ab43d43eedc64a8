"""The places in a list as dispatch writes it: names, their buildings, and whether only a part is meant."""

import msgspec

from broadcasts.dispatch import tokens
from broadcasts.dispatch.blocks import Listed
from broadcasts.dispatch.names import Named, is_name, shared
from broadcasts.dispatch.vocabulary import pattern, words
from broadcasts.dispatch.walk import Walk

LONGEST_LIST = 2_000
TIMES = {"relative", "clock", "full", "short", "packed", "monthday", "bad"}


class Places(msgspec.Struct):
    named: list[Named] = []
    homeless: list[Listed] = []
    """Buildings in front of which no name stands."""
    end: int = 0


def read(text: str, lo: int, hi: int, known: tuple[str, ...] = ()) -> Places:
    """The list that begins at `lo`. It ends where something else than places is said."""
    walk = Walk(text, (lo, _until_time(text, lo, min(hi, lo + LONGEST_LIST))), known, lambda a, b: read(text, a, b, known).named)
    walk.go()
    unnamed = [Listed(*one.spans[-1], tuple(one.blocks)) for one in walk.named if one.blocks and _is_spoken_to(one)]
    return Places([one for one in shared(walk.named) if is_name(one.name)], [*walk.homeless, *unnamed], walk.end)


def _is_spoken_to(one: Named) -> bool:
    """小区3栋: of the estate that is spoken to."""
    return len(one.name) < 2 or one.name in words("spoken_to")


def _until_time(text: str, lo: int, hi: int) -> int:
    hi = over.start() if (over := pattern("courtesy").search(text, lo, hi)) else hi
    return min((token.lo for token in tokens.lex(text, lo, hi) if token.kind in TIMES), default=hi)
