"""Texts from dispatch as they were pasted, and the notices written from them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Missing
from app.core.words import phrase as _
from broadcasts import drafts, notices
from broadcasts.composer.proposals import Reader
from broadcasts.composer.tables import Paste, PastedNotice
from broadcasts.composer.written import Written
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeState
from grids.staff.staff import Me
from grids.tables import Grid

TWICE = timedelta(minutes=1)
"""So soon after, the same text by the same person is the same tap."""
MOST, LONGEST = 60, 200
"""So many answers, and so long, there can be at most."""


class Behind(NamedTuple):
    """The text that a draft was written from: which part of it, what was answered, and how it reads."""

    source: PastedNotice
    reader: Reader


def keep(session: Session, grid: Grid, *, by: Me, text: str) -> Paste:
    by.must_look_after(grid.id)
    recent = sa.select(Paste).where(Paste.grid_id == grid.id, Paste.by_id == by.id, Paste.at > clock.now() - TWICE, Paste.text == text)
    if same := session.scalar(recent.limit(1)):
        return same
    paste = Paste(grid_id=grid.id, text=text, at=clock.now(), by_id=by.id)
    session.add(paste)
    session.flush()
    audit.record(session, "pastes.keep", f"paste/{paste.id}", by=by.id)
    return paste


def find(session: Session, paste_id: int, *, for_: Me) -> Paste:
    """For those who may write of it: its grid's manager and deputy."""
    paste = session.scalar(sa.select(Paste).where(Paste.id == paste_id).options(joinedload(Paste.grid), joinedload(Paste.by)))
    if paste is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    for_.must_look_after(paste.grid_id)
    return paste


def reader(session: Session, paste: Paste) -> Reader:
    return Reader(paste.text, clock.local(paste.at).date(), audiences.of_grid(session, paste.grid))


def written(session: Session, paste: Paste) -> dict[int, Notice]:
    """The notices made of its parts, the last one of each."""
    made = sa.select(PastedNotice.part, Notice).join(Notice, Notice.id == PastedNotice.notice_id)
    return {part: notice for part, notice in session.execute(made.where(PastedNotice.paste_id == paste.id).order_by(Notice.id))}  # noqa: C416


def write(session: Session, paste: Paste, part: int, said: Written, *, by: Me, answers: Iterable[str] = ()) -> Notice:
    """A draft of this part, with what was answered about it. While it is a draft it is written anew instead of twice."""
    session.refresh(paste, ["text"], with_for_update=True)
    known = written(session, paste).get(part)
    if known and known.state is NoticeState.draft:
        notice = drafts.edit(session, notices.find(session, str(known.id), for_=by), by=by, mark=said.mark, **said.told())
    else:
        notice = drafts.write(session, paste.grid, by=by, **said.told())
        session.add(PastedNotice(notice_id=notice.id, paste_id=paste.id, part=part, answers=[]))
    session.flush()
    answer(session, notice, answers)
    return notice


def answer(session: Session, notice: Notice, answers: Iterable[str]) -> None:
    """What was tapped, newest last, as the form brings it back each time."""
    if found := source(session, notice):
        found.answers = [one for one in dict.fromkeys(answers) if len(one) <= LONGEST and one.isprintable()][-MOST:]


def source(session: Session, notice: Notice) -> PastedNotice | None:
    """Of which part of which text it was written, and what was answered; with who pasted it."""
    pasted = joinedload(PastedNotice.paste)
    found = sa.select(PastedNotice).where(PastedNotice.notice_id == notice.id)
    return session.scalar(found.options(pasted.joinedload(Paste.by), pasted.joinedload(Paste.grid)))


def behind(session: Session, notice: Notice) -> Paste | None:
    found = source(session, notice)
    return found.paste if found else None


def read_again(session: Session, notice: Notice) -> Behind | None:
    """The text that a draft was written from, read once more: its own part is there."""
    found = source(session, notice)
    known = reader(session, found.paste) if found else None
    return Behind(found, known) if found and known and found.part < len(known.entries) else None
