"""What kinds of places there are, what is taken where, and what each is called: methods.toml."""

import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path

import msgspec

from app.core.words import Phrase
from app.core.words import phrase as _
from grids.hours import hours
from grids.tables import PaymentPoint


class Method(msgspec.Struct, frozen=True):
    """A way to pay, or a thing that helps to. Whoever asks for `counts_as` is served by it too."""

    label: str
    counts_as: str = ""


class Kind(msgspec.Struct, frozen=True):
    """A kind of place, with what is usually taken there."""

    label: str
    methods: tuple[str, ...]


class Trade(msgspec.Struct, frozen=True):
    methods: dict[str, Method]
    kinds: dict[str, Kind]


@cache
def table() -> Trade:
    """The kinds and methods of methods.toml."""
    return msgspec.convert(tomllib.loads(Path(__file__).with_name("methods.toml").read_text("utf-8")), Trade)


def default_methods(kind: str) -> list[str]:
    """What is usually taken at such a place; nothing is promised for a kind we do not know."""
    known = table().kinds.get(kind)
    return list(known.methods) if known else []


def method_label(method: str) -> Phrase | str:
    known = table().methods.get(method)
    return _(known.label) if known else method


def kind_label(kind: str) -> Phrase | str:
    known = table().kinds.get(kind)
    return _(known.label) if known else kind


def offers(point: PaymentPoint, need: Collection[str]) -> bool:
    """Whether all that is needed is there. What is open day and night need not say so twice."""
    known = table().methods
    there = set(point.methods) | {known[one].counts_as for one in point.methods if one in known}
    if hours.always(point.opening_hours):
        there.add("24h")
    return all(method in there for method in need)
