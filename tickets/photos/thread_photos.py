"""Photos in a thread: kept with a message, shown to whoever may read it, and wiped.

A file is put away last, when nothing stands against it any more; what is thrown away is a row first, so that a file of
nobody is never forgotten in the store.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, files
from app.core.errors import Missing, Mistaken
from app.core.jobs import Work, later
from app.core.settings import Settings
from app.core.words import phrase as _
from app.core.words import say
from tickets import threads
from tickets.photos.tables import Photo, ThrownPhoto
from tickets.tables import Address, Entry, Ticket

if TYPE_CHECKING:
    from app.core.photos import Shot  # A worker takes photos away and never reads one.

AT_ONCE = 4
ASKERS, OURS = 12, 24
"""So many in one thread, of its asker and of the colleagues."""


def keep(session: Session, settings: Settings, entry: Entry, shots: "Iterable[Shot]", *, by_id: int | None = None) -> list[Photo]:
    """Add photos to a message; what the thread has already is kept once. Raises Mistaken where there are too many."""
    new = _new(session, entry.ticket_id, shots)
    _must_have_room(session, entry.ticket_id, entry.author_id, len(new))
    rows = []
    for digest, shot in new.items():
        photo = Photo(
            ticket_id=entry.ticket_id, entry_id=entry.id, key=f"photos/{secrets.token_hex(16)}", digest=digest, by_id=by_id, at=entry.at
        )
        session.add(photo)
        session.flush()
        files.put(settings, name(photo.key), shot.whole)
        files.put(settings, name(photo.key, small=True), shot.small)
        rows.append(photo)
    return rows


def words(said: str, shots: "Collection[Shot]") -> str:
    """A photo may speak for itself."""
    return said.strip() or (say("See the photo.") if shots else "")


def keep_with_question(
    session: Session, settings: Settings, ticket: Ticket, shots: "Collection[Shot]", *, by_id: int | None = None
) -> None:
    """With the newest message of the asker: the one that the same form has just written."""
    if shots:
        newest = threads.of_asker(ticket.id).order_by(Entry.id.desc()).limit(1)
        keep(session, settings, session.scalars(newest).one(), shots, by_id=by_id)


def of(session: Session, ticket: Ticket, *, after: int = 0) -> Mapping[int, Sequence[Photo]]:
    """The photos of a thread by their messages; `after` an entry, for an address that came into the thread later."""
    found: dict[int, list[Photo]] = defaultdict(list)
    wanted = sa.select(Photo).where(Photo.ticket_id == ticket.id, Photo.entry_id > after).order_by(Photo.id)
    for photo in session.scalars(wanted):
        found[photo.entry_id].append(photo)
    return found


def find(session: Session, ticket: Ticket, photo_id: int, *, after: int = 0) -> Photo:
    """A photo of this thread, which the reader has been let into."""
    photo = session.get(Photo, photo_id) if 0 < photo_id < 2**63 else None
    if photo is None or photo.ticket_id != ticket.id or photo.entry_id <= after:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return photo


def picture(settings: Settings, photo: Photo, *, small: bool) -> bytes:
    data = files.get(settings, name(photo.key, small=small))
    if data is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return data


def forget(session: Session, ticket_ids: Collection[int]) -> int:
    """All photos of these threads are gone from them at once, and from the store as soon as this is kept. How many."""
    gone = session.execute(sa.delete(Photo).where(Photo.ticket_id.in_(ticket_ids)).returning(Photo.key)).scalars().all()
    if gone:
        now = clock.now()
        session.execute(sa.insert(ThrownPhoto), [{"key": key, "at": now} for key in gone])
        later(session, wipe)
    return len(gone)


def waits(work: Work) -> bool:
    """Whether anything was thrown away."""
    with work.database.reading() as session:
        return session.scalar(sa.select(sa.exists(sa.select(ThrownPhoto.key)))) or False


def wipe(work: Work) -> None:
    """Take what was thrown away out of the store; one that fails is tried again by the next sweep."""
    with work.database.reading() as session:
        thrown = session.scalars(sa.select(ThrownPhoto.key)).all()
    for key in thrown:
        for small in (False, True):
            files.delete(work.settings, name(key, small=small))
        with work.database.writing() as session:
            session.execute(sa.delete(ThrownPhoto).where(ThrownPhoto.key == key))


def name(key: str, *, small: bool = False) -> str:
    return f"{key}-small.jpg" if small else f"{key}.jpg"


def _new(session: Session, ticket_id: int, shots: "Iterable[Shot]") -> "dict[str, Shot]":
    sent = {hashlib.sha256(shot.whole).hexdigest(): shot for shot in shots}
    newest = session.scalar(sa.select(sa.func.max(Address.after_entry_id)).where(Address.ticket_id == ticket_id)) or 0
    there = (Photo.ticket_id == ticket_id, Photo.entry_id > newest, Photo.digest.in_(sent))
    known = set(session.scalars(sa.select(Photo.digest).where(*there)))
    return {digest: shot for digest, shot in sent.items() if digest not in known}


def must_take_one(session: Session, ticket: Ticket) -> None:
    """Of its asker. Raises Mistaken."""
    _must_have_room(session, ticket.id, None, 1)


def _must_have_room(session: Session, ticket_id: int, author_id: int | None, more: int) -> None:
    ours = author_id is not None
    same = Entry.author_id.is_not(None) if ours else Entry.author_id.is_(None)
    counted = sa.select(sa.func.count()).select_from(Photo).join(Entry, Entry.id == Photo.entry_id)
    most, has = OURS if ours else ASKERS, session.scalar(counted.where(Photo.ticket_id == ticket_id, same)) or 0
    if has + more > most:
        why = _(
            "There are %(has)s photos in this question already, of %(most)s. Please choose %(left)s or fewer.",
            has=has,
            most=most,
            left=most - has,
        )
        if has >= most:
            why = _("There are %(most)s photos in this question already, which is all it can hold. Please write, or call.", most=most)
        raise Mistaken(_("Please look again at the marked fields."), {"photos": why})
