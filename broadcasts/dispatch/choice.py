"""Which names of a list that prose seems to hold are taken for places; of a surer way all are."""

from collections.abc import Callable

from broadcasts.dispatch import sureways, ways
from broadcasts.dispatch.names import Named, is_word
from broadcasts.dispatch.vocabulary import pattern
from broadcasts.dispatch.ways import looks_like_place

Known = tuple[str, ...]
Choice = Callable[[list[Named], Known], list[Named]]
FULL_NAME, SEVERAL = 4, 3


def _likely(named: list[Named], known: Known) -> list[Named]:
    """What looks like a place; beside one that does, or in a longer list of which most do, a shorter name too."""
    short = [one for one in named if looks_like_place(one, known, least=2)]
    if not any(looks_like_place(one, known) for one in named) and not (len(named) >= SEVERAL and len(short) * 2 > len(named)):
        return []
    kept = [one for one in named if not is_word(one.name) and not pattern("(?:<cause_strong>|<cause_head>)$").search(one.name)]
    lost = [one for one in named if one not in kept and not pattern("cause_head").search(one.name)]
    for one in kept[:1]:
        one.vague |= bool(lost)
    for one in kept:
        one.vague |= not looks_like_place(one, known, least=2)
    return kept


def _signed(named: list[Named], known: Known) -> list[Named]:
    """Whose office it is; a short name may be the company's: 万科物业."""
    longer = [one for one in named if len(one.name) >= FULL_NAME]
    for one in longer:
        one.vague |= not looks_like_place(one, known)
    return _likely(named, known) or longer[:1]


def without_town(named: list[Named]) -> list[Named]:
    """部分区域 of a town in the heading is told by its villages."""
    inside = [one for one in named if not (one.part and pattern("lies_there").search(one.name))]
    return inside or named


BY_WAY: dict[ways.Way, Choice] = {
    **dict.fromkeys((*ways.LIKELY, ways.spared, sureways.bracketed), _likely),
    ways.signed: _signed,
}
