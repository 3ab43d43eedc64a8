"""Valhalla as an oracle and as a server, from the wheel pyvalhalla-weekly (a test tool; import name valhalla)."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import valhalla

from grids.walking.walks import Places

BIN = Path(valhalla.__file__).parent / "bin"


def tiles(pbf: Path, folder: Path) -> dict[str, Any]:
    """Valhalla's own graph of an extract, and the settings to use it."""
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    chosen: dict[str, Any] = valhalla.get_config(tile_extract="", tile_dir=str(folder / "tiles"))
    chosen["mjolnir"]["concurrency"] = 1
    chosen["service_limits"]["pedestrian"] |= {"max_matrix_location_pairs": 10**8, "max_matrix_distance": 10**8}
    file = folder / "valhalla.json"
    file.write_text(json.dumps(chosen))
    subprocess.run([BIN / "valhalla_build_tiles", "-c", file, pbf], check=True, capture_output=True)
    return chosen


def matrix(actor: valhalla.Actor, points: Places, homes: Places) -> tuple[np.ndarray, float]:
    """The metres from points (rows) to homes (columns), and the seconds of processor time, without the reading of the answer."""
    question = json.dumps({"sources": located(points), "targets": located(homes), "costing": "pedestrian"})
    start = time.process_time()
    said = actor.matrix(question)
    took = time.process_time() - start
    rows = json.loads(said)["sources_to_targets"]
    return np.array([[np.inf if pair["distance"] is None else pair["distance"] * 1000 for pair in row] for row in rows]), took


def located(places: Places) -> list[dict[str, float]]:
    return [{"lon": lon, "lat": lat} for lon, lat in zip(places.lon.tolist(), places.lat.tolist(), strict=True)]


@contextmanager
def server(pbf: Path, folder: Path) -> Iterator[str]:
    """A real Valhalla server on this machine, as an operator would run it."""
    chosen, port = tiles(pbf, folder), free_port()
    chosen["httpd"]["service"] |= {
        "listen": f"tcp://127.0.0.1:{port}",
        "loopback": f"ipc://{folder}/loop",
        "interrupt": f"ipc://{folder}/stop",
    }
    for part in ("loki", "thor", "odin"):
        chosen[part]["service"]["proxy"] = f"ipc://{folder}/{part}"
    file = folder / "server.json"
    file.write_text(json.dumps(chosen))
    process = subprocess.Popen([BIN / "valhalla_service", file, "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_it_listens(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def until_it_listens(port: int) -> None:
    for _try in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(port)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
