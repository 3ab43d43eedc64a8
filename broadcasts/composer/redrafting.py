"""A draft is written anew by a form that may be older than what stands there: what others wrote meanwhile is not lost unseen."""

from litestar import Response
from litestar.datastructures import FormMultiDict

from app.core import idempotency, tokens
from app.core.errors import Overtaken, Refused
from app.core.web import Db, form_again
from app.core.words import Phrase, span
from app.core.words import phrase as _
from broadcasts import drafts, notices
from broadcasts.composer import composer, overtaken, pastes, written
from broadcasts.kinds import KINDS
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice
from grids.staff import staff
from grids.tables import Grid

LONG_ENOUGH = 20
NAMES = {
    "kind": _("What is it?"), "title": _("Title"), "line": _("Line or transformer area"), "cause": _("Why"), "words": _("Text"),
}  # fmt: skip


def write_once(session: Db, grid: Grid, form: FormMultiDict, said: written.Written, *, by: staff.Me) -> Notice:
    """A new draft; the same form sent twice is the same draft, also at the same moment. One that was thrown away is written anew."""
    nonce = str(form.get("nonce", ""))
    if len(nonce) < LONG_ENOUGH:
        return drafts.write(session, grid, by=by, **said.told())
    key, asked = tokens.once(nonce, *sorted(one for one in form.multi_items() if isinstance(one[1], str))), b"POST /desk/notices"
    if (kept := idempotency.recall(session, by.id, key, asked)) is not None:
        session.refresh(kept, with_for_update=True)
        if session.get(Notice, int(kept.body)) is not None:
            return notices.find(session, kept.body.decode(), for_=by)
    notice = drafts.write(session, grid, by=by, **said.told())
    if kept is None:
        idempotency.keep(session, by.id, key, asked, status=303, body=str(notice.id).encode())
    else:
        kept.body = str(notice.id).encode()
    return notice


def edit(session: Db, notice: Notice, form: FormMultiDict, *, by: staff.Me) -> Notice:
    """What this page left as it was filled in takes nothing back: so two tabs of one's own bring both their words."""
    said = written.sent(form := overtaken.rejoined(form, notice))
    if form.get("mark") and not differing(form, notice):
        return notice
    drafts.edit(session, notice, by=by, mark=said.mark, **said.told())
    pastes.answer(session, notice, composer.typed(form)[1].get("answered", []))
    return notice


def again(session: Db, notice: Notice, error: Refused, form: FormMultiDict, me: staff.Me) -> Response[bytes]:
    """The same page with what was typed, and beside it what a colleague wrote otherwise."""
    theirs: list[tuple[Phrase, str]] = []
    if isinstance(error, Overtaken):
        form = overtaken.rejoined(form, notice)
        theirs = differing(form, notice)
        form = FormMultiDict([(name, said) for name, said in form.multi_items() if name != "mark"])
    return form_again(composer.PAGE, error, form, theirs=theirs, **composer.again(session, me, notice.grid, form, notice))


def differing(form: FormMultiDict, notice: Notice) -> list[tuple[Phrase, str]]:
    """What stands there now, where the form says something else."""
    now, typed = overtaken.filled(*written.from_notice(notice)), overtaken.filled({}, composer.typed(form)[1])
    fields = zip(overtaken.FIELDS, now.split(), typed.split(), strict=True)
    other = {name for name, standing, said in fields if standing != said}
    said = {name: str(getattr(notice, name)) for name in NAMES} | {"kind": str(KINDS[notice.kind].name)}
    found = [(NAMES[name], said[name]) for name in NAMES if name in other]
    if other & {"starts_at", "ends_at", "unknown"}:
        found.append((_("Time"), span(notice.starts_at, notice.ends_at)))
    if other & {*written.AREA}:
        found.append((_("Where?"), " · ".join(audiences.lines(notice.places))))
    if "exercise" in other:
        found.append((_("Is it an exercise?"), str(_("yes") if notice.exercise else _("no"))))
    return found
