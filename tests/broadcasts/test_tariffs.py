"""The calculator: to the cent, whichever way it is reckoned; kind to what people type; one region's price for one region only."""

import gzip
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import clock
from app.core.errors import Forbidden, Missing, Mistaken
from broadcasts.tariffs import bill, rent, tariffs, tier_bar
from broadcasts.tariffs.tables import Tariff
from grids.staff import organisations
from tests.cast import Cast
from tests.client import Client

FILED = {one.region: one for one in tariffs.filed()}
ZERO = Decimal(0)
# A busy machine is no mistake of the bill.
PATIENT = settings(deadline=None)
KWH = st.integers(0, 6000)


def tariff(region: str, **other: Any) -> Tariff:
    facts = {name: getattr(FILED[region], name) for name in FILED[region].__struct_fields__}
    return Tariff(**(facts | other))


def one_by_one(row: Tariff, first: int, last: int, *, month: int, many: bool = False, night: Fraction | None = None) -> Decimal:
    """Each kilowatt-hour from the one after `first` to `last`, by the table as it is printed."""
    limits = row.summer_limits if month in row.summer_months else row.limits
    more = (row.people_kwh * (12 if row.period == "year" else 1)) if many else 0
    prices = [Fraction(price) for price in row.prices]
    if night is not None:
        prices = [Fraction(peak) * (1 - night) + Fraction(valley) * night for peak, valley in zip(row.peaks, row.valleys, strict=True)]
    total = Fraction(0)
    for number in range(first + 1, last + 1):
        total += prices[sum(number > limit + more for limit in limits)]
    scaled = total * 100
    return (Decimal((scaled + Fraction(1, 2)).__floor__()) / 100).quantize(Decimal("0.01"))


@PATIENT
@given(region=st.sampled_from(sorted(FILED)), used=KWH, month=st.integers(1, 12), many=st.booleans())
def test_a_bill_is_the_sum_of_its_kilowatt_hours(region: str, used: int, month: int, many: bool) -> None:
    row = tariff(region)
    made = bill.reckon(bill.tiers(row, month=month, many=many), Decimal(used))
    assert made.yuan == one_by_one(row, 0, used, month=month, many=many)
    assert sum((line.kwh for line in made.lines), ZERO) == used


@PATIENT
@given(region=st.sampled_from(["北京", "浙江", "上海"]), before=KWH, used=KWH)
def test_a_months_bill_begins_where_the_year_stands(region: str, before: int, used: int) -> None:
    row = tariff(region)
    made = bill.reckon(bill.tiers(row, month=1), Decimal(used), before=Decimal(before))
    assert made.yuan == one_by_one(row, before, before + used, month=1)
    assert made.used == before + used


@PATIENT
@given(used=st.integers(1, 6000), share=st.integers(0, 100))
def test_day_and_night_are_shared_alike_in_each_tier(used: int, share: int) -> None:
    row, night = tariff("浙江"), Fraction(share, 100)
    valley = Decimal(used * share) / 100
    made = bill.reckon(bill.tiers(row, month=1), Decimal(used), valley=valley)
    assert made.yuan == one_by_one(row, 0, used, month=1, night=night)


@PATIENT
@given(cents=st.integers(0, 600_000), region=st.sampled_from(sorted(FILED)))
def test_parts_of_a_kilowatt_hour_count_as_parts(cents: int, region: str) -> None:
    steps = bill.tiers(tariff(region), month=7)
    used = Decimal(cents) / 100
    exact = sum((one.of(ZERO, used) * one.price for one in steps), ZERO)
    assert bill.reckon(steps, used).yuan == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@PATIENT
@given(used=KWH, region=st.sampled_from(sorted(FILED)))
def test_more_use_never_costs_less_and_the_bar_ends_where_the_use_ends(used: int, region: str) -> None:
    steps = bill.tiers(tariff(region), month=7)
    now, then = bill.reckon(steps, Decimal(used)), bill.reckon(steps, Decimal(used + 1))
    assert now.yuan < then.yuan
    bar = tier_bar.draw(steps, now)
    assert bar.you == pytest.approx(sum(part.filled for part in bar.parts), abs=0.4)
    assert 0 <= bar.you <= tier_bar.WIDE
    assert sum(part.width for part in bar.parts) == pytest.approx(tier_bar.WIDE, abs=0.4)


