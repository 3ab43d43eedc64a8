"""By which ways walks are known here: the operator's map of paths, or a Valhalla server, else the straight line.

The map is read once in a process and again when the file has changed; its stamp is kept with every home, so that a new map is walked.
"""

import copy
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.settings import Settings

if TYPE_CHECKING:
    from grids.walking.gates import Gate
    from grids.walking.on_network import OnNetwork
    from grids.walking.walks import Method


def stamp(settings: Settings) -> str:
    """Names what walks are reckoned on: another name means that they are to be reckoned again."""
    if settings.valhalla:
        return f"valhalla {settings.valhalla}"
    if not settings.network:
        return "line"
    path = Path(settings.network)
    state = path.stat() if path.is_file() else None
    return f"{path.name} {state.st_size} {state.st_mtime_ns}" if state else f"{path.name} –"


def methods(settings: Settings, gates: "Sequence[Gate]") -> "list[Method]":
    """The best first; the line knows every pair that nothing else does."""
    from grids.walking.on_line import Line
    from grids.walking.valhalla import Valhalla

    if settings.valhalla:
        return [Valhalla(settings.valhalla), Line(gates)]
    walked = network(settings)
    return [_through(walked, gates), Line(gates)] if walked else [Line(gates)]


def network(settings: Settings) -> "OnNetwork | None":
    """The operator's paths. Refused, with the reason, where there is a setting but no map that can be read."""
    return _opened(settings.network, stamp(settings)) if settings.network and not settings.valhalla else None


@lru_cache(maxsize=1)
def _opened(path: str, _stamp: str) -> "OnNetwork":
    from grids.walking import reading
    from grids.walking.on_network import OnNetwork

    return OnNetwork(reading.read(Path(path)).network)


def _through(walked: "OnNetwork", gates: "Sequence[Gate]") -> "OnNetwork":
    """The same network, its graphs not built twice, with an estate's gates."""
    other = copy.copy(walked)
    other.gates = gates
    return other
