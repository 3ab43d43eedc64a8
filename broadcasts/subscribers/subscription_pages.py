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
from broadcasts.subscribers.tables import Subscriber
from grids import grids
from grids.staff.who import Someone
from grids.tables import Grid
from pwa import devices
from pwa.push import guard, vapid
from pwa.tables import Device

Short = Annotated[str, msgspec.Meta(max_length=200)]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]


class Keys(msgspec.Struct):
    p256dh: Short
    auth: Short


class Wish(msgspec.Struct):
    """PushSubscription.toJSON() and what it is for: a grid's notices, or a colleague's `work`. `old`: the address it had before.

    Without either, or `again`, it is only kept true: each start of the app sends it. Who has left does not come back by that.
    """

    endpoint: Address
    keys: Keys
    grid: Short | None = None
    estate: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] | None = None
    old: Address | None = None
    work: bool = False
    again: bool = False

    @property
    def asks(self) -> bool:
        """Somebody tapped."""
        return self.work or (self.grid is not None and not self.again)


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
    manage = ""
    if data.asks or devices.known(session, data.endpoint, data.old):
        device = devices.enrol(
            session, endpoint=data.endpoint, p256dh=data.keys.p256dh, auth=data.keys.auth, old=data.old,
            sign_in=someone.sign_in if someone else None, work=data.work,
            hosts=guard.hosts(settings.push_hosts), loopback=settings.push_loopback,
        )  # fmt: skip
        one = _hears(session, device, data)
        manage = f"/s/{subscribers.link(one, settings.secret)}" if one else ""
    return Response({"manage": manage}, status_code=201, headers={"cache-control": "no-store"})


@delete("/push/subscriptions", guards=[json_only], status_code=204, sync_to_thread=True, include_in_schema=False)
def unsubscribe(data: JSONBody[Farewell], session: Db) -> None:
    devices.forget(session, data.endpoint)


def _hears(session: Db, device: Device, wish: Wish) -> Subscriber | None:
    """Who hears of this grid by this device, from now on if they ask for it."""
    if not wish.grid:
        return None
    grid = grids.by_code(session, wish.grid)
    if wish.again:
        return subscribers.hearing_of(session, device, grid)
    one = subscribers.of_device(session, device)
    subscriptions.subscribe(session, one, grid=grid, estate=_estate(grid, wish.estate))
    return one


def _estate(grid: Grid, estate_id: int | None) -> Any:
    found = next((estate for estate in grid.estates if estate.id == estate_id), None)
    if estate_id is not None and found is None:
        raise Missing(_("This estate is not in this grid."))
    return found


routes: list[Any] = [key, subscribe, unsubscribe]
