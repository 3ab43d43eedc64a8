"""`lindian notices …`: texts from dispatch, read by a machine."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from app.commands import opened
from app.core import clock
from app.core.errors import Refused
from app.core.settings import Settings
from app.core.words import phrase as _

MOST_BYTES = 4_000_000


@click.group("notices")
def group() -> None:
    """What is told to everybody."""


@group.command("read")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--today", "said", metavar="YYYY-MM-DD", help="The day on which the text was sent; otherwise today.")
@click.option("--grid", "code", default="", help="The short code of the grid whose estates are meant.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, which is the only way it is told so far.")
@click.pass_obj
def read(chosen: Settings, file: Path, said: str | None, code: str, as_json: bool) -> None:  # noqa: ARG001
    """Read a pasted dispatch text: a text file, or - for what is piped in. One entry for each notice found."""
    from broadcasts import dispatch

    places = _places(chosen, code) if code else None
    found = [one for part in dispatch.portions(_text(file)) for one in dispatch.read(part, today=_day(said), places=places)]
    click.echo(json.dumps([plain(one) for one in found], ensure_ascii=False))


def plain(reading: Any) -> dict[str, Any]:
    return {
        "kind": reading.kind,
        "windows": [{"start": _clock(one.start), "end": _clock(one.end)} for one in reading.windows],
        "line": reading.line,
        "cause": reading.cause,
        "estates": reading.estates,
        "buildings": reading.buildings,
        "unsure": reading.unsure,
    }


def _clock(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="minutes") if moment else None


def _text(file: Path) -> str:
    from grids.importing import texts

    try:
        with sys.stdin.buffer if str(file) == "-" else file.open("rb") as opened_file:
            data = opened_file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(_("This file cannot be read: %(file)s", file=str(file))) from error
    if len(data) > MOST_BYTES:
        raise Refused(_("This text is too long: at most %(mb)s MB. Please divide it.", mb=MOST_BYTES // 1_000_000))
    return texts.decode(data)[0]


def _day(said: str | None) -> date:
    if said is None:
        return clock.today()
    wrong = Refused(_("A day is written 2026-05-01. This is none: %(said)s", said=said))
    try:
        day = date.fromisoformat(said)
    except ValueError as error:
        raise wrong from error
    if not 2000 <= day.year < 2100:
        raise wrong
    return day


def _places(chosen: Settings, code: str) -> Any:
    from broadcasts.dispatch import own

    with opened.database(chosen) as database, database.reading() as session:
        return own.places(session, code)
