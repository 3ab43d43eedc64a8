"""Sends sealed messages: many at once over few HTTP/2 connections, each pinned to the address that was checked."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

import pycurl

from app.core import clock
from pwa.push.circuit import Circuit
from pwa.push.envelopes import Door, Envelope, Line, Urgency, door
from pwa.push.outcomes import TOO_LATE, Outcome, Verdict, judge, seconds_to_wait, wait_before_retry

__all__ = ["Envelope", "Outcome", "Sender", "Urgency", "Verdict", "judge", "send", "wait_before_retry"]

TIMEOUT_MS = 10_000
ABREAST = 300
CONNECTIONS = 6
AT_A_TIME = 25
"""So many are sealed and handed over before the wires are looked after: the service reads while we seal."""
DEAF_AFTER = 20
"""An origin that has failed this often in one batch without ever answering is not tried for the rest of it (FCM from the mainland)."""
UNREACHABLE = "not tried: the service answers nobody"
REFUSING = "not tried: the service refuses our key or our clock"


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
        self.certificates, self.abreast, self.timeout_ms = certificates, abreast, timeout_ms
        self.circuit = circuit or Circuit()
        self.multi = pycurl.CurlMulti()
        self.multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, connections)
        self.idle: defaultdict[Door, list[Line]] = defaultdict(list)

    def __enter__(self) -> "Sender":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        for line in (line for lines in self.idle.values() for line in lines):
            line.curl.close()
        self.multi.close()

    def send(self, batch: Iterable[Envelope]) -> list[Outcome]:
        """The outcomes in the order of the batch, which is drawn as it is sent. Never raises for what a service does."""
        round_ = _Round(self, enumerate(batch))
        try:
            while round_.start() or round_.busy:
                self.multi.perform()
                round_.collect()
                if round_.drawn or len(round_.busy) >= self.abreast:
                    self._wait()
        finally:
            round_.drop()
        return [outcome for _, outcome in sorted(round_.outcomes.items())]

    def _wait(self) -> None:
        """Until something happens on the wires, or curl has something to do of its own, which its select does not see."""
        own_ms = self.multi.timeout()
        if self.multi.select(0.5 if own_ms < 0 else min(own_ms / 1000, 0.5)) < 0:
            time.sleep(0.005)

    def line(self, where: Door) -> Line:
        return self.idle[where].pop() if self.idle[where] else Line(where, self.certificates, self.timeout_ms)


class _Round:
    """One batch on its way: what waits, what is under way on which line, what came of it."""

    def __init__(self, sender: Sender, waiting: Iterator[tuple[int, Envelope]]) -> None:
        self.sender = sender
        self.waiting, self.drawn = waiting, False
        self.busy: dict[pycurl.Curl, tuple[int, Envelope, Line]] = {}
        self.outcomes: dict[int, Outcome] = {}
        self.silences: Counter[Door] = Counter()
        self.answering: set[Door] = set()

    def start(self) -> bool:
        """Put a few more on their way. Whether there may be more."""
        now = clock.now()
        for _ in range(min(AT_A_TIME, self.sender.abreast - len(self.busy))):
            place, envelope = next(self.waiting, (0, None))
            if envelope is None:
                self.drawn = True
                break
            ttl_s = _time_left(envelope, now)
            where = door(envelope.target)
            if why_not := TOO_LATE if ttl_s is None else self._closed(where):
                self.outcomes[place] = Outcome(envelope.key, error=why_not)
                continue
            line = self.sender.line(where)
            line.fill(envelope, ttl_s or 0)
            self.busy[line.curl] = (place, envelope, line)
            self.sender.multi.add_handle(line.curl)
        return not self.drawn

    def collect(self) -> None:
        left = 1
        while left:
            left, done, failed = self.sender.multi.info_read()
            for curl in done:
                self._finish(curl, "")
            for curl, _number, message in failed:
                self._finish(curl, message or "no answer")

    def drop(self) -> None:
        """What is still under way when something of our own broke."""
        for curl in self.busy:
            with suppress(pycurl.error):
                self.sender.multi.remove_handle(curl)
            curl.close()

    def _finish(self, curl: pycurl.Curl, error: str) -> None:
        place, envelope, line = self.busy.pop(curl)
        said = curl.getinfo(pycurl.RESPONSE_CODE)
        status = said if said >= 200 else None
        # A status line alone is an answer, even if the rest was cut off: the service has decided.
        retry_after = seconds_to_wait(line.retry_after) if status and line.retry_after else None
        outcome = self.outcomes[place] = Outcome(envelope.key, status, "" if status else error, retry_after)
        if status:
            self.answering.add(line.door)
            self.sender.circuit.heard(line.door, judge(outcome))
        else:
            self.silences[line.door] += 1
        self.sender.multi.remove_handle(curl)
        self.sender.idle[line.door].append(line)

    def _closed(self, where: Door) -> str:
        if self.sender.circuit.is_open(where):
            return REFUSING
        return UNREACHABLE if where not in self.answering and self.silences[where] >= DEAF_AFTER else ""


def _time_left(envelope: Envelope, now: datetime) -> int | None:
    if envelope.until is None:
        return envelope.ttl_s
    left_s = int((envelope.until - now).total_seconds())
    return min(envelope.ttl_s, left_s) if left_s > 0 else None
