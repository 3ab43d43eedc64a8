"""A notice that is moved or withdrawn takes along the call that was to be made before it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import needs
from app.core import clock
from app.core.jobs import Work
from broadcasts import drafts, notices
from broadcasts.tables import Notice, NoticeKind, UpdateState
from grids.tables import Building
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets.clocks.tables import CallBefore
from tickets.outages import updates
from tickets.tables import Ticket

TEN = datetime(2026, 11, 27, 10, 0, tzinfo=clock.SHANGHAI)
SOON = TEN + timedelta(minutes=70)


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def said(town: Cast, work: Work, key: int, at: datetime, **how: Any) -> None:
    with clock.at(at):
        notices.update(town.session, town.session.get_one(Notice, key), by=town.me(town.wangfang), **how)
        town.session.commit()
    with clock.at(at + timedelta(minutes=6)):
        updates.tell_askers(work, notice_id=key)
        updates.tell_askers(work, notice_id=key)
        town.session.expire_all()


@pytest.mark.parametrize("words", ["通知说要停电，我爸用呼吸机怎么办", "12月6号停电，我爸用呼吸机怎么办"])
def test_the_call_goes_with_its_notice(town: Cast, ask: Ask, work: Work, words: str) -> None:
    me, day = town.me(town.wangfang), TEN + timedelta(days=9, hours=3)
    with clock.at(TEN):
        draft = drafts.write(
            town.session, town.lotus, by=me, kind=NoticeKind.planned_outage, estates=[town.garden.id], title="停", cause="检修",
            starts_at=day, ends_at=day + timedelta(hours=5),
        )  # fmt: skip
        key = notices.publish(town.session, draft, by=me).id
        town.session.commit()
    with clock.at(TEN + timedelta(minutes=10)):
        ticket = ask(words, estate=town.garden, building="1号楼", room="501").id
        town.session.commit()
        assert town.session.get_one(CallBefore, ticket).begins_at == day
    late = {"late_reason": "急"}
    said(
        town, work, key, TEN + timedelta(minutes=20), state=UpdateState.new_time, starts_at=SOON, ends_at=SOON + timedelta(hours=4), **late
    )
    assert town.session.get_one(CallBefore, ticket).begins_at == SOON
    assert town.session.get_one(Ticket, ticket).due_at <= TEN + timedelta(minutes=26), "an hour before, or a quarter after it was asked"
    with clock.at(SOON + timedelta(minutes=1)):
        assert needs.of(town.session, me).beforehand == []
    with clock.at(TEN + timedelta(minutes=27)):
        assert [one.id for one in needs.of(town.session, me).beforehand] == [ticket]
    said(town, work, key, TEN + timedelta(minutes=40), state=UpdateState.cancelled)
    assert town.session.get(CallBefore, ticket) is None
    with clock.at(TEN + timedelta(minutes=50)):
        assert needs.of(town.session, me).beforehand == []


def test_another_homes_notice_of_that_day_moves_nothing(town: Cast, ask: Ask, work: Work) -> None:
    me, day = town.me(town.wangfang), TEN + timedelta(days=9, hours=3)
    home, other = town.session.scalars(sa.select(Building).where(Building.estate_id == town.garden.id).order_by(Building.id).limit(2))
    with clock.at(TEN):
        draft = drafts.write(
            town.session, town.lotus, by=me, kind=NoticeKind.planned_outage, buildings=[other.id], title="停",
            starts_at=day, ends_at=day + timedelta(hours=5),
        )  # fmt: skip
        key = notices.publish(town.session, draft, by=me).id
        ticket = ask("12月6号停电，我爸用呼吸机怎么办", estate=town.garden, building=home.name, room="501").id
        town.session.commit()
        before = town.session.get_one(CallBefore, ticket).begins_at
    said(town, work, key, TEN + timedelta(minutes=20), state=UpdateState.cancelled)
    assert town.session.get_one(CallBefore, ticket).begins_at == before
