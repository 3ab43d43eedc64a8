"""Whether an outage is announced in time is said before it is published."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.errors import Mistaken
from broadcasts import life, notices, unsaid
from broadcasts.composer.written import local
from broadcasts.promises import lead_times
from broadcasts.tables import LateMove, NoticeKind, UpdateState
from grids.tables import Person
from tests.broadcasts.stage import HOUR, NOON, draft, planned
from tests.cast import Cast
from tests.client import Client


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    ("kind", "gap", "kept", "said"),
    [
        ("planned_outage", timedelta(days=2, hours=3, minutes=20), False, "提前 2 天 3 小时；计划停电应提前 7 天公告。"),
        ("planned_outage", timedelta(days=7), True, "提前 7 天；计划停电应提前 7 天公告。"),
        ("temporary_outage", timedelta(hours=5, minutes=30), False, "提前 5 小时 30 分；临时停电应提前 24 小时公告。"),
        ("temporary_outage", -HOUR, False, "没有提前：已到停电时间；临时停电应提前 24 小时公告。"),
    ],
)
def test_the_lead_time_is_said(town: Cast, kind: str, gap: timedelta, kept: bool, said: str) -> None:
    with clock.at(NOON):
        notice = draft(town, kind=NoticeKind(kind), starts_at=NOON + gap, ends_at=NOON + gap + 3 * HOUR)
        told = lead_times.of(town.session, notice)
    assert told is not None
    assert (told.kept, told.words) == (kept, said)
    assert "2010年1月1日" in told.source


def test_faults_and_news_need_no_time_ahead(town: Cast) -> None:
    assert lead_times.of(town.session, draft(town)) is None
    assert lead_times.of(town.session, draft(town, kind=NoticeKind.service, ends_at=None)) is None


def test_usual_fields_that_are_blank_are_named(town: Cast) -> None:
    assert lead_times.missing(town.session, draft(town)) == ""
    assert lead_times.missing(town.session, draft(town, line="", cause="")) == "线路或台区、原因"
    assert lead_times.missing(town.session, draft(town, kind=NoticeKind.service, ends_at=None, line="", cause="", words="")) == "您的话"


def test_the_preview_says_both_and_asks_why(told_town: Cast, signed_in: Callable[[Person], Client]) -> None:
    start = clock.now() + timedelta(days=2, hours=3, minutes=30)
    form = {
        "grid": "104226", "kind": "planned_outage", "starts_at": local(start), "ends_at": local(start + HOUR),
        "estates": [str(told_town.garden.id)],
    }  # fmt: skip
    client = signed_in(told_town.wangfang)
    preview = client.post("/desk/notices", data=form)
    for said in ("提前 2 天 3 小时；计划停电应提前 7 天公告", "供电监管办法", "还没写：线路或台区、原因、您的话", "发布给 900 户"):
        assert said in preview.text
    assert "这条通知晚了" in (again := client.post(f"{preview.url.path}/publication")).text
    assert again.status_code == 422
    published = client.post(f"{preview.url.path}/publication", data={"late_reason": "物业要求提前施工"})
    assert published.status_code == 200
    for said in ("发布晚于规定：提前 2 天，应提前 7 天。", "原因：物业要求提前施工"):
        assert said in client.get(f"/n/{published.url.path.rpartition('/')[2]}").text


def test_a_new_start_needs_its_time_ahead_as_the_first_did(told_town: Cast, signed_in: Callable[[Person], Client]) -> None:
    """It is announced anew: too late it needs its reason, which stands beside the move and among what was late."""
    me, session = told_town.me(told_town.wangfang), told_town.session
    notice = planned(told_town)
    session.commit()
    client, address = signed_in(told_town.wangfang), f"/desk/notices/{notice.number}"
    soon = clock.now() + timedelta(days=3, hours=19, minutes=30)
    move = {"state": "new_time", "starts_at": local(soon), "ends_at": local(soon + HOUR)}
    assert "也要按规定提前 7 天公告" in client.get(address).text
    asked = client.post(f"{address}/updates", data=move)
    assert asked.status_code == 422
    for said in ("提前 3 天 19 小时；计划停电应提前 7 天公告", 'id="late_reason-said"'):
        assert said in asked.text
    assert client.post(f"{address}/updates", data=move | {"late_reason": "雨天推迟"}).status_code == 200
    for page in (client.get(f"/n/{notice.number}").text, signed_in(told_town.liujie).get("/review/notices?which=late").text):
        assert "雨天推迟" in page
    client.post(f"{address}/undo")
    assert session.scalars(sa.select(LateMove.reason)).all() == [], "taken back it was never late"
    session.expire_all()
    notice = notices.find(session, notice.number, for_=me)
    far = clock.now() + timedelta(days=9)
    notices.update(session, notice, by=me, state=UpdateState.new_time, starts_at=far, ends_at=far + HOUR)
    notices.update(session, notice, by=me, state=UpdateState.new_time, ends_at=far + 2 * HOUR)
    with pytest.raises(Mistaken):
        notices.update(session, notice, by=me, state=UpdateState.corrected, starts_at=soon, words="写错了", grace=life.GRACE)
    assert not unsaid.can_undo(session, notice)
