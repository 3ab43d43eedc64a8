"""The tiers as a bar: what was used is filled, what is left stays open. Drawn by the server, in units of a picture 340 wide."""

from decimal import Decimal

import msgspec

from broadcasts.tariffs.bill import Bill, Tier

WIDE = 340
ROOM = Decimal("1.3")
"""So much beyond the last limit, that the last tier is seen."""


class Part(msgspec.Struct, frozen=True):
    """A tier: from x, so wide, of that so much filled. `end` is where the next one begins."""

    tier: Tier
    x: float
    width: float
    filled: float


class Bar(msgspec.Struct, frozen=True):
    parts: list[Part]
    you: float

    @property
    def side(self) -> str:
        """Where the words at the mark have room."""
        return "start" if self.you < WIDE / 3 else "end" if self.you > WIDE * 2 / 3 else "middle"


def draw(steps: list[Tier], bill: Bill) -> Bar:
    last = steps[-1].above
    most = max(last * ROOM, bill.used * Decimal("1.04"), Decimal(1))

    def place(kwh: Decimal) -> float:
        return round(float(kwh / most) * WIDE, 1)

    parts = [
        Part(one, place(one.above), round(place(min(one.up_to or most, most)) - place(one.above), 1), place(one.of(Decimal(0), bill.used)))
        for one in steps
    ]
    return Bar(parts, place(bill.used))
