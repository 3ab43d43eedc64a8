"""The command `lindian`."""

import click

from app import release, work
from app.commands import answers, circle, importing, log, staff, tickets, tokens, town
from app.core import settings, words
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


@main.command("work")
@click.pass_obj
def work_until_stopped(chosen: settings.Settings) -> None:
    """Send what is to be sent and do what was asked for later, until told to stop."""
    work.run(chosen)


main.add_command(town.run, "run")
main.add_command(town.demo, "demo")
main.add_command(importing.import_group, "import")
main.add_command(staff.group, "staff")
main.add_command(tokens.group, "token")
main.add_command(log.group, "audit")
main.add_command(tickets.group, "tickets")
main.add_command(answers.group, "answers")
main.add_command(circle.group, "circle")
