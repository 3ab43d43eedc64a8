"""What kind of notice: planned, temporary or fault; or safety, knowledge, service; or none at all."""

from datetime import datetime

from broadcasts.dispatch import kindwords, silent
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section, of
from broadcasts.dispatch.vocabulary import pattern

LAWFUL = 7


class Kind:
    """What the words say, where, and whether two of them contradict each other."""

    def __init__(self, kind: str | None, spans: list[Span] | None = None, *, doubtful: bool = False, by: str = "") -> None:
        """`by`: where no heading names it, whether a fault, work or the desk of an office is spoken of."""
        self.kind, self.spans, self.doubtful, self.by = kind, spans or [], doubtful, by


def read(text: str, sections: list[Section], *, has_place: bool, has_time: bool, has_line: bool) -> Kind:
    if pattern("thanks").match(text) or (not (has_place or has_time or has_line) and is_question(text, sections)):
        return Kind(None)
    about = any(kindwords.count(text, sections, name) for name in ("safety", "knowledge", "service"))
    told = has_place or has_time or has_line or not about
    if (
        (told and is_outage(text, sections))
        or (has_line and _fault(text, sections))
        or (not at_the_desk(text, sections) and _work(text, sections, has_place, has_line, has_time))
    ):
        return _outage(text, sections)
    topics = {name: kindwords.count(text, sections, name) for name in ("safety", "knowledge", "service")}
    best = max(topics.values())
    if best and (has_place or has_time or _is_notice(text, sections) or best > 2):
        leading = [name for name, count in topics.items() if count == best]
        first = min(topics, key=lambda name: kindwords.first(text, sections, name))
        by = "desk" if at_the_desk(text, sections) else ""
        return Kind(first if first in leading else leading[0], kindwords.where(text, sections, first), doubtful=len(leading) > 1, by=by)
    if kindwords.found(text, sections, "outage", "no_dark") and (has_place or has_time):
        return Kind(None, doubtful=True)
    if kindwords.found(text, sections, "back", "no_dark") and has_place:
        return Kind(None, doubtful=True)
    return Kind(None)


def _work(text: str, sections: list[Section], has_place: bool, has_line: bool, has_time: bool) -> bool:
    """Work on a line, or at a time in places, is an outage though the word is not said."""
    planned = bool(kindwords.found(text, sections, "planned_work", "no_fault"))
    worked = has_line or planned
    called_off = has_line and bool(kindwords.found(text, sections, "cancelled", "no_fault"))
    mended = has_time and _fault(text, sections) and bool(kindwords.found(text, sections, "back", "no_dark"))
    return mended or called_off or (worked and has_place and (has_line or has_time)) or (planned and has_line and has_time)


def at_the_desk(text: str, sections: list[Section]) -> bool:
    """What is done in an office or on the telephone: its hours and its address are no outage's."""
    return kindwords.count(text, sections, "desk") > 1 and not is_outage(text, sections)


def is_question(text: str, sections: list[Section]) -> bool:
    return any(pattern("question").search(text, one.lo, one.hi) for one in sections)


def is_outage(text: str, sections: list[Section]) -> bool:
    return bool(kindwords.found(text, sections, "outage", "no_dark"))


def _fault(text: str, sections: list[Section]) -> bool:
    return bool(kindwords.found(text, sections, "fault", "no_fault"))


def sudden(text: str, sections: list[Section]) -> bool:
    """Whether the words tell of a fault of now."""
    return (is_outage(text, sections) or _fault(text, sections)) and _outage(text, sections).kind == "fault_outage"


def _outage(text: str, sections: list[Section]) -> Kind:
    if labelled := _labelled(text, sections):
        return labelled
    named = [list(of(sections, "kind")), _titles(text, sections)]
    for chosen in (*named, [one for one in sections if one.kind not in ("other", "published")]):
        found = {name: spans for name in ("planned", "temporary", "fault") if (spans := kindwords.found(text, chosen, name, "no_fault"))}
        if len(found) == 1:
            name, spans = next(iter(found.items()))
            return Kind(f"{name}_outage", spans[:1], by=name if chosen not in named and _only_why(text, sections, spans) else "")
        if found:
            return _several(found)
    if struck := kindwords.found(text, sections, "struck", "no_fault"):
        return Kind("fault_outage", struck[:1], by="fault")
    for name in ("planned_work", "decided", "cause_said"):
        if work := kindwords.found(text, sections, name, "no_fault"):
            return Kind("planned_outage", work[:1], by="work")
    return Kind(None, doubtful=True)


def _labelled(text: str, sections: list[Section]) -> Kind | None:
    """停电性质:计划."""
    found = [match for one in of(sections, "kind") for match in pattern("kind_said").finditer(text, one.lo, one.hi)]
    names = {match.lastgroup for match in found}
    return Kind(f"{names.pop()}_outage", [found[0].span()]) if len(names) == 1 else None


def _only_why(text: str, sections: list[Section], spans: list[Span]) -> bool:
    """Whether the words stand only where the cause is told, or a day was set for the work."""
    causes = [(one.lo, one.hi) for one in of(sections, "cause")]
    return all(silent.inside(lo, causes) for lo, _ in spans) or bool(kindwords.found(text, sections, "decided", "no_fault"))


def _several(found: dict[str, list[Span]]) -> Kind:
    """A fault may need a planned or a temporary outage: which it is called is the manager's to say."""
    if set(found) == {"planned", "temporary"}:
        return Kind(
            "temporary_outage" if found["temporary"][0] < found["planned"][0] else "planned_outage", found["planned"][:1], doubtful=True
        )
    return Kind(None, [spans[0] for spans in found.values()], doubtful=True)


def _titles(text: str, sections: list[Section]) -> list[Section]:
    """Headings: a line that ends in 通知 or 公告, what stands in 【】."""
    prose = list(of(sections, "heading", "prose"))
    return [Section("title", *match.span()) for one in prose for match in pattern("title").finditer(text, one.lo, one.hi)]


def _is_notice(text: str, sections: list[Section]) -> bool:
    return any(pattern("notice_word").search(text, one.lo, one.hi) for one in sections)


def of_neighbours(text: str, what: Kind) -> Kind:
    """One of several notices that says no kind: what the text says of all of them, to be looked at."""
    whole = _outage(text, [Section("prose", 0, len(text))])
    return Kind(whole.kind, whole.spans, doubtful=True) if whole.kind and not whole.doubtful else what


def with_lead(what: Kind, start: datetime | None, today: datetime) -> Kind:
    """Where no word tells the kind: what is told ahead is planned, surely so where the law's seven days are kept; of a fault
    of tomorrow it is asked."""
    days = (start.date() - today.date()).days if start else 0
    if what.by == "fault" and days > 0:
        return Kind(None, what.spans, doubtful=True)
    if what.kind is None and what.doubtful and not what.spans and days > 0:
        return Kind("planned_outage", doubtful=True)
    if what.by == "work" and days < LAWFUL:
        return Kind(what.kind, what.spans, doubtful=True)
    return what