@pytest.mark.parametrize(("used", "at", "left"), [(0, 1, 2880), (2880, 1, 0), (2881, 2, 1919), (4800, 2, 0), (4801, 3, None)])
def test_the_last_kilowatt_hour_of_a_tier_is_still_in_it(used: int, at: int, left: int | None) -> None:
    made = bill.reckon(bill.tiers(tariff("北京"), month=1), Decimal(used))
    assert (made.at.number, made.left) == (at, left)


def test_our_file_says_no_more_than_its_source(shared: Path) -> None:
    told = {one["region"]: one for one in json.loads((shared / "tariff" / "tier_tariffs.json").read_text(encoding="utf-8"))["tariffs"]}
    assert set(FILED) <= set(told)
    for region, ours in FILED.items():
        assert ours.effective_on is None or ours.effective_on.isoformat() in json.dumps(told[region]), region
        assert ours.people_kwh == 0 or "people" in told[region], region
        assert (ours.checked_on, ours.period) == (None, told[region]["period"])
        tiers = told[region]["tiers"] if "tiers" in told[region] else told[region]["seasonal"][1]["tiers"]
        assert ours.limits == [one["up_to"] for one in tiers[:-1]], region
        assert [float(price) for price in ours.prices] == [one["price"] for one in tiers], region


def test_a_household_of_five_has_wider_tiers() -> None:
    beijing, shandong = tariff("北京", people_from=5, people_kwh=100), tariff("山东")
    assert [one.above for one in bill.tiers(beijing, month=1, many=True)] == [0, 4080, 6000]
    assert bill.tiers(shandong, month=1, many=True) == bill.tiers(shandong, month=1)


def test_summer_has_its_own_limits() -> None:
    row = tariff("深圳")
    assert [bill.reckon(bill.tiers(row, month=month), Decimal(260)).at.number for month in (4, 5, 10, 11)] == [2, 1, 1, 2]


def test_the_worked_examples_of_the_shared_data_come_out(shared: Path) -> None:
    for example in json.loads((shared / "tariff" / "tier_tariffs.json").read_text())["worked_examples"]:
        used = sum(example.get("monthly_use", [])) or example["kwh"]
        made = bill.reckon(bill.tiers(tariff(example["region"]), month=1), Decimal(used))
        wanted = Decimal(str(example.get("expected_total", example.get("expected"))))
        assert abs(made.yuan - wanted) < Decimal("0.05"), (example["region"], made.yuan)


class TestRent:
    steps = bill.monthly(bill.tiers(tariff("北京"), month=1))

    @pytest.mark.parametrize(
        ("price", "flat", "verdict", "too_much"),
        [
            ("0.4883", None, "fair", "0.00"),
            ("0.48", None, "fair", "0.00"),
            ("0.6", None, "unclear", "11.17"),
            ("1.2", None, "over", "71.17"),
            ("0.5", "300", "unclear", "0.17"),
            ("0.79", "300", "over", "29.17"),
        ],
    )
    def test_the_landlords_price_is_named_for_what_it_is(self, price: str, flat: str | None, verdict: str, too_much: str) -> None:
        made = rent.compare(self.steps, Decimal(100), Decimal(price), flat=Decimal(flat) if flat else None)
        assert (made.verdict, made.too_much) == (verdict, Decimal(too_much))

    def test_behind_a_common_meter_there_is_one_price(self) -> None:
        made = rent.compare(self.steps, Decimal(100), Decimal("0.56"), shared=Decimal("0.558"))
        assert (made.verdict, made.fair, made.too_much) == ("over", Decimal("55.80"), Decimal("0.20"))

    @PATIENT
    @given(mine=st.integers(1, 900), flat=st.integers(0, 900), price=st.integers(0, 300))
    def test_nobody_is_blamed_for_a_price_that_the_tariff_knows(self, mine: int, flat: int, price: int) -> None:
        asked = Decimal(price) / 100
        made = rent.compare(self.steps, Decimal(mine), asked, flat=Decimal(flat) or None)
        assert (made.verdict == "over") == (asked > Decimal("0.7883"))
        assert (made.verdict == "fair") == (made.too_much == 0)


