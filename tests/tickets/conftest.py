"""Asking in a test takes one line."""

import secrets
from collections.abc import Callable

import pytest

from tests.cast import Cast
from tickets import conversation
from tickets.tables import Channel, Ticket

Ask = Callable[..., Ticket]


@pytest.fixture
def ask(town: Cast) -> Ask:
    """李强 of 莲花园 asks: `ask("What costs …?", room="501")`."""

    def said(words: str = "这个月电费怎么高了一百多？", **more: object) -> Ticket:
        asked: dict[str, object] = {"channel": Channel.web, "token": secrets.token_urlsafe(16), **more}
        return conversation.ask(town.session, more.pop("grid", town.lotus), words=words, **{k: v for k, v in asked.items() if k != "grid"})

    return said
