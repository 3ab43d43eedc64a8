"""Names as dispatch writes them against the grid's own: 三区 and 3区, 一期 and 1期, 小区 or not; never by likeness alone."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

import msgspec
from rapidfuzz import fuzz, process

from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.dispatch.blocks import Block, plain, span_of
from broadcasts.dispatch.names import Named, doubtful
from broadcasts.dispatch.numerals import number
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.shapes import Doubt, Place
from broadcasts.dispatch.vocabulary import pattern, strip_end

LIKE, NEAR_LEAST = 60.0, 50.0
SHORTEST = 4


class Matched(msgspec.Struct):
    estates: list[str] = []
    buildings: dict[str, list[str]] = {}
    doubts: list[Doubt] = []


class Grid:
    """The estates of a grid, by their names brought to one form."""

    def __init__(self, places: Iterable[Place], called: Mapping[str, str] | None = None) -> None:
        """`called`: names of dispatch's own for estates of this grid."""
        self.places = {place.estate: place for place in places}
        self.called = {said: name for said, name in (called or {}).items() if name in self.places}
        self.forms = {name: form(name) for name in self.places}

    def find(self, said: str) -> str | None:
        """The one estate that is meant for certain."""
        if said in self.called:
            return self.called[said]
        here = form(said)
        for same in (self._same, self._without_suffix, self._after_district, self._before_part):
            found = same(here)
            if len(found) == 1:
                return found[0]
            if found:
                return None
        return None

    def near(self, said: str) -> list[str]:
        """Estates to ask about, the likeliest first."""
        here = form(said)
        inside = [name for name, known in self.forms.items() if len(here) > 1 and (known.endswith(here) or here in known)]
        like = process.extract(here, self.forms, scorer=fuzz.ratio, limit=3, score_cutoff=LIKE)
        return list(dict.fromkeys([*inside[:3], *(name for _form, _score, name in like)]))[:3]

    def _same(self, here: str) -> list[str]:
        return [name for name, known in self.forms.items() if known == here]

    def _without_suffix(self, here: str) -> list[str]:
        bare = strip_end(here, ["estate_suffix"])
        found = [name for name, known in self.forms.items() if len(bare) > 1 and strip_end(known, ["estate_suffix"]) == bare]
        return found if len(found) == 1 else []

    def _after_district(self, here: str) -> list[str]:
        """朝阳区望京街道望京西园三区."""
        found = [name for name, known in self.forms.items() if here.endswith(known) and pattern("(?:<admin>)$").search(here[: -len(known)])]
        return [max(found, key=len)] if found else []

    def _before_part(self, here: str) -> list[str]:
        """西园三区 for 望京西园三区, where only one ends so and enough is said."""
        return [name for name, known in self.forms.items() if len(here) >= SHORTEST and known.endswith(here)]


def form(name: str) -> str:
    """One form of a name: figures for numerals before 区, 期, 里; 号院 for 号楼; no spaces, no brackets."""
    plain_ = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name)).casefold()
    return pattern("counted").sub(lambda found: f"{number(found['number'])}{found['unit']}", plain_)


def key(building: str) -> str:
    """What tells a building from its neighbours, whatever its unit: 3号楼, 3栋 and 3# are 3; 314号楼A座 is 314/a."""
    said = unicodedata.normalize("NFKC", re.sub(r"\s", "", building))
    parts = [plain(match["no"]) for match in pattern("building_key").finditer(said)]
    return "/".join(parts).casefold() or said.casefold()


def match(named: list[Named], grid: Grid | None) -> Matched:
    found = Matched([], {}, [])
    for one in named:
        estate = grid.find(one.name) if grid else None
        if grid and estate is None:
            near = grid.near(one.name)
            found.doubts.append(Doubt("estates", _unknown(one.name, near), _span(one), tuple(near), one.name))
        name = estate or one.name
        mixed = estate is None and doubtful(one.name)
        if one.vague or mixed:
            found.doubts.append(
                Doubt("estates", _("%(said)s: please look whether the place is meant like this.", said=one.name), _span(one))
            )
        half = estate is None and pattern("half_name").fullmatch(one.name)
        if half:
            found.doubts.append(Doubt("estates", _("Of which estate are these buildings?"), _span(one)))
        if half or mixed:
            continue
        if name not in found.estates:
            found.estates.append(name)
        _buildings(one, name, grid.places[estate] if grid and estate else None, found)
    return found


