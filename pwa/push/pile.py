"""The batch as it is drawn: each envelope is sealed when it is asked for, and what may not be sent any more is told at once."""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from app.core import clock
from pwa.push.envelopes import Door, Envelope, Label, door, fields
from pwa.push.outcomes import TOO_LATE, Outcome
from pwa.push.standing import Standing
from pwa.push.talk import Fields
from pwa.push.wires import Wire

AT_A_TIME = 25
"""So many are sealed and handed over before the wires are looked after: the service reads while we seal."""


class Going(msgspec.Struct, gc=False):
    """A message that is drawn and has no outcome yet."""

    envelope: Envelope
    where: Door
    fields: Fields
    late_at_s: float
    wire: Wire | None = None
    is_second: bool = False
    """Its wire broke after it had served others, as idle ones do: once it goes by another."""


class Pile:
    def __init__(self, batch: Iterable[Envelope], standing: Standing, timeout_s: float) -> None:
        self.is_empty = False
        self._batch, self._standing, self._timeout_s = enumerate(batch), standing, timeout_s
        self._asked: tuple[object, ...] = ()
        self._fields: Fields | None = None

    def draw(self, most: int) -> Iterator[tuple[int, Going | Outcome]]:
        """The next few with their places: to be sent, or what became of them already."""
        now, late_at_s = clock.now(), time.monotonic() + self._timeout_s
        for _ in range(most):
            place, envelope = next(self._batch, (0, None))
            if envelope is None:
                self.is_empty = True
                return
            where, said = door(envelope.target), self._labelled(envelope.label, len(envelope.body), now)
            why_not = self._standing.closed(where) if said else TOO_LATE
            yield place, Outcome(envelope.key, error=why_not) if why_not else Going(envelope, where, said or (), late_at_s)

    def _labelled(self, label: Label, length: int, now: datetime) -> Fields | None:
        """Most often the same as for the message before. None where its time is over."""
        asked = (label, length, now)
        if asked != self._asked:
            ttl_s = label.time_left_s(now)
            self._asked, self._fields = asked, None if ttl_s is None else fields(label, ttl_s, length)
        return self._fields
