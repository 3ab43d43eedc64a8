"""Sends sealed messages: many at once over few HTTP/2 connections, each pinned to the address that was checked."""

import time
from collections import Counter, deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pycurl

from app.core import clock
from pwa.push import envelopes
from pwa.push.envelopes import Envelope, Urgency
from pwa.push.outcomes import TOO_LATE, Outcome, Verdict, judge, seconds_to_wait, wait_before_retry

__all__ = ["Envelope", "Outcome", "Urgency", "Verdict", "judge", "send", "wait_before_retry"]

TIMEOUT_MS = 10_000
ABREAST = 200
CONNECTIONS = 6
DEAF_AFTER = 20
"""An origin that has failed this often in one batch without ever answering is not tried for the rest of it (FCM from the mainland)."""
UNREACHABLE = "not tried: the service answers nobody"


def send(
    batch: Iterable[Envelope],
    *,
    certificates: Path | None = None,
    abreast: int = ABREAST,
    connections: int = CONNECTIONS,
    timeout_ms: int = TIMEOUT_MS,
) -> list[Outcome]:
    """The outcomes in the order of the batch. Never raises for what a service does. `certificates` replaces the known authorities."""
    round_ = _Round(deque(enumerate(batch)), certificates, timeout_ms)
    round_.multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, connections)
    try:
        while round_.waiting or round_.busy:
            while round_.waiting and len(round_.busy) < abreast:
                round_.start(*round_.waiting.popleft())
            round_.multi.perform()
            round_.collect()
            if round_.busy and round_.multi.select(0.5) < 0:
                time.sleep(0.005)
    finally:
        round_.close()
    return [outcome for _, outcome in sorted(round_.outcomes.items())]


class _Round:
    """One batch on its way: what waits, what is under way on which handle, what came of it."""

    def __init__(self, waiting: deque[tuple[int, Envelope]], certificates: Path | None, timeout_ms: int) -> None:
        self.waiting = waiting
        self.certificates = certificates
        self.timeout_ms = timeout_ms
        self.multi = pycurl.CurlMulti()
        self.idle: list[pycurl.Curl] = []
        self.busy: dict[pycurl.Curl, tuple[int, Envelope, dict[str, str]]] = {}
        self.outcomes: dict[int, Outcome] = {}
        self.silences: Counter[str] = Counter()
        self.answering: set[str] = set()

    def start(self, place: int, envelope: Envelope) -> None:
        ttl_s = _time_left(envelope)
        if ttl_s is None:
            self.outcomes[place] = Outcome(envelope.key, error=TOO_LATE)
        elif self._is_deaf(envelope.target.host):
            self.outcomes[place] = Outcome(envelope.key, error=UNREACHABLE)
        else:
            curl = self.idle.pop() if self.idle else pycurl.Curl()
            heard: dict[str, str] = {}
            envelopes.address(curl, envelope.target, self.certificates, self.timeout_ms)
            envelopes.fill(curl, envelope, ttl_s, heard)
            self.busy[curl] = (place, envelope, heard)
            self.multi.add_handle(curl)

    def collect(self) -> None:
        left = 1
        while left:
            left, done, failed = self.multi.info_read()
            for curl in done:
                self._finish(curl, "")
            for curl, _number, message in failed:
                self._finish(curl, message or "no answer")

    def close(self) -> None:
        for curl in self.busy:
            with suppress(pycurl.error):
                self.multi.remove_handle(curl)
        for curl in (*self.busy, *self.idle):
            curl.close()
        self.multi.close()

    def _finish(self, curl: pycurl.Curl, error: str) -> None:
        place, envelope, heard = self.busy.pop(curl)
        said = curl.getinfo(pycurl.RESPONSE_CODE)
        status = said if said >= 200 else None
        # A status line alone is an answer, even if the rest was cut off: the service has decided.
        retry_after = seconds_to_wait(heard["retry-after"]) if status and "retry-after" in heard else None
        self.outcomes[place] = Outcome(envelope.key, status, "" if status else error, retry_after)
        if status:
            self.answering.add(envelope.target.host)
        else:
            self.silences[envelope.target.host] += 1
        self.multi.remove_handle(curl)
        curl.reset()
        self.idle.append(curl)

    def _is_deaf(self, host: str) -> bool:
        return host not in self.answering and self.silences[host] >= DEAF_AFTER


def _time_left(envelope: Envelope) -> int | None:
    if envelope.until is None:
        return envelope.ttl_s
    left_s = int((envelope.until - clock.now()).total_seconds())
    return min(envelope.ttl_s, left_s) if left_s > 0 else None
