"""What a stretch of a paste tells of an outage: its time, its day, its places, its line; and where it may be cut."""

from broadcasts.dispatch import areas, lines, moments, silent, tokens, when
from broadcasts.dispatch.days import Calendar
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section, divide
from broadcasts.dispatch.vocabulary import pattern
from broadcasts.dispatch.windows import Reader


class Telling:
    """Remembers what it has read: one stretch is asked about by several ways of cutting."""

    def __init__(self, text: str, today: tokens.date) -> None:
        self.text, self.today = text, today
        self.seen: dict[Span, str] = {}
        self.listed: dict[Span, bool] = {}

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

    def is_whole(self, lo: int, hi: int) -> bool:
        """Whether it is a notice by itself."""
        said = self.says(lo, hi)
        return "A" in said and ("T" in said or "L" in said)

    def is_item(self, lo: int, hi: int) -> bool:
        """Whether it is one behind a number, under a heading."""
        said = self.says(lo, hi)
        return self.is_whole(lo, hi) or ("T" in said and "L" in said)

    def has_places(self, one: Section) -> bool:
        if (one.lo, one.hi) not in self.listed:
            self.listed[one.lo, one.hi] = bool(areas.read(self.text, [one]).named)
        return self.listed[one.lo, one.hi]

    def between(self, lo: int, hi: int, mark: str) -> list[Span]:
        """The stretches between these marks, without empty ones."""
        ends = [match.span() for match in pattern(mark).finditer(self.text, lo, hi) if match.end() > match.start()]
        starts = [lo, *(end for _, end in ends)]
        spans = list(zip(starts, [*(start for start, _ in ends), hi], strict=True))
        return [span for span in spans if self.text[slice(*span)].strip()]
