"""A pasted text without what is wrapped around its parts: bars, the marks of what is passed on, the brackets of a form."""

import re

import msgspec

from broadcasts.dispatch import tables, tokens
from broadcasts.dispatch.plain import Paste
from broadcasts.dispatch.vocabulary import pattern


def in_lines(paste: Paste) -> Paste:
    """Bars on a single line that is no table stand for its lines' ends, and so do the marks around what is passed on."""
    said = _unboxed(pattern("passed_on").sub(_unquoted, paste.plain))
    single = said.count("|") > 1 and "\n" not in said.strip() and tables.find(said, 0, len(said)) is None
    return msgspec.structs.replace(paste, plain=said.replace("|", "\n") if single else said)


def _unquoted(passed_on: re.Match[str]) -> str:
    said = passed_on[0]
    return f"\n{said[1:-1]}\n" if tokens.lex(said, 0, len(said)) else said


def _unboxed(said: str) -> str:
    """停电范围【莲花园】停电原因【检修】: brackets around the values of a form stand for a colon and a line's end."""
    boxes = list(pattern("boxed").finditer(said))
    for box in boxes if len(boxes) > 1 else []:
        said = f"{said[: box.end('key')]}{':'.ljust(box.start('value') - box.end('key'))}{box['value']}\n{said[box.end() :]}"
    return said
