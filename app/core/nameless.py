"""Words without the persons in them: numbers, addresses of mail, rooms and names are taken out, what was asked stays.

No rule finds every name that somebody may write. So words are also let go of the household, and in the end erased.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec

FILE, RULES = Path(__file__).with_name("nameless.toml"), Path(__file__).with_name("personal.toml")
GAP = "***"
MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
MOBILE = r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
IDENTITY = r"(?<!\d)\d{15,19}(?!\d)|(?<!\d)\d{17}[Xx]"
DIGITS = r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)|(?<!\d)\d{7,}(?!\d)"
PERSONAL = re.compile(f"{MAIL}|{IDENTITY}|{MOBILE}", re.ASCII)
"""What is a person's own and nobody else's: a mobile number, an identity or bank card, a mail box."""
LOCATED = r"(?<![\d-])\d{1,4}-\d{1,2}-\d{3,4}(?![\d-])"


WHOLE = ("id", "phone", "email", "wechat", "plate", "room")
"""Kinds that go out as they stand; of an account and of a name the label before it or the title behind it stays."""


class Kind(msgspec.Struct, frozen=True):
    name: str
    any: list[str]


class Rules(msgspec.Struct, frozen=True):
    """What belongs to one household, however it is used: left out of groups, and of what is read from afar."""

    never: list[str]
    surname: str
    kind: list[Kind]

    def patterns(self) -> Iterator[tuple[str, str]]:
        """Kind and pattern, in the order in which they are tried."""
        for kind in self.kind:
            yield from ((kind.name, one.replace("{surname}", self.surname)) for one in kind.any)


class Signs(msgspec.Struct, frozen=True):
    surnames: list[str]
    before: list[str]
    after: list[str]
    rooms: list[str]


def numbers(words: str) -> str:
    """Without what reaches or identifies one person. What is on every poster (95598, a hall's own line) stays."""
    return PERSONAL.sub(GAP, words)


def words(said: str, known: Iterable[str] = ()) -> str:
    """Without persons, as far as signs show them; `known` are the names and numbers that we know to be theirs."""
    said = _patterns()[1].sub(GAP, said)
    for one in sorted({one for one in known if len(one) >= 2}, key=len, reverse=True):
        said = re.sub(rf"(?<!\d){re.escape(one)}(?!\d)", GAP, said)
    return said


def names(said: str) -> set[str]:
    """Whole names that somebody told as such, so that they are found where they stand without a sign."""
    return set(_patterns()[0].findall(said))


@cache
def rules() -> Rules:
    return msgspec.convert(tomllib.loads(RULES.read_text(encoding="utf-8")), Rules)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Names that are told, and all that is taken out."""
    signs = msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), Signs)
    surname = "|".join(sorted(signs.surnames, key=len, reverse=True))
    before = "|".join(f"(?<={one})" for one in signs.before)
    named = f"(?:{before})(?:{surname})[\u4e00-\u9fff]{{1,2}}"
    addressed = f"(?:{surname})[\u4e00-\u9fff]{{0,2}}(?={'|'.join(signs.after)})"
    shared = [pattern for kind, pattern in rules().patterns() if kind in WHOLE]
    return re.compile(named), re.compile("|".join([MAIL, IDENTITY, MOBILE, DIGITS, LOCATED, *shared, *signs.rooms, named, addressed]))
