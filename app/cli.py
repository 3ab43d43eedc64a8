"""The command `lindian`."""

import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import click

from app import importing, release, seed, work
from app.core import audit, jobs, settings, words
from app.core.database import Database
from app.core.errors import Refused
from app.core.words import phrase as _
from grids import staff


class Told(click.Group):
    """Refusals are told in a sentence, not a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refused as error:
            raise click.ClickException(str(error.reason)) from error


@click.group(cls=Told, context_settings={"show_default": True})
@click.option("--language", type=click.Choice(words.LANGUAGES), default="zh_CN", help="The language of what is said.")
@click.pass_context
def main(ctx: click.Context, language: str) -> None:
    """Lindian: for those who look after electricity customers street by street."""
    words.language.set(language)
    ctx.obj = settings.load()


main.add_command(importing.import_group, "import")


@main.command()
@click.pass_obj
def migrate(chosen: settings.Settings) -> None:
    """Bring the database to this release."""
    release.migrate(chosen)


@main.command("work")
@click.pass_obj
def work_until_stopped(chosen: settings.Settings) -> None:
    """Send what is to be sent and do what was asked for later, until told to stop."""
    work.run(chosen)


@main.group("audit")
def audit_group() -> None:
    """The log of who did what."""


@audit_group.command("verify")
@click.pass_obj
def verify(chosen: settings.Settings) -> None:
    """Look whether a row of the log was altered."""
    database = Database(chosen.database_url)
    with database.reading() as session:
        count, altered = audit.verify(session)
    click.echo(json.dumps({"rows": count, "altered": altered}))
    if altered is not None:
        raise SystemExit(1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON: grids, people, notices, cards.")
@click.pass_obj
def demo(chosen: settings.Settings, as_json: bool) -> None:
    """Load the demo town into an empty database, and say what it offers."""
    database = connect(chosen)
    if seed.is_empty(database):
        seed.plant(database)
    with database.reading() as session:
        offered = seed.offers(session)
    database.close()
    click.echo(json.dumps(offered, ensure_ascii=False) if as_json else told(offered, chosen.base_url))


def told(offered: dict[str, Any], base_url: str) -> str:
    """The address, the sign-ins and three residents' addresses, as `make run` prints them."""
    named = {**staff.ROLES, "deputy": _("Deputy on duty")}
    first = {one["role"]: one for one in reversed(offered["people"])}
    people = [
        words.say("  %(role)s: phone %(phone)s, password %(password)s", **{**first[role], "role": str(named[role])})
        for role in ("manager", "deputy", "supervisor", "administrator", "clerk")
    ]
    addresses = [f"/g/{offered['grids'][0]['code']}", f"/n/{offered['notices'][0]}", f"/g/{offered['grids'][0]['code']}/pay"]
    return "\n".join([
        words.say("Lindian: %(url)s", url=base_url),
        words.say("Sign in at %(url)s/sign-in:", url=base_url), *people,
        words.say("Residents' pages:"), *(f"  {base_url}{address}" for address in addresses),
    ])  # fmt: skip


@main.command()
@click.pass_context
def run(ctx: click.Context) -> None:
    """Migrate, load the demo town into an empty database, start the Procfile's web and work."""
    chosen: settings.Settings = ctx.obj
    port = os.environ.get("PORT", "8000")
    if not is_free(port):
        raise click.ClickException(words.say("Port %(port)s is in use. Choose another: PORT=8080 make run", port=port))
    release.migrate(chosen)
    ctx.invoke(demo, as_json=False)
    environ = {**os.environ, "LINDIAN_HOME": str(chosen.home), "LINDIAN_BASE_URL": chosen.base_url, "PYTHONUNBUFFERED": "1"}
    honcho = str(Path(sys.executable).with_name("honcho"))
    os.execve(honcho, [honcho, "start", "--no-prefix", "-p", port, "web", "work"], environ)  # noqa: S606


def is_free(port: str) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", int(port))) != 0


@main.group()
def token() -> None:
    """Machines' tokens for /api/v1."""


@token.command("add")
@click.argument("name")
@click.option("--as", "phone", required=True, help="The phone number of the person the machine acts for.")
@click.pass_obj
def add_token(chosen: settings.Settings, name: str, phone: str) -> None:
    """Make a token. It is shown this once."""
    with connect(chosen).writing() as session:
        click.echo(staff.add_token(session, name, phone=phone))


def connect(chosen: settings.Settings) -> Database:
    database = Database(chosen.database_url)
    jobs.connect(database)
    return database
