"""The reviewed rules, read once from rules.toml and made ready to look for."""

import re
import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).with_name("rules.toml")
NOBODY = ""
LOOK = "look"
WHO = ("utility", "property_or_developer", "household", "government", LOOK)
# A sign of this weight is a matter of electricity, a lesser one a mention. A wish, and what is said first, tell more than a clause.
STRONG = 3
WISH = 2
Pattern = re.Pattern[str]


class Rule(msgspec.Struct, frozen=True):
    id: str
    responsible: str
    weight: float
    any: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    why: str
    source: str
    wire: bool = True
    """Not where it is about a bill or a price: that has an owner, and no wire."""

    def times(self, words: str) -> int:
        """How often it is said; never where an exception is said too."""
        if any(pattern.search(words) for pattern in self.unless):
            return 0
        return max(sum(1 for _found in pattern.finditer(words)) for pattern in self.any) if self.any else 0


class Sign(msgspec.Struct, frozen=True):
    id: str
    weight: int
    any: tuple[Pattern, ...]


class OtherMatter(msgspec.Struct, frozen=True):
    """What a letter may be about instead."""

    id: str
    any: Pattern
    lists_too: bool


class Question(msgspec.Struct, frozen=True):
    id: str
    when: tuple[Pattern, ...]
    label: str


class Rules(msgspec.Struct, frozen=True):
    reviewed_on: date
    look_alikes: tuple[Pattern, ...]
    signs: tuple[Sign, ...]
    asides: Pattern
    asks: Pattern
    things: Pattern
    other_matters: tuple[OtherMatter, ...]
    rules: tuple[Rule, ...]
    questions: tuple[Question, ...]

    def weight_of(self, clause: str) -> int:
        return max((sign.weight for sign in self.signs if any(pattern.search(clause) for pattern in sign.any)), default=0)

    def is_elsewhere(self, asked: str) -> bool:
        """Whether it is another thing, or asked of another office."""
        return bool(self.things.search(asked)) or any(one.any.search(asked) for one in self.other_matters)

    def other_matter(self, clauses: Sequence[str], *, listed: bool) -> float:
        """How much is said of the other matter that is spoken of most; a wish for it counts for more."""
        asked = [one for one in self.other_matters if one.lists_too or not listed]
        return max((self._said_of(one, clauses) for one in asked), default=0)

    def _said_of(self, one: OtherMatter, clauses: Sequence[str]) -> float:
        about = [clause for clause in clauses if one.any.search(clause)]
        wished = any(self.asks.search(clause) and not self.weight_of(clause) for clause in about)
        return len(about) + (WISH if wished else 0)

    def electricity(self, clauses: Sequence[str], headline: str) -> float:
        """The same for electricity: strong signs count whole, mere mentions a third."""
        weights = [self.weight_of(clause) for clause in clauses]
        wished = any(weight and self.asks.search(clause) for weight, clause in zip(weights, clauses, strict=True))
        return sum(weights) / STRONG + (WISH if wished else 0) + (WISH if self.weight_of(headline) else 0)

    def question_for(self, words: str) -> Question:
        return next(question for question in self.questions if any(pattern.search(words) for pattern in question.when))


@cache
def _said() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def compiled(patterns: Sequence[str]) -> tuple[Pattern, ...]:
    """With the groups of words that are named in them."""
    known = groups(_said()["words"])
    return tuple(re.compile(spelled_out(pattern, known)) for pattern in patterns)


@cache
def rules() -> Rules:
    said, ready = _said(), compiled
    hidden = [*said["look_alikes"]["patterns"], *(one for part in said["employment"] for one in part["patterns"])]
    return Rules(
        reviewed_on=said["reviewed_on"],
        look_alikes=ready(hidden),
        signs=tuple(Sign(sign["id"], sign["weight"], ready(sign["any"])) for sign in said["sign"]),
        asides=ready([f"(?:{'|'.join(said['aside']['patterns'])})"])[0],
        asks=ready([said["elsewhere"]["asks"]])[0],
        things=ready([said["elsewhere"]["things"]])[0],
        other_matters=tuple(OtherMatter(one["id"], ready([one["any"]])[0], one.get("lists_too", False)) for one in said["other_matter"]),
        rules=tuple(_rule(rule) for rule in said["rule"]),
        questions=tuple(Question(one["id"], ready(one["when"]), one["label"]) for one in said["question"]),
    )


def _rule(said: dict[str, Any]) -> Rule:
    if said["responsible"] not in WHO:
        raise ValueError(said["id"])
    found, unless = compiled(said["any"]), compiled(said.get("unless", []))
    return Rule(
        said["id"], said["responsible"], said["weight"], found, unless, said["why"], said["source"], said.get("wire", True)
    )  # fmt: skip


def groups(words: dict[str, str]) -> dict[str, str]:
    """Groups may stand in groups written after them."""
    known: dict[str, str] = {}
    for name, pattern in words.items():
        known[name] = spelled_out(pattern, known)
    return known


def spelled_out(pattern: str, known: dict[str, str]) -> str:
    for name, words in known.items():
        pattern = pattern.replace("{" + name + "}", f"(?:{words})")
    return pattern.replace("…", "[^。！？!?；;]{0,14}").replace("~", "[^。！？!?]{0,60}")
