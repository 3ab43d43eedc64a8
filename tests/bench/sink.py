"""A push service that says 201 to everything and does as little else as it can: HTTP/2 and HTTP/1.1 over TLS, by granian in one process.

It takes the other core, so it must not be what is measured: `cpu_s` tells what a message costs it, which is its ceiling.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parents[2]


HEARD = "SINK_HEARD"
LINE = 48 + 1 + 24 + 1
"""A device's token and the message's topic, where it is to be written down whom the service heard of."""


class App:
    def __init__(self) -> None:
        path = os.environ.get(HEARD)
        self.heard = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT) if path else None

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto == "http":
            await protocol()
            if self.heard is not None:
                os.write(self.heard, f"{scope.path.rpartition('/')[2]} {scope.headers.get('topic')}\n".encode())
            protocol.response_empty(201, [])


app = App()


class Sink(msgspec.Struct):
    origin: str
    certificate: Path
    pid: int

    def cpu_s(self) -> float:
        """The processor time that it and its worker have taken so far."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(_cpu_s(pid) for pid in [str(self.pid), *children])


@contextmanager
def running(home: Path, *, heard: Path | None = None) -> Iterator[Sink]:
    certificate, key = _certificate(home)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", str(port), "--no-log", "--no-ws"]
    command += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key), "tests.bench.sink:app"]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **({HEARD: str(heard)} if heard else {})})
    try:
        _wait(port)
        yield Sink(f"https://127.0.0.1:{port}", certificate, server.pid)
    finally:
        server.terminate()
        server.wait(10)


def _certificate(home: Path) -> tuple[Path, Path]:
    certificate, key = home / "sink.pem", home / "sink.key"
    what = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    what += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *what], check=True, capture_output=True)
    return certificate, key


def _cpu_s(pid: str) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait(port: int) -> None:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the sink did not start")
