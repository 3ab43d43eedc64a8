"""`lindian answers …`: the answer book on the command line."""

from pathlib import Path

import click

from app.commands import sheet


@click.group("answers")
def group() -> None:
    """The answer book."""


@group.command("find")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", required=True, help="The column of the question.")
@click.option("--province", default="", help="Answers of this province too; otherwise those that hold everywhere.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The same rows with the three best answers.")
def find(file: Path, column: str, province: str, out: Path) -> None:
    """Add to every question in a CSV the three best answers, with scores, and whether one would be sent by itself."""
    from tickets.answers import book_uses
    from tickets.answers import find as found

    questions = sheet.read(file)
    names = [f"{what}_{place}" for place in (1, 2, 3) for what in ("answer", "score")]
    rows: list[list[object]] = [[*questions.header, *names, "sends_itself"]]
    for row, question in zip(questions.rows, questions.column(column), strict=True):
        hits = found(question, province=province)
        best = [cell for hit in hits for cell in (hit.answer.title, f"{hit.score:.3f}")]
        best += [""] * (len(names) - len(best))
        filled = [*row, *[""] * (len(questions.header) - len(row))]
        rows.append([*filled, *best, "true" if book_uses.sure(question, hits) else "false"])
    sheet.write(out, rows)
