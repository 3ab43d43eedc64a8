"""What a supervisor takes to the meeting: the month's report, on paper and as a sheet, and a few answers to read together."""

from typing import Any

from litestar import Response, get
from litestar.params import FromQuery

from app.core import sheets, web
from app.core.words import phrase as _
from app.review import monthly, sampling
from grids.staff import organisations
from grids.staff.who import Me

HEADS = (
    _("Grid"), _("Short code"), _("Households"), _("Questions"), _("First answers in time, %"), _("of"), _("Finished in time, %"), _("of"),
    _("Promises kept in time, %"), _("of"), _("Outage notices"), _("Announced late"), _("Rating, of 5"), _("of"),
)  # fmt: skip


@get("/review/report", sync_to_thread=True, include_in_schema=False)
def report(session: web.Db, me: Me, month: FromQuery[str] = "") -> Response[bytes]:
    which = monthly.named(month)
    return web.page(
        "review/report.html", me=me, lines=monthly.of(session, me, which), month=which, runs=monthly.after(which) is None,
        before=monthly.before(which), after=monthly.after(which), organisation=organisations.find(session, me.organisation_id),
    )  # fmt: skip


@get("/review/report.xlsx", sync_to_thread=True, include_in_schema=False)
def as_xlsx(session: web.Db, me: Me, month: FromQuery[str] = "") -> Response[bytes]:
    which = monthly.named(month)
    rows = [HEADS, *(_row(line) for line in monthly.of(session, me, which))]
    kept = {"content-disposition": f'attachment; filename="lindian-{which:%Y-%m}.xlsx"', "cache-control": "no-store"}
    return Response(sheets.workbook({f"{which:%Y-%m}": rows}), media_type=sheets.XLSX, headers=kept)


@get("/review/sample", sync_to_thread=True, include_in_schema=False)
def sample(session: web.Db, me: Me) -> Response[bytes]:
    drawn = sampling.today(session, me)
    return web.page("review/sample.html", me=me, sample=drawn, asked=sampling.asked(session, drawn))


def _row(line: monthly.Line) -> tuple[sheets.Cell, ...]:
    shares = [part for one in (line.first_answer, line.completion, line.promised) for part in (_rounded(one.value), one.n)]
    who = (line.grid.name, line.grid.code) if line.grid else (str(_("all grids")), "")
    return (*who, line.households, line.asked, *shares, line.outages, line.late_notices, _rounded(line.rating.value), line.rating.n)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


routes: list[Any] = [report, as_xlsx, sample]
