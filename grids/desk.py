"""An administrator brings in a file: first what would happen, then the writing."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import State, UploadFile
from litestar.params import FromPath

from app.core import sent
from app.core.errors import Mistaken, Refused
from app.core.forms import read
from app.core.web import Config, Db, Form, form_again, page, see
from app.core.words import phrase as _
from grids import importing
from grids.datum import Datum
from grids.hours.spoken_hours import spoken
from grids.importing import columns, headers, kinds, picture, reading, report, samples, uploads
from grids.importing.uploads import Wish
from grids.points.trade import kind_label
from grids.staff import organisations
from grids.staff.staff import Me as Person
from grids.staff.who import Me

WHATS = {
    "points": _("Places to pay"), "estates": _("Estates and villages"), "buildings": _("Buildings"), "grids": _("Grids"),
    "districts": _("Districts, to check datums by"), "streets": _("Streets for the drawing"),
}  # fmt: skip
DATUMS = {
    Datum.wgs84: _("WGS-84: phones, GPS, OpenStreetMap"), Datum.gcj02: _("GCJ-02: AMap, Tencent"), Datum.bd09: _("BD-09: Baidu, Lianjia"),
}  # fmt: skip
# Where what was brought in can be seen.
WHERE = dict.fromkeys(("points", "estates", "buildings", "streets"), "/desk/circle") | {"grids": "/desk/admin/grids"}
Line = Annotated[str, msgspec.Meta(max_length=80)]


class Asked(msgspec.Struct):
    what: Line
    datum: Datum
    kind: Line = ""
    organisation: Line = ""
    sheet: Line = ""
    source: Line = ""
    columns: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Other(msgspec.Struct):
    datum: Datum


@get("/desk/admin/imports", sync_to_thread=True, include_in_schema=False)
def imports(session: Db, me: Me) -> Response[bytes]:
    me.must_administer()
    return page("desk/imports.html", form={}, mistakes={}, reason="", unclear=False, **_asked(session, me))


@post("/desk/admin/imports", sync_to_thread=True, include_in_schema=False, opt=sent.files())
def upload(form: Form, session: Db, me: Me, settings: Config, state: State) -> Response[Any]:
    """Read the file and try it. What cannot be read is refused here, with the form as it was."""
    me.must_administer()
    # The trial may take seconds: nobody's writing shall wait for it.
    session.rollback()
    try:
        name, data = _file(form)
        wish = _wish(read(Asked, form), name)
        book = reading.read(data, name)
        with state.database.reading() as trial:
            importing.bring(trial, wish.what, book, by=me, dry_run=True, **wish.options())
    except Refused as error:
        return form_again("desk/imports.html", _mistaken(error), form, unclear=isinstance(error, columns.Unclear), **_asked(session, me))
    return see(f"/desk/admin/imports/{uploads.keep(settings.home, data, wish)}")


@get("/desk/admin/imports/{token:str}", sync_to_thread=True, include_in_schema=False)
def preview(token: FromPath[str], session: Db, me: Me, settings: Config) -> Response[bytes]:
    me.must_administer()
    wish, book = uploads.find(settings.home, token)
    written = uploads.written(settings.home, token)
    found = written or importing.bring(session, wish.what, book, by=me, dry_run=True, **wish.options())
    shown: dict[str, Any] = {
        "report": found,
        "picture": picture.draw(session, found.drawn),
        "says": _says,
        "headings": _headings(),
        "label": kind_label,
        "spoken": spoken,
        "where": WHERE.get(wish.what, ""),
        "datum_names": report.DATUMS,
    }
    return page("desk/import_preview.html", token=token, wish=wish, **shown, **_choices())


@post("/desk/admin/imports/{token:str}/datum", sync_to_thread=True, include_in_schema=False)
def other_datum(token: FromPath[str], form: Form, me: Me, settings: Config) -> Response[Any]:
    """The same file, taken as another map's."""
    me.must_administer()
    wish, _book = uploads.find(settings.home, token)
    uploads.change(settings.home, token, msgspec.structs.replace(wish, datum=read(Other, form).datum))
    return see(f"/desk/admin/imports/{token}")


@post("/desk/admin/imports/{token:str}/confirmation", sync_to_thread=True, include_in_schema=False)
def confirm(token: FromPath[str], session: Db, me: Me, settings: Config) -> Response[Any]:
    """Write it, once. The page then says what was written."""
    me.must_administer()
    session.rollback()
    wish, book = uploads.find(settings.home, token)
    if uploads.written(settings.home, token) is None:
        done = importing.bring(session, wish.what, book, by=me, **wish.options())
        # Kept before it is reported: a report of what was undone would be worse than none.
        session.commit()
        uploads.wrote(settings.home, token, done)
    return see(f"/desk/admin/imports/{token}")


def _file(form: Form) -> tuple[str, bytes]:
    found = next((one for one in form.getall("file", []) if isinstance(one, UploadFile) and one.filename), None)
    if found is None:
        raise Mistaken(_("Please look again at the marked fields."), {"file": _("Please choose a file.")})
    return found.filename[-120:], found.file.read()


def _mistaken(error: Refused) -> Mistaken:
    """Said once, beside the field that mends it."""
    if isinstance(error, Mistaken) and error.mistakes:
        return error
    field, reason = (error.field, error.on_form) if isinstance(error, columns.Unclear) else ("file", error.reason)
    return Mistaken(_("Please look again at the marked fields."), {field: reason})


def _wish(asked: Asked, name: str) -> Wish:
    if asked.what not in importing.WHATS:
        raise Mistaken(_("Please look again at the marked fields."), {"what": _("This is not one of the choices.")})
    pairs = [line.partition("=") for line in asked.columns.splitlines() if line.strip()]
    if not all(field.strip() and column.strip() for field, _equals, column in pairs):
        raise Mistaken(_("Please look again at the marked fields."), {"columns": _("One line for each: field=column.")})
    columns = {headers.field_of(field.strip()): column.strip() for field, _equals, column in pairs}
    return Wish(
        name=name, what=asked.what, datum=asked.datum, columns=columns, sheet=asked.sheet, source=asked.source, kind=asked.kind,
        organisation=asked.organisation,
    )  # fmt: skip


def _says(found: report.Report) -> dict[str, list[str]]:
    """The report's sentences, as on the command line."""
    return {"head": list(report.head(found)), "figures": list(report.figures(found))}


def _headings() -> dict[str, Any]:
    return {name: headers.field_words(name) for name in report.TELLING}


def _asked(session: Db, me: Person) -> dict[str, Any]:
    """What the form offers. Whose grids they are is asked openly as long as there are none."""
    homes = [one.name for one in organisations.below(session, me.organisation_id)]
    offered = [("", _("As the file says")), *((name, name) for name in homes)]
    return {"homes": offered, "first": not me.seen, "samples": [(what, WHATS[what]) for what in samples.all_()], **_choices()}


def _choices() -> dict[str, Any]:
    every = [("", _("As the file says")), *((kind, kind_label(kind)) for kind in kinds.rules().kind)]
    return {"whats": list(WHATS.items()), "datums": list(DATUMS.items()), "kinds": every}


routes: list[Any] = [imports, upload, preview, other_datum, confirm]
