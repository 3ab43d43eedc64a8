"""Paragraphs, lines, or days on one line: where at least two are notices by themselves, what lies between is shared out."""

from itertools import pairwise

from broadcasts.dispatch import tokens
from broadcasts.dispatch.pieces import Deeper, Piece, headings, under
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section, divide
from broadcasts.dispatch.telling import Telling

PARAGRAPH, LINE = "(?:<rule>)|\\n[ \\t]*\\n", "(?:<rule>)|\\n"
# A shorter line without a notice is the next one's heading.
HEADING = 40
BEGINS = ("full", "monthday", "slashed", "day")


def paragraphs(telling: Telling, lo: int, hi: int, deeper: Deeper) -> list[Piece]:
    for spans in (telling.between(lo, hi, PARAGRAPH), telling.between(lo, hi, LINE), _dated(telling, lo, hi)):
        whole = [telling.is_whole(*span) for span in spans]
        if sum(whole) > 1:
            return Gathering(telling, deeper).of(spans, whole)
    return []


def _dated(telling: Telling, lo: int, hi: int) -> list[Span]:
    """On one line, behind spaces: each day with its hours, to the next one; none unless all but a heading are whole."""
    found = [one for one in tokens.lex(telling.text, lo, hi) if one.kind != "bracketday"]
    begun = [
        one.lo
        for one, after in pairwise(found)
        if one.kind in BEGINS and after.kind == "clock" and telling.text[max(lo, one.lo - 1)] in " |\t"
    ]
    spans = list(pairwise([*begun, hi]))
    if len(begun) < 2 or not all(telling.is_whole(*span) for span in spans):
        return []
    return spans if begun[0] - lo < 1 else [(lo, begun[0]), *spans]


class Gathering:
    """Short lines without a notice belong to the next one, longer ones to the one before."""

    def __init__(self, telling: Telling, deeper: Deeper) -> None:
        self.telling, self.deeper = telling, deeper
        self.pieces: list[Piece] = []
        self.waiting: list[Span] = []
        self.heading: list[Section] = []
        self.titles: list[Section] = []

    def of(self, spans: list[Span], whole: list[bool]) -> list[Piece]:
        for span, is_whole in zip(spans, whole, strict=True):
            if is_whole:
                self._notice(span)
            elif not self.pieces or span[1] - span[0] < HEADING:
                self.waiting.append(span)
            else:
                self._behind([span])
        if self.waiting and self.pieces:
            self._behind(self.waiting)
        return self.pieces

    def _notice(self, span: Span) -> None:
        if self._waits_for_all(span):
            self.heading, self.waiting = headings(self.telling.text, self.waiting[0][0], self.waiting[-1][1]), []
        start = self.waiting[0][0] if self.waiting else span[0]
        above = [*self.titles, *self.heading]
        self.pieces += [under(above, piece, self.telling) for piece in self.deeper(start, span[1])]
        self.titles += [Section("title", *one) for one in self.waiting]
        self.waiting = []

    def _waits_for_all(self, span: Span) -> bool:
        """Whether the lines above name a time, or a day, that the notice itself lacks."""
        above, here = "".join(self.telling.says(*one) for one in self.waiting), self.telling.says(*span)
        return ("T" in above and not {"T", "D"} <= set(here)) or ("D" in above and "D" not in here)

    def _behind(self, spans: list[Span]) -> None:
        self.pieces[-1].sections += [one for span in spans for one in divide(self.telling.text, *span)]
        self.pieces[-1].hi = spans[-1][1]
