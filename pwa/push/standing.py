"""How the services behave in one batch: who answers nobody, and who refuses our key, is not tried for the rest of it."""

from collections import Counter

from pwa.push.circuit import Circuit
from pwa.push.envelopes import Door
from pwa.push.outcomes import Outcome, judge

DEAF_AFTER = 20
"""An origin that has failed this often in one batch without ever answering is not tried for the rest of it (FCM from the mainland)."""
UNREACHABLE = "not tried: the service answers nobody"
REFUSING = "not tried: the service refuses our key or our clock"


class Standing:
    def __init__(self, circuit: Circuit) -> None:
        self._circuit = circuit
        self._silences: Counter[Door] = Counter()
        self._answering: set[Door] = set()

    def heard(self, where: Door, outcome: Outcome) -> None:
        if outcome.status is None:
            self._silences[where] += 1
        else:
            self._answering.add(where)
            self._circuit.heard(where, judge(outcome))

    def closed(self, where: Door) -> str:
        """Why nothing is sent there, if so."""
        if self._circuit.is_open(where):
            return REFUSING
        return UNREACHABLE if where not in self._answering and self._silences[where] >= DEAF_AFTER else ""
