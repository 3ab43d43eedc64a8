"""Lines as they are read from a file, before they are cut into a network."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import numpy as np

from grids.walking.metres import Bools, Floats, Ints
from grids.walking.ways import Trust

Place = tuple[int, int, int]
"""A node's number and its longitude and latitude in ten-millionths of a degree, as OpenStreetMap counts them."""
TENTH_OF_A_MICRODEGREE = 1e7


class Lines(msgspec.Struct, frozen=True):
    """The places of all lines one after another; a line begins at each `start`. Lines meet where they share a node's number."""

    lon: Floats
    lat: Floats
    node: Ints
    start: Ints
    trust: Ints
    main: Bools
    private_gates: Ints

    @property
    def last(self) -> Ints:
        return np.append(self.start[1:], len(self.node)) - 1


class Drawn:
    """Lines while they are read: plain lists, made into arrays once."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.starts: list[int] = []
        self.trusts: list[Trust] = []
        self.main: list[bool] = []
        self.dead_ends = 0

    def add(self, places: Sequence[Place], trust: Trust = Trust.open, *, main: bool = False, blocked: Collection[int] = ()) -> None:
        """A line, in pieces that end on either side of a node that nobody passes."""
        piece: list[Place] = []
        for place in places:
            if blocked and place[0] in blocked:
                self._keep([*piece, self._dead_end(place)], trust, main)
                piece = [self._dead_end(place)]
            else:
                piece.append(place)
        self._keep(piece, trust, main)

    def _dead_end(self, place: Place) -> Place:
        """The same place under a number that no other line has."""
        self.dead_ends -= 1
        return self.dead_ends, *place[1:]

    def _keep(self, piece: list[Place], trust: Trust, main: bool) -> None:
        if len(piece) > 1:
            self.starts.append(len(self.places))
            self.trusts.append(trust)
            self.main.append(main)
            self.places += piece

    def lines(self, private_gates: Collection[int] = ()) -> Lines:
        places = np.array(self.places, dtype=np.int64).reshape(-1, 3)
        lon, lat = places[:, 1] / TENTH_OF_A_MICRODEGREE, places[:, 2] / TENTH_OF_A_MICRODEGREE
        gates: Any = np.array(sorted(private_gates), dtype=np.int64)
        starts, trusts = np.array(self.starts, dtype=np.int64), np.array(self.trusts, dtype=np.int64)
        return Lines(lon, lat, places[:, 0], starts, trusts, np.array(self.main, dtype=bool), gates)
