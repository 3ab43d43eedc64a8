"""Hints beside the answer box: words of the trade, stiff sentences, long ones, and what belongs to one household. They never block."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from app.core import nameless
from tickets.wording import personal

FILE = Path(__file__).with_name("plain.toml")
MOST = 4
"""More hints than this nobody reads."""


class Rules(msgspec.Struct, frozen=True):
    longest: int
    jargon: list[tuple[str, str]]
    stiff: list[tuple[str, str]]


class Hint(msgspec.Struct, frozen=True):
    """What stands there and, where there is one, what says it plainly. `kind`: personal, jargon, stiff or long."""

    kind: str
    said: str
    instead: str = ""


@cache
def rules() -> Rules:
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), Rules)


def hints(words: str) -> Sequence[Hint]:
    """The few that matter most, each once: what must not leave the house first."""
    found = {(one.kind, one.said): one for one in [*_personal(words), *_stiff(words), *_jargon(words), *_long(words)]}
    return list(found.values())[:MOST]


def for_the_phone() -> dict[str, Any]:
    """The same rules for the page's script, so that hints come while somebody writes, without signal too."""
    known = rules()
    kinds = [[kind, pattern, str(personal.LABELS[kind])] for kind, pattern in nameless.rules().patterns()]
    return {
        "longest": known.longest,
        "most": MOST,
        "jargon": known.jargon,
        "stiff": known.stiff,
        "personal": kinds,
        "never": nameless.rules().never,
    }


def _personal(words: str) -> Iterator[Hint]:
    yield from (Hint("personal", part.words.strip(), str(part.label)) for part in personal.read(words).taken)


def _stiff(words: str) -> Iterator[Hint]:
    for pattern, plain in rules().stiff:
        yield from (Hint("stiff", found[0], plain) for found in re.finditer(pattern, words))


def _jargon(words: str) -> Iterator[Hint]:
    """The longer word wins: of a term within a term only the whole is told."""
    left = words
    for term, plain in sorted(rules().jargon, key=lambda one: -len(one[0])):
        if term in left:
            left = left.replace(term, " ")
            yield Hint("jargon", term, plain)


def _long(words: str) -> Iterator[Hint]:
    for sentence in re.split("[。！？!?;；\n]", words):
        if len(sentence.strip()) > rules().longest:
            yield Hint("long", f"{sentence.strip()[:12]}…")
