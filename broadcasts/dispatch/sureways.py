"""The sure ways in which prose names places: behind 影响, counted, behind a line. Each gives the stretches to read."""

from broadcasts.dispatch import lines, silent
from broadcasts.dispatch.numerals import number
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.vocabulary import pattern
from broadcasts.dispatch.ways import Way

BRACKET = 80


def behind_leads(text: str, lo: int, hi: int) -> list[Span]:
    """影响…, 涉及…; not 受台风影响."""
    found = (match for match in pattern("lead").finditer(text, lo, hi))
    return [(match.end(), hi) for match in found if not pattern("under").search(text, max(lo, match.start() - 16), match.start())]


def forced(text: str, lo: int, hi: int) -> list[Span]:
    spans = [match.span("where") for match in pattern("forced").finditer(text, lo, hi)]
    return [span for span in spans if not lines.find(text, *span) and pattern("no_subject").match(text, *span) is None]


def treated(text: str, lo: int, hi: int) -> list[Span]:
    spans = [match.span("where") for match in pattern("treated").finditer(text, lo, hi)]
    return [span for span in spans if not lines.find(text, *span)]


def ours(text: str, lo: int, hi: int) -> list[Span]:
    """电业局来咱靠山屯换电杆."""
    return [match.span("where") for match in pattern("our_place").finditer(text, lo, hi)]


def grouped(text: str, lo: int, hi: int) -> list[Span]:
    """A组(紫荆苑、海棠苑)06:00-09:00;B组(…)."""
    return [match.span("where") for match in pattern("grouped").finditer(text, lo, hi)]


def behind_lines(text: str, lo: int, hi: int) -> list[Span]:
    """10kV科技线:科技小区、牛奶厂."""
    return [(match.end(), hi) for _, end in lines.find(text, lo, hi) if (match := pattern("behind_line").match(text, end, hi))]


def counted_ones(text: str, lo: int, hi: int) -> list[Span]:
    """东店、西店、南店三个村: as many as are counted."""
    found = pattern("counted_places").finditer(text, lo, hi)
    return [match.span("where") for match in found if match["where"].count("\u3001") + 1 == number(match["many"])]


def added(text: str, lo: int, hi: int) -> list[Span]:
    """除了丁家桥社区之外,还要增加…: both."""
    found = pattern("added").finditer(text, lo, hi)
    return [span for match in found for span in (match.span("where"), (match.end(), hi))]


def your_area(text: str, lo: int, hi: int) -> list[Span]:
    """您所在区域(神华康城、悦和城)."""
    return [match.span("where") for match in pattern("your_area").finditer(text, lo, hi)]


def bracketed(text: str, lo: int, hi: int) -> list[Span]:
    """停电区域(望海寺村、龙湾新城)已于…"""
    return [(match.end(), hi) for match in pattern("bracketed_area").finditer(text, lo, hi)]


def behind_dark(text: str, lo: int, hi: int) -> list[Span]:
    """原定明天的停电(锦华苑1-12栋)改到…; not a transformer in brackets."""
    found = [match.end() for match in pattern("behind_dark").finditer(text, lo, hi)]
    found = [at for at in found if not pattern("why_in_brackets").match(text, at, hi)]
    return [(at, hi) for at in found if text[at - 1] == ":" or not lines.find(text, at, silent.until(text, at, min(hi, at + BRACKET), ")"))]


# The surest first.
SURE: tuple[Way, ...] = (counted_ones, added, your_area, behind_leads, grouped, bracketed, forced, treated, ours, behind_lines, behind_dark)
