"""Where a manager pastes what dispatch sent, looks at what was read of it, and answers what was not certain."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core.errors import Mistaken
from app.core.forms import again, read
from app.core.web import Db, Form, Written, page, see
from broadcasts import dispatch
from broadcasts.composer import composer, pastes, proposals, questions, reckoning, written
from broadcasts.composer.proposals import Proposal, Reader
from broadcasts.composer.reckoning import Reckoning
from broadcasts.composer.tables import Paste
from broadcasts.kinds import KINDS
from broadcasts.tables import NoticeKind
from grids.staff import staff
from grids.staff.who import Me

LIST = "desk/paste.html"


class Pasted(msgspec.Struct):
    text: Annotated[str, msgspec.Meta(max_length=dispatch.LONGEST)]


class Part(msgspec.Struct, frozen=True):
    """One notice to be, in the list of those that a text holds."""

    at: int
    proposal: Proposal
    reckoning: Reckoning

    @property
    def when(self) -> str:
        return questions.time(self.proposal.form.get("starts_at", ""), self.proposal.form.get("ends_at", ""))


@post("/desk/pastes", sync_to_thread=True, include_in_schema=False)
def paste(form: Form, session: Db, me: Me) -> Response[Any]:
    return _keep(session, me, str(form.get("grid", "")), str(form.get("text", "")))


@post("/desk/share", sync_to_thread=True, include_in_schema=False)
def shared(form: Form, session: Db, me: Me) -> Response[Any]:
    """A text handed over by another app of the phone, such as the dispatch's."""
    parts = [str(form.get(name, "")).strip() for name in ("title", "text", "url")]
    return _keep(session, me, "", "\n".join(dict.fromkeys(part for part in parts if part)))


def _keep(session: Db, me: staff.Me, code: str, text: str) -> Response[Any]:
    text = text[: 2 * dispatch.LONGEST]
    grid = composer.own_grid(session, me, code, text)
    try:
        kept = pastes.keep(session, grid, by=me, text=read(Pasted, {"text": text}).text)
    except Mistaken as error:
        form = written.blank("") | {"text": again(text)}
        shown = composer.of(session, me, grid, form, {})
        return page(composer.PAGE, status=error.status, form=form, said={}, mistakes=error.mistakes, reason="", **shown)
    return see(f"/desk/pastes/{kept.id}")


@get("/desk/pastes/{paste_id:int}", sync_to_thread=True, include_in_schema=False)
def one(paste_id: FromPath[int], session: Db, me: Me, part: FromQuery[int] = -1, kind: FromQuery[str] = "") -> Response[bytes]:
    """The composer filled; where the text holds several notices, or none, what may be made of it."""
    kept = pastes.find(session, paste_id, for_=me)
    reader = pastes.reader(session, kept)
    if not reader.entries and kind in set(NoticeKind):
        return _filled(session, me, kept, reader, 0, reader.unread(kind))
    if len(reader.entries) == 1 or 0 <= part < len(reader.entries):
        return _filled(session, me, kept, reader, max(part, 0), reader.propose(max(part, 0)))
    known = pastes.written(session, kept)
    parts = _parts(session, kept, reader)
    ready = sum(one.at not in known and not one.proposal.questions for one in parts)
    return page(LIST, me=me, paste=kept, parts=parts, written=known, ready=ready, kinds=KINDS)


@post("/desk/pastes/{paste_id:int}/answers", sync_to_thread=True, include_in_schema=False)
def answer(paste_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    """A chip was tapped: the form stays as it was typed but for what the answer changes."""
    single, several = composer.typed(form)
    above = composer.which(session, me, single | {"paste": str(paste_id)})
    if above is None or not above[1].entries:
        return see(f"/desk/pastes/{paste_id}")
    kept, reader, part = above
    answered = several.get("answered", [])
    answers = [*answered, single.get("answer", "")]
    after = reader.propose(part, answers)
    filled, ticked = proposals.carried(single, several, reader.propose(part, answered), after)
    return _filled(session, me, kept, reader, part, msgspec.structs.replace(after, form=filled, said=ticked), answers)


@post("/desk/pastes/{paste_id:int}/drafts", sync_to_thread=True, include_in_schema=False)
def draft_all(paste_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    """A draft of each part that leaves nothing to ask and has none yet."""
    kept = pastes.find(session, paste_id, for_=me)
    known = pastes.written(session, kept)
    for one in _parts(session, kept, pastes.reader(session, kept)):
        if not one.proposal.questions and one.at not in known:
            pastes.write(session, kept, one.at, read(written.Written, {**one.proposal.form, **one.proposal.said}), by=me)
    return see(f"/desk/pastes/{kept.id}")


def _parts(session: Db, kept: Paste, reader: Reader) -> list[Part]:
    found = [reader.propose(at) for at in range(len(reader.entries))]
    return [Part(at, one, reckoning.reckon(session, kept.grid, one.form, one.said)) for at, one in enumerate(found)]


def _filled(
    session: Db, me: staff.Me, kept: Paste, reader: Reader, part: int, proposal: Proposal, answers: list[str] | None = None
) -> Response[bytes]:
    pasted = composer.Above(kept, part, len(reader.entries), proposal, answers or [])
    shown = composer.of(session, me, kept.grid, proposal.form, proposal.said, pasted=pasted)
    return page(composer.PAGE, form=Written(proposal.form), said=proposal.said, mistakes={}, reason="", **shown)


routes: list[Any] = [paste, shared, one, answer, draft_all]
