"""A page was opened, a colleague acted, then its form came: what he did is not undone unseen, and nothing is told that nobody has read.

What a page shows has a mark, which its form carries: a published notice its version, a draft a digest of what would be published. Where
the mark is an old one the act is refused, the page comes again with what was typed and the new mark, and sent once more it is done.
Who gives no mark (a machine need not) is not asked.
"""

import hashlib

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.core.errors import Overtaken
from app.core.words import moment
from app.core.words import phrase as _
from broadcasts import as_before
from broadcasts.kinds import UPDATES
from broadcasts.tables import Notice, Place, Update, UpdateState
from broadcasts.writing_tables import Writing
from grids.tables import Person

WORDS = ("kind", "title", "words", "cause", "line", "starts_at", "ends_at", "exercise")
WRITTEN = (*WORDS, "state", "publish_at", "replaces_id")


def must_be_seen(session: Session, notice: Notice, version: int | None) -> None:
    """Of a published notice, which is held. Raises Overtaken with what was said since."""
    if version in (None, notice.version):
        return
    before = as_before.of(session, notice)
    if before and before.undone_at and notice.version == before.version + 2:
        raise Overtaken(_("Since you opened this page an update was taken back. Please look at it as it stands now, then decide."))
    told = sa.select(Update).where(Update.notice_id == notice.id, Update.state != UpdateState.reminder).order_by(Update.id.desc())
    last = session.scalars(told.limit(1).options(joinedload(Update.by))).one()
    raise Overtaken(
        _(
            "Since you opened this page %(name)s has told “%(what)s” (%(time)s). Please look at it as it stands now, then decide.",
            name=last.by.name,
            what=UPDATES.get(last.state, last.state),
            time=moment(last.at),
        )
    )


def must_be_read(session: Session, notice: Notice, mark: str | None) -> None:
    """Of a draft, which is held. Raises Overtaken: who wants it told has not read what it says now."""
    if mark is not None:
        session.refresh(notice, WRITTEN)
    if mark not in (None, mark_of(session, notice)):
        raise Overtaken(_("Somebody changed this draft after you opened the page. Please read it as it is now, then publish it."))


def must_be_newest(session: Session, notice: Notice, mark: str | None, *, by: int) -> None:
    """Of a draft, which is held, `mark` being that of its wording: who writes on has read a colleague's newest words. Raises Overtaken."""
    last = written_last(session, notice)
    if mark is None or last is None or last.by_id == by:
        return
    session.refresh(notice, WORDS)
    if mark != wording_of(session, notice):
        raise Overtaken(
            _(
                "%(name)s changed this draft (%(time)s) while you wrote. Your words stand below, theirs beside them: you decide.",
                name=last.by.name,
                time=moment(last.at),
            )
        )


def wrote(session: Session, notice: Notice, *, by: int) -> None:
    session.merge(Writing(notice_id=notice.id, by_id=by, at=clock.now()))
    session.flush()


def written_last(session: Session, notice: Notice) -> Writing | None:
    return session.get(Writing, notice.id, options=[joinedload(Writing.by)], populate_existing=True)


def published_by(session: Session, notice: Notice) -> dict[str, str]:
    """Who published it, and when."""
    told = sa.select(Person.name, Notice.published_at).join(Person, Person.id == Notice.published_by_id).where(Notice.id == notice.id)
    name, at = session.execute(told).one()
    return {"name": name, "time": moment(at or clock.now())}


def mark_of(session: Session, notice: Notice) -> str:
    """A digest of all that would be told of a draft, how, and in whose place."""
    replaced = session.get(Notice, notice.replaces_id) if notice.replaces_id else None
    return digest(wording_of(session, notice), [getattr(notice, name) for name in WRITTEN], replaced and replaced.version)


def wording_of(session: Session, notice: Notice) -> str:
    """A digest of what is written in a draft, and for where."""
    here = sa.select(Place.estate_id, Place.building_id, Place.partly).where(Place.notice_id == notice.id)
    return digest([getattr(notice, name) for name in WORDS], sorted(map(str, session.execute(here))))


def digest(*said: object) -> str:
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:16]
