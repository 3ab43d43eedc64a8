"""王芳 tells by hand what her page says while 赵敏 tells something newer: nobody counts as told of what he has not heard."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core.errors import Missing, Overtaken
from app.core.jobs import Work
from broadcasts import notices
from broadcasts.sending import groups
from broadcasts.sending.tables import Posting
from broadcasts.tables import Notice, UpdateState
from grids.tables import Person
from tests.broadcasts.stage import published
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import conversation
from tickets.households.tables import Way
from tickets.outages import errands, news, updates
from tickets.tables import Channel, Errand

SignedIn = Callable[[Person], Client]
OUTBOX = {"idempotency-key": "0123456789abcdef", "accept": "application/json", "x-made-ago": "1200"}
on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def notice(town: Cast, ask: Ask) -> Notice:
    """莲花园 has no power; one asked by telephone, one in the WeChat group."""
    made, me = published(town), town.me(town.wangfang)
    ask("没电了", estate=town.garden, building="1号楼", room="101", channel=Channel.phone, by=me, contact="13800000001")
    ask("没电了", estate=town.garden, building="1号楼", room="102", channel=Channel.wechat, by=me, contact="微信小李")
    town.session.commit()
    return made


@pytest.fixture
def power_is_back(notice: Notice, town: Cast, work: Work) -> Callable[[], None]:
    def told() -> None:
        notices.update(town.session, notice, by=town.me(town.zhaomin), state=UpdateState.restored)
        town.session.commit()
        updates.tell_askers(work, notice_id=notice.id)

    return told


def left(town: Cast) -> list[Way]:
    found = sorted(town.session.scalars(sa.select(Errand.way).where(Errand.done_at.is_(None))))
    town.session.commit()  # It lets go of the database at once: it would keep the app from writing.
    return found


def test_the_text_of_before_tells_nobody_that_the_power_is_back(notice: Notice, power_is_back: Callable[[], None], town: Cast) -> None:
    me, session = town.me(town.wangfang), town.session
    before = news.latest(session, notice.id)
    called = session.scalars(sa.select(Errand.id).where(Errand.way == Way.call)).one()
    assert before
    session.commit()
    power_is_back()
    with pytest.raises(Overtaken):
        errands.tick_group(session, notice, town.garden.id, by=me, update_id=before.id)
    with pytest.raises(Missing):
        errands.find(session, called, for_=me)
    assert left(town) == [Way.call, Way.paste]
    now = news.latest(session, notice.id)
    assert now
    assert [errands.tick_group(session, notice, town.garden.id, by=me, update_id=now.id) for _twice in range(2)] == [1, 0]
    assert left(town) == [Way.call]


def test_the_groups_text_is_no_reminder_of_a_visit(notice: Notice, town: Cast) -> None:
    me, session = town.me(town.wangfang), town.session
    asker = session.scalars(sa.select(Errand).where(Errand.way == Way.paste)).one()
    entry = conversation.answer(session, conversation.find(session, asker.ticket_id, for_=me), by=me, words="明天上午来看表。")
    session.add(Errand(ticket_id=asker.ticket_id, entry_id=entry.id, update_id=None, way=Way.paste, at=entry.at))
    session.flush()
    alone = sa.select(sa.func.count()).select_from(Errand).where(Errand.update_id.is_(None), Errand.done_at.is_(None))
    assert session.scalar(alone) == 1
    told = news.latest(session, notice.id)
    assert told
    assert errands.tick_group(session, notice, town.garden.id, by=me, update_id=told.id) == 1
    assert session.scalar(alone) == 1


@on_sqlite
def test_a_kept_tick_is_refused_with_what_is_still_to_be_brought(
    notice: Notice, power_is_back: Callable[[], None], town: Cast, signed_in: SignedIn
) -> None:
    client, page = signed_in(town.wangfang), f"/desk/notices/{notice.number}/askers"
    seen = client.get(page).text
    [call] = re.findall(r"/desk/errands/\d+/tick", seen)
    paste, update = f"/desk/notices/{notice.number}/groups", dict(re.findall(r'name="(update)" value="(\d+)"', seen))
    assert update
    pasted, told = {"estate": str(town.garden.id), **update}, {"notice": notice.number}
    power_is_back()
    for address, form, why in ((paste, pasted, "新的文字还没有发"), (call, told, "看看还要告诉谁")):
        kept = client.post(address, data=form, headers=OUTBOX)
        assert (kept.status_code, why in kept.json()["title"]) == (409, True)
        by_hand = client.post(address, data=form)
        assert (by_hand.status_code, why in by_hand.text, "已复电" in by_hand.text) == (409, True, True), "without script the page itself"
        assert f'action="{paste}"' in by_hand.text
    assert left(town) == [Way.call, Way.paste]
    unnamed = client.post(paste, data={"estate": str(town.garden.id)}, headers=OUTBOX)
    assert unnamed.status_code == 409, "a tick that was kept before pages named their text"
    assert client.post(call, data={}).status_code == 404
    assert client.post(call, data={"notice": "260101-99"}).status_code == 404
    again = dict(re.findall(r'name="(update|estate)" value="(\d+)"', client.get(page).text))
    assert [client.post(paste, data=again, headers=OUTBOX).status_code for _twice in range(2)] == [204, 204]
    assert left(town) == [Way.call]


def test_a_text_that_was_taken_back_is_ticked_for_no_other(town: Cast, signed_in: SignedIn) -> None:
    made, me = published(town), town.me(town.wangfang)
    groups.add(town.session, town.lotus, by=me, name="莲花园业主群", estates=[town.garden.id])
    town.session.commit()
    wang, zhao, page = signed_in(town.wangfang), signed_in(town.zhaomin), f"/desk/notices/{made.number}"
    wang.post(f"{page}/updates", data={"state": "progress", "words": "变压器烧毁，明天才能来电"})
    desk = wang.get(f"{page}/sending").text
    tick = {"update": re.findall(r'name="update" value="(\d+)"', desk)[0], "to": re.findall(r'name="to" value="(group/\d+)"', desk)[0]}
    zhao.post(f"{page}/undo", data={"version": "2"})
    zhao.post(f"{page}/updates", data={"state": "progress", "words": "十分钟内来电"})
    kept = wang.post(f"{page}/postings", data=tick, headers=OUTBOX)
    assert (kept.status_code, "新的文字还没有发" in kept.json()["title"]) == (409, True)
    by_hand = wang.post(f"{page}/postings", data=tick)
    assert (by_hand.status_code, "新的文字还没有发" in by_hand.text, "十分钟内来电" in by_hand.text) == (409, True, True)
    assert not town.session.scalars(sa.select(Posting)).all()
