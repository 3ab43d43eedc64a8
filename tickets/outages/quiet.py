"""The hours in which nobody is called about what can wait."""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from app.core import clock

FILE = Path(__file__).with_name("attaching.toml")


def until() -> datetime | None:
    """When calling begins again; None while it is day."""
    now, (evening, morning) = clock.local(clock.now()), _hours()
    if morning <= now.hour < evening:
        return None
    return now.replace(hour=morning, minute=0, second=0, microsecond=0) + timedelta(days=now.hour >= evening)


@cache
def _hours() -> tuple[int, int]:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))["quiet"]
    return said["from_hour"], said["until_hour"]
