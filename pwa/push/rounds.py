"""One batch on its way: what is drawn and waits for a wire, what is under way, what came of it."""

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

import msgspec

from app.core import clock
from pwa.push.circuit import Circuit
from pwa.push.envelopes import Door, Envelope, Label, door, fields
from pwa.push.outcomes import TOO_LATE, Outcome, judge, seconds_to_wait
from pwa.push.switchboard import Switchboard
from pwa.push.talk import Broken, Fields, Heard
from pwa.push.wires import Wire

AT_A_TIME = 25
"""So many are sealed and handed over before the wires are looked after: the service reads while we seal."""
DEAF_AFTER = 20
"""An origin that has failed this often in one batch without ever answering is not tried for the rest of it (FCM from the mainland)."""
UNREACHABLE = "not tried: the service answers nobody"
REFUSING = "not tried: the service refuses our key or our clock"
LONGEST_WAIT_S, BETWEEN_LOOKS_S = 0.2, 0.1


class Going(msgspec.Struct, gc=False):
    """A message that is drawn and has no outcome yet."""

    envelope: Envelope
    where: Door
    fields: Fields
    late_at_s: float
    wire: Wire | None = None
    is_second: bool = False
    """Its wire broke after it had served others, as idle ones do: once it goes by another."""


class Round:
    def __init__(self, board: Switchboard, circuit: Circuit, batch: Iterable[Envelope], *, abreast: int, timeout_s: float) -> None:
        self.board, self.circuit, self.abreast, self.timeout_s = board, circuit, abreast, timeout_s
        self.outcomes: dict[int, Outcome] = {}
        self._waiting, self._drawn = enumerate(batch), False
        self._busy: dict[int, Going] = {}
        self._queues: defaultdict[Door, deque[int]] = defaultdict(deque)
        self._silences: Counter[Door] = Counter()
        self._answering: set[Door] = set()
        self._look_again_at_s = 0.0
        self._asked: tuple[object, ...] = ()
        self._said: Fields | None = None

    def run(self) -> list[Outcome]:
        """The outcomes in the order of the batch."""
        while self._draw() or self._busy:
            self._look_after()
            for where, queue in self._queues.items():
                self._hand_over(where, queue)
        return [outcome for _, outcome in sorted(self.outcomes.items())]

    @property
    def _may_draw(self) -> bool:
        return not self._drawn and len(self._busy) < self.abreast

    def _draw(self) -> bool:
        """A few more are sealed and wait for a wire. Whether there may be more."""
        now, late_at_s = clock.now(), time.monotonic() + self.timeout_s
        for _ in range(min(AT_A_TIME, self.abreast - len(self._busy))):
            place, envelope = next(self._waiting, (0, None))
            if envelope is None:
                self._drawn = True
                break
            where = door(envelope.target)
            said = self._fields(envelope.label, len(envelope.body), now)
            why_not = self._closed(where)
            if said is None or why_not:
                self.outcomes[place] = Outcome(envelope.key, error=why_not if said else TOO_LATE)
                continue
            self._busy[place] = Going(envelope, where, said, late_at_s)
            self._queues[where].append(place)
        return not self._drawn

    def _fields(self, label: Label, length: int, now: datetime) -> Fields | None:
        """Most often the same as of the message before. None where its time is over."""
        asked = (label, length, now)
        if asked != self._asked:
            ttl_s = label.time_left_s(now)
            self._asked, self._said = asked, None if ttl_s is None else fields(label, ttl_s, length)
        return self._said

    def _closed(self, where: Door) -> str:
        if self.circuit.is_open(where):
            return REFUSING
        return UNREACHABLE if where not in self._answering and self._silences[where] >= DEAF_AFTER else ""

    def _hand_over(self, where: Door, queue: deque[int]) -> None:
        try:
            while queue and (wire := self.board.free(where)):
                self._ask(wire, queue)
                self._go(wire, wire.say)
        except Broken as error:
            self._fail_first(where, str(error))

    def _ask(self, wire: Wire, queue: deque[int]) -> None:
        assert wire.talk  # noqa: S101
        while queue and wire.talk.has_room:
            if going := self._busy.get(place := queue.popleft()):
                going.wire = wire
                wire.talk.ask(place, going.envelope.target.path, going.fields, going.envelope.body)

    def _look_after(self) -> None:
        """Hear what there is to hear; where nothing more can be drawn, wait for it."""
        for wire in self.board.awake(0 if self._may_draw else LONGEST_WAIT_S):
            self._go(wire, wire.go)
        if (now_s := time.monotonic()) >= self._look_again_at_s:
            self._look_again_at_s = now_s + BETWEEN_LOOKS_S
            self._leave_late(now_s)

    def _go(self, wire: Wire, what: Callable[[], None]) -> None:
        broken = ""
        try:
            what()
        except (Broken, OSError) as error:
            broken = str(error)
        if wire.talk:
            self._collect(wire, wire.talk.heard, wire.talk.unserved)
        if broken:
            self._lose(wire, broken)
        else:
            self.board.listen(wire)

    def _collect(self, wire: Wire, heard: list[Heard], unserved: list[int]) -> None:
        for one in heard:
            self._finish(*one)
        if heard:
            wire.served_at_s = time.monotonic()
        self._again(unserved)
        heard.clear()
        unserved.clear()

    def _finish(self, place: int, status: int | None, words: str) -> None:
        if (going := self._busy.pop(place, None)) is None:
            return
        if status is None:
            self.outcomes[place] = Outcome(going.envelope.key, error=words)
            self._silences[going.where] += 1
            return
        outcome = Outcome(going.envelope.key, status, retry_after=seconds_to_wait(words) if words else None)
        self.outcomes[place] = outcome
        self._answering.add(going.where)
        self.circuit.heard(going.where, judge(outcome))

    def _lose(self, wire: Wire, why: str) -> None:
        self.board.drop(wire)
        if wire.talk is None:
            self._fail_first(wire.door, why)
        elif wire.served_at_s:
            self._again(wire.talk.under_way, why)
        else:
            for place in wire.talk.under_way:
                self._finish(place, None, why)

    def _again(self, places: list[int], why: str = "the service does not look at it") -> None:
        for place in places:
            going = self._busy.get(place)
            if going and not going.is_second:
                going.wire, going.is_second = None, True
                self._queues[going.where].append(place)
            else:
                self._finish(place, None, why)

    def _fail_first(self, where: Door, why: str) -> None:
        """A connection that does not come about takes with it the message that has waited longest for it."""
        queue = self._queues[where]
        while queue:
            if (place := queue.popleft()) in self._busy:
                self._finish(place, None, why)
                break

    def _leave_late(self, now_s: float) -> None:
        for wire in self.board:
            if wire.is_late():
                self._lose(wire, "no connection in time")
        for place, going in list(self._busy.items()):
            if going.late_at_s > now_s:
                break
            self._finish(place, None, "timed out")
            if going.wire:
                self._go(going.wire, partial(going.wire.leave, place))
