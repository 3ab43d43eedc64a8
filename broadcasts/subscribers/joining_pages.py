"""Where residents say what they want to hear, and show that an address is theirs. No account and no script."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core.errors import Mistaken, TooMany
from app.core.forms import read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, form_again, page, see
from app.core.words import phrase as _
from broadcasts.channels import opened
from broadcasts.kinds import CHANNELS
from broadcasts.pages import push_key
from broadcasts.subscribers import audiences, confirming, subscribers
from broadcasts.subscribers.preference_pages import TOPICS, Code, Preference
from broadcasts.subscribers.tables import ChannelName, Topic
from grids import grids
from grids.tables import Grid

ASK, CONFIRM = "residents/subscribe.html", "residents/subscribe_confirm.html"


ADDRESSES = {
    ChannelName.sms: _("Mobile number"), ChannelName.email: _("E-mail address"), ChannelName.wecom: _("Address of the group's robot"),
    ChannelName.webhook: _("Webhook address"),
}  # fmt: skip


class Wish(Preference, kw_only=True):
    channel: ChannelName
    address: Annotated[str, msgspec.Meta(max_length=500)]
    place: str = ""


@get("/g/{code:str}/subscribe", sync_to_thread=True, include_in_schema=False)
def ask(code: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    grid = grids.by_code(session, code)
    given = {"topics": list(Topic), "quiet_from": ["21"], "quiet_until": ["7"], "place": [""]}
    return page(ASK, form={}, said=given, mistakes={}, reason="", **_asking(session, grid, settings))


@post("/g/{code:str}/subscribe", sync_to_thread=True, include_in_schema=False)
def wish(code: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    grid = grids.by_code(session, code)
    try:
        said = read(Wish, form)
        subscribers.check(said.topics, said.quiet_from, said.quiet_until)
        estate, building = audiences.chosen(session, grid, said.place)
        told = {**said.told(), "estate": estate.id if estate else None, "building": building.id if building else None}
        token = confirming.ask(session, grid, channel=said.channel, address=said.address, wish=told, settings=settings)
    except (Mistaken, TooMany) as error:
        session.rollback()
        grid = grids.by_code(session, code)
        return form_again(ASK, error, form, **_asking(session, grid, settings))
    return see(f"/subscribe/{token}")


@get("/subscribe/{token:str}", sync_to_thread=True, include_in_schema=False)
def confirm(token: FromPath[str], session: Db, code: FromQuery[str] = "") -> Response[bytes]:
    """Opened from a letter the code is filled in; only the tap counts, as mail programs open links by themselves."""
    asked = confirming.find(session, token)
    return page(CONFIRM, asked=asked, token=token, form={"code": code[:20]}, mistakes={}, reason="", channels=CHANNELS)


@post("/subscribe/{token:str}", sync_to_thread=True, include_in_schema=False)
def confirmed(token: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    asked = confirming.find(session, token)
    one = confirming.confirm(session, asked, read(Code, form).code, secret=settings.secret)
    if one is None:
        wrong = Mistaken(_("Please look again at the marked fields."), {"code": _("This is not the code that was sent. Look again.")})
        return form_again(CONFIRM, wrong, form, asked=asked, token=token, channels=CHANNELS)
    return see(f"/s/{subscribers.link(one, settings.secret)}")


def _asking(session: Db, grid: Grid, settings: Settings) -> dict[str, Any]:
    have = opened.every(settings)
    return {
        "grid": grid, "estates": audiences.of_grid(session, grid), "topics": TOPICS, "contact": grids.contact(session, grid.id),
        "channels": {name: words for name, words in CHANNELS.items() if name in have},
        "addresses": [words for name, words in ADDRESSES.items() if name in have],
        "push_key": push_key(settings.vapid_key, settings.contact), "address": f"{settings.base_url}/g/{grid.code}",
    }  # fmt: skip


routes: list[Any] = [ask, wish, confirm, confirmed]
