"""Who is outside the circle, at a stated hour, pace and need: for a grid's manager and for supervisors."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get

from app.core import clock, sheets
from app.core.errors import Missing, Refused
from app.core.forms import read
from app.core.web import Config, Db, page
from app.core.words import Phrase, day, hour, weekdays
from app.core.words import phrase as _
from grids import grids
from grids.calendar import calendar
from grids.coverage import counting, drawing, glance, heat, proposals, report, snapshots, town
from grids.coverage.questions import Asked, book, coming, monday
from grids.pages import NEEDS
from grids.points import trade
from grids.staff.staff import Me as Person
from grids.staff.who import Me
from grids.tables import Grid

Asking = Request[Any, Any, Any]
Short = Annotated[str, msgspec.Meta(max_length=20)]
LISTED = 12
HEADS = (_("Grid"), _("Building"), _("Households"), _("Within the circle?"), _("Latitude"), _("Longitude"))


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """`at`: now, a question's key, or a local moment such as 2026-11-29T20:00."""

    grid: Short = ""
    at: Short = "sunday"
    slow: bool = False
    need: list[Short] = []

    @property
    def asked(self) -> Asked:
        known = tuple(one for one in NEEDS if one in self.need)
        return Asked(_moment(self.at), slow=self.slow, need=known)


@get("/desk/circle/coverage", sync_to_thread=True, include_in_schema=False)
def coverage(request: Asking, session: Db, me: Me, settings: Config) -> Response[bytes]:
    wish = read(Wish, request.query_params)
    grids, asked = _grids(session, me, wish), wish.asked
    shown: dict[str, Any] = {"me": me, "wish": wish, "asked": asked, "when": _said(asked), "chips": _chips(wish), "query": _query(wish)}
    shown["uncharted"] = None if calendar.charted(session, asked.at) else clock.local(asked.at).year
    if len(grids) == 1:
        return page("desk/coverage.html", grid=grids[0], **_one(session, settings, grids[0], wish, asked), **shown)
    return page("desk/coverage_grids.html", **_several(session, grids, wish, asked), **shown)


@get("/desk/circle/coverage.xlsx", sync_to_thread=True, include_in_schema=False)
def as_xlsx(request: Asking, session: Db, me: Me) -> Response[bytes]:
    """Building by building, to take to a meeting."""
    asked, rows = _table(request, session, me)
    return _download(sheets.workbook({_said(asked): rows}), sheets.XLSX, asked, "xlsx")


@get("/desk/circle/coverage.csv", sync_to_thread=True, include_in_schema=False)
def as_csv(request: Asking, session: Db, me: Me) -> Response[bytes]:
    asked, rows = _table(request, session, me)
    return _download(sheets.table(rows), sheets.CSV, asked, "csv")


def _table(request: Asking, session: Db, me: Person) -> tuple[Asked, list[sheets.Row]]:
    wish = read(Wish, request.query_params)
    return wish.asked, [HEADS, *_rows(session, _grids(session, me, wish), wish.asked)]


def _download(body: bytes, media: str, asked: Asked, ending: str) -> Response[bytes]:
    name = f"coverage-{clock.local(asked.at):%Y%m%d-%H%M}.{ending}"
    kept = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type=media, headers=kept)


def _one(session: Db, settings: Config, grid: Grid, wish: Wish, asked: Asked) -> dict[str, Any]:
    found = town.read(session, [grid.id], monday(asked.at))
    seen = counting.covered(found, asked)
    left = report.left_out(session, seen)
    return {
        "line": report.line(seen, grid), "left": left, "listed": LISTED,
        "map": drawing.draw(session, grid, found, seen, asked), "strip": heat.strip(counting.week(found, asked), asked.quarter),
        "existing": proposals.existing(found, seen, asked), "anywhere": _anywhere(session, settings, left, asked),
        "past": snapshots.history(session, [grid.id], wish.at), "kind_label": trade.kind_label, "weekdays": weekdays(),
    }  # fmt: skip


def _several(session: Db, grids: Sequence[Grid], wish: Wish, asked: Asked) -> dict[str, Any]:
    lines = report.lines(session, grids, asked)
    past = snapshots.history(session, [grid.id for grid in grids], wish.at)
    return {"lines": lines, "all": report.together(lines), "past": past, "to": lambda grid: _query(wish, grid=grid.code)}


def _anywhere(session: Db, settings: Config, left: Sequence[report.Left], asked: Asked) -> list[proposals.New]:
    """None where the operator's map of paths cannot be read: the log says so."""
    try:
        return proposals.anywhere(session, settings, list(left), asked)
    except Refused:
        return []


def _rows(session: Db, grids: Sequence[Grid], asked: Asked) -> list[tuple[sheets.Cell, ...]]:
    rows: list[tuple[sheets.Cell, ...]] = []
    for grid in grids:
        for one in report.left_out(session, glance.look(session, grid, asked)):
            said = str(_("not sure")) if one.perhaps else str(_("outside"))
            rows.append((grid.name, one.name, one.home.households, said, one.home.lat, one.home.lon))
    return rows


def _grids(session: Db, me: Person, wish: Wish) -> Sequence[Grid]:
    """One's own; those below; or the one that was asked for, if it may be seen. Raises Missing."""
    if wish.grid:
        asked = grids.by_code(session, wish.grid)
        if not me.sees(asked.id):
            raise Missing(_("There is nothing here, or it is not yours to see."))
        return [asked]
    return report.grids_of(session, sorted(me.own or me.seen))


def _moment(at: str) -> Any:
    if at == "now":
        return clock.now()
    if at in book().questions:
        question = book().questions[at]
        return coming(question.weekday, question.hour)
    return calendar.must_be_near(clock.read(at))


def _said(asked: Asked) -> str:
    return f"{day(asked.at)} {hour(asked.at)}"


def _query(wish: Wish, **change: Any) -> str:
    said = msgspec.to_builtins(msgspec.structs.replace(wish, **change))
    return urlencode({name: "1" if value is True else value for name, value in said.items()}, doseq=True)


def _chips(wish: Wish) -> list[tuple[Phrase | str, str, bool]]:
    """(words, query, on): the hours, the pace, the needs."""
    plain = [key for key, one in book().questions.items() if not one.slow and not one.need]
    hours = [("now", _("Right now")), *((key, _(book().questions[key].label)) for key in plain)]
    flip: Callable[[str], list[str]] = lambda one: [two for two in NEEDS if (two in wish.need) != (two == one)]  # noqa: E731
    return [
        *((words, _query(wish, at=key), wish.at == key) for key, words in hours),
        (_("I walk slower"), _query(wish, slow=not wish.slow), wish.slow),
        *((trade.method_label(one), _query(wish, need=flip(one)), one in wish.need) for one in NEEDS),
    ]


routes: list[Any] = [coverage, as_xlsx, as_csv]
