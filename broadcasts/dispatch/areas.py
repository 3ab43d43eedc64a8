"""Where the places of a notice stand: behind a label, behind 影响 and the like, before 停电."""

from broadcasts.dispatch import blocks, choice, exceptions, places, sureways, ways
from broadcasts.dispatch.blocks import Listed
from broadcasts.dispatch.names import Named, doubtful, shared
from broadcasts.dispatch.places import Places
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section, of
from broadcasts.dispatch.vocabulary import pattern
from broadcasts.dispatch.ways import looks_like_place

Known = tuple[str, ...]
# The lists of places of one notice are together not longer than so many characters.
MOST = 30_000


def read(text: str, sections: list[Section], known: Known = ()) -> Places:
    """The places of a notice, without the buildings that are excepted."""
    return exceptions.applied(text, sections, _read(text, sections, known))


def _read(text: str, sections: list[Section], known: Known) -> Places:
    """The places of a notice. A label's list stands; otherwise the surest way in which prose names them."""
    labelled = _labelled(text, list(of(sections, "area")), known)
    if labelled.named or labelled.homeless:
        return _with_buildings(text, sections, labelled)
    if (by_building := _with_buildings(text, sections, Places())).named:
        return by_building
    prose = [(one.lo, one.hi) for one in of(sections, "prose", "row", "heading")]
    homeless: list[Listed] = []
    called_off = any(pattern("cancelled").search(text, one.lo, one.hi) for one in sections)
    for way in (*sureways.SURE, *((ways.spared,) if called_off else ()), *ways.LIKELY, ways.plainly, ways.signed):
        if way is ways.signed and not homeless:
            homeless = _alone(text, prose)
        if way is ways.signed and not homeless and not _of_who_signed(text, sections):
            break
        if not (spans := [span for lo, hi in prose for span in way(text, lo, hi)]):
            continue
        found = _all(text, spans, known, choice.BY_WAY.get(way))
        homeless += [one for one in found.homeless if one.lo not in {known_.lo for known_ in homeless}]
        if any(one.name in known or not doubtful(one.name) for one in found.named):
            found.homeless = homeless or _alone(text, prose)
            found.named = choice.without_town(found.named)
            return _housed(text, _with_buildings(text, sections, found))
    return Places(homeless=[*homeless, *by_building.homeless])


def _alone(text: str, prose: list[Span]) -> list[Listed]:
    """Buildings that are a clause by themselves: 上午8点半到下午两点,7栋和9栋."""
    return [
        one
        for lo, hi in prose
        for one in blocks.find(text, lo, hi)
        if (one.lo == lo or pattern("clause_lead").search(text, max(lo, one.lo - 10), one.lo))
        and pattern("clause_over").match(text, one.hi, hi)
    ]


def of_who_signed(text: str, sections: list[Section], known: Known) -> Places:
    """An outage of which no place is told is one of the estate whose office signed; whether of all of it is asked."""
    spans = [span for one in of(sections, "prose", "heading") for span in ways.signed(text, one.lo, one.hi)]
    found = _all(text, spans, known, choice.BY_WAY[ways.signed])
    for one in found.named:
        one.vague = True
    return found


def _of_who_signed(text: str, sections: list[Section]) -> bool:
    return any(pattern("whole_here").search(text, one.lo, one.hi) for one in sections)


def _labelled(text: str, found: list[Section], known: Known) -> Places:
    """Beside a list of estates the label 停电区域 says in which district they lie: of its names only places are taken,
    and none where estates are named elsewhere."""
    listed = _all(text, [(one.lo, one.hi) for one in found], known)
    wide = [one for one in found if len(found) > 1 and pattern("wide_label").search(text, max(0, one.lo - 8), one.lo)]
    lying = [one for one in listed.named if any(it.lo <= one.lo < it.hi for it in wide)]
    elsewhere = len(lying) < len(listed.named)
    listed.named = [one for one in listed.named if one not in lying or (looks_like_place(one, known) and not _district(one, elsewhere))]
    return listed


def _district(one: Named, elsewhere: bool) -> bool:
    return elsewhere and pattern("lies_there").search(one.name) is not None


def _housed(text: str, found: Places) -> Places:
    """Buildings that stand apart from the one estate that is named are of that estate."""
    if len(found.named) == 1 and not found.named[0].blocks:
        for listed in found.homeless:
            excepted = pattern("(?:<except_words>)<s>$").search(text, max(0, listed.lo - 4), listed.lo)
            kept = found.named[0].but if excepted else found.named[0].blocks
            kept += listed.blocks
            found.named[0].spans.append((listed.lo, listed.hi))
        found.homeless = []
    return found


def _with_buildings(text: str, sections: list[Section], found: Places) -> Places:
    """A label of its own for buildings: they are of the one estate; where none is named elsewhere the label names it itself."""
    alone = not found.named
    for one in of(sections, "building"):
        more = places.read(text, one.lo, one.hi)
        if len(found.named) == 1 and more.homeless:
            for listed in more.homeless:
                found.named[0].blocks += listed.blocks
                found.named[0].spans.append((listed.lo, listed.hi))
        else:
            found.homeless += more.homeless
            found.named += [named for named in more.named if named.blocks or alone]
    return found


def _all(text: str, spans: list[Span], known: Known, chosen: choice.Choice | None = None) -> Places:
    found, until, left = Places(), -1, MOST
    for lo, hi in sorted(spans):
        left -= min(hi - lo, places.LONGEST_LIST) if lo >= until else 0
        if lo < until or left < 0:
            continue
        read_ = places.read(text, lo, hi, known)
        until = max(until, read_.end)
        found.named += chosen(read_.named, known) if chosen else read_.named
        found.homeless += read_.homeless
    found.named = _once(shared(found.named) if chosen else found.named)
    return found


def _once(named: list[Named]) -> list[Named]:
    """A place named twice is one, with the buildings of both."""
    kept: dict[str, Named] = {}
    for one in named:
        same = kept.setdefault(one.name, one)
        if same is not one:
            same.blocks += [block for block in one.blocks if block not in same.blocks]
            same.part |= one.part
    return list(kept.values())
