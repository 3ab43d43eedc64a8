"""`lindian audit …`: the log of who did what."""

import json

import click

from app.commands.opened import database
from app.core import audit
from app.core.settings import Settings


@click.group("audit")
def group() -> None:
    """The log of who did what."""


@group.command("verify")
@click.pass_obj
def verify(chosen: Settings) -> None:
    """Look whether a row of the log was altered."""
    with database(chosen) as data, data.reading() as session:
        count, altered = audit.verify(session)
    click.echo(json.dumps({"rows": count, "altered": altered}))
    if altered is not None:
        raise SystemExit(1)
