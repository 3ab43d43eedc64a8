"""Which dangers somebody's words report to hold at this moment, each with the words that say so: read from dangers.toml."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from tickets.triage import coming, hurt
from tickets.triage.rules import groups, spelled_out
from tickets.triage.tree import Leaf, stops, tree

SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*")
LONGEST = 60
CARE = "machine"
"""As whom somebody is answered who lies ill at home."""
NOTHING = re.compile(r"(?!)")


class Alarm(msgspec.Struct, frozen=True):
    leaf: str
    any: re.Pattern[str]
    beside: re.Pattern[str] | None
    unless: re.Pattern[str]
    over: re.Pattern[str]


class Heard(msgspec.Struct, frozen=True):
    leaf: str
    said: str
    """The asker's own sentence."""


def heard(words: str, *, dark: bool = False) -> Sequence[Heard]:
    """The gravest first. `dark`: that the power is out is known beside the words."""
    found, left = [], _quiet().sub(_blot, words.translate(_spelled()))
    for one in known():
        here = one.unless.sub(_blot, left)
        match = one.any.search(here)
        if match and (one.beside is None or dark or one.beside.search(coming.without(here))):
            found.append(Heard(one.leaf, _sentence(words, match.start())))
            left = one.over.sub(_blot, left)
    return found


def ahead(words: str) -> Sequence[Heard]:
    """Those that hold once the light goes out on the day to come that is named; none where one holds already."""
    if not coming.named(words) or heard(words):
        return []
    return heard(words, dark=True) or ([Heard(CARE, words[:LONGEST])] if coming.needs_care(words) else [])


def reported(told: Iterable[str], *, dark: bool = False) -> Sequence[Leaf]:
    """What all that was told in a thread reports, the gravest first, each with whom to call first."""
    said = list(told)
    names = {one.leaf for words in said for one in heard(words, dark=dark)}
    return [hurt.first(leaf, said) for name, leaf in tree().leaves.items() if name in names]


@cache
def known() -> Sequence[Alarm]:
    """In their order; what only the five questions lead to is not among them."""
    return [_alarm(name, one) for name, one in stops()["danger"].items() if "any" in one]


def _alarm(name: str, said: dict[str, object]) -> Alarm:
    beside, unless, over = (_pattern(said[part]) if part in said else None for part in ("beside", "unless", "over"))
    return Alarm(name, _pattern("|".join(said["any"])), beside, unless or NOTHING, over or NOTHING)  # type: ignore[arg-type]


def _pattern(said: object) -> re.Pattern[str]:
    return re.compile(spelled_out(str(said), _words()), re.I)


@cache
def _words() -> dict[str, str]:
    return groups(stops()["words"])


@cache
def _spelled() -> dict[int, int]:
    return str.maketrans(stops()["spelled"]["of"], stops()["spelled"]["as"])


@cache
def _quiet() -> re.Pattern[str]:
    """The same words denied, supposed, or told of what was."""
    quiet, danger = stops()["quiet"], "|".join(one.any.pattern for one in known())
    return re.compile(f"(?:{quiet['denied']}|{quiet['asked']})(?:{danger})|(?:{danger})(?:{quiet['told']})", re.I)


def _blot(found: re.Match[str]) -> str:
    """As long as it was, so that every place stays where it is."""
    return "□" * len(found[0])


def _sentence(words: str, at: int) -> str:
    said = next(one for one in SENTENCE.finditer(words) if one.start() <= at < one.end())
    start = max(said.start(), at - LONGEST // 2)
    return words[start : min(said.end(), start + LONGEST)].strip()
