"""What kind of payment point a place is, by the words and codes of the map it comes from. The rules are in kinds.toml."""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from grids.importing.texts import plain


class Kind(msgspec.Struct, frozen=True):
    word: str
    amap: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    osm: tuple[str, ...] = ()
    named: str = ""
    only: str = ""


class Turn(msgspec.Struct, frozen=True):
    """A name that tells more than the type."""

    kind: str
    name: str
    to: str = ""


class Exempt(msgspec.Struct, frozen=True):
    amap: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Rules(msgspec.Struct, frozen=True):
    kind: dict[str, Kind]
    none: Exempt
    turn: tuple[Turn, ...]
    methods: dict[str, tuple[str, ...]]


@cache
def rules() -> Rules:
    return msgspec.convert(tomllib.loads(Path(__file__).with_name("kinds.toml").read_text("utf-8")), Rules)


def read(types: str, name: str) -> str:
    """The kind, or "" for what is no payment point. `types` may hold several: a line or | each, and ; from coarse to fine."""
    known = rules()
    called = next((kind for kind, rule in known.kind.items() if rule.named and re.search(rule.named, name)), "")
    if called:
        return called
    found = {kind for one in _alternatives(types) if (kind := _of_type(one, name))}
    return next((kind for kind in known.kind if kind in found), "")


def methods(text: str) -> list[str]:
    """The ways to pay that a file names; what is no way to pay for electricity is passed over."""
    said = {re.sub(r"[^\w]", "", plain(part)) for part in re.split(r"[;,|/\u3001\uff1b\uff0c]", text)}
    return [method for method, words in rules().methods.items() if said & set(words)]


def _alternatives(types: str) -> list[str]:
    lines = [line.strip() for line in re.split(r"[\n|]", types) if line.strip()]
    if len(lines) > 1 and lines[0] in ("amenity", "shop", "office"):
        return [f"{lines[0]}={lines[1]}"]
    return lines


def _of_type(one: str, name: str) -> str:
    for part in reversed([part.strip() for part in re.split(r"[;\uff1b]", one)]):
        kind = _exactly(part)
        if kind is not None:
            return _turned(kind, name)
    return ""


@lru_cache(4096)
def _exactly(part: str) -> str | None:
    """None where the rules do not know it; "" where they know that it is none of ours."""
    known = rules()
    if re.fullmatch(r"\d{5,6}", part):
        code = part.zfill(6)
        if code.startswith(known.none.amap):
            return ""
        return next((kind for kind, rule in known.kind.items() if rule.amap and code.startswith(rule.amap)), None)
    said = plain(part)
    if said in {plain(word) for word in known.none.words}:
        return ""
    return next(
        (kind for kind, rule in known.kind.items() if part in rule.osm or said in {plain(word) for word in rule.words} or part == kind),
        None,
    )


def _turned(kind: str, name: str) -> str:
    known = rules()
    for turn in known.turn:
        if turn.kind == kind and re.search(turn.name, name):
            return turn.to
    only = known.kind[kind].only if kind else ""
    return kind if not only or re.search(only, name) else ""
