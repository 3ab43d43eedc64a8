"""The estates of a grid, found by the names that dispatch writes: 三区 and 3区, 一期 and 1期, 小区 or not; never by likeness alone."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from broadcasts.dispatch.numerals import number
from broadcasts.dispatch.shapes import Place
from broadcasts.dispatch.vocabulary import pattern, strip_end

LIKE = 60.0
SHORTEST = 4


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
        bare = strip_end(here, "estate_suffix")
        found = [name for name, known in self.forms.items() if len(bare) > 1 and strip_end(known, "estate_suffix") == bare]
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
