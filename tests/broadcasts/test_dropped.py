"""Who was told of an outage that is theirs no more is on the send desk once more, with that; and what is over is named by it first."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.words import span
from broadcasts import drafts, life, notices, texts, timely
from broadcasts.cards import prose
from broadcasts.present import present
from broadcasts.print import posters, script
from broadcasts.sending import checklist, groups, targets, unfinished
from broadcasts.sending.tables import StewardKind, Way
from broadcasts.tables import Notice, UpdateState
from tests.broadcasts.stage import HOUR, NOON, planned, published
from tests.broadcasts.test_sending import SITE, desk, group, rooms, shown, steward, tick
from tests.cast import Cast

OFFICE = {"name": "荷塘苑物业", "kind": StewardKind.property_office}


def on_it(rows: list[checklist.Row]) -> list[tuple[str, str, bool]]:
    return [(row.name, row.where, row.posting is not None) for row in rows]


def crowd(town: Cast) -> tuple[str, str, str]:
    """A group of each estate, one that nobody posts to, and the property office of the second."""
    group(town, "莲花园群")
    theirs = group(town, "荷塘苑群", estates=[town.court.id], greeting="邻居们好：", brief=True)
    group(town, "没发过的群", estates=[town.court.id])
    office = steward(town, estates=[town.court.id], **OFFICE)
    own = groups.of_grids(town.session, [town.lotus.id])[0]
    return targets.of(Way.group, own.id), targets.of(Way.group, theirs.id), targets.of(Way.steward, office.id)


def test_who_was_told_is_on_the_desk_until_the_correction_is_told_too(town: Cast) -> None:
    notice, me = planned(town, estates=[town.garden.id, town.court.id]), town.me(town.wangfang)
    own, theirs, office = crowd(town)
    for to in (own, theirs, office):
        tick(town, notice, to)
    when = span(notice.starts_at, notice.ends_at)
    notices.update(town.session, shown(town, notice), by=me, state=UpdateState.corrected, estates=[town.garden.id], buildings=[])
    found = desk(town, notice)
    gone = ("荷塘苑群", "不再包括：荷塘苑", False)
    assert on_it(found.groups) == [("莲花园群", "莲花园", True), gone], "for the one that stays nothing changed"
    assert on_it(found.stewards) == [("荷塘苑物业", "不再包括：荷塘苑", False)]
    said = f"【更正】荷塘苑\n之前通知的 {when} 的计划停电不再包括荷塘苑，本通知不再影响您。\n通知编号 {notice.number}，可打 95598 核对。"
    assert found.groups[1].text.startswith(f"邻居们好：\n{said}")
    assert f"/n/{notice.number}?g=" in found.groups[1].text
    assert found.stewards[0].text.startswith(f"荷塘苑物业，请转告 荷塘苑 的邻居：\n{said}")
    # Nobody ticked: it stays to be told, also after a later word; what waits counts it.
    notices.update(town.session, shown(town, notice), by=me, state=UpdateState.progress, words="开始了")
    assert gone in on_it(desk(town, notice).groups)
    assert unfinished.of(town.session, shown(town, notice)).groups == 2
    tick(town, shown(town, notice), theirs)
    tick(town, shown(town, notice), office)
    assert [row[2] for row in on_it([*desk(town, notice).groups, *desk(town, notice).stewards])] == [False, True, True]
    notices.update(town.session, shown(town, notice), by=me, state=UpdateState.progress, words="快好了")
    assert (on_it(desk(town, notice).groups), desk(town, notice).stewards) == ([("莲花园群", "莲花园", False)], [])
    assert unfinished.of(town.session, shown(town, notice)).groups == 1


def test_a_narrower_notice_in_its_place_is_told_to_whom_it_leaves_out(town: Cast) -> None:
    old, me = published(town, estates=[town.garden.id, town.court.id]), town.me(town.wangfang)
    first, second = rooms(town, "1号楼"), rooms(town, "2号楼")
    group(town, "二号楼群", estates=[], buildings=[second])
    _own, theirs, _office = crowd(town)
    second_group = targets.of(Way.group, groups.of_grids(town.session, [town.lotus.id])[0].id)
    for to in (theirs, second_group):
        tick(town, old, to)
    new = life.replacement(town.session, shown(town, old), by=me)
    drafts.edit(town.session, new, by=me, kind=old.kind, title="", buildings=[first])
    notices.publish(town.session, new, by=me)
    found = {row.name: row for row in desk(town, new).groups}
    assert [(name, row.where) for name, row in found.items()] == [
        ("莲花园群", "莲花园 1号楼"), ("二号楼群", "不再包括：莲花园 2号楼"), ("荷塘苑群", "不再包括：荷塘苑"),
    ]  # fmt: skip
    assert f"通知 {old.number} 已有新通知代替。" in found["荷塘苑群"].text
    assert f"/n/{new.number}?g=" in found["荷塘苑群"].text
    tick(town, shown(town, new), theirs)
    # Put back into the area, and out again, they are told again.
    for estates in ([town.court.id], []):
        notices.update(town.session, shown(town, new), by=me, state=UpdateState.corrected, estates=estates, buildings=[first])
        if estates:
            assert ("荷塘苑群", "荷塘苑", False) in on_it(desk(town, new).groups)
            tick(town, shown(town, new), theirs)
    assert ("荷塘苑群", "不再包括：荷塘苑", False) in on_it(desk(town, new).groups)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_no_longer_holds_begins_with_that(told_town: Cast) -> None:
    town, me = told_town, told_town.me(told_town.wangfang)
    group(town)

    def begins(notice: Notice) -> list[str]:
        whole = shown(town, notice)
        all_of_it = texts.group(whole, present(whole, clock.now()), None, base_url="")
        return [desk(town, notice).groups[0].text.partition("\n")[0], all_of_it.partition("\n")[0]]

    withdrawn, moved = planned(town, estates=[town.garden.id, town.court.id]), planned(town)
    notices.update(town.session, shown(town, withdrawn), by=me, state=UpdateState.cancelled, words="不做了")
    assert begins(withdrawn) == ["【已撤销】莲花园计划停电", "【已撤销】莲花园、荷塘苑计划停电"]
    text = desk(town, withdrawn).groups[0].text
    assert text.count("已撤销") == 1
    assert "的停电取消了" in text
    notices.publish(town.session, life.replacement(town.session, shown(town, moved), by=me), by=me)
    assert begins(moved) == ["【已有新通知】莲花园计划停电"] * 2
    over = published(town)
    notices.update(town.session, shown(town, over), by=me, state=UpdateState.restored)
    assert begins(over) == ["【已复电】莲花园"] * 2
    right = published(town)
    notices.update(town.session, shown(town, right), by=me, state=UpdateState.corrected, words="线路写错了", line="宋北线")
    assert begins(right) == ["【故障停电】莲花园"] * 2, "what was put right still holds"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_was_put_right_after_a_move_is_said_before_the_move(told_town: Cast) -> None:
    town, me = told_town, told_town.me(told_town.wangfang)
    notice = planned(town, estates=[town.garden.id, town.court.id])
    group(town, "全网格群", estates=[])
    notices.update(town.session, shown(town, notice), by=me, state=UpdateState.new_time, ends_at=notice.ends_at + HOUR)  # type: ignore[operator]
    assert desk(town, notice).groups[0].text.startswith("【计划停电已改期】莲花园、荷塘苑\n")
    notices.update(town.session, shown(town, notice), by=me, state=UpdateState.corrected, estates=[town.garden.id], buildings=[])
    first, second, third, *_rest = desk(town, notice).groups[0].text.splitlines()
    assert first == "【计划停电已更正】莲花园"
    assert "不再包括：荷塘苑" in second
    assert "原定" in third


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_does_not_hold_warns_of_nothing_on_paper_and_aloud(told_town: Cast) -> None:
    town, me = told_town, told_town.me(told_town.wangfang)
    old = planned(town)
    assert posters.of_notice(shown(town, old), None, base_url=SITE).advice
    notices.publish(town.session, life.replacement(town.session, shown(town, old), by=me), by=me)
    assert posters.of_notice(shown(town, old), None, base_url=SITE).advice == []
    aloud = "".join(script.loudspeaker(shown(town, old), None).words)
    assert "不再有效" in aloud
    assert "电梯" not in aloud


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_an_item_of_a_list_is_quoted_whole_or_not_at_all(told_town: Cast) -> None:
    words = "请提前准备：\n\n1. 请不要乘电梯。\n2. 前一天晚上接好水。高层可能没有水压。\n3. 少开冰箱。\n- 早上八点拉闸。别等。"
    with clock.at(NOON):
        notice = planned(told_town, words=words, ends_at=NOON + timedelta(days=8) + HOUR)
        notices.update(told_town.session, notice, by=told_town.me(told_town.wangfang), state=UpdateState.cancelled, words="不做了")
    found = prose.blocks(timely.words(notice))
    assert [(one.kind, one.lines) for one in found] == [("p", ["请提前准备："]), ("ol", ["请不要乘电梯。", "少开冰箱。"])]
    assert timely.gone(notice) == ["2. 前一天晚上接好水。高层可能没有水压。", "- 早上八点拉闸。别等。"]


def test_the_poster_of_an_estate_that_was_dropped_is_to_be_taken_down(town: Cast) -> None:
    notice, me = planned(town, estates=[town.garden.id, town.court.id]), town.me(town.wangfang)
    tick(town, notice, to := targets.of(Way.poster, town.court.id))
    notices.update(town.session, shown(town, notice), by=me, state=UpdateState.corrected, estates=[town.garden.id], buildings=[])
    down = ("荷塘苑", "请取下海报，不再包括：荷塘苑")
    assert on_it(desk(town, notice).posters) == [("莲花园", "莲花园", False), (*down, False)]
    tick(town, shown(town, notice), to)
    assert on_it(desk(town, notice).posters)[1] == (*down, True)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_where_the_loudspeaker_said_it_it_is_to_say_that_it_is_off(told_town: Cast) -> None:
    town, me = told_town, told_town.me(told_town.wangfang)
    notice = planned(town, estates=[town.garden.id, town.court.id])
    tick(town, notice, to := targets.of(Way.loudspeaker, town.court.id))
    notices.update(town.session, shown(town, notice), by=me, state=UpdateState.corrected, estates=[town.garden.id], buildings=[])
    off = ("荷塘苑", "不再包括：荷塘苑")
    rows = desk(town, notice).loudspeakers
    assert on_it(rows) == [("莲花园", "莲花园", False), (*off, False)]
    said = rows[1].text.splitlines()
    assert said[:2] == ["各位居民请注意。", "我是台区经理王芳。"]
    assert said[2].startswith("之前通知的")
    assert said[2].endswith("的计划停电不再包括荷塘苑，本通知不再影响您。")
    assert said[-1] == f"再说一遍。{said[2]}"
    assert "请勿" not in rows[1].text
    tick(town, shown(town, notice), to)
    assert on_it(desk(town, notice).loudspeakers)[1] == (*off, True)


def test_of_what_was_withdrawn_before_any_group_had_it_no_group_is_to_be_told(town: Cast) -> None:
    me, late = town.me(town.wangfang), clock.now() + 5 * HOUR
    group(town, "莲花园群")
    silent, told = planned(town, estates=[town.garden.id]), planned(town, estates=[town.garden.id])
    tick(town, told, targets.of(Way.group, groups.of_grids(town.session, [town.lotus.id])[0].id))
    for one in (silent, told):
        notices.update(town.session, shown(town, one), by=me, state=UpdateState.cancelled)
    with clock.at(late):
        assert [(desk(town, one).unheard, desk(town, one).late) for one in (silent, told)] == [(True, False), (False, True)]
        assert [one.notice.id for one in unfinished.of_grids(town.session, [town.lotus.id])] == [told.id]
