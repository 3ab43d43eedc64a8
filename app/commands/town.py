"""`lindian demo` and `lindian run`: the demo town, and the whole product with one command."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from app import release, seed
from app.commands.opened import database
from app.commands.starting import free_port
from app.core.settings import Settings
from app.core.words import phrase as _
from app.core.words import say
from app.seed.town import FILES
from grids.staff import staff

ROLES = ("manager", "deputy", "specialist", "supervisor", "administrator", "clerk")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON: grids, people, notices, cards.")
@click.pass_obj
def demo(chosen: Settings, as_json: bool) -> None:
    """Load the demo town into an empty database, and say what it offers."""
    with database(chosen) as data:
        if seed.is_empty(data):
            seed.plant(data, chosen)
        with data.reading() as session:
            offered = seed.offers(session)
    click.echo(json.dumps(offered, ensure_ascii=False) if as_json else told(offered, chosen.base_url))


def told(offered: dict[str, Any], base_url: str) -> str:
    """The address, the sign-ins and three residents' addresses."""
    lines = [say("Lindian: %(url)s", url=base_url)]
    if offered["people"]:
        lines += [say("Sign in at %(url)s/sign-in:", url=base_url), *_people(offered["people"])]
    addresses = [f"/g/{one['code']}" for one in offered["grids"][:1]] + [f"/n/{number}" for number in offered["notices"][:1]]
    addresses += [f"{address}/pay" for address in addresses[:1] if offered["grids"]]
    return "\n".join([*lines, say("Residents' pages:"), *(f"  {base_url}{address}" for address in addresses)])


def _people(people: list[dict[str, str]]) -> list[str]:
    named = {**staff.ROLES, "deputy": _("Deputy on duty")}
    first = {one["role"]: one for one in reversed(people)}
    shown = [first[role] for role in ROLES if role in first]
    return [
        say(
            "  %(role)s: phone %(phone)s, password %(password)s, begins at %(page)s",
            **{**one, "role": str(named[one["role"]]), "page": one["begins"]},
        )
        for one in shown
    ]


@click.command()
@click.pass_context
def run(ctx: click.Context) -> None:
    """Migrate, load the demo town into an empty database, start the Procfile's web and work."""
    chosen: Settings = ctx.obj
    port = free_port()
    release.migrate(chosen)
    ctx.invoke(demo, as_json=False)
    environ = {**os.environ, "LINDIAN_HOME": str(chosen.home), "LINDIAN_BASE_URL": chosen.base_url, "PORT": port}
    # What was printed stays to be read; who watches a real installation starts the Procfile's processes.
    environ.setdefault("LINDIAN_LOG", "WARNING")
    # The demo town comes with its own paths; an operator names those of the real one.
    environ.setdefault("LINDIAN_NETWORK", str(FILES / "wangjing.osm.pbf"))
    # Anew, without all that planting a town has loaded.
    lindian = str(Path(sys.executable).with_name("lindian"))
    os.execve(lindian, [lindian, "start"], environ)  # noqa: S606
