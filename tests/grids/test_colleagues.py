"""Who the administrator's colleagues are, what each is, and how each comes in."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing, Mistaken, Refused
from grids.staff import colleagues, entrance, handed, organisations, passing, staff
from grids.tables import Duty, Organisation, Part, Person, Role
from tests.cast import PASSWORD, Cast

NEW = {"name": "周宁", "phone": "138 0000 0031", "role": Role.manager}


def test_a_colleague_is_added_and_chooses_an_own_password_at_the_first_sign_in(town: Cast, session: Session) -> None:
    me = town.me(town.admin)
    person, password = colleagues.enlist(session, by=me, where=town.station.id, new="花家地班", **NEW)
    hall = session.get_one(Organisation, person.organisation_id)
    assert (person.phone, hall.name, hall.path.startswith(town.station.path)) == ("13800000031", "花家地班", True)
    assert entrance.check_password(session, phone="13800000031", password=password) == person.id
    assert handed.waits(session, person.id)
    for wrong in ("short", password):
        with pytest.raises(Mistaken):
            handed.choose(session, person.id, wrong)
    handed.choose(session, person.id, "my-own-words")
    assert not handed.waits(session, person.id)
    assert entrance.check_password(session, phone="13800000031", password="my-own-words") == person.id
    acts = session.scalars(sa.select(audit.AuditEntry.act).where(audit.AuditEntry.subject == f"person/{person.id}")).all()
    assert {"staff.add", "staff.hand_password", "staff.choose_password"} <= set(acts)


def test_a_one_time_password_ends_the_old_one_and_is_good_for_a_week(town: Cast, session: Session) -> None:
    token = entrance.sign_in(session, town.wangfang.id)
    password = handed.hand(session, town.wangfang, by=town.me(town.admin))
    assert entrance.signed_in(session, token) is None
    with pytest.raises(Refused):
        entrance.check_password(session, phone=town.wangfang.phone, password=PASSWORD)
    assert entrance.check_password(session, phone=town.wangfang.phone, password=password)
    with time_machine.travel(clock.now() + handed.HOLDS + timedelta(minutes=1)), pytest.raises(Refused, match="已过期"):
        handed.waits(session, town.wangfang.id)


def test_who_was_suspended_is_brought_back_and_not_added_twice(town: Cast, session: Session) -> None:
    me = town.me(town.admin)
    colleagues.suspend(session, town.zhaomin, by=me)
    assert [one.person.name for one in colleagues.listed(session, of=me) if one.suspended_at] == ["赵敏"]
    with pytest.raises(Mistaken, match="请恢复 赵敏"):
        staff.add(session, name="赵敏", phone=town.zhaomin.phone, role=Role.manager, organisation=town.station, password=PASSWORD, by=me)
    with pytest.raises(Refused, match="已停用"):
        colleagues.place(session, town.zhaomin, town.lake.id, part=Part.deputy, by=me)
    for _twice in range(2):
        staff.restore(session, town.zhaomin, by=me)
    assert entrance.check_password(session, phone=town.zhaomin.phone, password=PASSWORD) == town.zhaomin.id
    with pytest.raises(Refused, match="不能停用自己"):
        colleagues.suspend(session, town.admin, by=me)


def test_deputies_come_and_go_and_a_manager_is_followed_by_passing_on(town: Cast, session: Session) -> None:
    me = town.me(town.admin)
    for _twice in range(2):
        colleagues.place(session, town.chengang, town.lotus.id, part=Part.deputy, by=me)
    duty = session.scalars(sa.select(Duty).where(Duty.person_id == town.chengang.id, Duty.grid_id == town.lotus.id)).one()
    assert town.me(town.chengang).looks_after(town.lotus.id)
    colleagues.relieve(session, duty.id, by=me)
    assert not town.me(town.chengang).looks_after(town.lotus.id)
    with pytest.raises(Mistaken) as refused:
        colleagues.place(session, town.zhaomin, town.lotus.id, part=Part.manager, by=me)
    assert "王芳 正是这个网格的台区经理" in str(refused.value.mistakes["grid"])
    assert passing.manager(session, town.lotus.id) == town.wangfang
    with pytest.raises(Refused, match="管理员不分管网格"):
        colleagues.place(session, town.admin, town.lake.id, part=Part.deputy, by=me)


def test_a_role_and_a_place_change_and_what_does_not_fit_is_refused(town: Cast, session: Session) -> None:
    me = town.me(town.admin)
    colleagues.change(session, town.sunli, by=me, name="孙莉", role=Role.supervisor, where=town.station.id)
    assert (town.sunli.name, town.me(town.sunli).reviews) == ("孙莉", True)
    with pytest.raises(Mistaken):
        colleagues.change(session, town.wangfang, by=me, name="王芳", role=Role.administrator, where=town.station.id)
    with pytest.raises(Refused, match="自己的角色"):
        colleagues.change(session, town.admin, by=me, name="管理员", role=Role.manager, where=town.station.id)


def test_another_organisation_s_people_are_not_there(town: Cast, session: Session) -> None:
    stranger = session.scalars(sa.select(Person).where(Person.name == "周远")).one()
    me, elsewhere = town.me(town.admin), organisations.named(session, "大兴供电所")
    assert elsewhere is not None
    assert stranger not in [one.person for one in colleagues.listed(session, of=me)]
    with pytest.raises(Missing):
        colleagues.find(session, stranger.id, for_=me)
    with pytest.raises(Mistaken):
        colleagues.enlist(session, by=me, where=elsewhere.id, **NEW)
    theirs = staff.add(
        session, name="钱程", phone="13800000032", role=Role.administrator, organisation=elsewhere, password=PASSWORD, by=None
    )
    with pytest.raises(Mistaken):
        colleagues.place(session, stranger, town.lotus.id, part=Part.deputy, by=town.me(theirs))
    duty = session.scalars(sa.select(Duty).where(Duty.grid_id == town.lotus.id)).first()
    assert duty is not None
    with pytest.raises(Missing):
        colleagues.relieve(session, duty.id, by=town.me(theirs))


@pytest.mark.parametrize("phone", ["abc", "", "138000", "1380000abcd0031", "139000000000000"])
def test_what_is_no_phone_is_refused(town: Cast, session: Session, phone: str) -> None:
    with pytest.raises(Mistaken, match="不是电话号码"):
        staff.add(session, name="周宁", phone=phone, role=Role.manager, organisation=town.station, password=PASSWORD, by=None)
