"""The command `lindian`."""

from importlib import import_module

import click

from app.core import settings, unburdened, words
from app.core.errors import Refused

GROUPS = {
    "run": "town:run",
    "start": "starting:start",
    "demo": "town:demo",
    "import": "importing:import_group",
    "staff": "staff:group",
    "token": "tokens:group",
    "audit": "log:group",
    "tickets": "tickets:group",
    "answers": "answers:group",
    "circle": "circle:group",
    "notices": "notices:group",
}
"""Each is imported when it is called, or the worker would carry all their libraries in its memory."""


class Wrong(click.ClickException):
    """What was asked for cannot be done: as click itself has it for wrong options."""

    exit_code = 2


class Told(click.Group):
    """Refusals are told in a sentence, not a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *GROUPS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in GROUPS and cmd_name not in self.commands:
            module, _, name = GROUPS[cmd_name].partition(":")
            self.add_command(getattr(import_module(f"app.commands.{module}"), name), cmd_name)
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refused as error:
            raise Wrong(str(error.reason)) from error


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
    from app import release

    release.migrate(chosen)


@main.command("work")
@click.pass_obj
def work_until_stopped(chosen: settings.Settings) -> None:
    """Send what is to be sent and do what was asked for later, until told to stop."""
    unburdened.of_drawing()
    if chosen.database_url.startswith("sqlite"):
        unburdened.of_postgres()
    from app import work

    work.run(chosen)
