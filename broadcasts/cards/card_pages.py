"""What residents read of cards: the list of a grid, each card as it reads now and as it read before, its poster."""

from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery

from app.core.errors import Missing
from app.core.settings import Settings
from app.core.web import Config, Db, public_bytes, public_page
from broadcasts.cards import cards, changes, prose, sharing
from broadcasts.cards.tables import CardVersion
from broadcasts.pages import DAY, qr
from grids import grids

Asked = Request[Any, Any, State]


@get("/g/{code:str}/cards", sync_to_thread=True, include_in_schema=False)
def grid_cards(request: Asked, code: FromPath[str], session: Db) -> Response[bytes]:
    found = grids.by_code(session, code)
    return public_page(
        request, "residents/cards.html", grid=found, shelves=cards.by_topic(session), topics=cards.TOPICS, expired=cards.expired
    )


@get("/c/{slug:str}", sync_to_thread=True, include_in_schema=False)
def card(request: Asked, slug: FromPath[str], session: Db, settings: Config, g: FromQuery[str] = "") -> Response[bytes]:
    found = cards.find(session, slug)
    return public_page(request, "residents/card.html", current=found, **_shown(session, found, g, settings))


@get("/c/{slug:str}/versions", sync_to_thread=True, include_in_schema=False)
def card_versions(request: Asked, slug: FromPath[str], session: Db, settings: Config, g: FromQuery[str] = "") -> Response[bytes]:
    """What changed, the newest first."""
    current = cards.find(session, slug)
    found = cards.versions(session, slug)
    steps = [(after, changes.between(before, after)) for after, before in pairwise(found)]
    return public_page(request, "residents/card_versions.html", steps=steps, first=found[-1], **_shown(session, current, g, settings))


@get("/c/{slug:str}/versions/{version:int}", sync_to_thread=True, include_in_schema=False)
def card_version(
    request: Asked, slug: FromPath[str], version: FromPath[int], session: Db, settings: Config, g: FromQuery[str] = ""
) -> Response[bytes]:
    current = cards.find(session, slug)
    found = current if version == current.version else cards.find(session, slug, version=version)
    return public_page(request, "residents/card.html", current=current, **_shown(session, found, g, settings))


@get("/c/{slug:str}/poster", sync_to_thread=True, include_in_schema=False)
def card_poster(request: Asked, slug: FromPath[str], session: Db, settings: Config, g: FromQuery[str] = "") -> Response[bytes]:
    site = urlsplit(settings.base_url).netloc
    return public_page(request, "residents/card_poster.html", site=site, **_shown(session, cards.find(session, slug), g, settings))


@get("/c/{slug:str}/qr.svg", sync_to_thread=True, include_in_schema=False)
def card_qr(request: Asked, slug: FromPath[str], session: Db, settings: Config, g: FromQuery[str] = "") -> Response[bytes]:
    said = _shown(session, cards.find(session, slug), g, settings)
    return public_bytes(request, qr(sharing.address(settings.base_url, said["card"], said["grid"])), "image/svg+xml", age=DAY)


def _shown(session: Db, found: CardVersion, code: str, settings: Settings) -> dict[str, Any]:
    """The card, and whom to ask where one came from a grid's page. An unknown grid is left out: the card is still right."""
    try:
        home = grids.by_code(session, code) if code else None
    except Missing:
        home = None
    contact = grids.contact(session, home.id) if home else None
    return {
        "card": found, "blocks": prose.blocks(found.words), "expired": cards.expired(found), "topic": cards.TOPICS[found.topic],
        "grid": home, "contact": contact, "text": sharing.text(found, home, contact, base_url=settings.base_url),
    }  # fmt: skip


routes: list[Any] = [grid_cards, card, card_versions, card_version, card_poster, card_qr]
