"""`lindian token …`: machines that act as a person."""

import click

from app.commands.opened import database
from app.core.settings import Settings
from grids.staff import entrance


@click.group("token")
def group() -> None:
    """Machines' tokens for /api/v1."""


@group.command("add")
@click.argument("name")
@click.option("--as", "phone", required=True, help="The phone number of the person the machine acts for.")
@click.pass_obj
def add(chosen: Settings, name: str, phone: str) -> None:
    """Make a token. It is shown this once."""
    with database(chosen) as data, data.writing() as session:
        token = entrance.add_token(session, name, phone=phone)
    click.echo(token)
