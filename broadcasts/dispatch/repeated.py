"""Labels that come again: with the second 停电时间, or the second list of places, a new notice begins."""

from broadcasts.dispatch import tokens
from broadcasts.dispatch.pieces import Piece
from broadcasts.dispatch.sections import Section
from broadcasts.dispatch.telling import Telling

BEGIN = ("time", "start", "area", "line")
SHARED = ("time", "start", "end", "kind", "cause")


def labels(telling: Telling, sections: list[Section]) -> list[Piece]:
    groups: list[list[Section]] = [[]]
    known: set[str] = set()
    for at, one in enumerate(sections):
        if one.kind in known and one.kind in BEGIN and _begins(telling, groups[-1], one, sections[at + 1 :]):
            moved = [groups[-1].pop()] if groups[-1][-1].kind == "prose" and len(groups[-1]) > 1 else []
            groups.append(moved)
            known = {it.kind for it in moved}
        groups[-1].append(one)
        known.add(one.kind)
    return [Piece([*_inherited(groups, at), *group], group[0].lo, group[-1].hi) for at, group in enumerate(groups)]


def _begins(telling: Telling, group: list[Section], one: Section, coming: list[Section]) -> bool:
    if one.kind == "area" and not (_is_told_anew(coming) and any(telling.has_places(it) for it in group if it.kind == "area")):
        return False
    kinds = [it.kind for it in group]
    if one.kind == "time" and (("area" not in kinds and "line" not in kinds) or _is_hours_of(telling.text, group, one)):
        return False
    between = kinds[len(kinds) - kinds[::-1].index(one.kind) :]
    return any(kind in BEGIN for kind in between) or one.kind == "time"


def _is_told_anew(coming: list[Section]) -> bool:
    """Whether a time or a line follows before the next list of places."""
    first = next((it.kind for it in coming if it.kind in BEGIN), "area")
    return first != "area"


def _is_hours_of(text: str, group: list[Section], one: Section) -> bool:
    """日期 and 时间 with a label each: hours without a day, behind a day without hours."""
    before = next(it for it in reversed(group) if it.kind == "time")
    days, times = (tokens.lex(text, it.lo, it.hi) for it in (before, one))
    return not any(token.kind in tokens.CLOCKS for token in days) and not any(token.kind in tokens.DAYS for token in times)


def _inherited(groups: list[list[Section]], at: int) -> list[Section]:
    """What stands once before the first of several holds for all of them."""
    if at == 0:
        return []
    own, begun = {one.kind for one in groups[at]}, groups[at][-1].kind
    first = next((place for place, one in enumerate(groups[0]) if one.kind in (begun, "area", "line")), 0)
    before = groups[0][:first]
    shared = [one for one in before if one.kind not in own or one.kind == "prose"]
    later = [one for one in before if one.kind in SHARED and one.kind not in own and one not in shared]
    return [*(Section("title", one.lo, one.hi) if one.kind == "prose" else one for one in shared), *later]
