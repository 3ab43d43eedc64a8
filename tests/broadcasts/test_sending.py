"""The send desk: which group gets which text, what a tick says, and which building was reached by what."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from broadcasts import notices
from broadcasts.sending import checklist, groups, openings, postings, reached, stewards, targets, unfinished
from broadcasts.sending.tables import Group, Posting, Steward, Way
from broadcasts.tables import Notice, NoticeKind, Update, UpdateState
from grids import grids
from tests.broadcasts.stage import NOON, draft, planned, published
from tests.cast import Cast

SITE = "https://lindian.test"
MINUTE = timedelta(minutes=1)


def group(town: Cast, name: str = "莲花园业主群", **said: object) -> Group:
    given = {"estates": [town.garden.id], **said}
    return groups.add(town.session, town.lotus, by=town.me(town.wangfang), name=name, **given)  # type: ignore[arg-type]


def steward(town: Cast, name: str = "张大爷", **said: object) -> Steward:
    given = {"estates": [town.garden.id], "phone": "15400000901", **said}
    return stewards.add(town.session, town.lotus, by=town.me(town.wangfang), name=name, **given)  # type: ignore[arg-type]


def tick(town: Cast, notice: Notice, to: str, update: Update | None = None, **said: object) -> Posting:
    chosen = update or notice.updates[-1]
    return postings.tick(
        town.session, notice, by=town.me(town.wangfang), update_id=chosen.id, to=targets.read(to), **said  # type: ignore[arg-type]
    )  # fmt: skip


def shown(town: Cast, notice: Notice) -> Notice:
    """As a page finds it, with all that it shows."""
    town.session.flush()
    town.session.expire_all()
    return notices.find(town.session, notice.number, for_=town.me(town.wangfang))


def desk(town: Cast, notice: Notice) -> checklist.Checklist:
    return checklist.of(town.session, shown(town, notice), grids.contact(town.session, town.lotus.id), base_url=SITE)


def rooms(town: Cast, name: str) -> int:
    return next(one.id for one in town.session.scalars(sa.select(reached.Building).where(reached.Building.name == name)))


def ledger(town: Cast, notice: Notice) -> dict[str, reached.Reach]:
    return {f"{one.estate}{one.building}": one for one in reached.of(town.session, [notice.id])}


# --- what each group gets -----------------------------------------------------------------------------------------------------


def test_a_group_gets_only_its_own_buildings_its_greeting_and_its_own_address(town: Cast) -> None:
    both = published(town, estates=[town.garden.id, town.court.id], title="")
    first = rooms(town, "1号楼")
    group(town, "1号楼群", estates=[], buildings=[first], greeting="1号楼的邻居们好：")
    own = next(row for row in desk(town, both).groups if row.name == "1号楼群")
    assert own.group is not None
    assert own.text.startswith("1号楼的邻居们好：\n【故障停电】莲花园 1号楼")
    assert "荷塘苑" not in own.text
    assert own.text.endswith(f"{SITE}/n/{both.number}?g={own.group.suffix}")
    whole_without_its_link = own.text.rpartition("\n")[0]
    for said in ("莲花园", "预计", both.number, "95598", "10000000001"):
        assert said in whole_without_its_link


def test_a_short_group_gets_a_short_text_that_still_says_all(town: Cast) -> None:
    notice = published(town, words="正在抢修。" * 60)
    group(town, "长", position=1)
    group(town, "短", brief=True)
    long, short = desk(town, notice).groups
    assert len(short.text) < 160 < len(long.text)
    for said in ("故障停电", "莲花园", "预计", notice.number, "95598", "?g=", "10000000001"):
        assert said in short.text
    for said in ("落地、垂下的电线别靠近", "不要乘电梯", "医疗设备"):
        assert said in long.text, "in a group as on paper"


def test_a_group_elsewhere_is_not_on_the_desk_and_one_without_places_is_on_every_one(town: Cast) -> None:
    notice = published(town)
    group(town, "荷塘苑群", estates=[town.court.id])
    group(town, "全网格群", estates=[])
    assert [row.name for row in desk(town, notice).groups] == ["全网格群"]


def test_where_group_and_notice_meet_the_narrower_place_counts(town: Cast) -> None:
    first, second = rooms(town, "1号楼"), rooms(town, "2号楼")
    narrow = published(town, estates=[], buildings=[first])
    wide = published(town)
    for name, said in (("w", {}), ("1", {"estates": [], "buildings": [first]}), ("2", {"estates": [], "buildings": [second]})):
        group(town, name, **said)
    assert [(row.name, row.where) for row in desk(town, narrow).groups] == [("w", "莲花园 1号楼"), ("1", "莲花园 1号楼")]
    assert [row.where for row in desk(town, wide).groups] == ["莲花园", "莲花园 1号楼", "莲花园 2号楼"]


def test_a_steward_is_told_whom_to_tell_and_to_answer(town: Cast) -> None:
    notice = published(town)
    steward(town, estates=[], buildings=[rooms(town, "2号楼")])
    (row,) = desk(town, notice).stewards
    assert row.text.startswith("张大爷，请转告 莲花园 2号楼 的邻居：")
    assert "王芳 10000000001" in row.text


# --- groups and stewards ------------------------------------------------------------------------------------------------------


def test_only_those_on_duty_keep_the_groups_of_a_grid(town: Cast) -> None:
    with pytest.raises(Missing):
        groups.add(town.session, town.lotus, by=town.me(town.chengang), name="x")
    with pytest.raises(Forbidden):
        groups.add(town.session, town.lotus, by=town.me(town.liujie), name="x")
    with pytest.raises(Mistaken):
        group(town, estates=[town.shore.id])


def test_a_grid_has_fifty_groups_and_no_more(town: Cast) -> None:
    for number in range(groups.MOST):
        group(town, f"群{number}")
    with pytest.raises(Refused):
        group(town, "第五十一个")
    suffixes = town.session.scalars(sa.select(Group.suffix)).all()
    assert len(set(suffixes)) == groups.MOST


def test_a_group_rises_one_place_and_one_that_was_left_is_gone_from_the_desk(town: Cast) -> None:
    notice, me = published(town), town.me(town.wangfang)
    for name in "abc":
        group(town, name)
    third = groups.of_grids(town.session, [town.lotus.id])[2]
    groups.rise(town.session, third, by=me)
    assert [row.name for row in desk(town, notice).groups] == ["a", "c", "b"]
    tick(town, notice, targets.of(Way.group, third.id))
    groups.leave(town.session, third, by=me)
    assert [row.name for row in desk(town, notice).groups] == ["a", "b"]
    assert ledger(town, notice)["莲花园1号楼"].groups == 1


def test_stewards_make_a_tree_and_never_a_ring(town: Cast) -> None:
    top = steward(town, "总楼长")
    below = steward(town, "楼长", above=top.id)
    steward(town, "志愿者", above=below.id)
    assert [(depth, one.name) for depth, one in stewards.tree(stewards.of_grids(town.session, [town.lotus.id]))] == [
        (0, "总楼长"), (1, "楼长"), (2, "志愿者"),
    ]  # fmt: skip
    with pytest.raises(Mistaken):
        stewards.change(
            town.session, top, by=town.me(town.wangfang), name="总楼长", phone="15400000901", estates=[town.garden.id], above=below.id
        )


def test_who_stops_is_taken_off_with_the_number_and_those_below_move_up(town: Cast) -> None:
    top = steward(town, "总楼长")
    middle = steward(town, "楼长", above=top.id)
    last = steward(town, "志愿者", above=middle.id)
    stewards.leave(town.session, middle, by=town.me(town.wangfang))
    town.session.expire_all()
    assert (middle.phone, last.above_id) == ("", top.id)
    with pytest.raises(Missing):
        stewards.find(town.session, middle.id, for_=town.me(town.wangfang))


def test_a_steward_needs_a_number_and_a_building(town: Cast) -> None:
    with pytest.raises(Mistaken) as number:
        steward(town, phone="12")
    with pytest.raises(Mistaken) as building:
        steward(town, estates=[])
    assert list(number.value.mistakes) == ["phone"]
    assert list(building.value.mistakes) == ["estates"]


# --- ticks --------------------------------------------------------------------------------------------------------------------


def test_a_tick_says_who_and_when_and_ticked_twice_it_stands_once(town: Cast) -> None:
    notice, to = published(town), targets.of(Way.group, group(town).id)
    first, again = tick(town, notice, to), tick(town, notice, to)
    assert first.id == again.id
    (row,) = desk(town, notice).groups
    assert row.posting is not None
    assert (row.posting.by.name, row.posting.name) == ("王芳", "莲花园业主群")


def test_a_tick_without_signal_keeps_the_time_at_which_it_was_made(town: Cast) -> None:
    with clock.at(NOON):
        notice, to = published(town), targets.of(Way.group, group(town).id)
    with clock.at(NOON + 40 * MINUTE):
        late = tick(town, notice, to, at=NOON + 4 * MINUTE)
        assert (late.at, late.noted_at) == (NOON + 4 * MINUTE, NOON + 40 * MINUTE)
        for wrong, right in ((NOON - 5 * MINUTE, NOON), (NOON + 90 * MINUTE, NOON + 40 * MINUTE)):
            postings.withdraw(town.session, notice, by=town.me(town.wangfang), update_id=notice.updates[-1].id, to=targets.read(to))
            assert tick(town, notice, to, at=wrong).at == right


def test_a_tick_taken_back_is_kept_and_can_be_made_again(town: Cast) -> None:
    notice, to, me = published(town), targets.of(Way.group, group(town).id), town.me(town.zhaomin)
    first = tick(town, notice, to)
    postings.withdraw(town.session, notice, by=me, update_id=notice.updates[-1].id, to=targets.read(to))
    postings.withdraw(town.session, notice, by=me, update_id=notice.updates[-1].id, to=targets.read(to))
    assert desk(town, notice).posted == 0
    second = tick(town, notice, to)
    rows = town.session.scalars(sa.select(Posting).order_by(Posting.id)).all()
    assert [(row.id, row.withdrawn_by_id) for row in rows] == [(first.id, me.id), (second.id, None)]


def test_an_update_makes_fresh_rows_and_the_old_ticks_stay_as_history(town: Cast) -> None:
    notice, to = published(town), targets.of(Way.group, group(town).id)
    tick(town, notice, to)
    notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.progress, words="到场了")
    fresh = desk(town, notice)
    assert fresh.posted == 0
    assert [(update.state, len(told)) for update, told in fresh.before] == [(UpdateState.published, 1)]


def test_only_what_is_there_can_be_ticked_and_only_by_those_on_duty(town: Cast) -> None:
    notice, me = published(town), town.me(town.wangfang)
    update, first = notice.updates[-1].id, rooms(town, "1号楼")
    elsewhere = f"door/{town.garden.id}/{rooms(town, '112号楼')}"
    wrong = ["group/99", "steward/1", f"poster/{town.court.id}", f"poster/{town.shore.id}", f"door/{town.garden.id}/{first}/13", elsewhere]
    wrong += ["door/1", "group/1/2", "flyer/1", "group/x", "group/" + "9" * 30, "", "group/٣"]
    for said in wrong:
        with pytest.raises(Mistaken):
            postings.tick(town.session, notice, by=me, update_id=update, to=targets.read(said))
    with pytest.raises(Missing):
        postings.tick(town.session, notice, by=town.me(town.chengang), update_id=update, to=targets.read(f"poster/{town.garden.id}"))
    with pytest.raises(Refused):
        postings.tick(town.session, draft(town), by=me, update_id=update, to=targets.read(f"poster/{town.garden.id}"))
    other = planned(town)
    with pytest.raises(Missing):
        postings.tick(town.session, notice, by=me, update_id=other.updates[-1].id, to=targets.read(f"poster/{town.garden.id}"))


def test_a_group_not_posted_to_in_time_is_late_and_today_goes_on_with_it(town: Cast) -> None:
    with clock.at(NOON):
        notice = published(town)
        ids = [group(town, name).id for name in "ab"]
        tick(town, notice, targets.of(Way.group, ids[0]))
    for minutes, late in ((9, False), (11, True)):
        with clock.at(NOON + minutes * MINUTE):
            (one,) = unfinished.of_grids(town.session, [town.lotus.id])
            assert (one.posted, one.groups, one.late) == (1, 2, late)
            assert desk(town, notice).late is late
    with clock.at(NOON + 12 * MINUTE):
        tick(town, notice, targets.of(Way.group, ids[1]))
        assert unfinished.of_grids(town.session, [town.lotus.id]) == []
    with clock.at(NOON + 7 * 60 * MINUTE):
        postings.withdraw(
            town.session, notice, by=town.me(town.wangfang), update_id=notice.updates[-1].id, to=targets.read(f"group/{ids[1]}")
        )
        assert unfinished.of_grids(town.session, [town.lotus.id]) == []


# --- the ledger of buildings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["group", "poster", "loudspeaker", "steward", "door"])
def test_one_tick_of_any_kind_reaches_the_building_that_it_covers_and_no_other(town: Cast, way: str) -> None:
    notice, first = published(town), rooms(town, "1号楼")
    to = {
        "group": lambda: targets.of(Way.group, group(town, estates=[], buildings=[first]).id),
        "steward": lambda: targets.of(Way.steward, steward(town, estates=[], buildings=[first]).id),
    }.get(way, lambda: targets.of(way, town.garden.id, first))()
    tick(town, notice, to)
    assert {name for name, one in ledger(town, notice).items() if one.reached} == {"莲花园1号楼"}


def test_a_door_list_reaches_a_building_when_every_floor_is_ticked(town: Cast) -> None:
    notice, first = published(town), rooms(town, "1号楼")
    for floor in range(1, 12):
        tick(town, notice, targets.of(Way.door, town.garden.id, first, floor))
    one = ledger(town, notice)["莲花园1号楼"]
    assert (one.floors_knocked, one.reached) == (11, False)
    tick(town, notice, targets.of(Way.door, town.garden.id, first, 12))
    assert ledger(town, notice)["莲花园1号楼"].reached


def test_progress_does_not_undo_what_was_told_but_a_new_time_does(town: Cast) -> None:
    notice, me = published(town), town.me(town.wangfang)
    tick(town, notice, targets.of(Way.poster, town.garden.id))
    notices.update(town.session, notice, by=me, state=UpdateState.progress, words="到场了")
    assert reached.summed(reached.of(town.session, [notice.id])).missed == 0
    notices.update(town.session, notice, by=me, state=UpdateState.new_time, ends_at=clock.now() + timedelta(hours=5))
    assert reached.summed(reached.of(town.session, [notice.id])) == reached.Sum(3, 3, 900)


def test_a_correction_asks_again_only_for_what_it_changed(town: Cast) -> None:
    """The other estate's times are those it was told: neither ledger nor desk asks for it once more."""
    notice, me = planned(town, estates=[town.garden.id, town.court.id]), town.me(town.wangfang)
    for name, place in (("莲", town.garden), ("荷", town.court)):
        tick(town, notice, targets.of(Way.group, group(town, name, estates=[place.id]).id))
    tick(town, notice, targets.of(Way.group, group(town, "全", estates=[]).id))
    tick(town, notice, targets.of(Way.poster, town.garden.id))

    def put_right(**said: object) -> tuple[set[str], dict[str, bool]]:
        notices.update(town.session, shown(town, notice), by=me, state=UpdateState.corrected, **said)  # type: ignore[arg-type]
        rows = desk(town, notice)
        assert rows.posted == unfinished.of(town.session, shown(town, notice)).posted
        missed = {name for name, one in ledger(town, notice).items() if not one.reached}
        return missed, {row.name: row.posting is not None for row in [*rows.groups, *rows.posters]}

    assert put_right(estates=[town.garden.id], buildings=[], words="荷塘苑不停") == (
        set(),
        {"莲": True, "荷": False, "全": False, "莲花园": True},
    )
    back = put_right(estates=[town.garden.id, town.court.id], buildings=[])
    assert back == ({"荷塘苑1号楼"}, {"莲": True, "荷": False, "全": False, "莲花园": True, "荷塘苑": False})
    first = rooms(town, "1号楼")
    assert put_right(estates=[], buildings=[first]) == (set(), {"莲": False, "荷": False, "全": False, "莲花园": False})
    missed, _rows = put_right(estates=[town.garden.id], buildings=[])
    assert missed == {"莲花园2号楼", "莲花园3号楼"}, "the first was told, and is meant still"
    # Of a word put right the desk is done anew, the ledger is not; a tick of before can still be taken back.
    assert put_right(line="宋北线") == (missed, {"莲": False, "荷": False, "全": False, "莲花园": False}), "荷 still has to hear"
    missed, _rows = put_right(ends_at=notice.ends_at + MINUTE)
    assert missed == {"莲花园1号楼", "莲花园2号楼", "莲花园3号楼"}


