"""The web process: all routes under one roof."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ASGIApp

import tickets.answers
from app import answers, connecting, counting, health, revision, routes, signing_in
from app.core import assets, logs, settings, web
from app.core.database import WEB, Database
from app.core.doors import Doors
from app.core.errors import Refused, SignInNeeded
from app.core.settings import Settings
from app.core.turns import Queues, Turns
from broadcasts.sending.openings import Counted
from grids.staff import entrance
from grids.staff.staff import Me


def create() -> ASGIApp:
    """What the server starts: settings from the environment. It serves nothing from a database of another release."""
    chosen = settings.load()
    database = Database(chosen.database_url, longest=WEB)
    try:
        revision.must_be_newest(database)
    except Refused as why:
        sys.exit(str(why))
    return build(chosen, database)


def build(chosen: Settings, database: Database) -> ASGIApp:
    return open_doors(house(chosen.max_body), chosen, database)


def house(max_body: int) -> Litestar:
    """All routes, without what stands behind them: a second's work, which the tests do once."""
    return Litestar(
        route_handlers=[routes.people(), routes.machines()],
        dependencies={
            "session": Provide(web.provide_session),
            "form": Provide(web.provide_form, sync_to_thread=False),
            "settings": Provide(web.provide_settings, sync_to_thread=False),
            "me": Provide(provide_me, sync_to_thread=True),
            "someone": Provide(provide_someone, sync_to_thread=True),
        },
        guards=[web.must_be_a_key],
        exception_handlers=answers.HANDLERS,
        openapi_config=described(),
        middleware=[Turns(max_body=max_body, staff=provide_me)],
        request_max_body_size=max_body,
        lifespan=[counting.writing],
        on_startup=[enough_threads, open_the_book],
        on_shutdown=[close],
        logging_config=None,
    )


def open_doors(litestar: Litestar, chosen: Settings, database: Database) -> ASGIApp:
    """The house with its database and settings, behind its doors."""
    logs.configure(chosen.log_level)
    connecting.connect(database, chosen)
    assets.keep(chosen.home / "assets")
    # SQLite has one writer; PostgreSQL's rows may be held by one while others wait for them.
    queues = Queues(writers=1 if database.is_sqlite else 4)
    litestar.state = State({"database": database, "settings": chosen, "openings": Counted(), "queues": queues})
    return Doors(litestar, base_url=chosen.base_url, counted=health.count)


def close(litestar: Litestar) -> None:
    litestar.state.database.close()


async def enough_threads() -> None:
    """Python's default is four and the cores: too few for pages that wait for the disk."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(32, "page"))


async def open_the_book() -> None:
    """The search builds its index beside the first requests instead of in the first question."""
    asyncio.get_running_loop().run_in_executor(None, tickets.answers.warm)


def described() -> OpenAPIConfig:
    """The OpenAPI document, at /api/v1/openapi.json alone: no page of it loads anything from elsewhere."""
    bearer = SecurityScheme(type="http", scheme="bearer", description="lindian token add NAME --as PHONE")
    return OpenAPIConfig(
        title="Lindian",
        version="1",
        description="Every POST takes an Idempotency-Key. Errors are application/problem+json. Lists go on with `cursor`.",
        path="/api/v1/openapi.json",
        render_plugins=[JsonRenderPlugin(path="/")],
        components=Components(security_schemes={"token": bearer}),
        security=[{"token": []}],
    )


def provide_me(request: Request[Any, Any, State], session: web.Db) -> Me:
    """Who asks: a bearer token under /api, a sign-in's cookie elsewhere. Raises SignInNeeded."""
    if request.url.path.startswith("/api/"):
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        me = entrance.bearer(session, token.strip()) if scheme.lower() == "bearer" else None
    else:
        me = entrance.signed_in(session, request.cookies.get(signing_in.COOKIE, ""))
    if me is None:
        raise SignInNeeded
    return me


def provide_someone(request: Request[Any, Any, State], session: web.Db) -> Me | None:
    """The same where residents come too."""
    return entrance.signed_in(session, request.cookies.get(signing_in.COOKIE, ""))
