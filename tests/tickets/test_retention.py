"""At night what is over its time is erased, once, whatever happens in between; what is still needed never is."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.core import audit, clock
from app.core.errors import Forbidden, Mistaken
from app.core.jobs import Work
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets import conversation, promises
from tickets.households.tables import Household, Reach
from tickets.privacy import overdue, periods, requests, retention
from tickets.privacy.tables import Kept, LookUp, Proof, RetentionRun, Wish
from tickets.tables import Entry, Ticket

NOW = clock.now()
PHONE = "13800000009"


def asked(town: Cast, ask: Ask, at: datetime, *, room: str, phone: str = "", close: bool = True, promise: bool = False) -> Ticket:
    me = town.me(town.wangfang)
    with clock.at(at):
        ticket = ask(f"我叫李小强，{room}室电费高了", estate=town.garden, building="2号楼", room=room, contact=phone)
        entry = conversation.answer(town.session, ticket, by=me, words="李小强您好，进了第二档。")
        if promise:
            promises.make(town.session, entry, by=me, day=clock.today())
        if close:
            conversation.close(town.session, ticket, by=me)
    return ticket


@pytest.fixture
def night(work: Work, town: Cast) -> Iterator[date]:
    """Three in the morning, 800 days after it was asked."""
    with clock.at(clock.local(NOW + timedelta(days=800)).replace(hour=3, minute=0)):
        yield clock.today()


def numbers(work: Work, night: date) -> dict[str, int]:
    with work.database.reading() as session:
        run = session.get_one(RetentionRun, night)
        assert run.ended_at is not None
        return {key: n for key, n in run.numbers.items() if n}


def test_the_old_loses_its_persons_and_what_is_needed_keeps_them(town: Cast, ask: Ask, work: Work, night: date) -> None:
    old = asked(town, ask, NOW, room="501", phone=PHONE)
    needed = {
        "open": asked(town, ask, NOW, room="502", phone="13800000002", close=False),
        "promised": asked(town, ask, NOW, room="503", phone="13800000003", promise=True),
        "young": asked(town, ask, NOW + timedelta(days=600), room="504", phone="13800000004"),
        "wished": asked(town, ask, NOW, room="505", phone="13800000005"),
    }
    again = asked(town, ask, NOW, room="506", phone="13800000006")
    reopened = asked(town, ask, NOW, room="506", phone="13800000006", close=False)
    requests.enter(town.session, needed["wished"], wish=Wish.copy, proof=Proof.bill, by=town.me(town.wangfang))
    town.session.commit()
    retention.sweep(work)
    assert numbers(work, night) == {Kept.contacts: 1, Kept.names: 2}
    with work.database.reading() as session:
        assert session.scalars(sa.select(Entry.words).where(Entry.ticket_id == old.id).order_by(Entry.id)).all() == [
            "我叫***，***电费高了", "***您好，进了第二档。",
        ]  # fmt: skip
        kept = {session.get_one(Ticket, one.id).subject for one in needed.values()}
        assert kept == {f"我叫李小强，{room}室电费高了" for room in ("502", "503", "504", "505")}
        reached = {reach.shown for reach in session.scalars(sa.select(Reach))}
        assert reached == {f"138****000{n}" for n in (2, 3, 4, 5, 6)}  # 506 asks still, so it is still reached.
        assert session.get_one(Ticket, again.id).household_id is None
        assert session.get_one(Ticket, reopened.id).household_id is not None
        assert sorted(session.scalars(sa.select(Household.room))) == ["", "502", "503", "504", "505", "506"]
        assert audit.verify(session)[1] is None


def test_a_night_is_one_run_and_one_cut_short_goes_on(
    town: Cast, ask: Ask, work: Work, night: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        asked(town, ask, NOW, room=str(600 + number), phone=f"1380000010{number}")
    town.session.commit()
    monkeypatch.setattr(overdue, "BATCH", 2)
    done = overdue.names
    calls = iter(range(9))

    def killed(*given: object) -> overdue.Batch:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return done(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as cut:
        cut.setitem(overdue.STEPS, Kept.names, killed)
        with pytest.raises(KeyboardInterrupt):
            retention.sweep(work)
    with work.database.reading() as session:
        half = session.get_one(RetentionRun, night)
        assert (half.ended_at, half.numbers[Kept.names]) == (None, 4)
    retention.sweep(work)
    assert numbers(work, night) == {Kept.contacts: 7, Kept.names: 7}
    retention.sweep(work)
    assert numbers(work, night) == {Kept.contacts: 7, Kept.names: 7}
    with clock.at(clock.now() + timedelta(days=1)):
        retention.sweep(work)
        assert numbers(work, night + timedelta(days=1)) == {}


@pytest.mark.usefixtures("night")
def test_words_go_in_the_end_and_looks_with_their_own_time(town: Cast, ask: Ask, work: Work) -> None:
    me = town.me(town.wangfang)
    for days, room in ((0, "501"), (1900, "502")):
        asked(town, ask, NOW + timedelta(days=days), room=room)
        with clock.at(NOW + timedelta(days=days)):
            somebody_was_looked_for(town, me.id)
    town.session.commit()
    with clock.at(clock.now() + timedelta(days=1200)):
        retention.sweep(work)
        assert numbers(work, clock.today()) == {Kept.names: 1, Kept.words: 1, Kept.lookups: 1}
    with work.database.reading() as session:
        assert session.scalars(sa.select(Entry.words).order_by(Entry.id)).all()[:2] == ["", ""]
        assert session.scalar(sa.select(sa.func.count()).select_from(LookUp)) == 1


def somebody_was_looked_for(town: Cast, person_id: int) -> None:
    town.session.add(LookUp(by_id=person_id, ticket_id=None, household_id=None, reason="search", mark="m", found=0, at=clock.now()))
    town.session.flush()


def test_a_period_is_decided_from_a_day_on_with_its_paper(town: Cast, ask: Ask, work: Work, night: date) -> None:
    admin, session = town.me(town.admin), town.session
    asked(town, ask, NOW + timedelta(days=700), room="501", phone=PHONE)
    for days, source, day in ((0, "局发", night), (30, "", night), (30, "局发", night - timedelta(days=1)), (99, "局发", night)):
        kept = Kept.lookups if days == 99 else Kept.contacts
        with pytest.raises(Mistaken):
            periods.decide(session, by=admin, kept=kept, days=days, source=source, effective_on=day)
    with pytest.raises(Forbidden):
        periods.decide(session, by=town.me(town.liujie), kept=Kept.contacts, days=30, source="局发〔2026〕1号", effective_on=night)
    periods.decide(session, by=admin, kept=Kept.contacts, days=30, source="局发〔2026〕1号", effective_on=night + timedelta(days=1))
    assert periods.days(session, town.lotus.id, Kept.contacts) == 365
    session.commit()
    retention.sweep(work)
    assert numbers(work, night) == {}
    with clock.at(clock.now() + timedelta(days=1)):
        retention.sweep(work)
        assert numbers(work, night + timedelta(days=1)) == {Kept.contacts: 1}
    assert [row.days for row in periods.every(session, by=admin) if row.kept is Kept.contacts] == [365, 30]


def test_by_day_nothing_is_erased(work: Work, town: Cast) -> None:
    town.session.commit()
    with clock.at(clock.local(clock.now()).replace(hour=14)):
        retention.sweep(work)
    with work.database.reading() as session:
        assert session.scalars(sa.select(RetentionRun)).all() == []
