"""How long a group may wait for an update before it is shown in yellow: patience.toml, which a company replaces by its own."""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from broadcasts.tables import NoticeKind, Update

TABLE = Path(__file__).with_suffix(".toml")


@cache
def table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def due_at(kind: NoticeKind, update: Update) -> datetime:
    """From then on what is not posted yet is late."""
    return update.at + timedelta(minutes=table()["minutes"][kind.value])


def needs_until(kind: NoticeKind, update: Update) -> datetime:
    """Until then Today asks for what is not posted."""
    return update.at + timedelta(hours=table()["hours"][kind.value])


def longest() -> timedelta:
    return timedelta(hours=max(table()["hours"].values()))
