"""What takes a notice's place: never an exercise that of a real one, nor a real one that of an exercise."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.errors import Refused
from broadcasts import drafts, life, notices
from broadcasts.present import present
from broadcasts.tables import Notice, NoticeKind, NoticeState, UpdateState
from grids.tables import Person
from tests.broadcasts.stage import HOUR, NOON, published
from tests.cast import Cast
from tests.client import Client


def test_what_takes_its_place_is_real_as_it_is(town: Cast) -> None:
    session, me = town.session, town.me(town.wangfang)
    written: dict[str, Any] = {"kind": NoticeKind.fault_outage, "title": "绝密演练", "estates": [town.garden.id]}
    for exercise in (False, True):
        notice = published(town, exercise=exercise)
        draft_id = life.replacement(session, notice, by=me).id
        session.commit()

        def found(number: str = str(draft_id)) -> Notice:
            return notices.find(session, number, for_=me)

        with pytest.raises(Refused):
            drafts.edit(session, found(), by=me, exercise=not exercise, **written)
        session.rollback()
        drafts.edit(session, found(), by=me, exercise=exercise, **written)
        # However it became another: it is not published, neither now nor by itself.
        session.execute(sa.update(Notice).where(Notice.id == draft_id).values(exercise=not exercise))
        session.commit()
        with pytest.raises(Refused):
            notices.publish(session, found(), by=me)
        session.rollback()
        life.schedule(session, found(), by=me, at=clock.now() + HOUR)
        with clock.at(clock.now() + 2 * HOUR):
            life.publish_when_due(session, draft_id)
        assert (found().state, found(notice.number).state) == (NoticeState.draft, NoticeState.published)


def test_an_exercise_is_named_by_no_real_notice(town: Cast) -> None:
    """Should one ever stand in its place, its number is still not said."""
    session = town.session
    with clock.at(NOON):
        real, other = published(town), published(town, exercise=True)
        real.state, other.replaces_id = NoticeState.superseded, real.id
        session.flush()
        shown = notices.by_number(session, real.number)
        session.refresh(shown, ["replaced_by"])
        assert present(shown, clock.now()).instead == ""


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_form_offers_no_other_way(told_town: Cast, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(told_town.wangfang)
    for exercise in (False, True):
        notice = published(told_town, exercise=exercise)
        told_town.session.commit()
        opened = client.post(f"/desk/notices/{notice.number}/replacement")
        to, page = opened.url.path, opened.text
        assert 'type="checkbox" name="exercise"' not in page
        assert ('<input type="hidden" name="exercise" value="on">' in page) is exercise
        form = {"kind": "fault_outage", "title": "换一条", "unknown": "on", "estates": str(told_town.garden.id)}
        assert client.post(to, data=form | ({} if exercise else {"exercise": "on"})).status_code == 409
        kept = client.post(to, data=form | ({"exercise": "on"} if exercise else {}))
        assert (kept.status_code, kept.url.path) == (200, to.removesuffix("/edit"))
    assert 'type="checkbox" name="exercise"' in client.get("/desk/notices/new?kind=fault_outage").text


def test_what_waits_to_take_the_place_of_a_notice_that_was_moved_is_looked_at_again(
    told_town: Cast, signed_in: Callable[[Person], Client]
) -> None:
    """It was written with the old time: neither by itself nor by a tap on an old page does that become the truth again."""
    session, me, later = told_town.session, told_town.me(told_town.wangfang), clock.now() + 72 * HOUR
    older = published(told_town, kind=NoticeKind.temporary_outage, starts_at=later, ends_at=later + HOUR)
    draft = life.replacement(session, older, by=me)
    life.schedule(session, draft, by=me, at=clock.now() + HOUR)
    notices.update(session, older, by=me, state=UpdateState.new_time, starts_at=later + 48 * HOUR, ends_at=later + 49 * HOUR)
    session.commit()
    with clock.at(clock.now() + 2 * HOUR):
        life.publish_when_due(session, draft.id)
    session.commit()
    assert (draft.state, older.state) == (NoticeState.draft, NoticeState.published)
    assert "与被替代的通知现在的时间不同" in signed_in(told_town.wangfang).get(f"/desk/notices/{draft.id}").text
