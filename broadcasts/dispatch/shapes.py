"""What a reading is made of."""

from datetime import datetime
from typing import Literal

import msgspec

from app.core.words import Phrase
from broadcasts.dispatch.plain import Span

Field = Literal["kind", "windows", "line", "cause", "estates", "buildings"]
FIELDS: tuple[Field, ...] = ("kind", "windows", "line", "cause", "estates", "buildings")


class Place(msgspec.Struct, frozen=True):
    """An estate of the grid, with its buildings as the grid calls them."""

    estate: str
    buildings: tuple[str, ...] = ()


class Window(msgspec.Struct, frozen=True):
    """Local times, without a zone: dispatch writes what the clock on the wall shows."""

    start: datetime | None
    end: datetime | None


def interval(start: datetime | None, end: datetime | None) -> str:
    """2026-05-08T08:00/2026-05-08T17:00; "?" for an end that is not known."""
    return "/".join(one.isoformat(timespec="minutes") if one else "?" for one in (start, end))


class Doubt(msgspec.Struct, frozen=True):
    """One precise question to the manager. `choices` are answers one may tap: names, or windows as written by `interval`."""

    field: Field
    question: Phrase
    span: Span | None = None
    choices: tuple[str, ...] = ()
    of: str = ""
    """The estate whose buildings are asked about, or the name under which dispatch knows an estate."""
    named: int = 0
    """How many buildings the text names here that were not found."""


class Reading(msgspec.Struct, kw_only=True):
    """One notice found in the text. What is not said stays empty; what is doubtful is named."""

    kind: str | None = None
    windows: list[Window] = []
    line: str | None = None
    cause: str | None = None
    estates: list[str] = []
    buildings: dict[str, list[str]] = {}
    spans: dict[str, list[Span]] = {}
    """For every field that was read: where it stands in the text as it was pasted."""
    doubts: list[Doubt] = []
    text: Span = (0, 0)
    """Which part of the text this notice is."""

    @property
    def unsure(self) -> list[Field]:
        named = {doubt.field for doubt in self.doubts}
        return [field for field in FIELDS if field in named]