def test_a_tick_that_holds_after_a_correction_can_be_taken_back(town: Cast) -> None:
    notice, me = planned(town, estates=[town.garden.id, town.court.id]), town.me(town.wangfang)
    tick(town, notice, to := targets.of(Way.group, group(town).id))
    notices.update(town.session, notice, by=me, state=UpdateState.corrected, estates=[town.garden.id], buildings=[])
    whole = shown(town, notice)
    assert desk(town, notice).posted == 1
    postings.withdraw(town.session, whole, by=me, update_id=whole.updates[-1].id, to=targets.read(to))
    assert desk(town, notice).posted == 0


def test_a_group_of_the_whole_grid_covers_all_and_an_estate_without_buildings_stands_as_one(town: Cast) -> None:
    town.session.execute(sa.delete(reached.Building).where(reached.Building.estate_id == town.court.id))
    notice = published(town, estates=[town.garden.id, town.court.id])
    assert ledger(town, notice)["荷塘苑"].households == 300
    tick(town, notice, targets.of(Way.group, group(town, estates=[]).id))
    assert reached.summed(reached.of(town.session, [notice.id])) == reached.Sum(4, 0, 0)


def test_supervisors_hear_of_buildings_nobody_told_once_there_was_time_to_tell(town: Cast) -> None:
    with clock.at(NOON):
        notice = published(town)
        assert reached.missed(town.session, [town.lotus.id]) == []
    with clock.at(NOON + 11 * MINUTE):
        ((found, total),) = reached.missed(town.session, [town.lotus.id])
        assert (found.number, total.missed, total.households_missed) == (notice.number, 3, 900)
        tick(town, notice, targets.of(Way.loudspeaker, town.garden.id))
        assert reached.missed(town.session, [town.lotus.id]) == []


