"""王芳 has a page open while 赵敏 acts: what he did is not undone unseen, and nothing is told that she has not read."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import sqlalchemy as sa
from lxml import html

from app.core import clock
from app.core.database import Database
from app.core.errors import Overtaken
from broadcasts import life, meanwhile, notices, unsaid
from broadcasts.composer.written import local
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeState, UpdateState
from grids.tables import Person
from tests.broadcasts.stage import HOUR, draft, planned, published
from tests.cast import Cast
from tests.client import Client

SignedIn = Callable[[Person], Client]
Fields = list[tuple[str, str]]
ALREADY = "您打开这页之后，赵敏已经发了“{}”"
on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def filled(page: httpx.Response, action: str) -> Fields:
    """The form as it stands on the page, as a browser without JavaScript would send it."""
    form = html.fromstring(page.text).xpath(f'//form[@action="{action}"]')[0]
    return [(name, value.removeprefix("\n")) for name, value in form.form_values()]


def typed(form: Fields, **said: str) -> Fields:
    return [*((name, value) for name, value in form if name not in said), *said.items()]


def send(client: Client, address: str, form: Iterable[tuple[str, Any]]) -> httpx.Response:
    return client.post(address, content=urlencode([*form]), headers={"content-type": "application/x-www-form-urlencoded"})


def told(database: Database, number: str) -> Notice:
    """As everybody finds it."""
    with database.reading() as session:
        return notices.by_number(session, number)


def test_an_update_on_what_was_seen_goes_and_on_what_has_changed_it_is_asked_once_more(town: Cast) -> None:
    wang, zhao, session = town.me(town.wangfang), town.me(town.zhaomin), town.session
    notice = published(town)
    seen = notice.version
    said = {"state": UpdateState.new_time, "ends_at": clock.now() + 5 * HOUR}
    for _twice in range(2):
        notices.update(session, notice, by=wang, version=seen, **said)
    assert notice.version == seen + 1, "a thumb that tapped twice with what it saw has said it once"
    notices.update(session, notice, by=zhao, state=UpdateState.restored, version=notice.version, grace=life.GRACE)
    with pytest.raises(Overtaken, match="已复电"):
        notices.update(session, notice, by=wang, version=seen + 1, state=UpdateState.new_time, ends_at=clock.now() + 6 * HOUR)
    assert notice.state is NoticeState.restored
    unsaid.undo(session, notice, by=zhao, version=notice.version)
    with pytest.raises(Overtaken, match="被撤回"):
        notices.update(session, notice, by=wang, version=seen + 1, state=UpdateState.progress, words="到场")
    notices.update(session, notice, by=wang, version=notice.version, state=UpdateState.progress, words="到场")
    notices.update(session, notice, by=wang, state=UpdateState.cancelled)


@pytest.mark.parametrize("change", [{"title": "又改了题"}, {"words": "半句"}, {"exercise": True}, {"estates": "court"}])
def test_a_draft_that_was_changed_is_published_by_nobody_who_has_not_read_it(change: dict[str, Any], town: Cast) -> None:
    wang, session = town.me(town.wangfang), town.session
    notice = draft(town)
    read, later = meanwhile.mark_of(session, notice), clock.now() + HOUR
    said = {name: getattr(notice, name) for name in ("title", "words", "cause", "line", "starts_at", "ends_at", "exercise")}
    said |= {"estates": [town.garden.id]} | ({"estates": [town.court.id]} if "estates" in change else change)
    life.drafts.edit(session, notice, by=town.me(town.zhaomin), kind=notice.kind, **said)
    for tell in (
        lambda: notices.publish(session, notice, by=wang, mark=read),
        lambda: life.schedule(session, notice, by=wang, at=later, mark=read),
    ):
        with pytest.raises(Overtaken):
            tell()
    assert notice.is_written_only
    now = meanwhile.mark_of(session, notice)
    for _twice in range(2):
        life.schedule(session, notice, by=wang, at=later, mark=now)
    with pytest.raises(Overtaken):
        notices.publish(session, notice, by=wang, mark=now)
    for _twice in range(2):
        notices.publish(session, notice, by=wang, mark=meanwhile.mark_of(session, notice))
    assert notice.version == 1


@on_sqlite
def test_a_colleagues_restoration_is_shown_before_a_new_time_goes(told_town: Cast, signed_in: SignedIn, database: Database) -> None:
    notice = published(told_town, starts_at=clock.now() - HOUR)
    told_town.session.commit()
    wang, zhao, page = signed_in(told_town.wangfang), signed_in(told_town.zhaomin), f"/desk/notices/{notice.number}"
    address = f"{page}/updates"
    later = {"state": "new_time", "ends_at": local(clock.now() + 5 * HOUR), "words": "电缆还要换一段"}
    opened = typed(filled(wang.get(page), address), **later)
    send(zhao, address, [("state", "restored")])
    asked = send(wang, address, opened)
    assert (asked.status_code, ALREADY.format("已复电") in asked.text) == (409, True)
    assert told(database, notice.number).state is NoticeState.restored
    form = filled(asked, address)
    assert later.items() <= dict(form).items(), "what was typed stands there again"
    assert send(wang, address, form).status_code == 200
    assert told(database, notice.number).state is NoticeState.published
    assert send(wang, address, [("state", "cancelled"), ("version", "1")]).status_code == 409
    assert send(wang, address, [("state", "cancelled"), ("version", "heute")]).status_code == 422


@on_sqlite
def test_what_she_did_not_touch_takes_nothing_of_a_correction_back(told_town: Cast, signed_in: SignedIn, database: Database) -> None:
    notice, town = planned(told_town), told_town
    town.session.commit()
    wang, zhao, page = signed_in(town.wangfang), signed_in(town.zhaomin), f"/desk/notices/{notice.number}"
    address, end = f"{page}/updates", notice.ends_at
    assert end is not None
    opened = typed(filled(wang.get(page), address), state="corrected", cause="换变压器")
    both = [("places", "on"), ("estates", str(town.garden.id)), ("estates", str(town.court.id))]
    assert send(zhao, address, [("state", "corrected"), *both]).status_code == 200
    assert send(zhao, address, [("state", "new_time"), ("ends_at", local(end + HOUR))]).status_code == 200
    unread = send(wang, address, typed(opened, line="x" * 301))
    assert unread.status_code == 422, "a slip of the pen first: it must not make the old page a new one"
    asked = send(wang, address, typed(filled(unread, address), line=""))
    assert (asked.status_code, ALREADY.format("改时间") in asked.text) == (409, True)
    assert send(wang, address, filled(asked, address)).status_code == 200
    found = told(database, notice.number)
    assert (found.cause, local(found.ends_at)) == ("换变压器", local(end + HOUR))
    assert sorted(audiences.lines(found.places)) == ["荷塘苑", "莲花园"]
    assert "不再包括" not in found.updates[-1].words


@on_sqlite
def test_an_exercise_that_became_real_is_not_told_by_the_button_of_the_exercise(told_town: Cast, signed_in: SignedIn) -> None:
    wang, zhao = signed_in(told_town.wangfang), signed_in(told_town.zhaomin)
    said = {"grid": "104226", "kind": "safety", "title": "台风演练", "words": "演练。"}
    opened = wang.post("/desk/notices", data=said | {"exercise": "on"})
    page = opened.url.path
    button = filled(opened, f"{page}/publication")
    zhao.post(f"{page}/edit", data=said | {"title": "台风来了", "words": "请远离线路。"})
    asked = send(wang, f"{page}/publication", typed(button, publish_at=""))
    assert asked.status_code == 409
    assert all(said in asked.text for said in ("这份草稿被人改过", "台风来了", "发布给"))
    assert "还没有发布，居民看不到" in wang.get(page).text
    assert send(wang, f"{page}/publication", filled(asked, f"{page}/publication")).url.path != page


@on_sqlite
def test_a_page_of_a_draft_that_was_thrown_away_publishes_no_other(told_town: Cast, signed_in: SignedIn) -> None:
    wang, zhao = signed_in(told_town.wangfang), signed_in(told_town.zhaomin)
    said = {"grid": "104226", "kind": "safety", "title": "防触电", "words": "雨天远离线路。"}
    opened = wang.post("/desk/notices", data=said).url.path
    zhao.post(f"{opened}/discarding")
    assert zhao.post("/desk/notices", data=said | {"title": "还没写完"}).url.path != opened
    assert wang.post(f"{opened}/publication").status_code == 404
    assert told_town.session.scalars(sa.select(Notice.state)).all() == [NoticeState.draft]
