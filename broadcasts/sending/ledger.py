"""The ledger of buildings in words: by what each was reached, those alike together."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from app.core.words import say
from broadcasts.sending.reached import Reach
from broadcasts.subscribers import audiences

Alike = list[tuple[str, str]]
"""Buildings (1–6号楼) and by what they were reached."""


def by(one: Reach) -> str:
    """Groups 2 · poster · doors, 3 of 12 floors."""
    return " · ".join(_told(one))


def _told(one: Reach) -> Iterator[str]:
    if one.groups:
        yield say("groups %(n)s", n=one.groups)
    ways = (one.posters, say("poster")), (one.loudspeakers, say("loudspeaker")), (one.stewards, say("steward")), (one.knocked, say("doors"))
    yield from (words for there, words in ways if there)
    if one.floors_knocked and not one.knocked:
        yield say("doors, %(n)s of %(all)s floors", n=one.floors_knocked, all=one.floors)
    if one.phones:
        yield say("phones of the estate %(n)s", n=one.phones)


def by_estate(found: Sequence[Reach]) -> Iterator[tuple[str, int, Alike]]:
    """Each estate with the number of its buildings reached, and these in as few lines as say it all."""
    for (estate, _key), group in groupby((one for one in found if one.reached), key=lambda one: (one.estate, one.estate_id)):
        here = list(group)
        yield estate, len(here), list(_alike(estate, here))


def _alike(estate: str, here: Iterable[Reach]) -> Iterator[tuple[str, str]]:
    lines: dict[str, list[str]] = {}
    for one in here:
        lines.setdefault(by(one), []).append(one.building)
    for words, names in lines.items():
        yield say(", ").join(audiences.runs([name for name in names if name])) or estate, words