# --- openings -----------------------------------------------------------------------------------------------------------------


def test_openings_are_added_up_by_group_and_a_foreign_suffix_is_nobodys(town: Cast) -> None:
    notice = published(town, kind=NoticeKind.fault_outage)
    one = group(town)
    for taken in ({(notice.id, one.suffix): 3, (notice.id, "zzzz"): 9}, {(notice.id, one.suffix): 4, (10**9, one.suffix): 5}):
        openings.keep(town.session, taken)
    assert openings.of_notice(town.session, notice.id) == {one.id: 7}


def test_what_is_no_opening_is_not_counted() -> None:
    assert openings.is_opening({}, "k7mp")
    assert openings.is_opening({"sec-fetch-mode": "navigate"}, "k7mp")
    for headers in ({"sec-fetch-mode": "cors"}, {"sec-purpose": "prefetch"}, {"purpose": "prefetch"}):
        assert not openings.is_opening(headers, "k7mp")
    assert not openings.is_opening({}, "k7mp", only_headers=True)
    assert not any(openings.is_opening({}, wrong) for wrong in ("", "x", "<script>", "k" * 9, "K7MP"))


def test_a_flood_of_invented_suffixes_does_not_fill_the_memory() -> None:
    counted = openings.Counted()
    for number in range(openings.MOST + 500):
        counted.note(1, f"{number:06d}")
    assert len(counted.take()) == openings.MOST
    assert not counted.take()
