"""Gates of walled estates: where people come out, and so where their walk begins."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec
import numpy as np

from grids.walking import metres
from grids.walking.metres import Bools, Floats, Ints
from grids.walking.walks import Places


class Gate(msgspec.Struct, frozen=True):
    """A gate through which an estate is left. `estate` is empty where nobody has said whose it is."""

    lon: float
    lat: float
    estate: str = ""


class WaysOut(msgspec.Struct, frozen=True):
    """Where the walks of homes begin: at each gate of the estate, with the straight metres to it; else at the home itself."""

    home: Ints
    lon: Floats
    lat: Floats
    inside: Floats
    gated: Bools


def ways_out(homes: Places, gates: Iterable[Gate]) -> WaysOut:
    of: dict[str, list[Gate]] = defaultdict(list)
    for gate in gates:
        if gate.estate:
            of[gate.estate].append(gate)
    number, nothing = np.arange(len(homes)), np.zeros(len(homes))
    if not of or not homes.estate:
        return WaysOut(number, homes.lon, homes.lat, nothing, nothing > 0)
    own = [of.get(estate, []) for estate in homes.estate]
    out = [found or [Gate(lon, lat)] for found, lon, lat in zip(own, homes.lon, homes.lat, strict=True)]
    home = np.repeat(number, [len(found) for found in out])
    lon, lat = (np.array([getattr(gate, name) for found in out for gate in found]) for name in ("lon", "lat"))
    inside = metres.between(homes.lon[home], homes.lat[home], lon, lat)
    return WaysOut(home, lon, lat, inside, np.array([bool(found) for found in own])[home])


def candidates(gates: Iterable[Gate], lon: float, lat: float, *, within: float = 400.0) -> list[Gate]:
    """Gates on the map near an estate, nearest first, for the manager to say which are the estate's."""
    found = list(gates)
    if not found:
        return []
    away = metres.between(np.array([gate.lon for gate in found]), np.array([gate.lat for gate in found]), np.array(lon), np.array(lat))
    return [found[number] for number in np.argsort(away, kind="stable") if away[number] <= within]
