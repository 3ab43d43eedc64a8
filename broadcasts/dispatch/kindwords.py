"""Where the words stand that tell the kind of a notice."""

from collections.abc import Iterator

from broadcasts.dispatch import silent
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section
from broadcasts.dispatch.vocabulary import pattern

LABELS = {"fault": (("start", "cause", "line", "area"), "fault_label", 8), "outage": (("area", "time", "start"), "outage", 10)}
"""Labels that say it as well: of which parts, the words, and how far before the part."""


def found(text: str, sections: list[Section], name: str, but: str) -> list[Span]:
    """Where the words stand, except inside of the words that mean something else."""
    found: list[Span] = []
    for one in sections:
        if one.kind not in ("published", "other", "area"):
            without = _without(text, one, name, but)
            spans = [match.span() for match in pattern(name).finditer(text, one.lo, one.hi) if not _in_a_name(text, match.end())]
            found += [(lo, hi) for lo, hi in spans if not any(a <= lo and hi <= b for a, b in without)]
    kinds, label, back = LABELS.get(name, ((), "", 0))
    labelled = (one.lo for one in sections if one.kind in kinds)
    return found + [(lo, lo) for lo in labelled if pattern(label).search(text, max(0, lo - back), lo)]


def _without(text: str, section: Section, name: str, but: str) -> list[Span]:
    """Where the words mean something else, or nobody says them of this outage."""
    other = [match.span() for match in pattern(but).finditer(text, section.lo, section.hi)]
    other += silent.dry(text, section.lo, section.hi)
    if name == "outage":
        return [*other, *_asked(text, section)]
    return other + [match.span() for match in pattern("untold").finditer(text, section.lo, section.hi)]


def _in_a_name(text: str, at: int) -> bool:
    return pattern("of_a_name").match(text, at) is not None


def _asked(text: str, section: Section) -> Iterator[Span]:
    """The sentences that ask whether there will be an outage, and are not answered."""
    for match in pattern("asked").finditer(text, section.lo, section.hi):
        lo, hi = silent.around(text, match.start(), section.lo, section.hi)
        if not pattern("answered").match(text, max(hi, match.end() - 1)):
            yield lo, hi


def count(text: str, sections: list[Section], name: str) -> int:
    return len({match[0] for one in sections for match in pattern(name).finditer(text, one.lo, one.hi)})


def first(text: str, sections: list[Section], name: str) -> int:
    return min((match.start() for one in sections for match in pattern(name).finditer(text, one.lo, one.hi)), default=1 << 30)


def where(text: str, sections: list[Section], name: str) -> list[Span]:
    return [match.span() for one in sections for match in pattern(name).finditer(text, one.lo, one.hi)][:1]
