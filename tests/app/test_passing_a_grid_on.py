"""A manager leaves: everything open goes to the successor in one act, and the leaver sees the grid no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import needs, passed, passing
from app.core import clock
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from broadcasts.cards import cards
from broadcasts.promises import occasions
from broadcasts.sending import groups, stewards
from grids.points import points
from grids.staff import passing as duties
from grids.staff import staff
from grids.staff.tables import Passed as What
from grids.staff.tables import PassedThing, Passing
from grids.tables import Part, Role
from tests.cast import PASSWORD, Cast
from tests.client import Client
from tickets import conversation, promises
from tickets.privacy import requests
from tickets.privacy.tables import Proof, Wish
from tickets.specialists import consulting
from tickets.tables import Channel, Ticket, TicketPromise


def furnish(town: Cast) -> Ticket:
    """王芳 has promised, asked a specialist, keeps a group, a steward, a card and a routine."""
    session, me = town.session, town.me(town.wangfang)
    ticket = conversation.ask(
        session, town.lotus, words="电费比上月高", channel=Channel.web, token="9a" * 20, estate=town.garden, building="2号楼", room="602"
    )
    said = conversation.answer(session, ticket, by=me, words="周五前我去核一次读数。")
    promises.make(session, said, by=me, day=clock.today() + timedelta(days=2))
    consulting.ask(session, ticket, specialist=f"metering/{town.wujian.id}", by=me, words="表准吗？")
    groups.add(session, town.lotus, by=me, name="莲花园业主群", members=400, estates=[town.garden.id])
    stewards.add(session, town.lotus, by=me, name="张大爷", phone="15400000901", estates=[town.garden.id])
    cards.add(session, by=me, slug="mine", topic="tariff", title="我的卡", summary="一句。", words="三档。", source="示例")
    occasions.let_go(session, town.lotus, "weekly-tariff", by=me, alone=True)
    points.add(session, by=me, name="莲花便利店", kind="convenience", lat=39.995, lon=116.465)
    return ticket


def prepared(town: Cast, *, note: str = "配电室钥匙在物业王师傅处。") -> Passing:
    return duties.prepare(town.session, town.lotus, to=town.chengang.id, by=town.me(town.wangfang), note=note)


def test_everything_open_goes_to_the_successor_in_one_act(town: Cast) -> None:
    session, ticket = town.session, furnish(town)
    handed = prepared(town)
    assert prepared(town, note="改一句").id == handed.id, "prepared anew it is the same"
    assert [one.id for one in needs.of(session, town.me(town.chengang)).passings] == [handed.id]
    assert town.me(town.wangfang).looks_after(town.lotus.id), "until it is taken it is the leaver's"
    with pytest.raises(Forbidden):
        passing.take(session, handed, by=town.me(town.wangfang))

    for _ in range(2):
        passing.take(session, handed, by=town.me(town.chengang))
    old, new = town.me(town.wangfang), town.me(town.chengang)
    assert (old.sees(town.lotus.id), new.own) == (False, {town.lotus.id, town.lake.id})
    assert town.me(town.zhaomin).looks_after(town.lotus.id), "the deputy stays"
    kept = session.scalars(sa.select(PassedThing).order_by(PassedThing.id)).all()
    known = {one.what: (one.words, one.detail) for one in passed.told(session, duties.find(session, handed.id, for_=new), for_=new)}
    assert len(kept) == len(known) == 9 - 1, "no outage runs"
    assert known[What.promise] == ("电费比上月高", "王芳")
    assert known[What.consultation] == ("电费比上月高", "吴建")
    assert known[What.answered] == ("电费比上月高", "莲花园 2号楼 602")
    assert known[What.group] == ("莲花园业主群", "400")

    promise = session.scalars(sa.select(TicketPromise)).one()
    assert (promise.by_id, promise.keeper_id) == (old.id, new.id), "told as hers, kept by him"
    with pytest.raises(Missing):
        conversation.answer(session, ticket, by=old, words="还是我来。")
    with pytest.raises(Missing):
        promises.keep(session, promises.find(session, promise.id, for_=old), by=old)
    promises.keep(session, promises.find(session, promise.id, for_=new), by=new)
    conversation.answer(session, ticket, by=new, words="我接手了，周五前办。")
    assert cards.find(session, "mine").card.owner_id == new.id
    with pytest.raises(Refused):
        duties.withdraw(session, handed, by=new)


def test_who_may_pass_a_grid_on_and_to_whom(town: Cast) -> None:
    session, me = town.session, town.me(town.wangfang)
    stranger = staff.add(session, name="外人", phone="10000000111", role=Role.clerk, organisation=town.station, password=PASSWORD, by=None)
    for wrong in (stranger.id, me.id, town.wujian.id, 999_999):
        with pytest.raises(Mistaken):
            duties.prepare(session, town.lotus, to=wrong, by=me)
    for who, refusal in ((town.zhaomin, Forbidden), (town.liujie, Forbidden), (town.chengang, Missing)):
        with pytest.raises(refusal):
            duties.prepare(session, town.lotus, to=town.chengang.id, by=town.me(who))
    handed = duties.prepare(session, town.lotus, to=town.zhaomin.id, by=town.me(town.admin), note="王芳已离岗")
    assert handed.from_id == me.id
    duties.withdraw(session, handed, by=me)
    with pytest.raises(Refused):
        passing.take(session, handed, by=town.me(town.zhaomin))
    again = prepared(town)
    assert again.id != handed.id
    duties.prepare(session, town.lotus, to=town.zhaomin.id, by=me)
    passing.take(session, again, by=town.me(town.zhaomin))
    contact = duties.manager(session, town.lotus.id)
    assert contact is not None
    assert contact.id == town.zhaomin.id, "the deputy is the manager now"
    assert all(one.part is not Part.deputy for one in session.scalars(sa.select(staff.Duty).where(*staff.on_duty())))


def test_what_was_handed_over_names_nobody_erased_since_nor_to_who_has_left(told_town: Cast, signed_in: Callable[..., Client]) -> None:
    town, session = told_town, told_town.session
    desks = {one.name: signed_in(one) for one in (town.chengang, town.zhaomin, town.liujie)}
    me, secrets = town.me(town.wangfang), ("钱小二", "呼吸机", "13800138000", "6677", "张大爷", "0901")
    ticket = conversation.ask(
        session, town.lotus, words="钱小二13800138000家老人要用呼吸机", channel=Channel.phone, token="ab" * 20, estate=town.garden,
        building="2号楼", room="6677", contact="13800138000", by=me,
    )  # fmt: skip
    stewards.add(session, town.lotus, by=me, name="张大爷", phone="15400000901", estates=[town.garden.id])
    promises.make(session, conversation.answer(session, ticket, by=me, words="明天来。"), by=me, day=clock.today() + timedelta(days=1))
    handed = prepared(town)
    passing.take(session, handed, by=town.me(town.chengang))
    rows = session.execute(sa.select(PassedThing.words, PassedThing.detail).where(PassedThing.passing_id == handed.id)).all()
    assert not [one for one in secrets if any(one in f"{words} {detail}" for words, detail in rows)]
    page = f"/desk/passings/{handed.id}"
    session.commit()
    assert [one in desks["陈刚"].get(page).text for one in ("呼吸机", "6677", "张大爷", "王芳 承诺")] == [True] * 4
    assert "呼吸机" not in desks["刘洁"].get(page).text

    again = duties.prepare(session, town.lotus, to=town.zhaomin.id, by=town.me(town.chengang))
    passing.take(session, again, by=town.me(town.zhaomin))
    session.commit()
    seen = desks["陈刚"].get(page).text
    assert not [one for one in secrets if one in seen], "the grid is another's now"
    new = town.me(town.zhaomin)
    promises.keep(session, promises.find(session, session.scalars(sa.select(TicketPromise.id)).one(), for_=new), by=new)
    conversation.close(session, ticket, by=new)
    requests.do(session, requests.enter(session, ticket, wish=Wish.erasure, proof=Proof.door, by=new), by=new)
    session.commit()
    seen = desks["赵敏"].get(page).text
    assert "王芳 承诺" in seen
    assert not [one for one in secrets[:4] if one in seen]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_sessions_rights_change_at_once(told_town: Cast, signed_in: Callable[..., Client]) -> None:
    town = told_town
    ticket = furnish(town)
    town.session.commit()
    old, new = signed_in(town.wangfang), signed_in(town.chengang)
    address = f"/desk/grids/{town.lotus.id}/passing"
    assert address in signed_in(town.admin).get("/desk/admin/grids").text, "an administrator finds the way"
    form = f"/desk/grids/{town.lotus.id}/passing"
    assert form in old.get("/desk/me").text
    assert new.get(form).status_code == 404
    assert old.post(form, data={"successor": "0", "note": "？"}).status_code == 422
    page = old.post(form, data={"successor": str(town.chengang.id), "note": "配电室钥匙在物业王师傅处。"})
    where = page.url.path
    assert "已看过，接手这个网格" not in page.text
    opens = ["/desk/groups/" in one.get(where).text for one in (old, signed_in(town.admin))]
    assert opens == [True, False], "groups are opened by those who look after the grid alone"
    assert where in new.get("/desk").text
    seen = new.get(where).text
    for words in ("配电室钥匙在物业王师傅处。", "莲花园业主群", "张大爷", "王芳 承诺", "吴建"):
        assert words in seen, words
    assert old.get(f"/desk/tickets/{ticket.id}").status_code == 200
    new.post(f"{where}/taking")
    assert [old.get(path).status_code for path in (f"/desk/tickets/{ticket.id}", where, form)] == [404, 404, 404]
    assert "电费比上月高" not in old.get("/desk/tickets?state=answered").text
    thread = new.get(f"/desk/tickets/{ticket.id}").text
    assert "承诺 王芳" in thread
    assert "现由陈刚兑现" in thread
    assert "一共交接 8 项" in new.get(where).text


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_an_administrator_who_prepares_it_is_named_and_nobody_is_chosen_before(told_town: Cast, signed_in: Callable[..., Client]) -> None:
    town = told_town
    office, new = signed_in(town.admin), signed_in(town.chengang)
    form = f"/desk/grids/{town.lotus.id}/passing"
    offered = office.get(form).text
    assert "对方接手之前仍由王芳负责" in offered
    assert '<option value="" selected>请选择</option>' in offered
    assert office.post(form, data={"successor": "", "note": ""}).status_code == 422
    where = office.post(form, data={"successor": str(town.chengang.id), "note": "钥匙在所里。"}).url.path
    assert "管理员 把 莲花网格 移交给您" in new.get("/desk").text
    assert '<p class="small">管理员</p>' in new.get(where).text
