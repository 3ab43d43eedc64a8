"""Stretches of a text whose times are no window: when it was published, what was planned before, what would be if it rained."""

from collections.abc import Iterator

from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.vocabulary import pattern

CLAUSE = ",。;!?\n()"
SENTENCE = "。;!?\n"


def stretches(text: str, lo: int, hi: int) -> list[Span]:
    found = [*_rain(text, lo, hi), *published(text, lo, hi), *_formerly(text, lo, hi), *_other_hours(text, lo, hi)]
    return [*found, *_called_off(text, lo, hi), *dry(text, lo, hi)]


def _called_off(text: str, lo: int, hi: int) -> Iterator[Span]:
    """The sentence, as far as no new time is said behind it."""
    for match in pattern("cancelled").finditer(text, lo, hi):
        start, end = around(text, match.start(), lo, hi)
        now = pattern("now_rather").search(text, match.end(), end)
        yield start, now.start() if now else end


def dry(text: str, lo: int, hi: int) -> Iterator[Span]:
    """由于管道抢修,5月3日9:00-15:00停水: what is said of water is not said of light."""
    for match in pattern("dry_label").finditer(text, lo, hi):
        end = until(text, match.end(), hi, "\u3002;\n")
        dark = pattern("dark").search(text, match.end(), end)
        yield match.start(), dark.start() if dark else end
    for match in pattern("dry").finditer(text, lo, hi):
        start, end = around(text, match.start(), lo, hi)
        if pattern("dark").search(text, start, end):
            start, end = around(text, match.start(), lo, hi, CLAUSE)
            start = max([start, *(title.end() for title in pattern("dry_title").finditer(text, start, match.start()))])
            start = match.start() if pattern("listed_apart").search(text, start, match.start()) else start
        if not pattern("dark").search(text, start, end):
            yield start, end


def inside(place: int, spans: list[Span]) -> bool:
    return any(lo <= place < hi for lo, hi in spans)


def around(text: str, place: int, lo: int, hi: int, ends: str = SENTENCE) -> Span:
    """The sentence, or clause, that `place` stands in."""
    start = max((text.rfind(end, lo, place) for end in ends), default=-1)
    return max(start + 1, lo), until(text, place, hi, ends)


def until(text: str, place: int, hi: int, ends: str) -> int:
    return min((at for end in ends if (at := text.find(end, place, hi)) >= 0), default=hi)


def _rain(text: str, lo: int, hi: int) -> Iterator[Span]:
    for match in pattern("rain").finditer(text, lo, hi):
        start, _ = around(text, match.start(), lo, hi, CLAUSE)
        yield start, until(text, match.end(), hi, SENTENCE + ")")


def published(text: str, lo: int, hi: int) -> Iterator[Span]:
    for match in pattern("published").finditer(text, lo, hi):
        yield match.start(), until(text, match.end(), hi, CLAUSE)
    for match in pattern("news").finditer(text, lo, hi):
        yield around(text, match.start(), lo, hi, CLAUSE)[0], match.end()


def _other_hours(text: str, lo: int, hi: int) -> Iterator[Span]:
    """值班时间8:00-20:00, (23:00-7:00谷价)."""
    if mistaken := pattern("mistaken").search(text, lo, hi):
        yield lo, mistaken.start()
        yield from (match.span() for match in pattern("spoken_at").finditer(text, lo, hi))
    for name in ("other_hours", "rather_not", "than_before", "meanwhile"):
        for match in pattern(name).finditer(text, lo, hi):
            yield match.start(), _more_hours(text, until(text, match.end(), hi, CLAUSE), hi)


def _more_hours(text: str, end: int, hi: int) -> int:
    """Where the hours of the same desk end that are told of several days."""
    while more := pattern("more_hours").match(text, end, hi):
        end = more.end()
    return end


def _formerly(text: str, lo: int, hi: int) -> Iterator[Span]:
    """What was planned before, up to the words that say what holds now."""
    for name in ("from_to", "sent_at"):
        yield from (match.span() for match in pattern(name).finditer(text, lo, hi))
    if passed_on := pattern("sent_before").search(text, lo, hi):
        yield from (match.span() for match in pattern("said_again").finditer(text, passed_on.end(), hi))
    if_it_rains = list(_rain(text, lo, hi))
    for match in pattern("put_off_to").finditer(text, lo, hi):
        if not inside(match.start(), if_it_rains):
            yield around(text, match.start(), lo, hi)[0], match.start()
    for match in pattern("formerly").finditer(text, lo, hi):
        end = until(text, match.end(), hi, "。;!?")
        if pattern("end_moved").search(text, match.end(), end) and pattern("whole_window").search(text, match.end(), end):
            continue
        now = pattern("now_rather").search(text, match.end(), end)
        yield match.start(), now.start() if now else until(text, match.end(), end, "\n")
