"""Where something is brought, as one short word that a form can carry: group/3, poster/7, door/7/12/5."""

import msgspec

from app.core.errors import Mistaken
from app.core.words import phrase as _
from broadcasts.sending.tables import Way

PARTS = {Way.group: (1,), Way.steward: (1,), Way.poster: (1, 2), Way.loudspeaker: (1, 2), Way.door: (2, 3)}
"""How many numbers follow: the group or steward; or the estate, its building, its floor."""
DIGITS = 18


class Target(msgspec.Struct, frozen=True):
    way: Way
    numbers: tuple[int, ...]

    @property
    def word(self) -> str:
        return "/".join([self.way.value, *map(str, self.numbers)])

    @property
    def named(self) -> dict[str, int]:
        """The numbers under the names that they have in a posting."""
        if self.way in (Way.group, Way.steward):
            return {f"{self.way.value}_id": self.numbers[0]}
        return dict(zip(("estate_id", "building_id", "floor"), self.numbers, strict=False))


def of(way: str, *numbers: int | None) -> str:
    return Target(Way(way), tuple(number for number in numbers if number is not None)).word


def read(word: str) -> Target:
    """Raises Mistaken for what no page of ours says."""
    way, *said = word.split("/")
    known = way in set(Way) and len(said) in PARTS[Way(way)]
    if not known or not all(one.isascii() and one.isdecimal() and len(one) <= DIGITS for one in said):
        raise Mistaken(_("This is not one of the choices."), {"to": _("This is not one of the choices.")})
    return Target(Way(way), tuple(map(int, said)))
