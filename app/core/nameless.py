"""Words without the persons in them: numbers, addresses of mail, rooms and names are taken out, what was asked stays.

No rule finds every name that somebody may write. So words are also let go of the household, and in the end erased.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec

FILE, RULES = Path(__file__).with_name("nameless.toml"), Path(__file__).with_name("personal.toml")
GAP = "***"
MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
BETWEEN = r"[ .\u00b7/_\u2013\u2014-]?"
MOBILE = (
    rf"(?<!\d)(?:\+?86{BETWEEN})?(?:1[3-9]\d{BETWEEN}\d{{4}}{BETWEEN}\d{{4}}|1[3-9]\d\d{BETWEEN}\d{{4}}{BETWEEN}\d{{3}}"
    r"|1 [3-9](?: \d){9})(?!\d)"
)
IDENTITY = r"(?<!\d)\d{15,19}(?!\d)|(?<!\d)\d{17}[Xx]|(?<!\d)\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?(?!\d)"
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
    hidden: list[str]
    building: str


def numbers(words: str) -> str:
    """Without what reaches or identifies one person. What is on every poster (95598, a hall's own line) stays."""
    return _without(PERSONAL, words)


def words(said: str, known: Iterable[str] = ()) -> str:
    """Without persons, as far as signs show them; `known` are the names and numbers that we know to be theirs."""
    said = _without(_patterns()[1], said)
    for one in sorted({one for one in known if len(one) >= 2}, key=len, reverse=True):
        said = _without(re.compile(rf"(?<!\d){re.escape(_plain(one))}(?!\d)"), said)
    return said


def building(said: str) -> str:
    """What is surely a building's number and nothing more; else nothing."""
    return said if _building().fullmatch(said) else ""


def names(said: str) -> set[str]:
    """Whole names that somebody told as such, so that they are found where they stand without a sign."""
    return set(_patterns()[0].findall(said))


def _without(taken: re.Pattern[str], said: str) -> str:
    """Found however a digit or a letter is drawn; what stays stays as it was written."""
    left, at = [], 0
    for one in taken.finditer(_plain(said)):
        left += [said[at : one.start()], GAP]
        at = one.end()
    return "".join([*left, said[at:]])


def _plain(said: str) -> str:
    """Letter by letter, so that each stands where it stood: ７ and ⑦ are 7, ＠ is @."""
    return said if said.isascii() else "".join(map(_drawn, said))


@cache
def _drawn(letter: str) -> str:
    plain = unicodedata.normalize("NFKC", letter)
    digit = unicodedata.digit(letter, None)
    return str(digit) if digit is not None else plain if len(plain) == 1 and plain.isascii() and plain not in ",:;!?()" else letter


@cache
def rules() -> Rules:
    return msgspec.convert(tomllib.loads(RULES.read_text(encoding="utf-8")), Rules)


@cache
def _signs() -> Signs:
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), Signs)


@cache
def _building() -> re.Pattern[str]:
    return re.compile(_signs().building)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Names that are told, and all that is taken out."""
    signs = _signs()
    surname = "|".join(sorted(signs.surnames, key=len, reverse=True))
    before = "|".join(f"(?<={one})" for one in signs.before)
    named = f"(?:{before})(?:{surname})[\u4e00-\u9fff]{{1,2}}"
    addressed = f"(?:{surname})[\u4e00-\u9fff]{{0,2}}(?={'|'.join(signs.after)})"
    shared = [pattern for kind, pattern in rules().patterns() if kind in WHOLE]
    hidden = [one.replace("{surname}", surname) for one in signs.hidden]
    taken = [MAIL, IDENTITY, MOBILE, DIGITS, LOCATED, *shared, *signs.rooms, *hidden, named, addressed]
    return re.compile(named), re.compile("|".join(taken))
