"""Somebody said too early that the power is back: for ten seconds it can be taken back, and nobody has heard of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.errors import Refused
from broadcasts import life, notices, still_out
from broadcasts.promise_tables import Promise
from broadcasts.tables import Delivery, NoticeState, Update, UpdateState
from tests.broadcasts.phones import crowd
from tests.broadcasts.stage import HOUR, NOON, draft
from tests.cast import Cast
from tests.pwa import loopback


def test_back_too_early_is_undone_within_ten_seconds_and_nothing_left(town: Cast) -> None:
    me, session = town.me(town.wangfang), town.session
    with loopback.running() as service:
        crowd(session, service, town.lotus, 2)
    notice = draft(town)
    with clock.at(NOON):
        notices.publish(session, notice, by=me, next_update_at=NOON + HOUR)
        end = notice.ends_at
    with clock.at(NOON + HOUR / 2):
        notices.update(session, notice, by=me, state=UpdateState.restored, grace=life.GRACE)
        due = session.scalars(sa.select(Delivery.due_at).join(Update).where(Update.state == UpdateState.restored)).all()
        assert set(due) == {clock.now() + life.GRACE + notices.LEEWAY}
        assert still_out.seconds_left(notice) == 11
    with clock.at(NOON + HOUR / 2 + timedelta(seconds=9)):
        still_out.undo(session, notice, by=me)
        still_out.undo(session, notice, by=me)
    assert (notice.state, notice.version, notice.ends_at, notice.next_update_at) == (NoticeState.published, 1, end, NOON + HOUR)
    assert session.scalars(sa.select(Update.state)).all() == [UpdateState.published]
    assert all(one.ended_at is None for one in session.scalars(sa.select(Promise)))
    assert {one.answer for one in session.scalars(sa.select(Delivery))} == {""}, "what the update overtook goes on"
    with clock.at(NOON + HOUR):
        notices.update(session, notice, by=me, state=UpdateState.restored, grace=life.GRACE)
    with clock.at(NOON + HOUR + timedelta(seconds=11)), pytest.raises(Refused):
        still_out.undo(session, notice, by=me)
