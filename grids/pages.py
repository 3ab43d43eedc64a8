"""What residents see of a grid's places to pay. No account, no cookie, no script needed."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from app.core import clock
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Config, Db, page, public_page
from app.core.words import Phrase, moment
from app.core.words import phrase as _
from grids import grids
from grids.calendar import calendar
from grids.circle import circle, circle_desk, circle_sheet, directions, sketch, starting, walked
from grids.circle.detour import DETOUR
from grids.circle.starting import Start
from grids.hours import hours
from grids.points import pay_ways, sightings, trade
from grids.reaching import gates
from grids.tables import Estate, Grid

Asked = Request[Any, Any, Any]
# The needs that residents may tick, in the order of the chips.
NEEDS = ("cash", "paper_bill", "card", "staff", "wheelchair", "24h")

SHOWN, MOST = 6, 99


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where from, and what is wanted there, as the page's address says it."""

    estate: Annotated[int, msgspec.Meta(ge=1)] | None = None
    building: Annotated[int, msgspec.Meta(ge=1)] | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    open: bool = False
    slow: bool = False
    at: datetime | None = None
    need: list[Annotated[str, msgspec.Meta(max_length=20)]] = []

    @property
    def pace(self) -> float:
        return circle.SLOWER_PACE if self.slow else circle.PACE

    @property
    def position(self) -> tuple[float, float] | None:
        return (self.lat, self.lon) if self.lat is not None and self.lon is not None else None

    def without_place(self) -> "Wish":
        return msgspec.structs.replace(self, estate=None, building=None, lat=None, lon=None)

    @property
    def written(self) -> str:
        """The moment as the browser's field has it."""
        return f"{clock.local(self.at):%Y-%m-%dT%H:%M}" if self.at else ""

    @property
    def moment(self) -> datetime:
        return self.at or clock.now()


class Chip(msgspec.Struct, frozen=True):
    label: Phrase | str
    href: str
    on: bool


