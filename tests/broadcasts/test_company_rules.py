"""What law and company ask for is read from rows: the nearest organisation's newest one in force holds."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.errors import Mistaken
from broadcasts import notices
from broadcasts.promises import company, lead_times
from broadcasts.promises.tables import CompanyRule, Topic
from broadcasts.tables import LateReason, NoticeKind
from grids.staff import organisations
from grids.tables import Organisation, Settlement
from tests.broadcasts.stage import HOUR, NOON, draft, planned
from tests.cast import Cast

PLANNED = NoticeKind.planned_outage


def rule(town: Cast, organisation: Organisation | None, value: str, day: date, topic: Topic = Topic.lead_hours) -> None:
    said = {"subject": PLANNED, "value": value, "source": f"{value} 小时令", "effective_on": day}
    town.session.add(CompanyRule(organisation_id=organisation.id if organisation else None, topic=topic, **said))
    town.session.flush()


def lead(town: Cast) -> str:
    found = company.of(town.session, town.lotus.id).find(Topic.lead_hours, PLANNED)
    assert found is not None
    return found.value


def test_an_installation_has_the_laws_lead_times_with_their_source(town: Cast) -> None:
    found = company.of(town.session, town.lotus.id).find(Topic.lead_hours, PLANNED)
    assert found is not None
    assert (found.value, found.effective_on) == ("168", date(2010, 1, 1))
    assert "供电监管办法" in found.source
    assert all(row.source and row.value for row in town.session.scalars(sa.select(CompanyRule)))
    assert company.seed(town.session) == 0


def test_the_nearest_organisation_wins_and_its_newest_rule_in_force(town: Cast) -> None:
    hall = organisations.add(town.session, "花家地营业厅", under=town.station)
    town.lotus.organisation_id = hall.id
    with clock.at(NOON):
        today = clock.today()
        rule(town, None, "200", today)
        assert lead(town) == "200"
        rule(town, town.station, "120", date(2020, 1, 1))
        assert lead(town) == "120"
        rule(town, town.station, "144", date(2025, 1, 1))
        assert lead(town) == "144"
        rule(town, town.station, "240", today + timedelta(days=1))  # not in force yet
        assert lead(town) == "144"
        rule(town, hall, "96", date(2020, 1, 1))
        assert lead(town) == "96"
    with clock.at(NOON + timedelta(days=1)):
        assert lead(town) == "96"


def test_another_organisations_rule_is_not_ours(town: Cast) -> None:
    rule(town, organisations.named(town.session, "大兴供电所"), "24", date(2020, 1, 1))
    assert lead(town) == "168"


def test_a_faults_usual_end_is_the_service_promise_of_the_grid(town: Cast) -> None:
    assert company.of(town.session, town.lotus.id).back_after(arrived=True) == 3 * HOUR
    town.lotus.settlement = Settlement.rural
    town.session.flush()
    rural = company.of(town.session, town.lotus.id)
    assert rural.back_after(arrived=True) == 4 * HOUR
    assert rural.back_after(arrived=False) == timedelta(hours=5, minutes=30)
    assert rural.restoration is not None
    assert "农村4小时" in rural.restoration.source


def test_a_late_planned_notice_needs_its_reason_which_is_a_fact(town: Cast) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        notice = draft(town, kind=PLANNED, starts_at=NOON + 51 * HOUR, ends_at=NOON + 60 * HOUR)
        with pytest.raises(Mistaken) as error:
            notices.publish(town.session, notice, by=me)
        assert set(error.value.mistakes) == {"late_reason"}
        assert "提前 2 天 3 小时" in str(error.value.reason)
        notices.publish(town.session, notice, by=me, late_reason="电缆要断了，等不得")
    kept = town.session.get_one(LateReason, notice.id)
    assert (kept.reason, kept.at, kept.by_id) == ("电缆要断了，等不得", NOON.astimezone(kept.at.tzinfo), me.id)
    assert (kept.ahead_minutes, kept.needed_hours) == (51 * 60, 168)


@pytest.mark.parametrize("kind", [NoticeKind.temporary_outage, NoticeKind.fault_outage])
def test_what_cannot_wait_may_be_told_at_once(town: Cast, kind: NoticeKind) -> None:
    notice = notices.publish(
        town.session, draft(town, kind=kind, starts_at=clock.now() + HOUR, ends_at=clock.now() + 2 * HOUR), by=town.me(town.wangfang)
    )
    assert notice.late is None


def test_in_time_needs_no_reason_and_an_exercise_none(town: Cast) -> None:
    assert planned(town).late is None
    start: datetime = clock.now() + HOUR
    exercise = draft(town, kind=PLANNED, starts_at=start, ends_at=start + HOUR, exercise=True)
    assert lead_times.of(town.session, exercise) is None
    assert notices.publish(town.session, exercise, by=town.me(town.wangfang)).late is None