class TestWhichHolds:
    def test_a_grid_takes_the_tariff_of_its_organisation_or_of_the_nearest_above(self, town: Cast) -> None:
        session, admin = town.session, town.me(town.admin)
        assert tariffs.region_of(session, town.lotus) == ""
        company = organisations.add(session, "示范公司")
        station = organisations.add(session, "示范所", under=company)
        town.lotus.organisation_id = station.id
        tariffs.place(session, company, "北京", by=admin)
        assert tariffs.region_of(session, town.lotus) == "北京"
        tariffs.place(session, station, "浙江", by=admin)
        assert tariffs.region_of(session, town.lotus) == "浙江"
        with pytest.raises(Missing):
            tariffs.place(session, station, "火星", by=admin)

    def test_a_new_tariff_holds_from_its_day_and_the_old_one_stays(self, town: Cast) -> None:
        facts = tariffs.Facts(
            region="北京", period="year", effective_on=clock.today() + timedelta(days=3), limits=[3000, 5000],  # type: ignore[arg-type]
            prices=["0.5", "0.6", "0.9"], source="新文件",
        )  # fmt: skip
        tariffs.state(town.session, facts, by=town.me(town.admin))
        assert tariffs.find(town.session, "北京").limits == [2880, 4800]
        assert tariffs.find(town.session, "北京", on=facts.effective_on).limits == [3000, 5000]
        assert len(tariffs.history(town.session, "北京")) == 2
        assert tariffs.seed(town.session) == 0

    def test_a_tariff_with_a_day_comes_before_one_that_has_none(self, town: Cast) -> None:
        facts = tariffs.Facts(region="山东", period="month", effective_on=clock.today(), limits=[1, 2], prices=["0.1"] * 3, source="x")  # type: ignore[arg-type]
        tariffs.state(town.session, facts, by=town.me(town.admin))
        assert tariffs.find(town.session, "山东").limits == [1, 2]
        assert [row.effective_on for row in tariffs.history(town.session, "山东")] == [clock.today(), None]

    def test_only_administrators_state_tariffs_and_nonsense_is_refused(self, town: Cast) -> None:
        def facts(**wrong: Any) -> tariffs.Facts:
            said = {"limits": [1, 2], "prices": ["0.1", "0.2", "0.3"], "source": "x", "effective_on": date(2026, 1, 1)}
            return tariffs.Facts(region="北京", period="year", **(said | wrong))  # type: ignore[arg-type]

        with pytest.raises(Forbidden):
            tariffs.state(town.session, facts(), by=town.me(town.wangfang))
        for wrong in (
            {"limits": [2, 1]}, {"limits": [0, 1]}, {"prices": ["0.1", "x", "0.3"]}, {"prices": ["-0.1", "0.2", "0.3"]},
            {"peaks": ["0.1", "0.2", "0.3"]}, {"summer_months": [5]}, {"shared_price": "五毛"},
            {"valleys": ["0.1", "", ""], "peaks": ["0.1", "0.1", "0.1"]}, {"prices": ["NaN", "0.2", "0.3"]},
        ):  # fmt: skip
            with pytest.raises(Mistaken):
                tariffs.state(town.session, facts(**wrong), by=town.me(town.admin))

    def test_every_filed_tariff_is_sound_and_says_its_source(self) -> None:
        for one in tariffs.filed():
            assert not tariffs.mistakes(one), one.region
            assert one.source
            assert one.checked_on is None


