"""`lindian tickets …`: what can be done with many messages at once."""

from pathlib import Path

import click

from app.commands import sheet


@click.group("tickets")
def group() -> None:
    """Messages in batches."""


@group.command("triage")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", "columns", required=True, multiple=True, help="The column of the message; several are read one after the other.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Where the judgements are written, one row a message.")
def triage(file: Path, columns: tuple[str, ...], out: Path) -> None:
    """Say of every message in a CSV whether it is about electricity, whose it is, and how sure that is."""
    from tickets.triage import judge

    sheet.must_differ(out, file)
    messages = sheet.read(file)
    texts = zip(*(messages.column(name) for name in columns), strict=True)
    rows: list[list[object]] = [["row", "about_electricity", "responsible", "confidence", "sure"]]
    for number, parts in enumerate(texts, 1):
        one = judge("。".join(part for part in parts if part))
        rows.append([number, _said(one.about_electricity), one.responsible, f"{one.confidence:.2f}", _said(one.sure)])
    sheet.write(out, rows)


def _said(yes: bool) -> str:
    return "true" if yes else "false"
