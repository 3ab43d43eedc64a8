"""Sends sealed messages: many at once over few connections, each pinned to the address that was checked."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from pwa.push.circuit import Circuit
from pwa.push.envelopes import Envelope, Label, Urgency
from pwa.push.outcomes import Outcome, Verdict, judge, wait_before_retry
from pwa.push.pile import AT_A_TIME
from pwa.push.rounds import Round
from pwa.push.standing import REFUSING, UNREACHABLE
from pwa.push.switchboard import Switchboard

__all__ = [
    "AT_A_TIME", "REFUSING", "UNREACHABLE",
    "Envelope", "Label", "Outcome", "Sender", "Urgency", "Verdict", "judge", "send", "wait_before_retry",
]  # fmt: skip

TIMEOUT_MS = 10_000
ABREAST = 500
CONNECTIONS = 6


def send(
    batch: Iterable[Envelope],
    *,
    certificates: Path | None = None,
    abreast: int = ABREAST,
    connections: int = CONNECTIONS,
    timeout_ms: int = TIMEOUT_MS,
) -> list[Outcome]:
    """One batch, and the connections are closed."""
    with Sender(certificates=certificates, abreast=abreast, connections=connections, timeout_ms=timeout_ms) as sender:
        return sender.send(batch)


class Sender:
    """Batch after batch over connections that stay open between them. For one thread. `certificates` replaces the known authorities."""

    def __init__(
        self,
        *,
        certificates: Path | None = None,
        abreast: int = ABREAST,
        connections: int = CONNECTIONS,
        timeout_ms: int = TIMEOUT_MS,
        circuit: Circuit | None = None,
    ) -> None:
        self.abreast, self.timeout_s = abreast, timeout_ms / 1000
        self.circuit = circuit or Circuit()
        self.board = Switchboard(certificates=certificates, connections=connections)

    def __enter__(self) -> "Sender":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.board.close()

    def send(self, batch: Iterable[Envelope]) -> list[Outcome]:
        """The outcomes in the order of the batch, which is drawn as it is sent. Never raises for what a service does."""
        try:
            return Round(self.board, self.circuit, batch, abreast=self.abreast, timeout_s=self.timeout_s).run()
        finally:
            self.board.tidy()
