"""What the composer's page shows: the form, the text it was filled from with its questions, whom it reaches."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar.datastructures import FormMultiDict

from app.core import forms
from app.core.errors import Forbidden
from app.core.web import Db
from app.core.words import phrase as _
from broadcasts import dispatch, meanwhile
from broadcasts.composer import overtaken, pastes, reckoning, unanswered, written
from broadcasts.composer.pastes import Behind
from broadcasts.composer.proposals import Proposal, Reader, Short
from broadcasts.composer.tables import Paste
from broadcasts.composer.written import blank
from broadcasts.kinds import KINDS
from broadcasts.promises import company
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice
from grids import grids
from grids.staff import staff
from grids.tables import Estate, Grid

PAGE = "desk/compose.html"


class Above(msgspec.Struct, frozen=True):
    """The pasted text that stands above the form, which of its parts this is, and what was answered so far."""

    paste: Paste
    part: int
    parts: int
    proposal: Proposal
    answers: list[str]


def of(
    session: Db, me: staff.Me, grid: Grid, form: Mapping[str, Any], said: Mapping[str, Sequence[str]], *,
    notice: Notice | None = None, pasted: Above | None = None,
) -> dict[str, Any]:  # fmt: skip
    usual = company.of(session, grid.id).back_after(arrived=False)
    first, others = _apart(audiences.of_grid(session, grid), said, pasted)
    return {
        "me": me, "grid": grid, "grids": grids.own(session, me), "first": first, "others": others,
        "kind_names": [(kind, told.name) for kind, told in KINDS.items()], "notice": notice, "longest": dispatch.LONGEST,
        # What a text does not say stays empty.
        "defaults": {} if pasted else {kind: blank(kind, usual) for kind in KINDS}, "pasted": pasted,
        "reckoning": reckoning.reckon(session, grid, form, said), **_read(session, notice, pasted),
    }  # fmt: skip


def _read(session: Db, notice: Notice | None, pasted: Above | None) -> dict[str, str]:
    """How the draft is worded that this page is to write anew, also by the same text: so it is known later who wrote meanwhile."""
    known = notice or (pastes.written(session, pasted.paste).get(pasted.part) if pasted else None)
    filled = overtaken.filled(*written.from_notice(notice)) if notice else ""
    return {"read": meanwhile.wording_of(session, known) if known else "none", "filled": filled}


def _apart(estates: Sequence[Estate], said: Mapping[str, Sequence[str]], pasted: Above | None) -> tuple[list[Estate], list[Estate]]:
    """Below a pasted text those that it names come first, and the others are folded."""
    named = {str(key) for name in ("estates", "buildings") for key in said.get(name, ())}
    asked = {one.of for one in pasted.proposal.questions} if pasted else set()
    first = [one for one in estates if one.name in asked or named & {str(one.id), *(str(building.id) for building in one.buildings)}]
    return (first, [one for one in estates if one not in first]) if pasted and first else (list(estates), [])


def again(session: Db, me: staff.Me, grid: Grid, form: FormMultiDict, notice: Notice | None = None) -> dict[str, Any]:
    """The same page for a form that was sent, with the pasted text that stood above it."""
    single, several = typed(form)
    return of(session, me, grid, single, several, notice=notice, pasted=_above(session, me, single, several))


def typed(form: FormMultiDict) -> tuple[dict[str, str], dict[str, list[str]]]:
    """As it was sent: single values, and those of which there may be several."""
    several = {name: [forms.again(one) for one in form.getall(name) if isinstance(one, str)] for name in form}
    return {name: values[0] for name, values in several.items() if values}, several


def behind(session: Db, notice: Notice) -> Above | None:
    """The text that a draft was written from, with what is still open of it: so it is asked wherever the draft is written on."""
    text = pastes.read_again(session, notice)
    if text is None:
        return None
    return Above(text.source.paste, text.source.part, 1, unanswered.proposed(notice, text), text.source.answers)


def short(notice: Notice, text: Behind | None) -> list[Short]:
    """Where the text behind a draft names more buildings than the draft has."""
    if text is None or not notice.kind.is_outage:
        return []
    chosen: dict[str, int | None] = {}
    for place in notice.places:
        chosen[place.estate.name] = (chosen.get(place.estate.name) or 0) + 1 if place.building else None
    return text.reader.short(text.source.part, chosen)


def which(session: Db, me: staff.Me, form: Mapping[str, str]) -> tuple[Paste, Reader, int] | None:
    """The text, and its part, that a form says it was filled from."""
    said, part = form.get("paste", ""), form.get("part", "")
    if not (_is_id(said) and _is_id(part)):
        return None
    paste = pastes.find(session, int(said), for_=me)
    known = pastes.reader(session, paste)
    return (paste, known, int(part)) if int(part) < max(len(known.entries), 1) else None


def _is_id(said: str) -> bool:
    return said.isascii() and said.isdecimal() and len(said) <= 18


def _above(session: Db, me: staff.Me, form: dict[str, str], several: dict[str, list[str]]) -> Above | None:
    if (found := which(session, me, form)) is None:
        return None
    paste, known, part = found
    answers = several.get("answered", [])
    proposal = known.propose(part, answers) if known.entries else known.unread(form.get("kind", ""))
    return Above(paste, part, len(known.entries), proposal, answers)


def own_grid(session: Db, me: staff.Me, code: str, text: str = "") -> Grid:
    """The one named; where none is named, of those that this colleague looks after the one whose estates the text names."""
    found = [grid for grid in grids.own(session, me) if code in ("", grid.code)]
    if not found:
        raise Forbidden(_("Only the grid's own manager or deputy on duty may do this."))
    return max(found, key=lambda grid: sum(estate.name in text for estate in grid.estates))