def _span(one: Named) -> Span:
    return one.spans[0] if one.spans else (one.lo, one.hi)


def _unknown(said: str, near: list[str]) -> Phrase:
    if near:
        return _("%(said)s is not in this grid under this name. Is it %(near)s?", said=said, near=near[0])
    return _("%(said)s is not in this grid. Is it meant?", said=said)


def _buildings(one: Named, name: str, place: Place | None, found: Matched) -> None:
    if one.loose:
        _loose(one, name, place, found)
    if one.part and not one.blocks:
        found.doubts.append(Doubt("buildings", _("Only a part of %(estate)s is meant. Which buildings?", estate=name), _span(one), of=name))
    listed, doubts = (_own(one, name, place) if place else _as_said(one, name)) if one.blocks or one.but else ([], [])
    found.doubts += doubts
    if listed:
        kept = found.buildings.setdefault(name, [])
        kept += [building for building in listed if building not in kept]


def _loose(one: Named, name: str, place: Place | None, found: Matched) -> None:
    """(101、102) are buildings where the estate has them all; otherwise it is asked."""
    known = {key(building): building for building in place.buildings} if place else {}
    said = re.findall(r"\d+", one.loose)
    if all(no in known for no in said) and not re.search("[-~]", one.loose):
        found.buildings.setdefault(name, []).extend(known[no] for no in said)
    else:
        found.doubts.append(Doubt("buildings", _("Which buildings of %(estate)s are meant?", estate=name), _span(one), of=name))


def _as_said(one: Named, name: str) -> tuple[list[str], list[Doubt]]:
    """Without a grid: as dispatch wrote them, ranges spelled out."""
    excepted = {key(building) for block in one.but for building in block.names()}
    doubts = [_unread(block, name, one) for block in one.blocks if not block.names()]
    if one.but and not one.blocks:
        doubts.append(Doubt("buildings", _("Which buildings of %(estate)s are meant?", estate=name), _span(one), of=name))
    listed = [building for block in one.blocks for building in block.names() if key(building) not in excepted]
    return listed, doubts


def _unread(block: Block, name: str, one: Named) -> Doubt:
    said = f"{block.first}-{block.last}{block.unit}"
    question = _("%(said)s of %(estate)s cannot be read. Which buildings are meant?", said=said, estate=name)
    return Doubt("buildings", question, _span(one), of=name)


def _own(one: Named, name: str, place: Place) -> tuple[list[str], list[Doubt]]:
    """The estate's own buildings, and a question for each that it does not have."""
    known = {key(building): building for building in place.buildings}
    excepted = {key(building) for block in one.but for building in block.names()}
    doubts: list[Doubt] = []
    listed: list[str] = [] if one.blocks else list(place.buildings)
    for block in one.blocks:
        listed += _of_block(block, name, known, one, doubts)
    doubts += [_missing(missed, missed, name, known, one) for missed in excepted if missed not in known]
    return [building for building in listed if key(building) not in excepted], doubts


def _of_block(block: Block, name: str, known: dict[str, str], one: Named, doubts: list[Doubt]) -> list[str]:
    """A range holds those between its ends that there are; both ends must be real."""
    whole = key(f"{block.first}-{block.last}{block.unit}")
    if block.first != block.last and whole in known:
        return [known[whole]]
    ends = [key(f"{end}{block.unit}") for end in dict.fromkeys((block.first, block.last))]
    missing = [end for end in ends if end not in known and not any(it.startswith(f"{end}/") for it in known)]
    if missing:
        said = {key(f"{end}{block.unit}"): f"{end}{block.unit}" for end in (block.first, block.last)}
        doubts += [_missing(end, said[end], name, known, one) for end in missing]
        return []
    wanted = [key(f"{no}{block.unit}") for no in span_of(block.first, block.last)]
    if not wanted:
        doubts.append(_unread(block, name, one))
    return [building for no in wanted for it, building in known.items() if it == no or it.startswith(f"{no}/")]


def _missing(number_: str, said: str, name: str, known: dict[str, str], one: Named) -> Doubt:
    like = process.extract(number_, known.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=NEAR_LEAST)
    near = tuple(known[it] for it, _score, _at in like)
    if near:
        question = _("%(estate)s has no %(said)s. Is it %(near)s?", estate=name, said=said, near=near[0])
    else:
        question = _("%(estate)s has no %(said)s. Which building is it?", estate=name, said=said)
    return Doubt("buildings", question, one.spans[-1] if one.spans else (one.lo, one.hi), near, name)