class TestPage:
    @pytest.fixture(params=["sqlite"])
    def engine_name(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture(autouse=True)
    def placed(self, told_town: Cast) -> None:
        tariffs.place(told_town.session, told_town.station, "北京", by=told_town.me(told_town.admin))
        told_town.session.commit()

    def test_the_year_is_reckoned_without_a_script(self, resident: Client) -> None:
        text = resident.get("/g/104226/tariff", params={"region": "北京", "year": "3000", "month": "200"}).text
        for said in ("您家在第二档", "还剩 1,800 度", "103.66", "1470.90", "还没有和现行文件核对", "执行日期不详", '<svg class="tiers"'):
            assert said in text, said
        assert "0.4883 <small>元/度" in text, "a price with its unit"

    @pytest.mark.parametrize("typed", ["３０００", "3000度", " 3,000 ", "3000.0", "3000 kWh", "3000千瓦时"])
    def test_what_people_type_is_understood(self, resident: Client, typed: str) -> None:
        answer = resident.get("/g/104226/tariff", params={"year": typed})
        assert "1470.90" in answer.text
        assert answer.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize(
        ("query", "why"),
        [
            ({"year": "很多"}, "请填数字"), ({"year": "-5"}, "请填数字"), ({"year": "NaN"}, "请填数字"), ({"year": "1e9"}, "请填数字"),
            ({"year": "999999999"}, "不像一户人家"), ({"year": "100", "month": "200"}, "不会比今年一共"), ({"month": "200"}, "请填"),
            ({"year": "9" * 50}, "最多 40 个字"), ({"in_month": "13"}, ""),
            ({"region": "浙江", "year": "100", "valley": "200"}, "低谷的不会"),
            ({"mine": "100"}, "请填"), ({"mine": "0", "price": "1"}, "大于0"), ({"mine": "9", "price": "1", "flat": "2"}, "全屋"),
            ({"mine": "9", "price": "5000"}, "太大"),
        ],
    )  # fmt: skip
    def test_a_mistake_is_said_kindly_beside_its_field(self, resident: Client, query: dict[str, str], why: str) -> None:
        answer = resident.get("/g/104226/tariff", params=query)
        assert answer.status_code == 422
        assert why in answer.text
        assert 'class="error"' in answer.text

    def test_what_a_tenant_pays_too_much_is_named_with_whom_to_call(self, resident: Client) -> None:
        text = resident.get("/g/104226/tariff", params={"mine": "100", "price": "1.2"}).text
        for said in ("多收了 71.17 元", "48.83", "0.7883", "电力法", 'href="tel:12315"', 'href="tel:12345"', 'href="tel:95598"'):
            assert said in text, said
        fair = resident.get("/g/104226/tariff", params={"mine": "100", "price": "0.4883"}).text
        assert "没有多收" in fair
        assert "12315" not in fair

    def test_nobody_is_told_another_regions_price(self, resident: Client) -> None:
        bare = resident.get("/tariff").text
        assert "0.4883" not in bare
        assert "请选择" in bare
        assert "0.4883" not in resident.get("/tariff", params={"region": "火星", "year": "100"}).text
        assert "0.5469" in resident.get("/g/104226/tariff", params={"region": "山东"}).text

    def test_the_page_is_small_and_the_empty_one_is_the_same_for_everybody(self, resident: Client) -> None:
        first = resident.get("/g/104226/tariff")
        assert resident.get("/g/104226/tariff", headers={"if-none-match": first.headers["etag"]}).status_code == 304
        full = {"region": "浙江", "year": "5200", "month": "900", "valley": "300", "many": "on", "mine": "100", "price": "2", "flat": "300"}
        answer = resident.get("/g/104226/tariff", params=full)
        assert answer.status_code == 200
        assert len(gzip.compress(answer.content, 9)) <= 10_000
        assert not re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", answer.text)

    def test_an_administrator_corrects_a_tariff_on_the_desk(
        self, told_town: Cast, signed_in: Callable[..., Client], resident: Client
    ) -> None:
        admin = signed_in(told_town.admin)
        form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', admin.get("/desk/admin/tariffs?region=北京").text.split('id="state"')[1]))
        form |= {"period": "year", "price_1": "0.50", "checked": "on", "effective_on": clock.today().isoformat(), "source": "京发改2026"}
        wrong = admin.post("/desk/admin/tariffs", data={**form, "limit_2": "5", "price_2": "贵"})
        assert wrong.status_code == 422
        assert "二档要比一档高" in wrong.text
        assert "请填像 0.4883 这样的价钱" in wrong.text
        assert admin.post("/desk/admin/tariffs", data=form).status_code == 200
        text = resident.get("/g/104226/tariff", params={"year": "100"}).text
        assert "50.00" in text
        assert "与现行文件核对过" in text
        assert "京发改2026" in text
