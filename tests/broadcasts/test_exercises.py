"""An exercise can reach no resident: not by any page, feed, address or message."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import life, notices, outages, shelf
from broadcasts.deliveries import deliveries
from broadcasts.deliveries.tables import Delivery
from broadcasts.promises import reminders
from broadcasts.promises.tables import Promise, Reminder
from broadcasts.tables import Notice, NoticeKind, Update, UpdateState
from grids.tables import Person
from tests import routes
from tests.broadcasts.phones import phone
from tests.broadcasts.stage import HOUR, draft
from tests.cast import Cast
from tests.client import Client
from tests.pwa.loopback import PushService

WORD = "绝密演练词"


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def exercise(town: Cast, **said: Any) -> Notice:
    """With a word that nobody else says, in everything that a manager writes."""
    written = {"title": WORD, "words": WORD, "cause": WORD, "line": WORD, "exercise": True}
    return notices.publish(town.session, draft(town, **(written | said)), by=town.me(town.wangfang))


def public_addresses(app: Any, number: str) -> list[str]:
    """Every address that anybody may read, with the exercise's number where one takes a number."""
    open_ = [path for method, path in routes.routes(app) if method == "GET" and routes.LISTED[method, path].open_to == routes.EVERYBODY]
    return [routes.fill("GET", path).replace("260714-01", number) for path in open_ if "{name}" not in path]


def test_no_page_or_feed_that_residents_read_knows_of_it(app: Any, told_town: Cast, resident: Client) -> None:
    running = exercise(told_town)
    coming = exercise(told_town, kind=NoticeKind.planned_outage, starts_at=clock.now() + HOUR, ends_at=clock.now() + 2 * HOUR)
    news = exercise(told_town, kind=NoticeKind.safety, ends_at=None)
    notices.update(told_town.session, running, by=told_town.me(told_town.wangfang), state=UpdateState.progress, words=WORD)
    told_town.session.commit()
    asked = 0
    for notice in (running, coming, news):
        for address in [*public_addresses(app, notice.number), f"/find?code={notice.number}", f"/g/104226/cap.xml?notice={notice.number}"]:
            answer = resident.get(address)
            assert WORD not in answer.text, address
            assert f"/n/{notice.number}" not in answer.text.replace(str(answer.url), ""), address
            asked += 1
            if f"/n/{notice.number}" in address or "notice=" in address:
                assert answer.status_code == 404, address
    assert asked > 60


def test_only_phones_of_colleagues_on_duty_hear_of_it(told_town: Cast, service: PushService, database: Database, chosen: Settings) -> None:
    session: Session = told_town.session
    residents = [
        phone(session, service, grid=told_town.lotus),
        phone(session, service, grid=told_town.lotus, estate=told_town.garden),
        phone(session, service, of=told_town.liujie, grid=told_town.lotus),
    ]
    manager = phone(session, service, of=told_town.wangfang)
    notice = exercise(told_town)
    [update] = session.scalars(sa.select(Update).where(Update.notice_id == notice.id))
    session.commit()
    deliveries.send_shard(Work(database=database, settings=chosen), update_id=update.id, shard=0)
    assert [len(service.to(held)) for held in residents] == [0, 0, 0]
    [message] = service.to(manager)
    assert json.dumps(message.words, ensure_ascii=False).count("【演习】") == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 1


def test_it_promises_nothing_reminds_nobody_and_counts_nowhere(told_town: Cast) -> None:
    start = clock.now() + 9 * 24 * HOUR
    notice = exercise(told_town, kind=NoticeKind.planned_outage, starts_at=start, ends_at=start + HOUR)
    reminders.follow(told_town.session, notice)
    for table in (Promise, Reminder):
        assert told_town.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    assert outages.affecting(told_town.session, told_town.garden.id) == []
    running = exercise(told_town)
    assert outages.affecting(told_town.session, told_town.garden.id) == []
    assert [one.notice.id for one in shelf.of_grids(told_town.session, (told_town.lotus.id,)).out] == [running.id]


def test_colleagues_see_that_it_is_one_wherever_they_see_it(told_town: Cast, signed_in: Callable[[Person], Client]) -> None:
    notice = exercise(told_town)
    told_town.session.commit()
    client = signed_in(told_town.wangfang)
    for address in ("/desk", "/desk/notices", f"/desk/notices/{notice.number}"):
        page = client.get(address).text
        assert WORD in page, address
        assert "演习" in page, address
    warning = client.get(f"/desk/notices/{notice.number}/cap.xml").text
    assert "<status>Exercise</status>" in warning
    assert "<scope>Restricted</scope>" in warning


def test_what_replaces_an_exercise_is_one_too(told_town: Cast) -> None:
    me = told_town.me(told_town.wangfang)
    new = life.replacement(told_town.session, exercise(told_town), by=me)
    assert new.exercise


def test_an_exercises_page_offers_nothing_that_only_a_real_notice_has(told_town: Cast, signed_in: Callable[[Person], Client]) -> None:
    notice = exercise(told_town)
    told_town.session.commit()
    me = signed_in(told_town.wangfang)
    page = me.get(f"/desk/notices/{notice.number}").text
    assert "演练" in page
    assert f"/n/{notice.number}" not in page, "no poster, no code, no address that would answer: do not trust it"
    assert "网页已经改了" not in page
    for address in set(re.findall(r'href="(/desk/notices/[^"#?]+)', page)):
        assert me.get(address).status_code == 200, address
