"""Something is said of an outage while those who asked still hear the word before it: nobody hears what can be taken back."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Database
from app.core.errors import Refused
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import life, notices, unsaid
from broadcasts.tables import Update, UpdateState
from tests.cast import Cast
from tests.tickets import asking_crowd
from tickets.outages import updates
from tickets.tables import Entry


class Between(threading.Event):
    """Before the second batch something happens."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._act, self._asked = act, 0

    def is_set(self) -> bool:
        self._asked += 1
        if self._asked == 2:
            self._act()
        return False


class Outage:
    """A fault in twelve buildings, about which some have asked. Nothing of it is held between the acts."""

    def __init__(self, town: Cast, asked: int) -> None:
        self.session, self.me, there = town.session, town.me(town.wangfang), asking_crowd.estate(town)
        notice = asking_crowd.fault(town, there)
        self.asked = [asking_crowd.ask(town, there, n).id for n in range(asked)]
        self.id, self.number = notice.id, notice.number
        self.session.commit()

    def say(self, words: str, session: Session | None = None, **more: timedelta) -> int:
        own = session or self.session
        found = notices.find(own, self.number, for_=self.me)
        update_id = notices.update(own, found, by=self.me, state=UpdateState.progress, words=words, **more).id
        if session is None:
            own.commit()
        return update_id

    def undo(self) -> None:
        unsaid.undo(self.session, notices.find(self.session, self.number, for_=self.me), by=self.me)
        self.session.commit()

    def told(self) -> dict[str, int]:
        said = sa.select(Update.words, sa.func.count()).join(Entry, Entry.update_id == Update.id).group_by(Update.words)
        found = {words: many for words, many in self.session.execute(said)}  # noqa: C416
        self.session.rollback()
        return found


def test_what_is_said_between_two_batches_waits_for_its_seconds_and_can_be_undone(
    town: Cast, database: Database, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "BATCH", 4)
    outage = Outage(town, 9)
    with clock.at(clock.now()):
        outage.say("一")
        between = Between(lambda: outage.say("二", grace=life.GRACE))
        updates.tell_askers(Work(database=database, settings=chosen, stopping=between), notice_id=outage.id)
        assert outage.told() == {"": 9, "一": 4}
        outage.undo()
        updates.tell_askers(Work(database=database, settings=chosen), notice_id=outage.id)
        assert outage.told() == {"": 9, "一": 9}


def test_who_tells_waits_for_who_is_just_saying_something(town: Cast, database: Database, chosen: Settings) -> None:
    """The newest word is looked for only when nobody else holds the notice."""
    outage = Outage(town, 1)
    outage.say("一")
    work = Work(database=database, settings=chosen)
    teller = threading.Thread(target=updates.tell_askers, args=(work,), kwargs={"notice_id": outage.id})
    with database.writing() as session:
        outage.say("二", session, grace=timedelta(minutes=1))
        teller.start()
        teller.join(0.3)
        assert teller.is_alive()
    teller.join()
    assert outage.told() == {"": 1}


def test_an_undo_that_comes_after_somebody_heard_is_refused_in_words(town: Cast) -> None:
    outage = Outage(town, 1)
    with clock.at(clock.now()):
        update_id = outage.say("二", grace=life.GRACE)
        author = outage.session.get_one(Update, update_id).by_id
        outage.session.add(Entry(ticket_id=outage.asked[0], author_id=author, words="二", update_id=update_id, at=clock.now()))
        outage.session.commit()
        with pytest.raises(Refused):
            outage.undo()
        outage.session.rollback()
    assert outage.told() == {"": 1, "二": 1}
