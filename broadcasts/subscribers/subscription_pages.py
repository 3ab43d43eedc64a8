"""Where a browser leaves its push address, and takes it back."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from app.core.errors import Missing
from app.core.web import Config, Db
from app.core.words import phrase as _
from broadcasts.subscribers import subscribers, subscriptions
from grids import grids
from grids.staff.who import Someone
from grids.tables import Grid
from pwa import devices
from pwa.push import guard, vapid

Short = Annotated[str, msgspec.Meta(max_length=200)]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]


class Keys(msgspec.Struct):
    p256dh: Short
    auth: Short


class Wish(msgspec.Struct):
    """PushSubscription.toJSON() and what it is for: a grid's notices, or a colleague's `work`.

    Without either it is only kept true: each start of the app sends it again.
    """

    endpoint: Address
    keys: Keys
    grid: Short | None = None
    estate: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] | None = None
    old: Address | None = None
    work: bool = False


class Farewell(msgspec.Struct):
    endpoint: Address


def json_only(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """A form of a foreign page can send anything but this."""
    if Request(connection.scope).content_type[0] != "application/json":
        raise HTTPException(status_code=415)


@get("/push/key", sync_to_thread=True, include_in_schema=False)
def key(settings: Config) -> Response[str]:
    """The public key that a browser asks for when it subscribes."""
    said = vapid.opened(settings.vapid_key, subject=settings.contact).public_key
    return Response(said, media_type="text/plain", headers={"cache-control": "public, max-age=300"})


@post("/push/subscriptions", guards=[json_only], sync_to_thread=True, include_in_schema=False)
def subscribe(data: JSONBody[Wish], session: Db, settings: Config, someone: Someone) -> Response[dict[str, str]]:
    device = devices.enrol(
        session, endpoint=data.endpoint, p256dh=data.keys.p256dh, auth=data.keys.auth, old=data.old,
        sign_in=someone.sign_in if someone else None, work=data.work,
        hosts=guard.hosts(settings.push_hosts), loopback=settings.push_loopback,
    )  # fmt: skip
    manage = ""
    if data.grid:
        grid = grids.by_code(session, data.grid)
        one = subscribers.of_device(session, device)
        subscriptions.subscribe(session, one, grid=grid, estate=_estate(grid, data.estate))
        manage = f"/s/{subscribers.link(one, settings.secret)}"
    return Response({"manage": manage}, status_code=201, headers={"cache-control": "no-store"})


@delete("/push/subscriptions", guards=[json_only], status_code=204, sync_to_thread=True, include_in_schema=False)
def unsubscribe(data: JSONBody[Farewell], session: Db) -> None:
    devices.forget(session, data.endpoint)


def _estate(grid: Grid, estate_id: int | None) -> Any:
    found = next((estate for estate in grid.estates if estate.id == estate_id), None)
    if estate_id is not None and found is None:
        raise Missing(_("This estate is not in this grid."))
    return found


routes: list[Any] = [key, subscribe, unsubscribe]
