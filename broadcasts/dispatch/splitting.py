"""One paste, one or several notices: rows of a table, numbered items, repeated labels, paragraphs of their own."""

import re
from itertools import pairwise

import msgspec

from broadcasts.dispatch import areas, blocks, lines, moments, silent, tables, tokens, when
from broadcasts.dispatch.days import Calendar
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section, divide
from broadcasts.dispatch.vocabulary import pattern
from broadcasts.dispatch.windows import Reader

MOST = 400
HEADING = 40


class Piece(msgspec.Struct):
    """The sections of one notice. `heading` sections are shared with its neighbours."""

    sections: list[Section]
    lo: int
    hi: int


def split(text: str, today: tokens.date) -> list[Piece]:
    splitter = Splitter(text, today)
    if said := pattern("of_all").search(text):
        found = splitter.pieces(0, said.start())
        if len(found) > 1:
            tail = divide(text, said.start(), len(text))
            return [Piece([*one.sections, *tail], one.lo, one.hi) for one in found][:MOST]
    return splitter.pieces(0, len(text))[:MOST]


class Splitter:
    def __init__(self, text: str, today: tokens.date) -> None:
        self.text, self.today = text, today
        self.seen: dict[Span, str] = {}
        self.listed: dict[Span, bool] = {}

    def pieces(self, lo: int, hi: int) -> list[Piece]:
        if table := tables.find(self.text, lo, hi):
            earlier = self.pieces(lo, table.lo) if self._is_whole(lo, table.lo) else []
            before = [] if earlier else self._headings(lo, table.lo)
            rows = [Piece([*before, *row], row[1].lo, row[-1].hi) for row in table.rows if len(row) > 1]
            after = self.pieces(table.hi, hi) if self._is_whole(table.hi, hi) else []
            return [*earlier, *rows, *after]
        for way in (self._items, self._groups, self._batches, self._blocks):
            if found := way(lo, hi):
                return found
        return self._labelled(lo, hi)

    # --- what a stretch says ---

    def says(self, lo: int, hi: int) -> str:
        """T a time of an outage, D a day, A a place, L a line."""
        if (lo, hi) not in self.seen:
            sections = divide(self.text, lo, hi)
            has = {
                "T": self._times(lo, hi, sections),
                "D": any(token.kind in tokens.DAYS for one in sections for token in tokens.lex(self.text, one.lo, one.hi)),
                "A": bool(areas.read(self.text, sections).named),
                "L": bool(lines.read(self.text, sections)[0]),
            }
            self.seen[lo, hi] = "".join(name for name, is_so in has.items() if is_so)
        return self.seen[lo, hi]

    def _times(self, lo: int, hi: int, sections: list[Section]) -> bool:
        found = [token for one in sections if one.kind not in ("published", "other") for token in tokens.lex(self.text, one.lo, one.hi)]
        times = Reader(self.text, found, Calendar(self.today), silent.stretches(self.text, lo, hi)).read()
        if any(one.start or one.end or one.doubt for one in times.windows):
            return True
        if any(when.is_outage_day(self.text, sections, one) for one in times.bare_days):
            return True
        return any(moments.role(self.text, sections, point) == "start" and point.named_day for point in times.points)

    def _is_whole(self, lo: int, hi: int) -> bool:
        said = self.says(lo, hi)
        return "A" in said and ("T" in said or "L" in said)

    def _headings(self, lo: int, hi: int) -> list[Section]:
        return [msgspec.structs.replace(one, kind="heading") if one.kind == "prose" else one for one in divide(self.text, lo, hi)]

    # --- numbered items ---

    def _items(self, lo: int, hi: int) -> list[Piece]:
        marks = list(pattern("marker").finditer(self.text, lo, hi))
        for style in ("han", "hanbracketed", "nth", "number", "bracketed"):
            starts = [match.start() for match in marks if match[style]]
            spans = list(zip(starts, [*starts[1:], self._tail(starts[-1], hi)] if starts else [], strict=True))
            whole = [span for span in spans if self._is_item(*span)]
            if len(whole) > 1:
                heading = self._headings(lo, starts[0])
                return [self._under(heading, piece) for span in spans if span in whole for piece in self._deeper(*span)]
        return []

    def _groups(self, lo: int, hi: int) -> list[Piece]:
        """A组(…)06:00-09:00;B组(…)09:00-12:00: what stands before the first is said of all."""
        starts = [match.start() for match in pattern("grouped").finditer(self.text, lo, hi)]
        spans = list(pairwise([*starts, hi]))
        if len(spans) < 2 or not all("T" in self.says(*span) for span in spans):
            return []
        heading = self._headings(lo, starts[0])
        return [Piece([*heading, *divide(self.text, *span)], *span) for span in spans]

    def _batches(self, lo: int, hi: int) -> list[Piece]:
        """1、3号楼8:00-10:00;2、4号楼10:30-12:30, of the one estate that is named before."""
        spans = [span for unit in self._between(lo, hi, "[\u3002;\\n]") if (span := self._batch(*unit))]
        if len(spans) < 2:
            return []
        heading = self._headings(lo, spans[0][0])
        named = areas.read(self.text, heading).named
        if len(named) != 1 or named[0].blocks:
            return []
        return [Piece([*heading, *divide(self.text, *span)], *span) for span in spans]

    def _batch(self, lo: int, hi: int) -> Span | None:
        """Buildings without a name, and the hours that are theirs."""
        listed = list(blocks.find(self.text, lo, hi))
        times = [token for token in tokens.lex(self.text, lo, hi) if token.kind in tokens.DAYS | tokens.CLOCKS]
        if len(listed) != 1 or sum(token.kind in tokens.CLOCKS for token in times) != 2:
            return None
        begun = min(listed[0].lo, next(one.lo for one in times if one.kind in tokens.CLOCKS))
        for one in reversed([one for one in times if one.hi <= begun]):
            begun = one.lo if not self.text[one.hi : begun].strip(" (),") else begun
        return None if areas.read(self.text, [Section("prose", begun, hi)]).named else (begun, max(listed[0].hi, times[-1].hi))

    def _deeper(self, lo: int, hi: int) -> list[Piece]:
        begun = pattern("marker").match(self.text, lo, hi)
        return self.pieces(begun.end() if begun else lo, hi)

    def _under(self, heading: list[Section], piece: Piece) -> Piece:
        """With the heading's times where it has none of its own."""
        own = {one.kind for one in piece.sections}
        timed = {"T", "D"} <= set(self.says(piece.lo, piece.hi))
        shared = [one for one in heading if one.kind not in own and not (timed and one.kind in ("time", "start", "end"))]
        kept = [Section("title", one.lo, one.hi) if timed and one.kind == "heading" else one for one in shared]
        return Piece([*kept, *piece.sections], piece.lo, piece.hi)

    def _tail(self, lo: int, hi: int) -> int:
        found = re.compile(r"\n[ \t]*\n").search(self.text, lo, hi)
        return found.start() if found else hi

    def _is_item(self, lo: int, hi: int) -> bool:
        said = self.says(lo, hi)
        return ("T" in said and ("A" in said or "L" in said)) or ("L" in said and "A" in said)

    # --- paragraphs ---

    def _blocks(self, lo: int, hi: int) -> list[Piece]:
        """Paragraphs, or single lines, of which at least two are notices by themselves."""
        paragraphs, each = self._between(lo, hi, "(?:<rule>)|\\n[ \\t]*\\n"), self._between(lo, hi, "(?:<rule>)|\\n")
        for spans in (paragraphs, each, self._dated(lo, hi)):
            whole = [self._is_whole(*span) for span in spans]
            if sum(whole) > 1:
                return self._gathered(spans, whole)
        return []

    def _dated(self, lo: int, hi: int) -> list[Span]:
        """On one line, behind spaces: each day with its hours, to the next one; none unless all but a heading are whole."""
        found = tokens.lex(self.text, lo, hi)
        begun = [
            one.lo
            for one, after in pairwise([one for one in found if one.kind != "bracketday"])
            if one.kind in ("full", "monthday", "slashed", "day") and after.kind == "clock" and self.text[max(lo, one.lo - 1)] in " |\t"
        ]
        if len(begun) < 2:
            return []
        spans = list(zip(begun, [*begun[1:], hi], strict=True))
        if not all(self._is_whole(*span) for span in spans):
            return []
        return spans if begun[0] - lo < 1 else [(lo, begun[0]), *spans]

    def _between(self, lo: int, hi: int, mark: str) -> list[Span]:
        ends = [match.span() for match in pattern(mark).finditer(self.text, lo, hi) if match.end() > match.start()]
        starts = [lo, *(end for _, end in ends)]
        spans = list(zip(starts, [*(start for start, _ in ends), hi], strict=True))
        return [span for span in spans if self.text[slice(*span)].strip()]

    def _gathered(self, spans: list[Span], whole: list[bool]) -> list[Piece]:
        """Short lines without a notice belong to the next one, longer ones to the one before."""
        pieces: list[Piece] = []
        waiting: list[Span] = []
        heading: list[Section] = []
        titles: list[Section] = []
        for span, is_whole in zip(spans, whole, strict=True):
            if is_whole:
                timed = "".join(self.says(*one) for one in waiting)
                if ("T" in timed and not {"T", "D"} <= set(self.says(*span))) or ("D" in timed and "D" not in self.says(*span)):
                    heading, waiting = self._headings(waiting[0][0], waiting[-1][1]), []
                start = waiting[0][0] if waiting else span[0]
                pieces += [self._under([*titles, *heading], piece) for piece in self.pieces(start, span[1])]
                titles += [Section("title", *one) for one in waiting]
                waiting = []
            elif not pieces or span[1] - span[0] < HEADING:
                waiting.append(span)
            else:
                pieces[-1].sections += divide(self.text, *span)
                pieces[-1].hi = span[1]
        if waiting and pieces:
            pieces[-1].sections += [one for span in waiting for one in divide(self.text, *span)]
            pieces[-1].hi = waiting[-1][1]
        return pieces

    # --- labels, and prose ---

    def _labelled(self, lo: int, hi: int) -> list[Piece]:
        sections = divide(self.text, lo, hi)
        if sum(one.kind not in ("prose", "other", "published") for one in sections) < 2:
            return self._sentences(lo, hi)
        groups: list[list[Section]] = [[]]
        for one in sections:
            known = {it.kind for it in groups[-1]}
            if one.kind in known and one.kind in ("time", "start", "area", "line") and self._begins_anew(groups[-1], one, sections):
                moved = [groups[-1].pop()] if groups[-1][-1].kind == "prose" and len(groups[-1]) > 1 else []
                groups.append(moved)
            groups[-1].append(one)
        return [Piece([*self._inherited(groups, at), *group], group[0].lo, group[-1].hi) for at, group in enumerate(groups)]

    def _begins_anew(self, group: list[Section], one: Section, sections: list[Section]) -> bool:
        after = [it.kind for it in sections[sections.index(one) + 1 :]]
        if one.kind == "area" and not {"time", "start", "line"} & set(after[: after.index("area") if "area" in after else None]):
            return False
        if one.kind == "area" and not any(self._has_places(it) for it in group if it.kind == "area"):
            return False
        kinds = [it.kind for it in group]
        if one.kind == "time" and (("area" not in kinds and "line" not in kinds) or self._is_hours_of(group, one)):
            return False
        between = kinds[len(kinds) - kinds[::-1].index(one.kind) :]
        return any(kind in ("time", "start", "area", "line") for kind in between) or one.kind == "time"

    def _has_places(self, one: Section) -> bool:
        if (one.lo, one.hi) not in self.listed:
            self.listed[one.lo, one.hi] = bool(areas.read(self.text, [one]).named)
        return self.listed[one.lo, one.hi]

    def _is_hours_of(self, group: list[Section], one: Section) -> bool:
        """日期 and 时间 with a label each: hours without a day, behind a day without hours."""
        before = next(it for it in reversed(group) if it.kind == "time")
        days, times = (tokens.lex(self.text, it.lo, it.hi) for it in (before, one))
        return not any(token.kind in tokens.CLOCKS for token in days) and not any(token.kind in tokens.DAYS for token in times)

    def _inherited(self, groups: list[list[Section]], at: int) -> list[Section]:
        """What stands once before the first of several holds for all of them."""
        if at == 0:
            return []
        own = {one.kind for one in groups[at]}
        first = next((place for place, one in enumerate(groups[0]) if one.kind == groups[at][-1].kind or one.kind in ("area", "line")), 0)
        shared = [one for one in groups[0][:first] if one.kind not in own or one.kind == "prose"]
        later = [
            one for one in groups[0] if one.kind in ("time", "start", "end", "kind", "cause") and one.kind not in own and one not in shared
        ]
        headings = [Section("title", one.lo, one.hi) if one.kind == "prose" else one for one in shared]
        return [*headings, *(one for one in later if groups[0].index(one) < first)]

    def _sentences(self, lo: int, hi: int) -> list[Piece]:
        """Prose: a new notice begins with a new time, or line, that has places of its own."""
        units = self._between(lo, hi, "[。;\\n]")
        starts = [lo]
        said = ""
        for at, unit in enumerate(units):
            here = self.says(*unit)
            if "T" in here and "T" in said and "A" in said and "A" in self._coming(units, at):
                starts.append(unit[0])
                said = ""
            said += here
        spans = list(zip(starts, [*starts[1:], hi], strict=True))
        head = self._headings(lo, units[0][0]) if units else []
        return [Piece([*head, *self._day_before(spans[:at]), *divide(self.text, *span)], *span) for at, span in enumerate(spans)]

    def _day_before(self, spans: list[Span]) -> list[Section]:
        """The one day of what was told before; hours that follow without a day are of it."""
        days = [token for span in spans for token in tokens.lex(self.text, *span) if token.kind in tokens.DAYS - {"week"}]
        return [Section("heading", days[0].lo, days[0].hi)] if len({self.text[one.lo : one.hi] for one in days}) == 1 else []

    def _coming(self, units: list[Span], at: int) -> str:
        """What this sentence says, and those after it up to the next time."""
        said = self.says(*units[at])
        for unit in units[at + 1 :]:
            here = self.says(*unit)
            if "T" in here:
                break
            said += here
        return said
