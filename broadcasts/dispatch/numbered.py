"""Numbered items: each that tells of an outage by itself is a notice, under what stands before the first."""

import re

from broadcasts.dispatch.pieces import Deeper, Piece, headings, under
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.telling import Telling
from broadcasts.dispatch.vocabulary import pattern

STYLES = ("han", "hanbracketed", "nth", "number", "bracketed")
BLANK_LINE = re.compile(r"\n[ \t]*\n")


def items(telling: Telling, lo: int, hi: int, deeper: Deeper) -> list[Piece]:
    marks = list(pattern("marker").finditer(telling.text, lo, hi))
    for style in STYLES:
        starts = [match.start() for match in marks if match[style]]
        whole = [span for span in _spans(telling.text, starts, hi) if telling.is_item(*span)]
        if len(whole) > 1:
            heading = headings(telling.text, lo, starts[0])
            return [under(heading, piece, telling) for span in whole for piece in deeper(*_behind_number(telling.text, span))]
    return []


def _spans(text: str, starts: list[int], hi: int) -> list[Span]:
    """From each number to the next; the last item ends at a blank line."""
    if not starts:
        return []
    tail = BLANK_LINE.search(text, starts[-1], hi)
    return list(zip(starts, [*starts[1:], tail.start() if tail else hi], strict=True))


def _behind_number(text: str, item: Span) -> Span:
    begun = pattern("marker").match(text, *item)
    return (begun.end() if begun else item[0]), item[1]
