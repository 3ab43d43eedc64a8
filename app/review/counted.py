"""How the review counts: over which time, and never without saying over how many."""

from datetime import timedelta

import msgspec

PERIOD = timedelta(days=30)


class Figure(msgspec.Struct, frozen=True):
    """A number with the count it was made from. None where nothing was counted."""

    value: float | None
    n: int
