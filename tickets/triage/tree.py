"""The five questions: neighbour, stairwell, meter, breaker, and danger first. `step` leads from answer to answer."""

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from app.core import words
from app.core.errors import Missing
from app.core.words import phrase as _

FILE, DANGERS = (Path(__file__).with_name(name) for name in ("tree.toml", "dangers.toml"))
Responsible = Literal["utility", "property_or_developer", "household", "government"]


Place = Literal["line", "riser", "estate", "meter", "submeter", "behind", "home"]


class Twin(msgspec.Struct, frozen=True):
    """Reviewed words in both languages; `str()` gives those of the reader's."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if words.language.get() == "en" else self.zh

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))


class Option(msgspec.Struct, frozen=True):
    id: str
    words: Twin
    next: str
    leaf: str


class Question(msgspec.Struct, frozen=True):
    id: str
    words: Twin
    options: tuple[Option, ...]


class Leaf(msgspec.Struct, frozen=True):
    """Where the questions end: who repairs, what is safe meanwhile, whom to call, what to forward."""

    id: str
    responsible: Responsible
    repairs: Twin
    safe: Twin
    call: Twin
    forward: Twin
    numbers: tuple[str, ...]
    source: str
    reviewed_on: date
    unknown: Twin | None = None
    """Whom to call first, where we do not know their number: how it is found."""
    danger: bool = False
    report: Twin | None = None
    """Of a danger that the five questions know: what stands in the form, for the asker to send."""
    name: Twin | None = None
    """Of a danger: in a few words, for lists."""
    book: str = ""
    """Of a danger: the answer of the book that is sent at once."""
    needs_power: bool = False
    """Of a danger that is one because the light is out: there it is asked whether it is back."""
    no_ringing: bool = False
    """Of a danger in which no telephone is used in the room, nor rung: outside first."""
    pays: bool = False
    """Where it ends once the bill is paid: where to pay stands beside it."""
    place: Place | None = None
    """Where on the way from the pole to the lamp; nothing where the picture would say more than is known."""


class Tree(msgspec.Struct, frozen=True):
    reviewed_on: date
    first: str
    questions: dict[str, Question]
    leaves: dict[str, Leaf]


@cache
def stops() -> dict[str, Any]:
    """All that dangers.toml says: the leaves that stop here, and how each danger is heard (alarms.py, coming.py)."""
    return tomllib.loads(DANGERS.read_text(encoding="utf-8"))


@cache
def tree() -> Tree:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    dangers = {name: _leaf(name, {"danger": True, **one}, stops()["reviewed_on"]) for name, one in stops()["danger"].items()}
    leaves = {name: _leaf(name, one, said["reviewed_on"]) for name, one in said["leaf"].items()}
    return Tree(
        said["reviewed_on"], said["first"], {name: _question(name, one) for name, one in said["question"].items()}, dangers | leaves
    )


def _leaf(name: str, said: dict[str, Any], reviewed_on: date) -> Leaf:
    return msgspec.convert({"id": name, "reviewed_on": reviewed_on, **said}, Leaf)


def _question(name: str, said: dict[str, Any]) -> Question:
    options = tuple(Option(one["id"], Twin(one["zh"], one["en"]), one.get("next", ""), one.get("leaf", "")) for one in said["option"])
    return Question(name, Twin(said["zh"], said["en"]), options)


def step(answers: Sequence[str]) -> Question | Leaf:
    """The next question after these answers, or where they end. Answers are the options' ids, from the first question on."""
    known = tree()
    at: Question | Leaf = known.questions[known.first]
    for answer in answers:
        chosen = next((one for one in at.options if one.id == answer), None) if isinstance(at, Question) else None
        if chosen is None:
            raise Missing(_("These questions changed meanwhile. Please start again."))
        at = known.leaves[chosen.leaf] if chosen.leaf else known.questions[chosen.next]
    return at
