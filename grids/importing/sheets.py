"""Spreadsheets, read in a process of their own: a workbook of five kilobytes can ask for terabytes of memory,
and the reader then ends its process. So it is the child that ends, not the server.
"""

import subprocess
import sys
from pathlib import Path

import msgspec

from app.core.errors import Refused
from app.core.words import phrase as _
from grids.importing.workbook import LARGE, PROTECTED, ROWS

SECONDS = 60
CHILD = Path(__file__).with_name("workbook.py")


class Sheet(msgspec.Struct):
    """A sheet as words, row by row from its first row on."""

    name: str
    rows: list[list[str]]


def read(data: bytes) -> list[Sheet]:
    command = [sys.executable, "-I", str(CHILD)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - our own file
    except subprocess.TimeoutExpired as error:
        raise Refused(_("Reading this workbook takes too long. Please save only the sheet with the table as a new file.")) from error
    if done.returncode == PROTECTED:
        raise Refused(_("This workbook is protected by a password. Please save it without one."))
    if done.returncode == LARGE:
        raise Refused(_("This workbook is too large: at most %(rows)s rows. Please divide it.", rows=ROWS))
    if done.returncode:
        raise Refused(_("This workbook is broken or far too large. Please copy the table into a new workbook and save that as .xlsx."))
    return msgspec.msgpack.decode(done.stdout, type=list[Sheet])
