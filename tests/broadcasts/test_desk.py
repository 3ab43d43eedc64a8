"""The manager's phone: write, look, publish, keep true."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.core import clock
from broadcasts import notices
from broadcasts.composer.written import local
from broadcasts.tables import NoticeKind, NoticeState, UpdateState
from grids.tables import Person
from tests.broadcasts.stage import HOUR, draft, planned, published
from tests.cast import Cast
from tests.client import Client

SignedIn = Callable[[Person], Client]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def fault(town: Cast, **said: object) -> dict[str, object]:
    return {
        "grid": "104226", "kind": "fault_outage", "starts_at": local(clock.now()), "ends_at": local(clock.now() + 3 * HOUR),
        "estates": [str(town.garden.id)], "line": "10kV学院线916", "cause": "跳闸", "words": "正在抢修",
    } | said  # fmt: skip


def test_a_fault_is_published_in_two_taps(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    preview = client.post("/desk/notices", data=fault(told_town))
    assert preview.status_code == 200
    assert preview.url.path.startswith("/desk/notices/")
    for said in ("发布给 900 户", "正在停电", "【故障停电】莲花园\n", "95598"):
        assert said in preview.text
    done = client.post(f"{preview.url.path}/publication")
    number = done.url.path.rpartition("/")[2]
    assert "正在停电" in done.text
    assert "正在停电" in client.get(f"/n/{number}").text
    again = client.post(f"{preview.url.path}/publication")
    assert again.url.path == done.url.path


def test_every_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(told_town: Cast, signed_in: SignedIn) -> None:
    wrong = fault(told_town, kind="planned_outage", starts_at="gestern", ends_at="", estates=[], words="请留意")
    answer = signed_in(told_town.wangfang).post("/desk/notices", data=wrong)
    assert answer.status_code == 422
    assert "请留意" in answer.text
    assert 'aria-invalid="true"' in answer.text
    without_place = signed_in(told_town.wangfang).post("/desk/notices", data=fault(told_town, estates=[]))
    assert "至少选一个小区" in without_place.text
    assert without_place.status_code == 422


def test_an_unknown_end_is_ticked(told_town: Cast, signed_in: SignedIn) -> None:
    preview = signed_in(told_town.wangfang).post("/desk/notices", data=fault(told_town, unknown="on"))
    assert "还不确定" in preview.text


def test_news_forgets_the_times_that_its_form_hides(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    preview = client.post("/desk/notices", data=fault(told_town, kind="safety", title="雨季用电", estates=[]))
    notice = notices.find(told_town.session, preview.url.path.rpartition("/")[2], for_=told_town.me(told_town.wangfang))
    assert (notice.starts_at, notice.ends_at, notice.line) == (None, None, "")
    assert "1,200" in preview.text


def test_the_composer_s_form_sent_twice_is_one_draft_and_written_over_another(told_town: Cast, signed_in: SignedIn) -> None:
    me = signed_in(told_town.wangfang)
    [nonce] = re.findall(r'name="nonce" value="([^"]+)"', me.get("/desk/notices/new?kind=service").text)
    said = {"grid": "104226", "kind": "service", "title": "营业厅周六开门", "estates": str(told_town.garden.id), "nonce": nonce}
    first, again, other = (
        me.post("/desk/notices", data=form, follow_redirects=False) for form in (said, said, said | {"title": "营业厅周日开门"})
    )
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"] != other.headers["location"]
    files = [("x", ("a.txt", b"a")), ("x", ("b.txt", b"b"))]
    assert me.post("/desk/notices", data=said, files=files, follow_redirects=False).headers["location"] == first.headers["location"]


def test_a_form_sent_again_after_its_draft_was_discarded_writes_it_anew(told_town: Cast, signed_in: SignedIn) -> None:
    """Back in the browser, and sent once more: the same words are a draft again, and that one is one too."""
    me = signed_in(told_town.wangfang)
    [nonce] = re.findall(r'name="nonce" value="([^"]+)"', me.get("/desk/notices/new?kind=service").text)
    said = {"grid": "104226", "kind": "service", "title": "营业厅周六开门", "estates": str(told_town.garden.id), "nonce": nonce}
    first = me.post("/desk/notices", data=said).url.path
    me.post(f"{first}/discarding")
    again, twice = (me.post("/desk/notices", data=said) for _time in range(2))
    assert (again.status_code, "营业厅周六开门" in again.text) == (200, True)
    assert again.url.path == twice.url.path != first


def test_a_draft_is_edited_and_discarded(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.zhaomin)
    address = client.post("/desk/notices", data=fault(told_town)).url.path
    form = client.get(f"{address}/edit").text
    assert "10kV学院线916" in form
    assert f'value="{told_town.garden.id}" checked' in form
    assert "宋北线" in client.post(f"{address}/edit", data=fault(told_town, line="宋北线")).text
    bad = client.post(f"{address}/edit", data=fault(told_town, estates=[]))
    assert bad.status_code == 422
    assert "宋北线" in client.get(address).text
    assert client.post(f"{address}/discarding").url.path == "/desk/notices"
    assert client.get(address).status_code == 404


def test_updates_are_told_from_the_desk(told_town: Cast, signed_in: SignedIn) -> None:
    notice = published(told_town, starts_at=clock.now() - HOUR)
    told_town.session.commit()
    client, address = signed_in(told_town.wangfang), f"/desk/notices/{notice.number}"
    assert "告诉大家" in client.get(address).text
    assert "抢修人员到场" in client.post(f"{address}/updates", data={"state": "progress", "words": "抢修人员到场"}).text
    empty = client.post(f"{address}/updates", data={"state": "progress", "words": ""})
    assert (empty.status_code, "请用一两句话" in empty.text) == (422, True)
    later = local(clock.now() + timedelta(hours=5))
    assert "预计来电改为" in client.post(f"{address}/updates", data={"state": "new_time", "ends_at": later}).text
    back = client.post(f"{address}/updates", data={"state": "restored"}).text
    assert "已复电" in back
    assert "banner undo" in back
    still_out = client.post(f"{address}/undo").text
    assert "banner undo" not in still_out
    assert "已复电" in client.post(f"{address}/updates", data={"state": "restored"}).text
    assert "已复电" in client.get(f"/n/{notice.number}").text
    assert client.post(f"{address}/updates", data={"state": "x"}).status_code == 422


def test_an_undo_takes_back_what_was_seen_and_not_what_a_colleague_said_since(told_town: Cast, signed_in: SignedIn) -> None:
    notice = published(told_town, starts_at=clock.now() - HOUR)
    told_town.session.commit()
    manager, address = signed_in(told_town.wangfang), f"/desk/notices/{notice.number}"
    seen = manager.post(f"{address}/updates", data={"state": "progress", "words": "抢修人员到场"}).text
    form = dict(re.findall(r'name="(version)" value="(\d+)"', seen))
    assert form == {"version": "2"}
    signed_in(told_town.zhaomin).post(f"{address}/updates", data={"state": "restored"})
    late = manager.post(f"{address}/undo", data=form)
    assert (late.status_code, "什么也没有撤回" in late.text) == (409, True)
    assert "已复电" in manager.get(f"/n/{notice.number}").text


def test_an_undo_that_comes_too_late_leads_back_to_the_notice_with_what_can_be_done(told_town: Cast, signed_in: SignedIn) -> None:
    client = signed_in(told_town.wangfang)
    preview = client.post("/desk/notices", data=fault(told_town))
    done = client.post(f"{preview.url.path}/publication")
    notice = notices.find(told_town.session, done.url.path.rpartition("/")[2], for_=told_town.me(told_town.wangfang))
    assert notice.undo_until is not None
    until = clock.local(notice.undo_until)
    assert f"{until:%H:%M:%S} 以前可以撤回" in done.text, "true however long the page stays open"
    assert "才发出" not in done.text, "nobody is subscribed: nothing is about to leave"
    assert "还没有发出去" not in done.text, "the page says it already"
    notice.undo_until = clock.now() - timedelta(seconds=1)
    told_town.session.commit()
    late = client.post(f"{done.url.path}/undo")
    assert (late.status_code, late.url.path) == (409, f"{done.url.path}/undo")
    for said in ("十秒已过", "请改用“已撤销”", 'action="/desk/notices/', "告诉大家", 'value="cancelled" checked'):
        assert said in late.text
    client.post(f"{done.url.path}/updates", data={"state": "progress", "words": "到场"})
    notice.undo_until = clock.now() - timedelta(seconds=1)
    told_town.session.commit()
    late = client.post(f"{done.url.path}/undo").text
    assert "请再发一条进展" in late
    assert 'value="corrected" checked' in late
    gone = client.post(f"{done.url.path}/updates", data={"state": "cancelled"}).text
    assert "一般" not in client.get(f"/n/{notice.number}").text, "no crew comes for what was withdrawn"
    assert "这条通知不作数了" in gone


def test_what_is_taken_back_stands_in_the_form_again(told_town: Cast, signed_in: SignedIn) -> None:
    client, notice = signed_in(told_town.wangfang), published(told_town, starts_at=clock.now() - HOUR)
    told_town.session.commit()
    address = f"/desk/notices/{notice.number}"
    client.post(f"{address}/updates", data={"state": "progress", "words": "电缆头做好一半"})
    undone = client.post(f"{address}/undo").text
    assert "电缆头做好一半</textarea>" in undone
    assert "电缆头做好一半" not in client.get(f"/n/{notice.number}").text
    assert "电缆头做好一半" not in client.post(f"{address}/undo").text


def test_the_times_of_what_is_to_come_are_filled_in_and_left_alone_they_say_nothing(told_town: Cast, signed_in: SignedIn) -> None:
    client, notice = signed_in(told_town.wangfang), planned(told_town)
    told_town.session.commit()
    address, end = f"/desk/notices/{notice.number}", notice.ends_at
    assert end is not None
    fields = dict(re.findall(r'name="((?:starts|ends)_(?:at|was))"[^>]* value="([^"]+)"', client.get(address).text))
    filled = {"starts_at": local(notice.starts_at), "ends_at": local(end)}
    assert fields == filled | {"starts_was": filled["starts_at"], "ends_was": filled["ends_at"]}
    assert client.post(f"{address}/updates", data={"state": "new_time", **fields}).status_code == 422
    assert client.post(f"{address}/updates", data={"state": "corrected", **fields}).status_code == 422
    moved = {"state": "new_time", **fields, "ends_at": local(end + HOUR)}
    assert [client.post(f"{address}/updates", data=moved).status_code for _n in range(2)] == [200, 200]
    told_town.session.refresh(notice)
    assert (local(notice.starts_at), local(notice.ends_at), notice.version) == (filled["starts_at"], local(end + HOUR), 2)


def test_what_has_not_begun_is_not_back_and_a_refusal_leads_back_to_the_notice(told_town: Cast, signed_in: SignedIn) -> None:
    client, notice = signed_in(told_town.wangfang), planned(told_town)
    told_town.session.commit()
    address = f"/desk/notices/{notice.number}"
    assert 'value="restored"' not in client.get(address).text
    refused = client.post(f"{address}/updates", data={"state": "restored", "words": "已经送电了"})
    assert refused.status_code == 409
    assert all(said in refused.text for said in ("还没到停电时间", "已经送电了", 'id="update"'))
    client.post(f"{address}/updates", data={"state": "cancelled", "words": "不停了"})
    late = client.post(f"{address}/updates", data={"state": "progress", "words": "到场"})
    assert late.status_code == 409
    assert "已经撤销" in late.text.partition('role="alert"')[2].partition("</p>")[0]
    ahead, over = client.get("/desk/notices").text.partition("已结束")[::2]
    assert address not in ahead
    assert address in over


def test_supervisors_read_and_do_not_write(told_town: Cast, signed_in: SignedIn) -> None:
    notice, hidden = published(told_town), draft(told_town)
    told_town.session.commit()
    client = signed_in(told_town.liujie)
    assert notice.title in client.get("/desk/notices").text
    page = client.get(f"/desk/notices/{notice.number}")
    assert page.status_code == 200
    assert "告诉大家" not in page.text
    assert client.get(f"/desk/notices/{hidden.id}").status_code == 404
    assert client.post(f"/desk/notices/{notice.number}/updates", data={"state": "cancelled"}).status_code == 403
    assert client.get("/desk/notices/new").status_code == 403
    assert client.post("/desk/notices", data=fault(told_town)).status_code == 403


def test_another_grids_manager_sees_nothing_of_it(told_town: Cast, signed_in: SignedIn) -> None:
    notice = published(told_town)
    told_town.session.commit()
    client = signed_in(told_town.chengang)
    assert notice.title not in client.get("/desk/notices").text
    for address in (f"/desk/notices/{notice.number}", f"/desk/notices/{notice.number}/edit"):
        assert client.get(address).status_code == 404
    for act in ("updates", "publication", "discarding", "edit"):
        assert client.post(f"/desk/notices/{notice.number}/{act}", data={"state": "cancelled", "kind": "safety"}).status_code == 404
    assert client.post("/desk/notices", data=fault(told_town)).status_code == 403


def test_a_published_notice_is_not_edited(told_town: Cast, signed_in: SignedIn) -> None:
    notice = published(told_town)
    told_town.session.commit()
    answer = signed_in(told_town.wangfang).post(f"/desk/notices/{notice.number}/edit", data=fault(told_town))
    assert answer.status_code == 409


def test_a_shared_text_lands_in_the_composer(told_town: Cast, signed_in: SignedIn) -> None:
    text = "5月8日8:00-17:00,10kV宋北线937检修<script>"
    answer = signed_in(told_town.wangfang).post("/desk/share", data={"title": "", "text": text, "url": ""}, files={"x": b""})
    assert answer.status_code == 200
    assert "10kV宋北线937" in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "检修<script>" not in answer.text


def test_the_list_has_now_coming_drafts_and_past(told_town: Cast, signed_in: SignedIn) -> None:
    me = told_town.me(told_town.wangfang)
    titles = {}
    for name, said in {
        "out": {"starts_at": clock.now() - HOUR},
        "coming": {"kind": NoticeKind.planned_outage, "starts_at": clock.now() + 9 * 24 * HOUR, "ends_at": clock.now() + 10 * 24 * HOUR},
        "over": {"starts_at": clock.now() - 99 * HOUR, "ends_at": clock.now() - 90 * HOUR},
    }.items():
        with clock.at(min(said["starts_at"], clock.now())):
            titles[name] = published(told_town, title=f"标题{name}", **said).title
    gone = published(told_town, title="误报")
    notices.update(told_town.session, gone, by=me, state=UpdateState.cancelled)
    titles["draft"] = draft(told_town, title="草稿一份").title
    told_town.session.commit()
    text = signed_in(told_town.wangfang).get("/desk/notices").text
    places = [text.index(titles[name]) for name in ("out", "draft", "coming", "over")]
    assert places == sorted(places)
    assert gone.state is NoticeState.cancelled


def test_a_notice_whose_end_nobody_knows_has_promised_news_and_no_time(told_town: Cast, signed_in: SignedIn) -> None:
    me, soon = told_town.me(told_town.wangfang), clock.now() + timedelta(minutes=30)
    notice = notices.publish(told_town.session, draft(told_town, ends_at=None), by=me, next_update_at=soon)
    told_town.session.commit()
    page = signed_in(told_town.wangfang).get(f"/desk/notices/{notice.number}").text
    assert "说过 1 次“下次更新”，来电时间还没定" in page
    assert "说过的 1 个时间" not in page
