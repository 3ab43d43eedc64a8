"""Photos in threads: kept once, counted, seen only there, wiped."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, files, photos
from app.core.database import Database
from app.core.errors import Missing, Mistaken
from app.core.jobs import Work
from app.core.settings import Settings
from tests.cast import Cast
from tests.core.test_photos import picture
from tests.tickets.conftest import Ask
from tickets import conversation
from tickets.field.tables import Outreach
from tickets.photos import thread_photos, unnamed
from tickets.photos.tables import Photo, ThrownPhoto
from tickets.tables import Entry, Ticket

ROUND = f"photos/{'ab' * 16}.jpg"


def shot(width: int = 40) -> photos.Shot:
    return photos.shot(picture((width, 30)))


def said(town: Cast, ticket: Ticket) -> Entry:
    return town.session.scalars(sa.select(Entry).where(Entry.ticket_id == ticket.id).order_by(Entry.id.desc())).first()  # type: ignore[return-value]


def stored(chosen: Settings) -> list[str]:
    return sorted(path.name for path in (Path(chosen.home) / "photos").glob("*"))


def test_the_same_photo_sent_twice_is_kept_once_and_the_small_one_lies_beside_it(town: Cast, chosen: Settings, ask: Ask) -> None:
    ticket = ask("电表箱的门掉了")
    entry = said(town, ticket)
    thread_photos.keep(town.session, chosen, entry, [shot(), shot(), shot(50)])
    thread_photos.keep(town.session, chosen, entry, [shot(50)])
    kept = thread_photos.of(town.session, ticket)[entry.id]
    assert len(kept) == 2
    assert len(stored(chosen)) == 4
    assert len(thread_photos.picture(chosen, kept[0], small=True)) <= len(thread_photos.picture(chosen, kept[0], small=False))


def test_a_thread_holds_so_many_photos_and_says_how_many_more(town: Cast, chosen: Settings, ask: Ask) -> None:
    entry = said(town, ask("电表箱的门掉了"))
    thread_photos.keep(town.session, chosen, entry, [shot(40 + n) for n in range(11)])
    with pytest.raises(Mistaken) as refused:
        thread_photos.keep(town.session, chosen, entry, [shot(80), shot(81)])
    assert str(refused.value.mistakes["photos"]) == "这个诉求里已有 11 张照片，最多 12 张。请再选不超过 1 张。"
    thread_photos.keep(town.session, chosen, entry, [shot(80)])
    with pytest.raises(Mistaken) as full:
        thread_photos.keep(town.session, chosen, entry, [shot(81)])
    assert "放不下了" in str(full.value.mistakes["photos"])
    answer = conversation.answer(town.session, town.session.get_one(Ticket, entry.ticket_id), by=town.me(town.wangfang), words="看到了")
    assert thread_photos.keep(town.session, chosen, answer, [shot(81)], by_id=town.wangfang.id)


def test_a_photo_is_found_in_its_own_thread_alone_and_not_from_before_an_address_began(town: Cast, chosen: Settings, ask: Ask) -> None:
    ticket, other = ask("电表箱的门掉了"), ask("怎么过户")
    entry = said(town, ticket)
    [photo] = thread_photos.keep(town.session, chosen, entry, [shot()])
    assert thread_photos.find(town.session, ticket, photo.id) is photo
    for thread, after in ((other, 0), (ticket, entry.id)):
        with pytest.raises(Missing):
            thread_photos.find(town.session, thread, photo.id, after=after)
    assert not thread_photos.of(town.session, ticket, after=entry.id)


def test_what_is_forgotten_is_gone_at_once_and_wiped_from_the_store(town: Cast, chosen: Settings, database: Database, ask: Ask) -> None:
    ticket, other = ask("电表箱的门掉了"), ask("怎么过户")
    thread_photos.keep(town.session, chosen, said(town, ticket), [shot(), shot(50)])
    thread_photos.keep(town.session, chosen, said(town, other), [shot(60)])
    assert thread_photos.forget(town.session, [ticket.id]) == 2
    assert not thread_photos.of(town.session, ticket)
    town.session.commit()
    work = Work(database=database, settings=chosen)
    thread_photos.wipe(work)
    thread_photos.wipe(work)
    assert len(stored(chosen)) == 2
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ThrownPhoto)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(Photo)) == 1


def fail(session: Session) -> None:
    """A commit that the database itself refuses: a message of no thread, looked at only in the end."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
    else:
        session.execute(sa.text("ALTER TABLE entries ALTER CONSTRAINT fk_entries_ticket_id DEFERRABLE INITIALLY DEFERRED"))
    session.execute(sa.insert(Entry).values(ticket_id=987654, words="x", at=clock.now()))
    with pytest.raises(sa.exc.IntegrityError):
        session.commit()
    session.rollback()


def test_photos_of_a_failed_commit_are_wiped_in_the_night_and_nobody_elses(town: Cast, chosen: Settings, work: Work, ask: Ask) -> None:
    session, ticket = town.session, ask("电表箱的门掉了")
    entry = said(town, ticket)
    [kept] = thread_photos.keep(session, chosen, entry, [shot()])
    round_made = Outreach(
        grid_id=town.lotus.id, by_id=town.wangfang.id, day=clock.today(), place="莲花园", topic="", met=3, photo=ROUND, nonce="n",
        at=clock.now(),
    )  # fmt: skip
    session.add(round_made)
    files.put(chosen, ROUND, shot().whole)
    files.put(chosen, "photos/readme.txt", b"not ours")
    session.commit()
    thread_photos.keep(session, chosen, said(town, ticket), [shot(50)])
    fail(session)
    ours = {f"{kept.key[7:]}.jpg", f"{kept.key[7:]}-small.jpg", ROUND[7:], "readme.txt"}
    assert len(set(stored(chosen)) - ours) == 2
    thread_photos.keep(session, chosen, said(town, ticket), [shot(60)])  # On its way: not kept yet.
    session.flush()
    with clock.at(clock.now() + timedelta(hours=23)):
        unnamed.wipe(work)
    assert len(stored(chosen)) == 8
    session.commit()
    with clock.at(clock.now() + timedelta(days=2)):
        unnamed.wipe(work)
    assert len(stored(chosen)) == 6
    assert ours <= set(stored(chosen))
