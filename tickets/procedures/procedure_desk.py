"""An administrator sees the procedures that hold for the organisation and writes their next versions, a line a stage."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from app.core import clock
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, Written, form_again, page, see
from app.core.words import phrase as _
from grids.staff import staff
from grids.staff.who import Me
from tickets.clocks.clock_desk import CUSTOMERS
from tickets.clocks.tables import Customer
from tickets.forms import Line
from tickets.kinds import kinds
from tickets.procedures import procedures
from tickets.procedures.procedures import Paper, Stage
from tickets.procedures.tables import Procedure

FORM = "desk/procedures.html"
Lines = Annotated[str, msgspec.Meta(max_length=4000)]


class Version(msgspec.Struct):
    kind: Line
    customer: Customer
    days: Annotated[int, msgspec.Meta(ge=0, le=10_000)]
    stages: Lines
    source: Line
    effective_on: date
    papers: Lines = ""


@get("/desk/admin/procedures", sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me, kind: FromQuery[str] = "new_connection", customer: FromQuery[str] = "resident") -> Response[bytes]:
    """The form is filled with what holds today for that kind and customer."""
    me.must_administer()
    standing = procedures.of_organisation(session, me.organisation_id)
    like = next((one for one in standing if (one.kind, one.customer) == (kind, customer)), None)
    given = _written(like) if like else Written(kind=kind, customer=customer)
    return page(FORM, form=given, mistakes={}, reason="", **_around(session, me))


@post("/desk/admin/procedures", sync_to_thread=True, include_in_schema=False)
def write(form: Form, session: Db, me: Me) -> Response[Any]:
    me.must_administer()
    try:
        said = read(Version, form)
        procedures.write(
            session, by=me, kind=said.kind, customer=said.customer, days=said.days, stages=stages_in(said.stages),
            papers=papers_in(said.papers), source=said.source, effective_on=said.effective_on,
        )  # fmt: skip
    except Mistaken as error:
        session.rollback()
        return form_again(FORM, error, form, **_around(session, me))
    return see(f"/desk/admin/procedures?kind={said.kind}&customer={said.customer}#versions")


def stages_in(text: str) -> list[Stage]:
    """A line a stage: name | days | what the asker reads. A dash for the days: it is the asker's own turn."""
    found = []
    for name, days, says in _lines(text, 3):
        if days not in ("-", "") and not (days.isdecimal() and len(days) <= 3):
            raise _unreadable("stages", name)
        found.append(Stage(name=name, says=says, days=None if days in ("-", "") else int(days)))
    return found


def papers_in(text: str) -> list[Paper]:
    """A line a paper: name | hint."""
    return [Paper(name=name, hint=hint) for name, hint in _lines(text, 2)]


def _lines(text: str, columns: int) -> list[tuple[str, ...]]:
    rows = [line.replace("\uff5c", "|") for line in text.splitlines() if line.strip()]
    return [tuple([part.strip() for part in row.split("|", columns - 1)] + [""] * columns)[:columns] for row in rows]


def _unreadable(field: str, name: str) -> Mistaken:
    why = _("The days of \u201c%(name)s\u201d cannot be read: a number, or - where it is the asker's turn.", name=name[:20])
    return Mistaken(_("Please look again at the marked fields."), {field: why})


def _written(one: Procedure) -> Written:
    stages = [f"{stage.name} | {'-' if stage.days is None else stage.days} | {stage.says}" for stage in procedures.stages(one)]
    papers = [f"{paper.name} | {paper.hint}" for paper in procedures.papers(one)]
    return Written(
        kind=one.kind, customer=one.customer, days=str(one.days), stages="\n".join(stages), papers="\n".join(papers), source=one.source,
        effective_on=clock.today().isoformat(),
    )  # fmt: skip


def _around(session: Db, me: staff.Me) -> dict[str, Any]:
    offered = kinds.of_organisation(session, me.organisation_id)
    return {
        "me": me, "standing": procedures.of_organisation(session, me.organisation_id), "customers": dict(CUSTOMERS),
        "versions": procedures.versions(session, me.organisation_id), "stages_of": procedures.stages, "today": clock.today(),
        "kinds": {one.key: one.name for one in offered}, "kind_options": [(one.key, one.name) for one in offered if not one.above],
    }  # fmt: skip


routes: list[Any] = [listed, write]
