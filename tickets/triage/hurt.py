"""Who is hurt or unwell in a danger is helped before all else: the ambulance goes first there, read from dangers.toml."""

import re
from collections.abc import Iterable
from functools import cache

import msgspec

from tickets.triage.tree import Leaf, Twin, stops

AMBULANCE = "120"


def first(leaf: Leaf, told: Iterable[str]) -> Leaf:
    """The leaf as it is to be shown after all that was told in the thread."""
    if leaf.id not in stops()["hurt"]["of"] or not any(_signs().search(words) for words in told):
        return leaf
    call = stops()["hurt"]["call"]
    numbers = (AMBULANCE, *(one for one in leaf.numbers if one != AMBULANCE))
    return msgspec.structs.replace(leaf, numbers=numbers, call=Twin(call["zh"] + leaf.call.zh, f"{call['en']} {leaf.call.en}"))


@cache
def _signs() -> re.Pattern[str]:
    return re.compile("|".join(stops()["hurt"]["any"]), re.I)
