"""A push service that speaks HTTP/2 over TLS (granian): it says 201 to HTTP/2 and 505 to anything else."""

import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key


async def app(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
    if scope["type"] != "http":
        return
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 201 if scope["http_version"] == "2" else 505, "headers": []})
    await send({"type": "http.response.body", "body": b"thanks"})


@contextmanager
def running(certificate: Path) -> Iterator[int]:
    """The port on which it listens, with this key and certificate."""
    key = certificate.with_suffix(".key")
    key.write_bytes(load_pem_private_key(certificate.read_bytes(), None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port), "--no-log"]
    command += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key), "tests.pwa.http2:app"]
    server = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def _wait(port: int) -> None:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the HTTP/2 service did not start")
