"""What residents see of a grid's places to pay. No account, no cookie, no script needed."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from app.core import clock
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, page, public_page
from app.core.words import Phrase
from app.core.words import phrase as _
from grids import circle, circle_desk, directions, grids, hours, points, sketch
from grids.detour import DETOUR
from grids.tables import Estate, Grid

Asked = Request[Any, Any, Any]
# The needs that residents may tick, in the order of the chips.
NEEDS = ("cash", "paper_bill", "card", "staff", "wheelchair", "24h")


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where from, and what is wanted there, as the page's address says it."""

    estate: Annotated[int, msgspec.Meta(ge=1)] | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    open: bool = False
    slow: bool = False
    need: list[Annotated[str, msgspec.Meta(max_length=20)]] = []

    @property
    def pace(self) -> float:
        return circle.SLOWER_PACE if self.slow else circle.PACE

    @property
    def position(self) -> tuple[float, float] | None:
        return (self.lat, self.lon) if self.lat is not None and self.lon is not None else None

    def without_place(self) -> "Wish":
        return msgspec.structs.replace(self, estate=None, lat=None, lon=None)


class Chip(msgspec.Struct, frozen=True):
    label: Phrase | str
    href: str
    on: bool


@get("/g/{code:str}/pay", sync_to_thread=True, include_in_schema=False)
def pay(request: Asked, code: FromPath[str], session: Db) -> Response[bytes]:
    """The payment circle round an estate, or round where somebody stands: such a page is nobody else's to keep."""
    grid = grids.by_code(session, code)
    try:
        wish = read(Wish, request.query_params)
    except Mistaken:
        return page("residents/pay.html", status=422, **{**_where(grid, Wish()), "unreadable": True})
    estate = _estate(grid, wish)
    home = wish.position or _place(estate)
    context = _where(grid, wish)
    if home:
        context |= _around(session, grid, wish, estate, home)
    context["contact"] = grids.contact(session, grid.id)
    if wish.position:
        return page("residents/pay.html", **context)
    return public_page(request, "residents/pay.html", **context)


def _where(grid: Grid, wish: Wish) -> dict[str, Any]:
    """What the page needs before anybody has said where from."""
    estates = [estate for estate in grid.estates if estate.lat is not None]
    doors = [(estate.name, _address(grid, msgspec.structs.replace(wish.without_place(), estate=estate.id))) for estate in estates]
    bare = _address(grid, wish.without_place())
    return {
        "grid": grid, "doors": doors, "bare": bare, "positioned": f"{bare}{'&' if '?' in bare else '?'}",
        "home": "", "ways": None, "contact": None, "unreadable": False,
    }  # fmt: skip


def _around(session: Db, grid: Grid, wish: Wish, estate: Estate | None, home: tuple[float, float]) -> dict[str, Any]:
    need = [one for one in wish.need if one in points.trade().methods]
    found = circle.anywhere(session, *home, at=clock.now(), pace=wish.pace, need=need)
    shut = [way for way in found if way.open is not True] if wish.open else []
    ways = circle.choices(way for way in found if way not in shut)
    name = estate.name if estate else _("Your position")
    drawn = sketch.draw(session, *home, ways, pace=wish.pace, boundary=grid.boundary, name=str(name))
    return {
        "home": name, "ways": ways, "sketch": drawn, "left_out": len(shut), "chips": _chips(grid, wish), "slow": wish.slow,
        "asked": bool(need or wish.open), "detour": DETOUR,
        "words": _words, "links": directions.links, "when": hours.when,
        "shut": lambda point: f"/g/{grid.code}/points/{point.id}/shut{f'?estate={wish.estate}' if wish.estate else ''}",
    }  # fmt: skip


def _words(way: circle.Way) -> list[Phrase | str]:
    """What a place takes, as residents read it."""
    return [points.method_label(method) for method in way.point.methods]


def _chips(grid: Grid, wish: Wish) -> list[Chip]:
    """Filters as links: each leads to the page as it would be with that one changed."""

    def chip(label: Phrase | str, on: bool, **change: Any) -> Chip:
        return Chip(label, _address(grid, msgspec.structs.replace(wish, **change)), on)

    needs = [
        chip(points.method_label(one), one in wish.need, need=[two for two in NEEDS if (two in wish.need) != (two == one)]) for one in NEEDS
    ]
    return [
        chip(_("Open now"), wish.open, open=not wish.open),
        *needs,
        chip(_("I walk slower"), wish.slow, slow=not wish.slow),
    ]


def _estate(grid: Grid, wish: Wish) -> Estate | None:
    """The estate that was chosen; where there is only one, nobody is asked."""
    placed = [estate for estate in grid.estates if estate.lat is not None]
    chosen = next((estate for estate in placed if estate.id == wish.estate), None)
    return None if wish.position else chosen or (placed[0] if len(placed) == 1 else None)


def _place(estate: Estate | None) -> tuple[float, float] | None:
    return (estate.lat, estate.lon) if estate and estate.lat is not None and estate.lon is not None else None


def _address(grid: Grid, wish: Wish) -> str:
    said = {name: "1" if value is True else value for name, value in msgspec.to_builtins(wish).items()}
    return f"/g/{grid.code}/pay{'?' if said else ''}{urlencode(said, doseq=True)}"


routes: list[Any] = [pay, *circle_desk.routes]
