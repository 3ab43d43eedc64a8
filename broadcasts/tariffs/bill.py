"""From kilowatt-hours to yuan, tier by tier. Exact to the last digit; rounded once, at the end, as a bill is."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise

import msgspec

from broadcasts.tariffs.tables import Tariff, TariffPeriod

CENT = Decimal("0.01")
ZERO = Decimal(0)
EXACT = 80
"""So many digits while it is reckoned."""


class Tier(msgspec.Struct, frozen=True):
    """From `above` to `up_to` kWh; the last one has no end."""

    number: int
    above: Decimal
    up_to: Decimal | None
    price: Decimal
    peak: Decimal | None = None
    valley: Decimal | None = None

    def of(self, start: Decimal, end: Decimal) -> Decimal:
        """How much of what lies between start and end is in this tier."""
        top = end if self.up_to is None else min(end, self.up_to)
        return max(ZERO, top - max(start, self.above))


class Line(msgspec.Struct, frozen=True):
    tier: Tier
    kwh: Decimal
    price: Decimal
    yuan: Decimal


class Bill(msgspec.Struct, frozen=True):
    """`at` is the tier of the last kilowatt-hour; `left` what it still has room for."""

    used: Decimal
    at: Tier
    left: Decimal | None
    lines: list[Line]
    yuan: Decimal


def tiers(tariff: Tariff, *, month: int, many: bool = False) -> list[Tier]:
    """The tiers of a month's season, and of a household with many people."""
    limits = tariff.summer_limits if month in tariff.summer_months else tariff.limits
    more = tariff.people_kwh * (12 if tariff.period is TariffPeriod.year else 1) if many else 0
    ends: list[Decimal | None] = [ZERO, *(Decimal(limit + more) for limit in limits), None]
    peaks, valleys = (_prices(prices, len(tariff.prices)) for prices in (tariff.peaks, tariff.valleys))
    return [
        Tier(number, above or ZERO, up_to, Decimal(tariff.prices[number - 1]), peaks[number - 1], valleys[number - 1])
        for number, (above, up_to) in enumerate(pairwise(ends), 1)
    ]


def _prices(written: list[str], count: int) -> list[Decimal | None]:
    return [Decimal(one) for one in written] or [None] * count


def monthly(steps: list[Tier]) -> list[Tier]:
    """A twelfth of each tier: for a month of which nobody knows the year."""
    return [msgspec.structs.replace(one, above=one.above / 12, up_to=one.up_to / 12 if one.up_to else None) for one in steps]


def reckon(steps: list[Tier], used: Decimal, *, before: Decimal = ZERO, valley: Decimal | None = None) -> Bill:
    """The bill for `used` kWh after `before` of the same period. `valley` of them at night: in each tier the same share."""
    end = before + used
    at = next(one for one in steps if one.up_to is None or end <= one.up_to)
    left = at.up_to - end if at.up_to is not None else None
    with localcontext(prec=EXACT):
        parts = [(one, kwh, _rate(one, used, valley)) for one in steps if (kwh := one.of(before, end)) > 0]
        lines = [Line(one, kwh, rate / used, kwh * rate / used) for one, kwh, rate in parts]
        total = sum((kwh * rate for _one, kwh, rate in parts), ZERO) / used if used else ZERO
        return Bill(end, at, left, lines, cents(total))


def cents(yuan: Decimal) -> Decimal:
    return yuan.quantize(CENT, ROUND_HALF_UP)


def _rate(tier: Tier, used: Decimal, valley: Decimal | None) -> Decimal:
    """The price times all that was used, so that nothing is divided before the end."""
    if valley is None or tier.peak is None or tier.valley is None:
        return tier.price * used
    return tier.peak * (used - valley) + tier.valley * valley
