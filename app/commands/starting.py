"""`lindian start`: the Procfile's processes on one machine, kept running."""

import os
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack

import click

from app import keeping, revision
from app.core import logs
from app.core.database import Database
from app.core.settings import Settings
from app.core.words import say


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(["web", "work"]))
@click.pass_obj
def start(chosen: Settings, names: Sequence[str]) -> None:
    """Start the Procfile's web and work (or what is named: `web work work`), and start again what dies, until told to stop."""
    logs.configure(chosen.log_level)
    names = names or ("web", "work")
    of_this_release(chosen)
    environ = {**os.environ, "LINDIAN_HOME": str(chosen.home), "PYTHONUNBUFFERED": "1"}
    with ExitStack() as kept:
        if "web" in names:
            environ["PORT"] = free_port()
            kept.enter_context(taken(int(environ["PORT"])))
        sys.exit(128 + keeping.keep(names, environ))


def of_this_release(chosen: Settings) -> None:
    """Said once here, instead of by each process as often as it is started again."""
    database = Database(chosen.database_url)
    try:
        revision.must_be_newest(database)
    finally:
        database.close()


def free_port() -> str:
    """Where the web shall listen."""
    port = os.environ.get("PORT", "8000")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536 or not is_free(int(port)):
        raise click.ClickException(say("Port %(port)s is in use. Choose another: PORT=8080 make run", port=port))
    return port


def is_free(port: int) -> bool:
    """Nobody listens there, and nobody has taken it."""
    with socket.socket(family()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host(), port))
        except OSError:
            return False
    return True


def taken(port: int) -> socket.socket:
    """The port, kept while the web is started again. It never listens: no call comes to it, and the web shares it (SO_REUSEPORT)."""
    kept = socket.socket(family())
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    kept.bind((host(), port))
    return kept


def family() -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host() else socket.AF_INET


def host() -> str:
    return os.environ.get("LINDIAN_HOST", "127.0.0.1")
