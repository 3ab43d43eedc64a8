"""One paste, one or several notices: rows of a table, numbered items, rotas, paragraphs, repeated labels, prose; in this order."""

from broadcasts.dispatch import numbered, paragraphs, prose, repeated, rotas, states, tables, tokens
from broadcasts.dispatch.pieces import Piece, headings
from broadcasts.dispatch.sections import divide
from broadcasts.dispatch.tables import Table
from broadcasts.dispatch.telling import Telling
from broadcasts.dispatch.vocabulary import pattern

MOST = 400


def split(text: str, today: tokens.date) -> list[Piece]:
    splitter = Splitter(Telling(text, today))
    if said := pattern("of_all").search(text):
        found = splitter.pieces(0, said.start())
        if len(found) > 1:
            tail = divide(text, said.start(), len(text))
            return [Piece([*one.sections, *tail], one.lo, one.hi) for one in found][:MOST]
    return splitter.pieces(0, len(text))[:MOST]


class Splitter:
    def __init__(self, telling: Telling) -> None:
        self.telling, self.text = telling, telling.text

    def pieces(self, lo: int, hi: int) -> list[Piece]:
        if table := tables.find(self.text, lo, hi):
            return self._around(table, lo, hi)
        return (
            numbered.items(self.telling, lo, hi, self.pieces)
            or rotas.of_estates(self.telling, lo, hi)
            or rotas.of_buildings(self.telling, lo, hi)
            or rotas.of_places(self.telling, lo, hi)
            or states.parts(self.telling, lo, hi)
            or paragraphs.paragraphs(self.telling, lo, hi, self.pieces)
            or self._one(lo, hi)
        )

    def _around(self, table: Table, lo: int, hi: int) -> list[Piece]:
        earlier = self.pieces(lo, table.lo) if self.telling.is_whole(lo, table.lo) else []
        before = [] if earlier else headings(self.text, lo, table.lo)
        rows = [Piece([*before, *row], row[1].lo, row[-1].hi) for row in table.rows if len(row) > 1]
        after = self.pieces(table.hi, hi) if self.telling.is_whole(table.hi, hi) else []
        return [*earlier, *rows, *after]

    def _one(self, lo: int, hi: int) -> list[Piece]:
        """Told under labels, or as prose."""
        sections = divide(self.text, lo, hi)
        if sum(one.kind not in ("prose", "other", "published") for one in sections) < 2:
            return prose.sentences(self.telling, lo, hi)
        return repeated.labels(self.telling, sections)
