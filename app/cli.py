"""The command `lindian`."""

import json

import click

from app import release
from app.core import audit, jobs, settings, words
from app.core.database import Database
from app.core.errors import Refused


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


@main.command()
@click.pass_obj
def migrate(chosen: settings.Settings) -> None:
    """Bring the database to this release."""
    release.migrate(chosen)


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


def connect(chosen: settings.Settings) -> Database:
    database = Database(chosen.database_url)
    jobs.connect(database)
    return database
