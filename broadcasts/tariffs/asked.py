"""What somebody asks the calculator, read kindly: full-width digits, 度 and 元 behind a number, blanks inside it."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

import msgspec

from app.core import clock
from app.core.errors import Mistaken
from app.core.forms import Fields, read
from app.core.forms import again as shown
from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.tariffs.tables import Tariff, TariffPeriod

NUMBER = re.compile(r"\d{1,9}(\.\d{1,8})?")
AROUND = re.compile(r"[\s,_]|kwh|\u5ea6|\u5143|\u5343\u74e6\u65f6")
MOST_KWH, MOST_YUAN = Decimal(200_000), Decimal(100)
Text = Annotated[str, msgspec.Meta(max_length=40)]


class Asked(msgspec.Struct):
    """The page's form, as its address says it."""

    region: Text = ""
    year: Text = ""
    month: Text = ""
    valley: Text = ""
    in_month: Annotated[int, msgspec.Meta(ge=1, le=12)] | None = None
    many: bool = False
    mine: Text = ""
    price: Text = ""
    flat: Text = ""
    shared: bool = False


class Use(msgspec.Struct, frozen=True):
    """What a household used: so much of the period before, then `used`; of that `valley` at night."""

    used: Decimal
    before: Decimal
    valley: Decimal | None


class Tenancy(msgspec.Struct, frozen=True):
    mine: Decimal
    price: Decimal
    flat: Decimal | None


def of(query: Fields | Mapping[str, Any]) -> Asked:
    asked = read(Asked, query)
    asked.in_month = asked.in_month or clock.today().month
    return asked


def again(query: Mapping[str, Any]) -> Asked:
    """What was written and could not be read, to be shown once more."""
    words = ("region", "year", "month", "valley", "mine", "price", "flat")
    kept: dict[str, Any] = {name: shown(str(query.get(name, "")))[:40] for name in words}
    return Asked(**kept, in_month=clock.today().month)


def use(asked: Asked, tariff: Tariff) -> Use | None:
    """Nothing, where nothing was asked yet. Raises Mistaken with every reason."""
    yearly = tariff.period is TariffPeriod.year
    wanted = ("year", "month", "valley") if yearly else ("month", "valley")
    if not any(getattr(asked, name) for name in wanted):
        return None
    said, wrong = _numbers(asked, wanted, MOST_KWH)
    whole, part = said.get("year" if yearly else "month"), said.get("month")
    if whole is None:
        wrong.setdefault("year" if yearly else "month", _("Please fill this in."))
    elif part is not None and part > whole:
        wrong["month"] = _("One month cannot be more than the year so far.")
    used = whole if part is None else part
    if used is not None and said.get("valley", Decimal(0)) > used:
        wrong["valley"] = _("The night's part cannot be more than the whole.")
    if wrong or whole is None or used is None:
        raise Mistaken(_("Please look again at the marked fields."), wrong)
    return Use(used, whole - used, said.get("valley") if tariff.valleys else None)


def tenancy(asked: Asked) -> Tenancy | None:
    if not (asked.mine or asked.price or asked.flat):
        return None
    said, wrong = _numbers(asked, ("mine", "flat"), MOST_KWH)
    prices, dear = _numbers(asked, ("price",), MOST_YUAN)
    said, wrong = said | prices, wrong | dear
    for name in ("mine", "price"):
        if name not in said:
            wrong.setdefault(name, _("Please fill this in."))
    if said.get("mine") == 0:
        wrong["mine"] = _("Please give more than nothing.")
    if "flat" in said and said["flat"] < said.get("mine", Decimal(0)):
        wrong["flat"] = _("The whole flat cannot have used less than you.")
    if wrong:
        raise Mistaken(_("Please look again at the marked fields."), wrong)
    return Tenancy(said["mine"], said["price"], said.get("flat"))


def _numbers(asked: Asked, names: tuple[str, ...], most: Decimal) -> tuple[dict[str, Decimal], dict[str, Phrase]]:
    said: dict[str, Decimal] = {}
    wrong: dict[str, Phrase] = {}
    for name in names:
        text = AROUND.sub("", unicodedata.normalize("NFKC", getattr(asked, name)).lower())
        if not text:
            continue
        if not NUMBER.fullmatch(text):
            wrong[name] = _("Please give a number, such as 260.")
        elif (number := Decimal(text)) > most:
            wrong[name] = _("This is too much for one household. Please look at the bill again.")
        else:
            said[name] = number
    return said, wrong
