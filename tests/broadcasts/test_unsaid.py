"""Somebody said something wrong of an outage: for ten seconds it can be taken back, and nobody has heard of it."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.errors import Refused
from broadcasts import life, notices, seconds, unsaid
from broadcasts.deliveries.tables import Delivery
from broadcasts.promises import promises
from broadcasts.promises.tables import Call, Promise
from broadcasts.tables import Notice, NoticeState, Place, Update, UpdateState
from tests.broadcasts.phones import crowd
from tests.broadcasts.stage import HOUR, NOON, draft
from tests.cast import Cast
from tests.pwa import loopback

SAID = ("state", "title", "cause", "line", "starts_at", "ends_at", "next_update_at")


def standing(town: Cast, notice: Notice) -> list[Any]:
    """All that a page, a phone or a colleague could tell of it."""
    session = town.session
    session.flush()
    places = session.execute(sa.select(Place.estate_id, Place.building_id, Place.partly).where(Place.notice_id == notice.id)).all()
    called = session.execute(sa.select(Call.subject, Call.part, Call.minutes)).all()
    told = session.execute(sa.select(Delivery.state, Delivery.answer, Update.state).join(Update)).all()
    said = [getattr(notice, name) for name in SAID]
    return [*said, sorted(places, key=str), promises.standing(session, notice), sorted(called), sorted(told)]


def test_whatever_was_told_is_undone_within_ten_seconds_and_nothing_left(town: Cast) -> None:
    me, session = town.me(town.wangfang), town.session
    with loopback.running() as service:
        crowd(session, service, town.lotus, 2)
    with clock.at(NOON):
        notice = draft(town, estates=[], partly=[town.garden.id])
        notices.publish(session, notice, by=me, next_update_at=NOON + HOUR)
    before = standing(town, notice)
    wrong: dict[UpdateState, dict[str, Any]] = {
        UpdateState.arrived: {"words": "到场"},
        UpdateState.progress: {"cause": "是变压器", "next_update_at": NOON + 2 * HOUR},
        UpdateState.new_time: {"ends_at": NOON + 9 * HOUR},
        UpdateState.restored: {},
        UpdateState.cancelled: {},
        UpdateState.corrected: {"title": "写错的标题", "estates": [town.court.id, town.garden.id]},
    }
    at = NOON + HOUR / 2
    for state, said in wrong.items():
        at += HOUR / 12
        with clock.at(at):
            told = notices.update(session, notice, by=me, state=state, grace=life.GRACE, **said)
            assert set(session.scalars(sa.select(Delivery.due_at).where(Delivery.update_id == told.id))) == {
                at + life.GRACE + seconds.LEEWAY
            }
            assert unsaid.can_undo(session, notice), state
            assert standing(town, notice) != before
        with clock.at(at + timedelta(seconds=9)):
            before_undo = notice.version
            for _twice in range(2):
                unsaid.undo(session, notice, by=me, version=before_undo)
            assert not unsaid.can_undo(session, notice)
        assert standing(town, notice) == before, state
    assert notice.version == 1 + 2 * len(wrong), "whoever fetched it meanwhile sees that it changed"
    assert session.scalars(sa.select(Promise.ended_at)).all() == [None, None]
    with clock.at(at + HOUR):
        notices.update(session, notice, by=me, state=UpdateState.restored, grace=life.GRACE)
    with clock.at(at + HOUR + timedelta(seconds=11)), pytest.raises(Refused):
        unsaid.undo(session, notice, by=me)
    assert notice.state is NoticeState.restored


def test_what_was_put_right_while_somebody_waited_is_not_put_back(town: Cast) -> None:
    me, session = town.me(town.wangfang), town.session
    with clock.at(NOON):
        notice = notices.publish(session, draft(town, estates=[town.garden.id]), by=me)
        session.flush()
        assert notice.title != "新标题"
        right = sa.update(Notice).where(Notice.id == notice.id).values(title="新标题", cause="新原因")
        session.execute(right, execution_options={"synchronize_session": False})
        notices.update(session, notice, by=me, state=UpdateState.progress, words="到场", grace=life.GRACE)
        unsaid.undo(session, notice, by=me)
    assert (notice.title, notice.cause) == ("新标题", "新原因")
