"""Where administrators keep the tariffs: what each region pays from which day on, and whose tariff holds where."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from app.core import clock
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, Written, form_again, page, see
from app.core.words import phrase as _
from broadcasts.tariffs import tariffs
from broadcasts.tariffs.tables import Tariff, TariffPeriod
from broadcasts.tariffs.tariffs import Facts
from grids.staff import organisations
from grids.staff.who import Me

PAGE = "desk/tariffs.html"
Short = Annotated[str, msgspec.Meta(max_length=20)]
Line = Annotated[str, msgspec.Meta(max_length=120)]
Kwh = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Month = Annotated[int, msgspec.Meta(ge=1, le=12)]
THREE = (1, 2, 3)


class Stated(msgspec.Struct, kw_only=True):
    """The form: three tiers, a summer's limits and night prices where there are any."""

    region: Short
    period: TariffPeriod
    effective_on: date
    limit_1: Kwh
    limit_2: Kwh
    price_1: Short
    price_2: Short
    price_3: Short
    peak_1: Short = ""
    peak_2: Short = ""
    peak_3: Short = ""
    valley_1: Short = ""
    valley_2: Short = ""
    valley_3: Short = ""
    summer_from: Month | None = None
    summer_to: Month | None = None
    summer_limit_1: Kwh | None = None
    summer_limit_2: Kwh | None = None
    people_from: Kwh = 0
    people_kwh: Kwh = 0
    shared_price: Short = ""
    source: Line
    note: Line = ""
    checked: bool = False

    def facts(self) -> Facts:
        summer = [one for one in (self.summer_limit_1, self.summer_limit_2) if one is not None]
        months = list(range(self.summer_from, self.summer_to + 1)) if self.summer_from and self.summer_to else []
        kept = {name: getattr(self, name) for name in ("region", "period", "effective_on", "people_from", "people_kwh", "source", "note")}
        return Facts(
            **kept, limits=[self.limit_1, self.limit_2], prices=self._three("price"), peaks=self._three("peak"),
            valleys=self._three("valley"), summer_months=months, summer_limits=summer, shared_price=self.shared_price,
            checked_on=clock.today() if self.checked else None,
        )  # fmt: skip

    def _three(self, name: str) -> list[str]:
        said = [getattr(self, f"{name}_{n}") for n in THREE]
        return said if any(said) else []


class Placed(msgspec.Struct):
    organisation: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    region: Short


@get("/desk/admin/tariffs", sync_to_thread=True, include_in_schema=False)
def every(session: Db, me: Me, region: FromQuery[str] = "") -> Response[bytes]:
    me.must_administer()
    known = tariffs.regions(session)
    chosen = tariffs.find(session, region) if region in known else None
    form = _form(chosen) if chosen else Written({"region": region[:20], "period": "year", "effective_on": clock.today().isoformat()})
    return page(PAGE, form=form, mistakes={}, reason="", **_context(session, me, region))


@post("/desk/admin/tariffs", sync_to_thread=True, include_in_schema=False)
def state(form: Form, session: Db, me: Me) -> Response[Any]:
    me.must_administer()
    try:
        tariffs.state(session, read(Stated, form).facts(), by=me)
    except Mistaken as error:
        return form_again(PAGE, error, form, **_context(session, me, str(form.get("region", ""))[:20]))
    return see("/desk/admin/tariffs")


@post("/desk/admin/tariffs/places", sync_to_thread=True, include_in_schema=False)
def place(form: Form, session: Db, me: Me) -> Response[Any]:
    me.must_administer()
    said = read(Placed, form)
    tariffs.place(session, organisations.find(session, said.organisation), said.region, by=me)
    return see("/desk/admin/tariffs")


def _form(tariff: Tariff) -> Written:
    """As it holds now, to be changed."""
    said = {
        name: str(getattr(tariff, name) or "")
        for name in ("region", "period", "people_from", "people_kwh", "shared_price", "source", "note")
    }
    said["effective_on"] = tariff.effective_on.isoformat() if tariff.effective_on else ""
    for name, values in (("limit", tariff.limits), ("price", tariff.prices), ("peak", tariff.peaks), ("valley", tariff.valleys)):
        said |= {f"{name}_{n}": str(value) for n, value in enumerate(values, 1)}
    said |= {f"summer_limit_{n}": str(value) for n, value in enumerate(tariff.summer_limits, 1)}
    if tariff.summer_months:
        said |= {"summer_from": str(min(tariff.summer_months)), "summer_to": str(max(tariff.summer_months))}
    return Written(said)


def _context(session: Db, me: Me, region: str) -> dict[str, Any]:
    known = tariffs.regions(session)
    return {
        "me": me, "tariffs": [tariffs.find(session, one) for one in known], "history": tariffs.history(session, region), "regions": known,
        "organisations": tariffs.organisations(session), "periods": [("year", _("by the year")), ("month", _("by the month"))],
    }  # fmt: skip


routes: list[Any] = [every, state, place]
