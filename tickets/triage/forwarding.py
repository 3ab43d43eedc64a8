"""The words to forward name the home, where the thread knows it; what is not known stays a blank to write into."""

import re
import tomllib
from functools import cache
from pathlib import Path

import msgspec

from tickets.tables import Ticket

FILE = Path(__file__).with_name("forwarding.toml")


class Home(msgspec.Struct, frozen=True):
    estate: str
    building: str
    room: str


def home(ticket: Ticket) -> Home:
    """Of whoever asks in this thread, which is whole."""
    room = ticket.household.room if ticket.household else ""
    return Home(ticket.estate.name if ticket.estate else "", ticket.building, room)


def filled(words: str, known: Home | None) -> str:
    for name, blank in _blanks().items():
        if said := getattr(known, name, ""):
            words = re.sub(blank["whole"] if re.search(blank["named"], said) else blank["blank"], said.replace("\\", ""), words)
    return words


@cache
def _blanks() -> dict[str, dict[str, str]]:
    """For each part of a home: its blank, how a name looks that stands by itself, and what such a name takes the place of."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
