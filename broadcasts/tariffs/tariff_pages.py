"""The calculator: what a household's electricity costs this year or month, and what a tenant should pay. A form, no script."""

from decimal import Decimal
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath

from app.core.errors import Missing, Mistaken
from app.core.web import Db, page, public_page
from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.cards import cards
from broadcasts.tariffs import asked, bill, rent, tariffs, tier_bar
from broadcasts.tariffs.asked import Asked
from broadcasts.tariffs.bill import Tier
from broadcasts.tariffs.tables import Tariff
from grids import grids
from grids.tables import Grid

Request_ = Request[Any, Any, State]
PAGE = "residents/tariff.html"


@get("/tariff", sync_to_thread=True, include_in_schema=False)
def anywhere(request: Request_, session: Db) -> Response[bytes]:
    return _answer(request, session, None)


@get("/g/{code:str}/tariff", sync_to_thread=True, include_in_schema=False)
def of_grid(request: Request_, code: FromPath[str], session: Db) -> Response[bytes]:
    return _answer(request, session, grids.by_code(session, code))


def _answer(request: Request_, session: Db, grid: Grid | None) -> Response[bytes]:
    """The empty form is the same for everybody; what somebody filled in is nobody else's to keep."""
    context = _empty(session, grid)
    mistakes: dict[str, Any] = {}
    try:
        said = asked.of(request.query_params)
    except Mistaken as error:
        said, mistakes = asked.again(request.query_params), dict(error.mistakes)
    tariff = _tariff(session, grid, said, context["regions"])
    context |= {"form": said, "tariff": tariff}
    if tariff is not None:
        context["steps"] = bill.tiers(tariff, month=said.in_month or 1, many=said.many)
        more, wrong = ({}, {}) if mistakes else _reckoned(said, tariff, context["steps"])
        context, mistakes = context | more, mistakes | wrong
    if not request.query_params:
        return public_page(request, PAGE, mistakes=mistakes, **context)
    return page(PAGE, status=422 if mistakes else 200, mistakes=mistakes, **context)


def _empty(session: Db, grid: Grid | None) -> dict[str, Any]:
    """What the page needs before anything was asked."""
    tips = (one for one in cards.every(session) if one.topic == "tariff" and not cards.expired(one))
    return {
        "grid": grid, "regions": tariffs.regions(session), "tariff": None, "bill": None, "year_bill": None, "bar": None, "steps": [],
        "rent": None, "law": tariffs.tenant(), "cents": bill.cents, "card": next(tips, None), "pairs": _pairs, "months": _months(),
        "contact": grids.contact(session, grid.id) if grid else None,
    }  # fmt: skip


def _months() -> list[tuple[int, Phrase]]:
    return [(n, _("month %(n)s", n=n)) for n in range(1, 13)]


def _pairs(names: list[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


def _tariff(session: Db, grid: Grid | None, said: Asked, known: list[str]) -> Tariff | None:
    """Of the region that was chosen, else of the grid's; nobody is told another region's price."""
    region = said.region or (tariffs.region_of(session, grid) if grid else "")
    try:
        return tariffs.find(session, region) if region in known else None
    except Missing:
        return None


def _reckoned(said: Asked, tariff: Tariff, steps: list[Tier]) -> tuple[dict[str, Any], dict[str, Phrase]]:
    """Either part of the page may be mistaken, and the other one right."""
    made: dict[str, Any] = {}
    mistakes: dict[str, Phrase] = {}
    for part in (_household, _tenant):
        try:
            made |= part(said, tariff, steps)
        except Mistaken as error:
            mistakes |= error.mistakes
    return made, mistakes


def _household(said: Asked, tariff: Tariff, steps: list[Tier]) -> dict[str, Any]:
    use = asked.use(said, tariff)
    if use is None:
        return {}
    now = bill.reckon(steps, use.used, before=use.before, valley=use.valley)
    whole = bill.reckon(steps, now.used) if use.before and use.valley is None else None
    return {"bill": now, "year_bill": whole, "bar": tier_bar.draw(steps, now)}


def _tenant(said: Asked, tariff: Tariff, steps: list[Tier]) -> dict[str, Any]:
    tenancy = asked.tenancy(said)
    if tenancy is None:
        return {}
    month = bill.monthly(steps) if tariff.period == "year" else steps
    shared = Decimal(tariff.shared_price) if said.shared and tariff.shared_price else None
    return {"rent": rent.compare(month, tenancy.mine, tenancy.price, flat=tenancy.flat, shared=shared)}


routes: list[Any] = [anywhere, of_grid]
