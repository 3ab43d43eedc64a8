"""What tells of electricity where nobody says the word, read once from unsaid.toml."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from tickets.triage.rules import NOBODY, Pattern, compiled

FILE = Path(__file__).with_name("unsaid.toml")
COMPANY = "company"


class Kind(msgspec.Struct, frozen=True):
    id: str
    weight: int
    """Less than nothing where it speaks of another network."""
    any: tuple[Pattern, ...]
    wire: bool = True

    def stands_in(self, words: str) -> bool:
        return any(pattern.search(words) for pattern in self.any)


class Unsaid(msgspec.Struct, frozen=True):
    enough: int
    inside: Pattern
    nobodys: Pattern
    keepers: Pattern
    kinds: tuple[Kind, ...]

    def found(self, words: str) -> tuple[Kind, ...]:
        return tuple(kind for kind in self.kinds if kind.stands_in(words))

    def evidence(self, words: str) -> int:
        """For and against together; each kind counts once, however often it is said."""
        return sum(kind.weight for kind in self.found(words))

    def of_a_wire(self, words: str) -> bool:
        return any(kind.wire and kind.weight > 0 for kind in self.found(words))

    def named(self, words: str) -> bool:
        """Whether somebody is named on whose ground it may be."""
        return bool(self.keepers.search(words))

    def ground(self, words: str) -> str:
        """Whose ground it is where no rule speaks; nobody's where both are named or it has a keeper of its own."""
        if self.nobodys.search(words):
            return NOBODY
        if not self.inside.search(words):
            return "utility"
        company = any(kind.id == COMPANY for kind in self.found(words))
        return NOBODY if company else "property_or_developer"


@cache
def unsaid() -> Unsaid:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    inside, nobodys, keepers = compiled([said["ground"][one] for one in ("inside", "nobodys", "keepers")])
    return Unsaid(
        said["enough"],
        inside,
        nobodys,
        keepers,
        tuple(Kind(one["id"], one["weight"], compiled(one["any"]), one.get("wire", True)) for one in said["kind"]),
    )
