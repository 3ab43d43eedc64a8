"""What a tenant should pay: the landlord's price beside what the meter's tariff makes of the same kilowatt-hours."""

from decimal import Decimal
from enum import StrEnum

import msgspec

from broadcasts.tariffs import bill
from broadcasts.tariffs.bill import Tier


class Verdict(StrEnum):
    fair = "fair"
    """No more than the flat pays on average."""
    unclear = "unclear"
    """More than that, and still a price that the tariff knows: the landlord's bill would show it."""
    over = "over"
    """More than the dearest kilowatt-hour of the tariff."""


class Rent(msgspec.Struct, frozen=True):
    asked: Decimal
    fair: Decimal
    average: Decimal
    dearest: Decimal
    verdict: Verdict

    @property
    def too_much(self) -> Decimal:
        return max(bill.ZERO, self.asked - self.fair)


def compare(steps: list[Tier], mine: Decimal, price: Decimal, *, flat: Decimal | None = None, shared: Decimal | None = None) -> Rent:
    """`steps` are a month's. `flat` is what the whole flat used, of which mine is a part; `shared` the price behind a common meter."""
    whole = max(flat or mine, mine)
    average = shared if shared is not None else sum((line.yuan for line in bill.reckon(steps, whole).lines), bill.ZERO) / whole
    dearest = shared if shared is not None else max(max(one.price, one.peak or bill.ZERO) for one in steps)
    asked, fair = bill.cents(mine * price), bill.cents(mine * average)
    verdict = Verdict.fair if asked <= fair else Verdict.over if price > dearest else Verdict.unclear
    return Rent(asked, fair, average, dearest, verdict)
