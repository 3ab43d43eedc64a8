"""One batch on its way: what is drawn and waits for a wire, what is under way, what came of it."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from functools import partial

from pwa.push.circuit import Circuit
from pwa.push.envelopes import Door, Envelope
from pwa.push.outcomes import Outcome, seconds_to_wait
from pwa.push.pile import AT_A_TIME, Going, Pile
from pwa.push.standing import Standing
from pwa.push.switchboard import Switchboard
from pwa.push.talk import Broken, Heard
from pwa.push.wires import Wire

LONGEST_WAIT_S, BETWEEN_LOOKS_S = 0.2, 0.1


class Round:
    def __init__(self, board: Switchboard, circuit: Circuit, batch: Iterable[Envelope], *, abreast: int, timeout_s: float) -> None:
        self._board, self._abreast, self._standing = board, abreast, Standing(circuit)
        self._pile = Pile(batch, self._standing, timeout_s)
        self._outcomes: dict[int, Outcome] = {}
        self._busy: dict[int, Going] = {}
        self._queues: defaultdict[Door, deque[int]] = defaultdict(deque)
        self._look_again_at_s = 0.0

    def run(self) -> list[Outcome]:
        """The outcomes in the order of the batch."""
        while self._draw() or self._busy:
            self._look_after()
            for where, queue in self._queues.items():
                self._hand_over(where, queue)
        return [outcome for _, outcome in sorted(self._outcomes.items())]

    @property
    def _may_draw(self) -> bool:
        return not self._pile.is_empty and len(self._busy) < self._abreast

    def _draw(self) -> bool:
        """A few more are sealed and wait for a wire. Whether there may be more."""
        for place, drawn in self._pile.draw(min(AT_A_TIME, self._abreast - len(self._busy))):
            if isinstance(drawn, Outcome):
                self._outcomes[place] = drawn
            else:
                self._busy[place] = drawn
                self._queues[drawn.where].append(place)
        return not self._pile.is_empty

    def _hand_over(self, where: Door, queue: deque[int]) -> None:
        try:
            while queue and (wire := self._board.free(where)):
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
        for wire in self._board.awake(0 if self._may_draw else LONGEST_WAIT_S):
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
            self._board.listen(wire)

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
        key = going.envelope.key
        outcome = Outcome(key, status, retry_after=seconds_to_wait(words) if words else None) if status else Outcome(key, error=words)
        self._outcomes[place] = outcome
        self._standing.heard(going.where, outcome)

    def _lose(self, wire: Wire, why: str) -> None:
        self._board.drop(wire)
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
        for wire in self._board:
            if wire.is_late():
                self._lose(wire, "no connection in time")
        for place, going in list(self._busy.items()):
            if going.late_at_s > now_s:
                break
            self._finish(place, None, "timed out")
            if going.wire:
                self._go(going.wire, partial(going.wire.leave, place))
