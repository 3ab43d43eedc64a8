"""Words with a simple structure: paragraphs between blank lines, and lists of lines that begin with "- " or "1. ". No markup passes."""

import re

import msgspec

BULLET = re.compile(r"\s*[-\u2022\u00b7]\s+(.*)")
# "1. " and the Chinese 1\u3001, but not the price 0.48.
NUMBERED = re.compile(r"\s*\d{1,2}[.\u3001)](?!\d)\s*(\S.*)")


class Block(msgspec.Struct):
    """A paragraph (p) or a list (ul, ol) with its lines."""

    kind: str
    lines: list[str]


def blocks(words: str) -> list[Block]:
    found: list[Block] = []
    fresh = True
    for line in words.splitlines():
        if not line.strip():
            fresh = True
            continue
        kind, said = _read(line)
        if fresh or found[-1].kind != kind:
            found.append(Block(kind, []))
        found[-1].lines.append(said)
        fresh = False
    return found


def is_item(line: str) -> bool:
    return _read(line)[0] != "p"


def _read(line: str) -> tuple[str, str]:
    if found := BULLET.fullmatch(line):
        return "ul", found[1].strip()
    if found := NUMBERED.fullmatch(line):
        return "ol", found[1].strip()
    return "p", line.strip()
