"""Asking in a test takes one line; visits have their day."""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine

from app.core import clock
from tests.cast import Cast
from tickets import conversation
from tickets.tables import Channel, Ticket

Ask = Callable[..., Ticket]
FRIDAY = datetime(2026, 9, 18, 8, 55, tzinfo=clock.SHANGHAI)  # The Sunday after is worked in exchange; 25 to 27 September are holidays.


@pytest.fixture
def ask(town: Cast) -> Ask:
    """李强 of 莲花园 asks: `ask("What costs …?", room="501")`."""

    def said(words: str = "这个月电费怎么高了一百多？", **more: object) -> Ticket:
        asked: dict[str, object] = {"channel": Channel.web, "token": secrets.token_urlsafe(16), **more}
        return conversation.ask(town.session, more.pop("grid", town.lotus), words=words, **{k: v for k, v in asked.items() if k != "grid"})

    return said


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """The tests of visits happen on a Friday morning: `usefixtures("now")`."""
    with time_machine.travel(FRIDAY) as traveller:
        yield traveller


def at(text: str) -> datetime:
    return clock.as_utc(datetime.fromisoformat(f"2026-{text}"))
