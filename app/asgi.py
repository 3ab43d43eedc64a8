"""The web process: all routes under one roof."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ASGIApp

import broadcasts.api
import broadcasts.cards.card_desk
import broadcasts.cards.card_pages
import broadcasts.composer.paste_desk
import broadcasts.composer.releasing
import broadcasts.desk
import broadcasts.feeds.feed_pages
import broadcasts.notice_pages
import broadcasts.pages
import broadcasts.print.circle_print_pages
import broadcasts.print.print_pages
import broadcasts.promises.occasions_desk
import broadcasts.sending.groups_desk
import broadcasts.sending.sending_desk
import broadcasts.subscribers.preference_pages
import broadcasts.subscribers.subscription_pages
import broadcasts.tariffs.tariff_desk
import broadcasts.tariffs.tariff_pages
import grids.api
import grids.calendar.calendar_desk
import grids.circle.walk_desk
import grids.coverage_desk
import grids.desk
import grids.maps.map_desk
import grids.pages
import grids.points.doubles_desk
import grids.points.pay_way_desk
import grids.points.shut_pages
import grids.points.upkeep_desk
import pwa.pages
import tickets.answers
import tickets.answers.book_desk
import tickets.answers.idea_desk
import tickets.api
import tickets.appointments.appointment_desk
import tickets.appointments.appointment_pages
import tickets.appointments.visit_hours_desk
import tickets.clocks.clock_desk
import tickets.clocks.standards_desk
import tickets.desk
import tickets.field.consult_desk
import tickets.field.outreach_desk
import tickets.households.moving_pages
import tickets.kinds.kinds_desk
import tickets.outages.notice_desk
import tickets.pages
import tickets.photos.photo_pages
import tickets.privacy.privacy_desk
import tickets.privacy.privacy_pages
import tickets.privacy.retention_desk
import tickets.procedures.case_desk
import tickets.procedures.case_pages
import tickets.procedures.procedure_desk
import tickets.specialists.consulting_desk
import tickets.specialists.specialist_desk
import tickets.thread_desk
import tickets.triage.triage_pages
import tickets.wording.words_desk
from app import answers, connecting, counting, health, passing_desk, signing_in, today
from app.core import assets, logs, settings, web
from app.core.database import WEB, Database
from app.core.doors import Doors
from app.core.errors import SignInNeeded
from app.core.settings import Settings
from app.core.turns import READS, Queues, Turns
from app.review import fieldwork
from app.review import pages as review
from broadcasts.sending.openings import Counted
from grids.staff import entrance
from grids.staff.staff import Me

PEOPLE = (
    signing_in,
    today,
    passing_desk,
    review,
    fieldwork,
    grids.pages,
    grids.desk,
    grids.points.shut_pages,
    grids.points.upkeep_desk,
    grids.points.doubles_desk,
    grids.coverage_desk,
    grids.points.pay_way_desk,
    grids.calendar.calendar_desk,
    grids.maps.map_desk,
    grids.circle.walk_desk,
    broadcasts.pages,
    broadcasts.notice_pages,
    broadcasts.promises.occasions_desk,
    broadcasts.desk,
    broadcasts.cards.card_pages,
    broadcasts.cards.card_desk,
    broadcasts.tariffs.tariff_pages,
    broadcasts.tariffs.tariff_desk,
    broadcasts.composer.releasing,
    broadcasts.subscribers.subscription_pages,
    broadcasts.subscribers.preference_pages,
    broadcasts.print.circle_print_pages,
    broadcasts.print.print_pages,
    broadcasts.feeds.feed_pages,
    broadcasts.sending.sending_desk,
    broadcasts.sending.groups_desk,
    broadcasts.composer.paste_desk,
    tickets.pages,
    tickets.photos.photo_pages,
    tickets.desk,
    tickets.answers.idea_desk,
    tickets.households.moving_pages,
    tickets.thread_desk,
    tickets.triage.triage_pages,
    tickets.wording.words_desk,
    tickets.outages.notice_desk,
    tickets.kinds.kinds_desk,
    tickets.clocks.clock_desk,
    tickets.clocks.standards_desk,
    tickets.answers.book_desk,
    tickets.field.consult_desk,
    tickets.field.outreach_desk,
    tickets.specialists.consulting_desk,
    tickets.specialists.specialist_desk,
    tickets.appointments.appointment_pages,
    tickets.appointments.appointment_desk,
    tickets.appointments.visit_hours_desk,
    tickets.privacy.privacy_pages,
    tickets.privacy.privacy_desk,
    tickets.privacy.retention_desk,
    tickets.procedures.case_pages,
    tickets.procedures.case_desk,
    tickets.procedures.procedure_desk,
    pwa.pages,
    health,
)
MACHINES = (grids.api, broadcasts.api, tickets.api)


def create() -> ASGIApp:
    """What the server starts: settings from the environment."""
    return build(settings.load())


def build(chosen: Settings, database: Database | None = None) -> ASGIApp:
    return open_doors(house(chosen.max_body), chosen, database or Database(chosen.database_url, longest=WEB))


def house(max_body: int) -> Litestar:
    """All routes, without what stands behind them: a second's work, which the tests do once."""
    return Litestar(
        route_handlers=[people(), machines()],
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


def people() -> Router:
    """In a router of their own: two handlers of one address given to the app one by one are wrapped for the thread twice."""
    return Router("/", route_handlers=[route for module in PEOPLE for route in module.routes])


def machines() -> Router:
    routes = [route for module in MACHINES for route in module.routes]
    return Router("/api/v1", route_handlers=routes, tags=["v1"], before_request=json_only)


async def json_only(request: Request[Any, Any, State]) -> None:
    """A form of another site cannot claim to be JSON without asking first."""
    if request.method not in READS and request.content_type[0] != "application/json":
        raise HTTPException(status_code=415)


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