@get("/g/{code:str}/pay", sync_to_thread=True, include_in_schema=False)
def pay(request: Asked, code: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    """The payment circle round a home, or round where somebody stands: such a page is nobody else's to keep."""
    grid = grids.by_code(session, code)
    contact = grids.contact(session, grid.id)
    try:
        wish = read(Wish, request.query_params)
        calendar.must_be_near(wish.moment)
    except Mistaken as error:
        return page("residents/pay.html", status=422, **{**_where(grid, Wish()), "unreadable": error.mistakes, "contact": contact})
    context = _where(grid, wish) | {"contact": contact, "pay_ways": pay_ways.standing(session)}
    start = _start(session, grid, wish)
    if start:
        context |= _around(session, grid, wish, start)
        if start.estate:
            sheet = circle_sheet.of_estate(session, grid, start.estate)
            context |= {"told": circle_sheet.text(sheet, contact, base_url=settings.base_url), "poster": sheet.poster}
    if wish.position:
        return page("residents/pay.html", **context)
    return public_page(request, "residents/pay.html", **context)


def _start(session: Db, grid: Grid, wish: Wish) -> Start | None:
    if wish.position:
        return starting.spot(session, *wish.position)
    estate = _estate(grid, wish)
    return starting.of_estate(session, estate, wish.building) if estate else None


def _where(grid: Grid, wish: Wish) -> dict[str, Any]:
    """What the page needs before anybody has said where from."""
    estates = [estate for estate in grid.estates if estate.lat is not None]
    doors = [(estate.name, _address(grid, msgspec.structs.replace(wish.without_place(), estate=estate.id))) for estate in estates]
    bare = _address(grid, wish.without_place())
    return {
        "grid": grid, "doors": doors, "bare": bare, "positioned": f"{bare}{'&' if '?' in bare else '?'}",
        "home": "", "ways": None, "contact": None, "unreadable": {}, "pay_ways": [], "told": "",
    }  # fmt: skip


def _around(session: Db, grid: Grid, wish: Wish, start: Start) -> dict[str, Any]:
    need = [one for one in wish.need if one in trade.table().methods]
    ways = start.for_everybody(session, _ways(session, wish, start, need, open_only=wish.open))
    drawn = sketch.draw(
        session, start.lat, start.lon, ways, pace=wish.pace, boundary=grid.boundary, name=str(start.name),
        outline=walked.outline(session, start.home, slower=wish.slow) if start.home else [],
        gates=gates.of_estates(session, [start.estate.id]) if start.estate else [],
    )  # fmt: skip
    return {
        "home": start.name, "ways": ways, "sketch": drawn, "chips": _chips(grid, wish), "slow": wish.slow,
        "left_out": _left_out(session, wish, start, need), "kept": sightings.last_told(session, [way.point.id for way in ways]),
        "asked": bool(need or wish.open), "detour": DETOUR, "at": wish.at, "moments": _moments(grid, wish), "wish": wish,
        "start": start, "reckoned_at": start.home.reckoned_at if start.home else None,
        "uncharted": None if calendar.charted(session, wish.moment) else clock.local(wish.moment).year,
        "words": _words, "links": directions.links, "when": hours.when, "days": calendar.days_ahead(),
        "shut": lambda point: f"/g/{grid.code}/points/{point.id}/shut{f'?estate={wish.estate}' if wish.estate else ''}",
    }  # fmt: skip


def _ways(session: Db, wish: Wish, start: Start, need: list[str], *, open_only: bool, most: int = SHOWN) -> list[circle.Way]:
    said: dict[str, Any] = {"at": wish.moment, "pace": wish.pace, "need": need, "open_only": open_only}
    if start.home is not None and not wish.position:
        return circle.from_home(session, start.home, most=most, **said)
    return circle.choices(circle.anywhere(session, start.lat, start.lon, **said), most)


def _left_out(session: Db, wish: Wish, start: Start, need: list[str]) -> int:
    """How many are near but not surely open."""
    every = _ways(session, wish, start, need, open_only=False, most=MOST) if wish.open else []
    return sum(way.open is not True for way in every)


def _moments(grid: Grid, wish: Wish) -> list[Chip]:
    """Now, or the hours at which people ask: tonight, tomorrow morning, Sunday evening."""
    today = clock.today()
    sunday = today + timedelta(days=(6 - today.weekday()) % 7)
    named = [(_("Now"), None), (_("Tomorrow 9:00"), (today + timedelta(days=1), 9)), (_("Sunday 20:00"), (sunday, 20))]
    found = []
    for label, said in named:
        at = clock.as_utc(datetime.combine(said[0], time(said[1]))) if said else None
        if at is None or at > clock.now():
            found.append(Chip(label, _address(grid, msgspec.structs.replace(wish, at=at)), wish.at == at))
    return found if any(one.on for one in found) else [*found, Chip(moment(wish.moment), _address(grid, wish), on=True)]


def _words(way: circle.Way) -> list[Phrase | str]:
    """What a place takes, as residents read it."""
    return [trade.method_label(method) for method in way.point.methods]


def _chips(grid: Grid, wish: Wish) -> list[Chip]:
    """Filters as links: each leads to the page as it would be with that one changed."""

    def chip(label: Phrase | str, on: bool, **change: Any) -> Chip:
        return Chip(label, _address(grid, msgspec.structs.replace(wish, **change)), on)

    needs = [
        chip(trade.method_label(one), one in wish.need, need=[two for two in NEEDS if (two in wish.need) != (two == one)]) for one in NEEDS
    ]
    return [
        chip(_("Open then") if wish.at else _("Open now"), wish.open, open=not wish.open),
        *needs,
        chip(_("I walk slower"), wish.slow, slow=not wish.slow),
    ]


def _estate(grid: Grid, wish: Wish) -> Estate | None:
    """The estate that was chosen; where there is only one, nobody is asked."""
    placed = [estate for estate in grid.estates if estate.lat is not None]
    chosen = next((estate for estate in placed if estate.id == wish.estate), None)
    return None if wish.position else chosen or (placed[0] if len(placed) == 1 else None)


def _address(grid: Grid, wish: Wish) -> str:
    said = {name: "1" if value is True else value for name, value in msgspec.to_builtins(wish).items() if value is not None}
    if wish.at:
        said["at"] = wish.written
    return f"/g/{grid.code}/pay{'?' if said else ''}{urlencode(said, doseq=True)}"


routes: list[Any] = [pay, *circle_desk.routes]
