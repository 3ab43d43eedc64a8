"""Procedures as data, the cases that go through them, and papers that are seen once."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Missing, Mistaken, Refused
from grids.calendar import calendar
from grids.staff import organisations
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets.clocks.tables import Customer
from tickets.households import merging
from tickets.households.tables import Household
from tickets.procedures import cases, papers, procedure_desk, procedures, standings
from tickets.procedures.procedures import Paper, Stage
from tickets.procedures.tables import CaseEnd, PaperSeen, Procedure

SignedIn = Callable[[Person], Client]
THURSDAY = datetime(2026, 9, 17, 10, 0, tzinfo=clock.SHANGHAI)  # Sunday the 20th is worked in exchange; 25 to 27 are holidays.
SOUTH = "邻电示范南方供电公司"


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(THURSDAY) as traveller:
        yield traveller


def on(now: time_machine.Traveller, day: str) -> None:
    now.move_to(datetime.fromisoformat(f"2026-{day}T15:00").replace(tzinfo=clock.SHANGHAI))


def allowed(session: Session, grid_id: int, kind: str = "new_connection") -> dict[str, int]:
    return {customer.value: one.days for customer, one in procedures.of_grid(session, grid_id, kind).items()}


def test_each_company_allows_itself_its_own_days_and_a_new_version_leaves_who_has_begun(
    session: Session, town: Cast, ask: Ask, now: time_machine.Traveller
) -> None:
    house = {"resident": 5, "low_voltage": 6, "high_voltage": 22, "high_voltage_dual": 32}
    assert allowed(session, town.lotus.id) == house
    for one in procedures.filed():
        assert sum(stage.days or 0 for stage in one.stages) == one.days, one.source
    south = organisations.add(session, SOUTH)
    assert procedures.seed(session) == 6
    assert procedures.seed(session) == 0
    town.lotus.organisation_id = organisations.add(session, "南方供电所", under=south).id
    session.flush()
    assert allowed(session, town.lotus.id) == {"resident": 6, "low_voltage": 11, "high_voltage": 80, "high_voltage_dual": 32}
    assert allowed(session, town.lake.id) == house, "the other company's rows are its own"

    admin, manager = town.me(town.admin), town.me(town.zhaomin)
    begun = cases.begin(
        session, ask("装电表", kind="new_connection", grid=town.lake), by=town.me(town.chengang), customer=Customer.resident
    )
    said = {"kind": "new_connection", "customer": Customer.resident, "source": "本单位", "effective_on": clock.today() + timedelta(days=3)}
    procedures.write(session, by=admin, days=3, stages=[Stage("办", "", 3)], papers=[Paper("身份证明")], **said)  # type: ignore[arg-type]
    assert allowed(session, town.lake.id)["resident"] == 5, "not yet"
    on(now, "09-20")
    assert allowed(session, town.lake.id)["resident"] == 3
    assert standings.of(session, begun).days == 5, "who has begun keeps what was promised"
    for wrong, field in (
        ({"days": 2}, "stages"), ({"days": 0}, "days"), ({"stages": []}, "stages"), ({"papers": [Paper("a"), Paper("a")]}, "papers"),
        ({"source": " "}, "source"), ({"effective_on": date(2026, 1, 1)}, "effective_on"), ({"kind": "nothing"}, "kind"),
        ({}, "effective_on"),
    ):  # fmt: skip
        right = {**said, "days": 3, "stages": [Stage("办", "", 3)], "papers": [], "effective_on": date(2026, 9, 20)}
        with pytest.raises(Mistaken) as refused:
            procedures.write(session, by=admin, **{**right, **wrong})  # type: ignore[arg-type]
        assert field in refused.value.mistakes
    with pytest.raises(Mistaken):
        cases.begin(session, ask("投诉", kind="complaint"), by=manager, customer=Customer.resident)


def test_working_days_are_used_stage_by_stage_and_the_askers_turn_costs_none(
    session: Session, town: Cast, ask: Ask, now: time_machine.Traveller
) -> None:
    calendar.seed(session)
    manager = town.me(town.wangfang)
    ticket = ask("厂里要高压电", kind="new_connection", estate=town.garden)
    case = cases.begin(session, ticket, by=manager, customer=Customer.high_voltage)
    assert cases.begin(session, ticket, by=manager, customer=Customer.resident).id == case.id, "begun twice"
    assert (standings.of(session, case).used, standings.of(session, case).due) == (0, date(2026, 10, 23))
    on(now, "09-18")
    case = cases.advance(session, case, by=manager, rank=0)
    assert cases.advance(session, case, by=manager, rank=0) is case, "sent twice"
    with pytest.raises(Refused):
        cases.advance(session, case, by=manager, rank=3)
    on(now, "09-24")
    standing = standings.of(session, case)
    assert (standing.used, standing.now and standing.now.used, standing.late) == (6, 5, False), "with the Sunday worked in exchange"
    case = cases.advance(session, case, by=manager, rank=1)
    assert standings.of(session, case).askers_turn
    on(now, "12-01")
    standing = standings.of(session, case)
    assert (standing.used, standing.due, standing.late) == (6, None, False), "their own turn costs nothing"
    case = cases.advance(session, case, by=manager, rank=2)
    on(now, "12-07")
    standing = standings.of(session, case)
    assert (standing.used, standing.now and standing.now.used, standing.late) == (10, 4, True), (
        "three were allowed for looking at the plans"
    )
    assert [one.case.id for one in standings.open_in(session, [town.lotus.id])] == [case.id]
    for rank in range(3, 7):
        case = cases.advance(session, case, by=manager, rank=rank)
    assert (case.ended_as, standings.of(session, case).now) == (CaseEnd.done, None)
    assert standings.open_in(session, [town.lotus.id]) == []
    other = cases.begin(session, ask("增容", kind="more_capacity"), by=manager, customer=Customer.resident)
    assert cases.withdraw(session, other, by=manager).ended_as is CaseEnd.withdrawn
    with pytest.raises(Missing):
        cases.advance(session, other, by=town.me(town.chengang), rank=0)


def test_a_paper_seen_once_is_asked_for_by_nobody_again(session: Session, town: Cast, ask: Ask) -> None:
    manager, clerk = town.me(town.wangfang), town.me(town.sunli)
    home = {"estate": town.garden, "building": "1号楼", "room": "501"}
    case = cases.begin(session, ask("装电表", kind="new_connection", **home), by=manager, customer=Customer.resident)
    row = papers.see(session, case, "身份证明", by=clerk, words="原件")
    assert papers.see(session, case, "身份证明", by=manager) is row
    later = cases.begin(session, ask("改户名", kind="change", **home), by=manager, customer=Customer.resident)
    assert [(one.paper.name, one.seen is not None) for one in papers.needed(session, later)] == [("身份证明", True), ("房产证明", False)]
    firm = ask("开店", kind="new_connection", room="9", estate=town.court)
    shop = cases.begin(session, firm, by=manager, customer=Customer.low_voltage)
    assert not any(one.seen for one in papers.needed(session, shop)), "another household"
    merging.merge(
        session, session.get_one(Household, case.ticket.household_id or 0), session.get_one(Household, firm.household_id or 0), by=manager
    )
    assert [one.paper.name for one in papers.needed(session, shop) if one.seen] == ["身份证明"], "proved to be one with the first"
    papers.take_back(session, shop, "身份证明", by=manager)
    assert not any(one.seen for one in papers.needed(session, later))
    assert session.scalar(sa.select(sa.func.count()).select_from(PaperSeen)) == 1, "what was seen stays in the records"
    with pytest.raises(Mistaken):
        papers.see(session, case, "存折", by=manager)
    with pytest.raises(Missing):
        papers.see(session, case, "房产证明", by=town.me(town.chengang))


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_asker_reads_how_far_it_is_and_the_supervisor_what_is_late(
    resident: Client, signed_in: SignedIn, told_town: Cast, now: time_machine.Traveller
) -> None:
    desk = signed_in(told_town.wangfang)
    values = resident.get("/g/104226/appointments").text.partition('name="slot" value="')[2].partition('"')[0]
    booked = {
        "kind": "new_connection",
        "slot": values,
        "estate": str(told_town.garden.id),
        "building": "1号楼",
        "room": "501",
        "nonce": "a" * 22,
    }
    thread = str(resident.post("/g/104226/appointments", data=booked).url).rpartition("/")[0]
    assert resident.get(f"{thread}/procedure").status_code == 404
    ticket = desk.get("/desk/appointments").text.partition("/desk/tickets/")[2].partition('"')[0]
    assert "开始办理" in desk.get(f"/desk/tickets/{ticket}").text
    case = desk.post(f"/desk/tickets/{ticket}/case", data={"customer": "resident"})
    assert "已用 0 个工作日，规定 5 个" in case.text
    key = str(case.url).rpartition("/")[2]
    desk.post(f"/desk/cases/{key}/papers", data={"paper": "身份证明", "words": "原件"})
    on(now, "09-22")
    mine = resident.get(f"{thread}/procedure").text
    assert "王芳" in mine
    assert "已用 4 个工作日，规定 5 个" in mine
    assert "比规定的时间长了" in mine, "one day was allowed for this stage"
    assert "下一步" in mine
    assert "已用 4 个工作日" in resident.get(thread).text
    assert "已用 4 天，规定 5 天" in desk.get("/desk/cases").text
    review = signed_in(told_town.liujie)
    assert "1 件办电超期" in review.get("/review").text
    assert "1 件，共 1 件" in review.get("/review/procedures").text
    done = {"data": {"rank": "0"}, "headers": {"idempotency-key": "k"}}
    assert [desk.post(f"/desk/cases/{key}/stages", **done).status_code for _twice in range(2)] == [204, 204]
    assert "第 2 步" in desk.get(f"/desk/cases/{key}").text
    admin = signed_in(told_town.admin)
    assert "十项承诺" in admin.get("/desk/admin/procedures").text
    said = {
        "kind": "change", "customer": "resident", "days": "4", "source": "本单位",
        "stages": "看材料 | 1 | 我们看材料\n您准备 | - |\n办好｜3｜改好", "papers": "身份证明 | 原件", "effective_on": "2026-09-22",
    }  # fmt: skip
    assert "本单位的" in admin.post("/desk/admin/procedures", data=said).text
    with told_town.session.begin_nested():
        row = told_town.session.scalars(sa.select(Procedure).where(Procedure.source == "本单位")).one()
    assert [stage.days for stage in procedures.stages(row)] == [1, None, 3]
    told_town.session.rollback()
    wrong = admin.post("/desk/admin/procedures", data={**said, "effective_on": "2026-09-23", "stages": "看 | 三天"})
    assert (wrong.status_code, "天数看不懂" in wrong.text) == (422, True)


def test_lines_are_read_as_they_are_written() -> None:
    assert procedure_desk.stages_in("受理 | 1 | 看 | 一看\n\n 您准备 | - \n") == [Stage("受理", "看 | 一看", 1), Stage("您准备", "", None)]
    assert procedure_desk.papers_in("执照\n房本 | 或合同") == [Paper("执照"), Paper("房本", "或合同")]
    with pytest.raises(Mistaken):
        procedure_desk.stages_in("受理 | 1.5")
