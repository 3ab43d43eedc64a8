"""Rules and lists that come with a release as a file of lines, read once."""

import csv
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

Line = TypeVar("Line", bound=msgspec.Struct)


@cache
def lines(file: Path, shape: type[Line]) -> tuple[Line, ...]:
    """What each line says."""
    with file.open(encoding="utf-8", newline="") as opened:
        return tuple(msgspec.convert(row, shape, strict=False) for row in csv.DictReader(opened))
