"""The wires of a sender: a few to each door, which stay open from batch to batch."""

import selectors
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from pwa.push.envelopes import Door
from pwa.push.talk import Broken
from pwa.push.wires import Wire, encrypted


class Switchboard:
    def __init__(self, *, certificates: Path | None, connections: int) -> None:
        self._tls, self._most = encrypted(certificates), connections
        self._wires: defaultdict[Door, list[Wire]] = defaultdict(list)
        self._selector = selectors.DefaultSelector()

    def __iter__(self) -> Iterator[Wire]:
        """All there are now, so that one may be dropped meanwhile."""
        return iter([wire for wires in self._wires.values() for wire in wires])

    def free(self, where: Door) -> Wire | None:
        """One with room for a message. Where all are busy another is opened, up to a few. Raises Broken where that cannot be."""
        wires = self._wires[where]
        if free := next((wire for wire in wires if wire.has_room), None):
            return free
        if len(wires) >= self._most and (idle := next((wire for wire in wires if wire.is_stuck), None)):
            self.drop(idle)
        if len(wires) < self._most:
            self._open(where)
        return None

    def _open(self, where: Door) -> None:
        try:
            opened = Wire(where, self._tls)
        except (OSError, ValueError) as error:
            raise Broken(str(error)) from error
        self._wires[where].append(opened)
        self._selector.register(opened.number, opened.wants, opened)

    def awake(self, wait_s: float) -> Iterator[Wire]:
        """On which something has happened."""
        return (key.data for key, _ in self._selector.select(wait_s))

    def listen(self, wire: Wire) -> None:
        """For what it waits now."""
        if self._selector.get_key(wire.number).events != wire.wants:
            self._selector.modify(wire.number, wire.wants, wire)

    def drop(self, wire: Wire) -> None:
        self._wires[wire.door].remove(wire)
        self._selector.unregister(wire.number)
        wire.close()

    def tidy(self) -> None:
        """After a batch, a wire on which somebody still waits is not used again."""
        for wire in self:
            if wire.talk is None or wire.talk.under_way or wire.talk.over:
                self.drop(wire)

    def close(self) -> None:
        for wire in self:
            self.drop(wire)
        self._selector.close()
