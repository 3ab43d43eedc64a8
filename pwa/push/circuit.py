"""A service that refuses our key or our clock refuses it for every message: it is left alone until a person had time to look."""

import time
from collections.abc import Hashable

from pwa.push.outcomes import Verdict

REFUSALS = 10
PAUSE_S = 60.0


class Circuit:
    """Open for an origin after so many refusals in a row; after the pause it is tried again."""

    def __init__(self) -> None:
        self._refusals: dict[Hashable, int] = {}
        self._until: dict[Hashable, float] = {}

    def heard(self, origin: Hashable, verdict: Verdict) -> None:
        if verdict is Verdict.ALARM:
            self._refusals[origin] = self._refusals.get(origin, 0) + 1
            if self._refusals[origin] >= REFUSALS:
                self._until[origin] = time.monotonic() + PAUSE_S
        elif verdict is Verdict.SENT and self._refusals:
            self._refusals.pop(origin, None)
            self._until.pop(origin, None)

    def is_open(self, origin: Hashable) -> bool:
        return bool(self._until) and time.monotonic() < self._until.get(origin, 0)
