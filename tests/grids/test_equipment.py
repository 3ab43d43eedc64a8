"""The ledger of machines."""

import pytest
from sqlalchemy.orm import Session

from app.core.errors import Forbidden, Missing, Mistaken
from grids.points import equipment, points
from grids.points.tables import Machine
from grids.tables import PaymentPoint
from tests.cast import Cast


@pytest.fixture
def kiosk(session: Session, town: Cast) -> PaymentPoint:
    return points.add(
        session, by=town.me(town.wangfang), name="莲花自助缴费点", kind="kiosk", lat=39.995, lon=116.465, opening_hours="24/7"
    )


def machine(session: Session, town: Cast, kiosk: PaymentPoint, label: str, kind: str = "pay_terminal") -> Machine:
    made = equipment.add(session, kiosk, by=town.me(town.wangfang), kind=kind, label=label)
    return equipment.find(session, made.id, for_=town.me(town.wangfang))


def test_the_trade_has_six_kinds_of_machines() -> None:
    assert len(equipment.kinds()) == 6
    assert str(equipment.kind_label("pay_terminal")) == "自助缴费终端"


def test_a_fault_stands_until_it_is_repaired_and_stays_in_the_ledger(session: Session, town: Cast, kiosk: PaymentPoint) -> None:
    me, one = town.me(town.wangfang), machine(session, town, kiosk, "1")
    equipment.report_fault(session, one, by=me, words="不收纸币")
    equipment.report_fault(session, one, by=me, words="屏幕也黑了")
    assert [found.id for found in equipment.broken(session, [town.lotus.id])] == [one.id]
    equipment.repair(session, one, by=me, words="换了识币器")
    equipment.repair(session, one, by=me)
    assert equipment.broken(session, [town.lotus.id]) == []
    assert [(told.words, told.repair) for told in one.faults] == [("不收纸币\n屏幕也黑了", "换了识币器")]


def test_a_kiosk_is_shut_when_its_last_machine_fails_and_open_when_one_works(session: Session, town: Cast, kiosk: PaymentPoint) -> None:
    me = town.me(town.wangfang)
    first, second = machine(session, town, kiosk, "1"), machine(session, town, kiosk, "2")
    machine(session, town, kiosk, "3", kind="bill_printer")
    equipment.report_fault(session, first, by=me, words="黑屏")
    assert kiosk.hidden_at is None
    equipment.report_fault(session, second, by=me, words="黑屏")
    assert kiosk.hidden_at is not None
    equipment.repair(session, first, by=me)
    assert kiosk.hidden_at is None


def test_a_machine_that_was_taken_away_is_no_longer_there(session: Session, town: Cast, kiosk: PaymentPoint) -> None:
    one = machine(session, town, kiosk, "1")
    equipment.remove(session, one, by=town.me(town.wangfang))
    assert equipment.at(session, kiosk) == []
    with pytest.raises(Missing):
        equipment.find(session, one.id, for_=town.me(town.wangfang))


def test_only_the_grid_s_own_people_keep_the_ledger(session: Session, town: Cast, kiosk: PaymentPoint) -> None:
    with pytest.raises(Missing):
        equipment.add(session, kiosk, by=town.me(town.chengang), kind="pay_terminal", label="1")
    with pytest.raises(Forbidden):
        equipment.add(session, kiosk, by=town.me(town.sunli), kind="pay_terminal", label="1")
    with pytest.raises(Mistaken):
        equipment.add(session, kiosk, by=town.me(town.wangfang), kind="咖啡机", label="1")
