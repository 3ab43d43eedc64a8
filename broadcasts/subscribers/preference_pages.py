"""Where subscribers change what they hear, and leave. No account and no script."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.core.errors import Missing, Mistaken, TooMany
from app.core.forms import read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, form_again, page, see
from app.core.words import phrase as _
from broadcasts.channels import webhook
from broadcasts.kinds import CHANNELS
from broadcasts.subscribers import audiences, subscribers, subscriptions
from broadcasts.subscribers.tables import ChannelName, Subscriber, Topic
from grids import grids

CODE, MINE = "residents/short_code.html", "residents/subscriber.html"
Hour = Annotated[int, msgspec.Meta(ge=0, le=23)]
TOPICS = {
    Topic.outage: (_("Outages"), _("Planned, sudden, and when the power is back")),
    Topic.payment: (_("Paying and service"), _("Places to pay, opening hours, service news")),
    Topic.safety: (_("Safety and voltage"), _("Storms, floods, unsteady voltage")),
    Topic.knowledge: (_("Good to know"), _("A tip now and then, never at night")),
}


class Preference(msgspec.Struct, kw_only=True):
    topics: list[Topic] = []
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None
    strict: bool = False

    def told(self) -> dict[str, Any]:
        return {
            "topics": self.topics, "quiet_from": self.quiet_from, "quiet_until": self.quiet_until, "outage_breaks": not self.strict,
        }  # fmt: skip


class Where(msgspec.Struct):
    place: str = ""


class Code(msgspec.Struct):
    code: Annotated[str, msgspec.Meta(max_length=20)]


class Sms(Code):
    phone: Annotated[str, msgspec.Meta(max_length=30)]


@get("/s", sync_to_thread=True, include_in_schema=False)
def by_code() -> Response[bytes]:
    """The fixed address that stands in every SMS."""
    return page(CODE, form={}, mistakes={}, reason="")


@post("/s", sync_to_thread=True, include_in_schema=False)
def typed(form: Form, session: Db, settings: Config) -> Response[Any]:
    try:
        said = read(Sms, form)
        one = subscribers.by_short_code(session, said.phone, said.code, secret=settings.secret)
    except (Mistaken, TooMany) as error:
        session.rollback()
        return form_again(CODE, error, form)
    if one is None:
        wrong = Mistaken(_("The number and the code do not belong together. Please look at the newest SMS again."))
        return form_again(CODE, wrong, form)
    return see(f"/s/{subscribers.link(one, settings.secret)}")


@get("/s/{token:str}", sync_to_thread=True, include_in_schema=False)
def mine(token: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    one = subscribers.by_link(session, token)
    given = {"topics": one.topics, "quiet_from": [_text(one.quiet_from)], "quiet_until": [_text(one.quiet_until)]}
    return page(MINE, form={}, said=given, mistakes={}, reason="", **_mine(session, one, token, settings))


@post("/s/{token:str}", sync_to_thread=True, include_in_schema=False)
def prefer(token: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    one = subscribers.by_link(session, token)
    try:
        subscribers.prefer(session, one, **read(Preference, form).told())
    except Mistaken as error:
        session.rollback()
        return form_again(MINE, error, form, **_mine(session, subscribers.by_link(session, token), token, settings))
    return see(f"/s/{token}")


@post("/s/{token:str}/places", sync_to_thread=True, include_in_schema=False)
def add(token: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    """One place more of the same grid: who moved adds the new one and drops the old."""
    one = subscribers.by_link(session, token)
    try:
        grid = grids.get(session, one.subscriptions[0].grid_id)
        estate, building = audiences.chosen(session, grid, read(Where, form).place)
        subscriptions.subscribe(session, one, grid=grid, estate=estate, building=building)
    except (Mistaken, TooMany) as error:
        session.rollback()
        return form_again(MINE, error, form, **_mine(session, subscribers.by_link(session, token), token, settings))
    return see(f"/s/{token}")


@post("/s/{token:str}/places/{subscription_id:int}/dropping", sync_to_thread=True, include_in_schema=False)
def drop(token: FromPath[str], subscription_id: FromPath[int], session: Db) -> Response[Any]:
    """Who drops the last place has left."""
    one = subscribers.by_link(session, token)
    subscriptions.drop(session, one, subscription_id)
    return see(f"/s/{token}") if any(place.id != subscription_id for place in one.subscriptions) else _left(session, one)


@get("/s/{token:str}/leaving", sync_to_thread=True, include_in_schema=False)
def look_before_leaving(token: FromPath[str]) -> Response[Any]:
    """A mail program's link: a look changes nothing."""
    return see(f"/s/{token}")


@post("/s/{token:str}/leaving", sync_to_thread=True, include_in_schema=False)
def leave(token: FromPath[str], session: Db) -> Response[Any]:
    """One tap; also the one click of a mail program (RFC 8058). To leave twice is to have left."""
    try:
        one = subscribers.by_link(session, token)
    except Missing:
        return page("residents/left.html")
    return _left(session, one)


def _left(session: Db, one: Subscriber) -> Response[bytes]:
    code = one.subscriptions[0].grid.code if one.subscriptions else ""
    phone = one.device is not None and one.device.sign_in is None
    subscribers.leave(session, one)
    return page("residents/left.html", code=code, phone=phone)


def _mine(session: Db, one: Subscriber, token: str, settings: Settings) -> dict[str, Any]:
    hook = webhook.shown(settings.secret, one.salt) if one.channel is ChannelName.webhook else ""
    channel = _("This phone") if one.channel is ChannelName.push else CHANNELS[one.channel]
    return {
        "one": one, "token": token, "topics": TOPICS, "channel": channel, "hook": hook,
        "address": subscribers.masked(one), "strict": not one.outage_breaks,
        "estates": audiences.of_grid(session, one.subscriptions[0].grid) if one.subscriptions else [],
    }  # fmt: skip


def _text(hour: int | None) -> str:
    return "" if hour is None else str(hour)


routes: list[Any] = [by_code, typed, mine, prefer, add, drop, look_before_leaving, leave]
