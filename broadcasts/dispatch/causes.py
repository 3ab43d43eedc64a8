"""Why, as it is written: 检修, 更换变压器, 线路故障, 雷击."""

import re
from collections.abc import Iterator

from broadcasts.dispatch import sayings, silent
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section, of
from broadcasts.dispatch.trimmed import clean
from broadcasts.dispatch.vocabulary import pattern

SURE = 24


def read(text: str, sections: list[Section], *, sudden: bool = False) -> tuple[str | None, list[Span], bool]:
    """The cause, where it stands, and whether it is doubtful."""
    if span := _labelled(text, sections):
        return _said(text[slice(*span)]), [span], False
    for way in sayings.WAYS:
        if way is sayings.saying and sudden:
            continue
        for section in of(sections, "prose", "row", "heading", "shared"):
            for lo, hi in _of_light(text, section):
                if span := way(text, lo, hi):
                    return _told(text, span)
    for way in (sayings.because, sayings.working):
        for section in of(sections, "title"):
            if span := way(text, section.lo, section.hi):
                return _told(text, span)
    return None, [], False


def _labelled(text: str, sections: list[Section]) -> Span | None:
    """停电原因:检修."""
    for section in of(sections, "cause"):
        span = clean(text, section.lo, section.hi)
        if span and (aside := pattern("cause_aside").search(text, *span)) and aside.start() > span[0] + 1:
            span = span[0], aside.start()
        if span and text[slice(*span)] not in ("", "/", "-"):
            return span
    return None


def _of_light(text: str, section: Section) -> Iterator[Span]:
    """Without what is said of water."""
    at = section.lo
    for lo, hi in sorted(silent.dry(text, section.lo, section.hi)):
        if lo > at:
            yield at, lo
        at = max(at, hi)
    yield at, section.hi


def _told(text: str, span: Span) -> tuple[str, list[Span], bool]:
    said = _said(text[slice(*span)])
    known = pattern("(?:<cause_head>|<broken>|^(?:<cause_verb>|<work_verb>))").search(said)
    more = pattern("more_to_it").match(text, span[1])
    return said, [span], len(said) > SURE or more is not None or known is None


def _said(raw: str) -> str:
    return re.sub(r"\s+", "", raw)
