"""Files that an administrator looks at before they are written: kept for a day in the home folder, under a random name."""

import re
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec

from app.core.errors import Missing
from app.core.words import phrase as _
from grids.datum import Datum
from grids.importing import reading
from grids.importing.reading import Book
from grids.importing.report import Report

DAY = 86_400


class Wish(msgspec.Struct, frozen=True):
    """What is to be brought in from the file, and how, as `importing.bring` takes it."""

    name: str
    what: str
    datum: Datum
    columns: dict[str, str] = {}
    sheet: str = ""
    source: str = ""
    kind: str = ""
    organisation: str = ""

    def options(self) -> dict[str, Any]:
        said = msgspec.structs.asdict(self)
        return {name: said[name] for name in ("datum", "columns", "sheet", "source", "kind", "organisation")}


def keep(home: Path, data: bytes, wish: Wish) -> str:
    _forget_old(home)
    token = secrets.token_urlsafe(16)
    folder = home / "imports" / token
    folder.mkdir(parents=True, mode=0o700)
    (folder / "file").write_bytes(data)
    (folder / "wish.json").write_bytes(msgspec.json.encode(wish))
    return token


def find(home: Path, token: str) -> tuple[Wish, Book]:
    folder = home / "imports" / token
    if not re.fullmatch(r"[\w-]{22}", token, re.ASCII) or not (folder / "wish.json").is_file():
        raise Missing(_("This file is no longer kept. Please choose it again."))
    wish = msgspec.json.decode((folder / "wish.json").read_bytes(), type=Wish)
    return wish, reading.read((folder / "file").read_bytes(), wish.name)


def change(home: Path, token: str, wish: Wish) -> None:
    """Taken otherwise the file is a new one: what was written before is no longer its report."""
    folder = home / "imports" / token
    (folder / "wish.json").write_bytes(msgspec.json.encode(wish))
    (folder / "written.json").unlink(missing_ok=True)


def wrote(home: Path, token: str, report: Report) -> None:
    """What the writing did, kept beside the file."""
    (home / "imports" / token / "written.json").write_bytes(msgspec.json.encode(report))


def written(home: Path, token: str) -> Report | None:
    """The report of the writing, where there was one. The token is one that `find` knows."""
    file = home / "imports" / token / "written.json"
    return msgspec.json.decode(file.read_bytes(), type=Report) if file.is_file() else None


def _forget_old(home: Path) -> None:
    for folder in (home / "imports").glob("*"):
        if folder.stat().st_mtime < time.time() - DAY:
            shutil.rmtree(folder, ignore_errors=True)
